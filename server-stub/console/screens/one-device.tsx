/** One device, large: its screen, what it is, and what its user, or fate, can do to it. */
import { href } from '../router.ts';
import { Badge, Card, Facts, Loading, PageHead, Trouble } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';
import { DeviceScreen } from './device-screen.tsx';
import { type DeviceView, stateOf, systemText } from './device-view.ts';
import { useHeldDevice } from './held-device.ts';
import { HolderPanel } from './holder-panel.tsx';
import { NotHeld } from './not-held.tsx';

export function OneDevice({ device: ref }: { device: string }) {
  const device = useHeldDevice(ref);
  const { view, error, reload } = device;
  if (view === undefined) {
    return (
      <>
        <PageHead title={ref} sub={<a href={href(['screens'])}>All screens</a>} />
        {error === undefined ? <Loading /> : <NotHeld error={error} onRetry={reload} />}
      </>
    );
  }
  const state = stateOf(view);
  return (
    <>
      <PageHead
        title={view.deviceName}
        sub={
          <>
            <a href={href(['screens'])}>All screens</a> · {view.model}, {systemText(view)} · <Badge tone={state.tone}>{state.text}</Badge>
          </>
        }
      >
        {view.deviceId === null ? null : <a href={href(['devices', view.deviceId])}>Its record</a>}
      </PageHead>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      <div class={`one-device ${view.platform}`}>
        <DeviceScreen view={view} act={device.act} />
        <div class="stack">
          <HolderPanel device={{ ...device, view }} />
          <DeviceFacts view={view} />
        </div>
      </div>
    </>
  );
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function DeviceFacts({ view }: { view: DeviceView }) {
  return (
    <Card title="What it is">
      <Facts
        rows={[
          ['Serial number', <code key="serial">{view.serialNumber}</code>],
          ['User', view.userPrincipalName || 'none'],
          ['Enrolment', `${view.platform}, ${view.enrollment}`],
          ['Where it stands', view.description],
          ['Last check-in', <Instant key="seen" at={iso(view.lastCheckInAt)} relative />],
          ['Certificate ends', <Instant key="ends" at={iso(view.certificateEndsAt)} relative />],
          ['Company data', view.companyData ? 'on it' : 'none'],
        ]}
      />
      {view.readByOtherApps.length === 0 ? null : (
        <details>
          <summary>Read by other apps: {view.readByOtherApps.length}</summary>
          <ul>
            {view.readByOtherApps.map(({ app, at, title, body }) => (
              <li key={`${app} ${at} ${title}`}>
                {app}, <Instant at={iso(at)} />: {title}. {body}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

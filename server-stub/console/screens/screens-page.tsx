/** `#/screens`: the devices that somebody holds; `#/screens/REF`: one of them, large, and all that can be done to it. */
import { useEffect, useState } from 'preact/hooks';
import { useRemote } from '../live/use-remote.ts';
import { go, href, replaceQuery, route } from '../router.ts';
import { Pager } from '../ui/pager.tsx';
import { Badge, Empty, Loading, PageHead, Trouble } from '../ui/parts.tsx';
import { type ListedDevice, stateOf, systemText } from './device-view.ts';
import { heldDevices } from './held-devices.ts';
import { OneDevice } from './one-device.tsx';
import './page.css';

export default function ScreensPage() {
  const ref = route.value.path[1];
  return ref === undefined ? <HeldDevices /> : <OneDevice key={ref} device={ref} />;
}

const pageSize = 24;
const typingPauseMs = 250;

function HeldDevices() {
  const { query } = route.value;
  const search = query.get('search') ?? '';
  const asked = Number(query.get('page') ?? 1);
  const pageNumber = Number.isInteger(asked) && asked > 0 ? asked : 1;
  const [typed, setTyped] = useState(search);
  useEffect(() => setTyped(search), [search]);
  useEffect(() => {
    if (typed === search) return undefined;
    const timer = setTimeout(() => replaceQuery({ search: typed }), typingPauseMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, error, reload } = useRemote(
    `held ${search} ${pageNumber}`,
    (stop) => heldDevices(search, (pageNumber - 1) * pageSize, pageSize, stop),
    ['hands', 'devices'],
  );
  const pages = Math.max(1, Math.ceil((data?.count ?? 0) / pageSize));
  const turn = (to: number) => go(['screens'], { search, page: to === 1 ? undefined : String(to) });
  return (
    <>
      <PageHead title="Screens" sub={data === undefined ? 'Devices as their users have them' : `${data.count} in somebody’s hands`}>
        <input
          type="search"
          aria-label="Search devices by name, user or serial number"
          placeholder="Name, user, serial number"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </PageHead>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading /> : null}
      {data === undefined ? null : data.value.length > 0 ? (
        <ul class="held-devices">
          {data.value.map((device) => (
            <li key={device.serialNumber}>
              <HeldDeviceCard device={device} />
            </li>
          ))}
        </ul>
      ) : search === '' ? (
        <NobodyHolds />
      ) : (
        <Empty>No device whose name, user or serial number has “{search}” in it is in somebody’s hands.</Empty>
      )}
      {pages > 1 ? (
        <Pager
          onBack={pageNumber > 1 ? () => turn(pageNumber - 1) : undefined}
          onForward={pageNumber < pages ? () => turn(pageNumber + 1) : undefined}
          back="Previous"
          forward="Next"
          text={`Page ${pageNumber} of ${pages}`}
        />
      ) : null}
    </>
  );
}

function HeldDeviceCard({ device }: { device: ListedDevice }) {
  const state = stateOf(device);
  return (
    <a class="card held-device" href={href(['screens', device.serialNumber])}>
      <strong title={device.deviceName}>{device.deviceName}</strong>
      <span class="quiet">
        {device.model}, {systemText(device)}
      </span>
      <span class="quiet">{device.userPrincipalName || 'no user'}</span>
      <span class="row">
        <Badge tone={state.tone}>{state.text}</Badge>
        <span class="shows" title={device.screen.title}>
          {device.screen.title}
        </span>
      </span>
    </a>
  );
}

function NobodyHolds() {
  return (
    <div class="empty">
      <p>Nobody holds a device here, so there is no screen to look at. A device of your own, in another terminal:</p>
      <pre>mockfleet agent --platform ios --name phone</pre>
      <p>
        Or add devices that live in the stub on the page <a href={href(['devices'])}>Devices</a>, or play a{' '}
        <a href={href(['scenarios'])}>scenario</a>.
      </p>
    </div>
  );
}

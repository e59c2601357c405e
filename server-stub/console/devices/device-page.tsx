/** One device: what it is, what was done to it, and what can be. */
import { ApiError, get } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { href, route } from '../router.ts';
import { Badge, Empty, Loading, PageHead, Tabs, Trouble } from '../ui/parts.tsx';
import { instantText } from '../ui/time.tsx';
import { deviceUrl, type HeldDevice, heldUrl, type ManagedDevice, managementWords, shortened } from './device.ts';
import { DeviceActions } from './device-actions.tsx';
import { StateBadge } from './device-parts.tsx';
import { AppsTab } from './tab-apps.tsx';
import { AuditTab } from './tab-audit.tsx';
import { ComplianceTab } from './tab-compliance.tsx';
import { OverviewTab } from './tab-overview.tsx';
import { ResultsTab } from './tab-results.tsx';
import { UserTab } from './tab-user.tsx';

const tabs = [
  ['overview', 'Overview'],
  ['actions', 'Actions and results'],
  ['compliance', 'Compliance'],
  ['apps', 'Apps'],
  ['audit', 'Audit'],
  ['user', 'User'],
] as const;

export function DevicePage({ id }: { id: string }) {
  const url = deviceUrl(id);
  const { data: device, error, reload } = useRemote(url, (stop) => get<ManagedDevice>(url, { signal: stop }), ['devices']);
  const held = useRemote(`held ${id}`, (stop) => heldOrNobody(id, stop), ['hands', 'devices']);
  const tab = route.value.query.get('tab') ?? 'overview';
  const isGone = error !== undefined && error.status === 404;
  if (isGone) return <GoneDevice id={id} />;
  if (device === undefined) return error === undefined ? <Loading /> : <Trouble error={error} onRetry={reload} />;
  const means = managementWords[device.managementState]?.means;
  return (
    <>
      <p class="crumbs">
        <a href={href(['devices'])}>Devices</a>
      </p>
      <PageHead
        title={device.deviceName === '' ? '(no name)' : shortened(device.deviceName)}
        sub={`${device.operatingSystem} ${device.osVersion} · ${device.model} · ${device.userPrincipalName || 'no user'}`}
      >
        <span class="row">
          <StateBadge of="management" state={device.managementState} />
          <StateBadge of="compliance" state={device.complianceState} />
          {held.data === undefined ? null : <HeldBadge held={held.data} id={id} />}
        </span>
      </PageHead>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {held.data?.deviceId == null || held.data.deviceId === id ? null : (
        <p class="state-note">
          This record is one of an earlier enrollment. The device is enrolled again,{' '}
          <a href={href(['devices', held.data.deviceId])}>with a record of its own</a>.
        </p>
      )}
      {means === undefined ? null : (
        <p class="state-note">
          {means} Its certificate ends {instantText(device.managementCertificateExpirationDate)} UTC.
          {held.data == null ? null : <> On the device: {held.data.screen.title === '' ? held.data.phase : held.data.screen.title}.</>}
        </p>
      )}
      <DeviceActions device={device} held={held.data ?? null} />
      <Tabs
        current={tab}
        tabs={tabs.map(([one, label]) => ({
          id: one,
          label,
          href: href(['devices', id], { tab: one === 'overview' ? undefined : one }),
        }))}
      />
      <Tab tab={tab} device={device} held={held.data ?? null} onChange={reload} />
    </>
  );
}

function Tab({ tab, device, held, onChange }: { tab: string; device: ManagedDevice; held: HeldDevice | null; onChange: () => void }) {
  switch (tab) {
    case 'actions':
      return <ResultsTab device={device} onChange={onChange} />;
    case 'compliance':
      return <ComplianceTab device={device} />;
    case 'apps':
      return <AppsTab id={device.id} />;
    case 'audit':
      return <AuditTab id={device.id} />;
    case 'user':
      return <UserTab device={device} />;
    default:
      return <OverviewTab device={device} held={held} onChange={onChange} />;
  }
}

/** Phases of a device's life in which its network says whether the service can reach it. */
const inTouch = new Set(['enrolled', 'leaving']);

/** null: nobody who holds it is in reach. */
async function heldOrNobody(id: string, stop: AbortSignal): Promise<HeldDevice | null> {
  try {
    return await get<HeldDevice>(heldUrl(id), { signal: stop });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

function HeldBadge({ held, id }: { held: HeldDevice | null; id: string }) {
  if (held === null) return <Badge>Nobody holds it</Badge>;
  if (held.deviceId !== null && held.deviceId !== id) return <Badge tone="info">Enrolled again</Badge>;
  if (!inTouch.has(held.phase)) return <Badge tone="info">On the device: {held.phase.replaceAll('-', ' ')}</Badge>;
  if (held.power !== 'on') return <Badge tone="warn">{held.power === 'off' ? 'Switched off' : 'Restarting'}</Badge>;
  return held.network ? <Badge tone="good">Online</Badge> : <Badge tone="warn">Offline</Badge>;
}

/** Its record is gone: deleted, wiped, retired, or removed by the service. What was done to it stays in the logs. */
function GoneDevice({ id }: { id: string }) {
  return (
    <>
      <p class="crumbs">
        <a href={href(['devices'])}>Devices</a>
      </p>
      <PageHead title="No such device" sub={`The tenant has no record with the id ${id.slice(0, 100)} (any more).`} />
      <div class="stack">
        <Empty>It was deleted, wiped, retired or removed by the service, or it never was. What the logs have of it:</Empty>
        <AuditTab id={id} />
      </div>
    </>
  );
}

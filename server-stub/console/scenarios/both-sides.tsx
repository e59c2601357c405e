/** A device from both sides at once: the administrator's record of it, and what its user sees. */
import { get, graph } from '../api.ts';
import type { ManagedDevice } from '../devices/device.ts';
import { StateBadge } from '../devices/device-parts.tsx';
import { showInDock } from '../dock/dock.tsx';
import { useRemote } from '../live/use-remote.ts';
import { href } from '../router.ts';
import { DeviceScreen } from '../screens/device-screen.tsx';
import { useHeldDevice } from '../screens/held-device.ts';
import { Card, Empty, Facts, Field, Loading, Trouble } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';

interface BothSidesProps {
  /** Its name. */
  deviceRef: string;
  all: readonly string[];
  onChoose: (device: string) => void;
}

export function BothSides({ deviceRef, all, onChoose }: BothSidesProps) {
  const held = useHeldDevice(deviceRef);
  const { view } = held;
  return (
    <>
      <Card title="What the administrator sees">
        <div class="both-record">
          <Field label="Device">
            <select value={deviceRef} onChange={(event) => onChoose(event.currentTarget.value)}>
              {all.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </Field>
          {view === undefined ? null : <Record id={view.deviceId} />}
        </div>
      </Card>
      <Card
        title="What the device shows"
        actions={
          <button type="button" onClick={() => showInDock(deviceRef)}>
            Keep beside every page
          </button>
        }
      >
        {held.error !== undefined ? (
          <Trouble error={held.error} onRetry={held.reload} />
        ) : view === undefined ? (
          <Loading />
        ) : (
          <DeviceScreen view={view} act={held.act} />
        )}
      </Card>
    </>
  );
}

function Record({ id }: { id: string | null }) {
  const path = graph(`deviceManagement/managedDevices/${id ?? ''}`);
  const load = id === null ? undefined : (stop: AbortSignal) => get<ManagedDevice>(path, { signal: stop });
  const { data, error } = useRemote(path, load, ['devices']);
  if (id === null) return <Empty>It is not enrolled yet.</Empty>;
  if (error?.status === 404) return <Empty>The administrator does not see it any more: there is no record of it.</Empty>;
  if (error !== undefined) return <Trouble error={error} />;
  if (data === undefined) return <Loading />;
  const results = data.deviceActionResults.map(({ actionName, actionState }) => (
    <div key={actionName}>
      {actionName} <StateBadge of="action" state={actionState} />
    </div>
  ));
  return (
    <>
      <Facts
        rows={[
          ['Management', <StateBadge key="management" of="management" state={data.managementState} />],
          ['Compliance', <StateBadge key="compliance" of="compliance" state={data.complianceState} />],
          ['Last check-in', <Instant key="sync" at={data.lastSyncDateTime} />],
          ['Certificate ends', <Instant key="certificate" at={data.managementCertificateExpirationDate} />],
          ...(results.length === 0 ? [] : [['Actions', <div key="actions">{results}</div>] as const]),
        ]}
      />
      <p>
        <a href={href(['devices', data.id])}>All about this device</a>
      </p>
    </>
  );
}

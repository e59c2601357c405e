/** Devices that a policy has put on the retire list: an administrator retires them, or takes them off it. */
import { useState } from 'preact/hooks';
import { graph, post } from '../api.ts';
import { href } from '../router.ts';
import { confirm } from '../ui/dialog.tsx';
import { Empty, Loading, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { attempt } from '../ui/toast.tsx';
import { usePages } from './lists.ts';
import { policiesPath } from './policy-shapes.ts';

interface Listed {
  id: string;
  managedDeviceName: string;
  deviceType: string;
  retireAfterDateTime: string;
  deviceCompliancePolicyId: string;
  deviceCompliancePolicyName: string | null;
}

const words = {
  confirmRetire: {
    title: 'Retire',
    danger: true,
    done: 'They are retired at their next check-in.',
    text: 'Company data, profiles and managed apps are removed from them, and they are no longer managed.',
  },
  cancelRetire: {
    title: 'Take off the list',
    danger: false,
    done: 'They are off the list.',
    text: 'They stay managed, and noncompliant. The policy puts them on the list again when they break it again.',
  },
} as const;

const devices = (count: number) => (count === 1 ? '1 device' : `${count} devices`);

export function RetireList() {
  const path = graph(`${policiesPath}/getDevicesScheduledToRetire()`, { $top: 100 });
  const { data, error, reload, loading, more } = usePages<Listed>(path, ['devices', 'tenant']);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  if (data.value.length === 0) {
    return <Empty>Nobody is on the list. A policy with the action Add the device to the retire list puts devices here.</Empty>;
  }
  // Some may have gone since they were ticked.
  const chosen = data.value.filter(({ id }) => ticked.has(id)).map(({ id }) => id);
  const decide = async (state: keyof typeof words) => {
    const { title, text, danger, done } = words[state];
    if (!(await confirm({ title: `${title}: ${devices(chosen.length)}?`, text, yes: title, danger }))) return;
    const body = { state, scopedToAllDevices: false, managedDeviceIds: chosen };
    if (await attempt(() => post(graph(`${policiesPath}/setScheduledRetireState`), body), done)) setTicked(new Set());
    reload();
  };
  return (
    <div class="stack">
      <div class="row">
        <span role="status">{chosen.length === 0 ? 'Select devices to decide about them.' : `${devices(chosen.length)} selected`}</span>
        {(['confirmRetire', 'cancelRetire'] as const).map((state) => (
          <button
            key={state}
            type="button"
            class={words[state].danger ? 'danger' : undefined}
            disabled={chosen.length === 0}
            onClick={() => void decide(state)}
          >
            {words[state].title}
          </button>
        ))}
      </div>
      <Table<Listed>
        label="Retire list"
        rows={data.value}
        idOf={(row) => row.id}
        busy={loading}
        selection={{ ids: ticked, onChange: setTicked, nameOf: (row) => row.managedDeviceName }}
        columns={[
          {
            id: 'device',
            label: 'Device',
            cell: (row) => (
              <a href={href(['devices', row.id])} title={row.managedDeviceName}>
                {row.managedDeviceName}
              </a>
            ),
          },
          { id: 'type', label: 'Type', secondary: true, cell: (row) => row.deviceType },
          {
            id: 'policy',
            label: 'Put here by',
            cell: (row) => (
              <a href={href(['policies', row.deviceCompliancePolicyId])}>
                {row.deviceCompliancePolicyName ?? row.deviceCompliancePolicyId}
              </a>
            ),
          },
          { id: 'at', label: 'Since', cell: (row) => <Instant at={row.retireAfterDateTime} relative /> },
        ]}
      />
      {data.hasMore ? (
        <button type="button" onClick={more}>
          Show more
        </button>
      ) : null}
    </div>
  );
}

/** Who did what to a device: its entries of the audit log. They outlive its record. */
import { get, graph, type Page, quoted } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Empty, Loading, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { inWords } from './device.ts';

interface AuditEvent {
  id: string;
  activity: string;
  activityDateTime: string;
  activityResult: string;
  actor: { userPrincipalName: string | null; applicationDisplayName: string | null };
  resources: { displayName: string | null }[];
}

const shownMax = 100;

export function AuditTab({ id }: { id: string }) {
  const url = graph('deviceManagement/auditEvents', { $filter: `resources/any(r:r/resourceId eq ${quoted(id)})`, $top: shownMax });
  const { data, error, reload } = useRemote(url, (stop) => get<Page<AuditEvent>>(url, { signal: stop }), ['audits']);
  if (error !== undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  if (data.value.length === 0) return <Empty>No administrator has done anything to this device yet.</Empty>;
  return (
    <div class="stack">
      <Table
        label="Audit log of this device"
        rows={data.value}
        idOf={(one) => one.id}
        columns={[
          { id: 'at', label: 'When', cell: ({ activityDateTime }) => <Instant at={activityDateTime} /> },
          { id: 'what', label: 'What', cell: ({ activity }) => inWords(activity.replace(/ ManagedDevice$/, '')) },
          { id: 'who', label: 'Who', cell: ({ actor }) => actor.userPrincipalName ?? actor.applicationDisplayName ?? '—' },
          { id: 'name', label: 'Device', secondary: true, cell: ({ resources }) => resources[0]?.displayName ?? '—' },
        ]}
      />
      {data['@odata.nextLink'] === undefined ? null : <p class="quiet">The latest {shownMax} of them.</p>}
    </div>
  );
}

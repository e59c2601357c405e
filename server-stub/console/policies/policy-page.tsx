/** One policy: what it asks, what is done, whom it reaches, and what came of it. */
import { get, graph, remove } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { go, href } from '../router.ts';
import { confirm } from '../ui/dialog.tsx';
import { Badge, Card, Empty, Facts, Loading, PageHead, type Tone, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant, instantText } from '../ui/time.tsx';
import { attempt } from '../ui/toast.tsx';
import { usePages } from './lists.ts';
import { Actions } from './noncompliance-actions.tsx';
import { PolicyForm } from './policy-form.tsx';
import { actionsOf, type DeviceStatus, type Overview, type Policy, policiesPath, targetsOf, typeOf } from './policy-shapes.ts';
import { policyTypes } from './setting-forms.ts';
import { settingLabel, valueText } from './setting-labels.ts';
import { Targets } from './targets.tsx';

const expanded = 'assignments,deviceStatusOverview,scheduledActionsForRule($expand=scheduledActionConfigurations)';

export function PolicyPage({ id, edited }: { id: string; edited: boolean }) {
  const path = graph(`${policiesPath}/${encodeURIComponent(id)}`, { $expand: expanded });
  // Whoever fills in a form does not want it filled in by somebody else; it begins, and is looked at afterwards, as the policy is then.
  const { data, error, reload } = useRemote(
    `${path} ${edited}`,
    (stop) => get<Policy>(path, { signal: stop }),
    edited ? [] : ['tenant', 'devices'],
  );
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  return edited ? <PolicyForm key={data.id} type={typeOf(data)} policy={data} /> : <Shown policy={data} />;
}

async function drop({ id, displayName }: Policy): Promise<void> {
  const text = 'Devices are no longer judged by it: at their next check-in they may be compliant without doing anything.';
  if (!(await confirm({ title: `Delete the policy ${displayName}?`, text, yes: 'Delete', danger: true }))) return;
  if (await attempt(() => remove(graph(`${policiesPath}/${id}`)), 'The policy is deleted.')) go(['policies']);
}

function Shown({ policy }: { policy: Policy }) {
  const { title, settings } = policyTypes[typeOf(policy)] ?? { title: typeOf(policy), settings: {} };
  const asked = Object.entries(settings).flatMap(([name, form]): [string, string][] => {
    const text = valueText(form, policy[name]);
    return text === null ? [] : [[settingLabel(name), text]];
  });
  return (
    <>
      <PageHead
        title={policy.displayName}
        sub={
          <>
            {title} · version {policy.version} · changed <Instant at={policy.lastModifiedDateTime} />
          </>
        }
      >
        <a class="button" href={href(['policies', policy.id, 'edit'])}>
          Edit
        </a>
        <button type="button" class="danger" onClick={() => void drop(policy)}>
          Delete
        </button>
      </PageHead>
      {policy.description === null || policy.description === '' ? null : <p class="policy-description">{policy.description}</p>}
      <div class="stack">
        <div class="cards">
          <Card title="What it asks">
            {asked.length === 0 ? <p class="quiet">Nothing yet: edit it to set something.</p> : <Facts rows={asked} />}
          </Card>
          <Card title="Actions for noncompliance">
            <Actions actions={actionsOf(policy)} />
          </Card>
          <Card title="Assignments">
            <Targets targets={targetsOf(policy)} />
          </Card>
        </div>
        <Card title="Devices" actions={<OverviewBadges overview={policy.deviceStatusOverview} />}>
          <Statuses id={policy.id} />
        </Card>
      </div>
    </>
  );
}

export function OverviewBadges({ overview }: { overview: Overview | undefined }) {
  if (overview === undefined) return null;
  const counts: [number, string, Tone][] = [
    [overview.successCount, 'compliant', 'good'],
    [overview.failedCount, 'noncompliant', 'bad'],
    [overview.errorCount, 'error', 'warn'],
    [overview.conflictCount, 'conflict', 'warn'],
    [overview.pendingCount, 'pending', 'quiet'],
    [overview.notApplicableCount, 'not applicable', 'quiet'],
  ];
  const shown = counts.filter(([count]) => count > 0);
  return (
    <span class="row">
      {shown.length === 0 ? <span class="quiet">no devices</span> : null}
      {shown.map(([count, word, tone]) => (
        <Badge key={word} tone={tone}>
          {count} {word}
        </Badge>
      ))}
    </span>
  );
}

const states: Readonly<Record<string, [word: string, tone: Tone]>> = {
  compliant: ['Compliant', 'good'],
  nonCompliant: ['Noncompliant', 'bad'],
  error: ['Error', 'warn'],
  conflict: ['Conflict', 'warn'],
  notApplicable: ['Not applicable', 'quiet'],
  unknown: ['Not evaluated', 'quiet'],
};

function StateBadge({ status }: { status: string }) {
  const [word, tone] = states[status] ?? [status, 'quiet'];
  return <Badge tone={tone}>{word}</Badge>;
}

/** Graph's word for "no grace" is the last day of the year 9999, and for others the first. */
const hasEnd = (iso: string) => instantText(iso) !== '—';

function Statuses({ id }: { id: string }) {
  const path = graph(`${policiesPath}/${id}/deviceStatuses`, { $top: 50 });
  const { data, error, reload, loading, more } = usePages<DeviceStatus>(path, ['devices', 'tenant']);
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  if (data.value.length === 0) return <Empty>No device is judged by it yet. A device is when it is assigned and has checked in.</Empty>;
  return (
    <>
      <Table<DeviceStatus>
        label="Devices of this policy"
        rows={data.value}
        idOf={(row) => row.id}
        busy={loading}
        columns={[
          {
            id: 'device',
            label: 'Device',
            // Its id begins with that of the device.
            cell: (row) => (
              <a href={href(['devices', row.id.slice(0, 36)])} title={row.deviceDisplayName}>
                {row.deviceDisplayName}
              </a>
            ),
          },
          { id: 'status', label: 'State', cell: ({ status }) => <StateBadge status={status} /> },
          {
            id: 'grace',
            label: 'Marked',
            cell: ({ status, complianceGracePeriodExpirationDateTime: at }) =>
              status === 'nonCompliant' && hasEnd(at) ? <Instant at={at} relative /> : null,
          },
          { id: 'user', label: 'User', secondary: true, cell: (row) => <span title={row.userPrincipalName}>{row.userName}</span> },
          { id: 'model', label: 'Model', secondary: true, cell: (row) => row.deviceModel },
          { id: 'at', label: 'Judged', secondary: true, cell: (row) => <Instant at={row.lastReportedDateTime} relative /> },
        ]}
      />
      {data.hasMore ? (
        <button type="button" onClick={more}>
          Show more
        </button>
      ) : null}
    </>
  );
}

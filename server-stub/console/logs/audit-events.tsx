/** The audit log: changes by administrators, programs and the service. */
import { get, graph, quoted } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { go, href, route } from '../router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Empty, Facts, Loading, Trouble } from '../ui/parts.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { type AuditEvent, activityParts, actorName } from './audit-event.ts';
import { type LogFilter, period, within } from './filters.tsx';
import { LogTable } from './log-table.tsx';

const path = 'deviceManagement/auditEvents';
const people = within('actor/userPrincipalName', 'actor/servicePrincipalName');

const filters: readonly LogFilter[] = [
  { name: 'activity', label: 'Activity', term: within('activityType') },
  {
    name: 'category',
    label: 'About',
    options: [
      ['Device', 'Devices'],
      ['Compliance', 'Compliance'],
      ['DeviceConfiguration', 'Configuration'],
      ['Role', 'Roles'],
    ],
    term: (name) => `category eq ${quoted(name)}`,
  },
  {
    name: 'actor',
    label: 'By',
    // What people use to act has the name of the service in it.
    term: (text) =>
      `(${people(text)} or (actor/auditActorType eq 'Application' and contains(actor/applicationDisplayName,${quoted(text)})))`,
  },
  {
    name: 'device',
    label: 'Device, policy, …',
    term: (text) => `resources/any(r:contains(r/displayName,${quoted(text)}) or r/resourceId eq ${quoted(text.toLowerCase())})`,
  },
  ...period('activityDateTime'),
];

const columns: readonly Column<AuditEvent>[] = [
  { id: 'at', label: 'When', cell: ({ activityDateTime }) => <Instant at={activityDateTime} /> },
  {
    id: 'activity',
    label: 'Activity',
    cell: ({ id, activityType }) => (
      <a href={href(['audit', id], Object.fromEntries(route.value.query))}>{activityParts(activityType)[0]}</a>
    ),
  },
  { id: 'about', label: 'About', cell: (event) => <About event={event} /> },
  { id: 'actor', label: 'By', cell: (event) => <span title={actorName(event)}>{actorName(event)}</span>, secondary: true },
  { id: 'result', label: 'Result', cell: ({ activityResult }) => activityResult, secondary: true },
];

export function AuditEvents({ opened }: { opened: string | undefined }) {
  return (
    <>
      <LogTable
        label="Audit events"
        path={path}
        topics={['audits']}
        filters={filters}
        columns={columns}
        none="Nothing was done yet. What administrators, programs and the service do is written here."
      />
      {opened === undefined ? null : <Details id={opened} key={opened} />}
    </>
  );
}

function About({ event: { activityType, resources } }: { event: AuditEvent }) {
  const [first] = resources;
  if (first === undefined) return <span class="quiet">{activityParts(activityType)[1]}</span>;
  const name = first.displayName ?? first.resourceId;
  return first.auditResourceType === 'ManagedDevice' ? (
    <a href={href(['devices', first.resourceId])} title={name}>
      {name}
    </a>
  ) : (
    <span title={name}>
      {name} <span class="quiet">{first.auditResourceType}</span>
    </span>
  );
}

function Details({ id }: { id: string }) {
  const {
    data: event,
    error,
    reload,
  } = useRemote(`audit ${id}`, (signal) => get<AuditEvent>(graph(`${path}/${encodeURIComponent(id)}`), { signal }));
  return (
    <Dialog title={event?.activityType ?? 'Audit event'} onClose={() => go(['audit'], Object.fromEntries(route.value.query))} wide>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {event === undefined ? error === undefined && <Loading /> : <Event event={event} />}
    </Dialog>
  );
}

function Event({ event }: { event: AuditEvent }) {
  const { activityDateTime, activityOperationType, activityResult, category, componentName, correlationId, actor, resources } = event;
  const changes = resources.flatMap(({ auditResourceType, resourceId, modifiedProperties }) =>
    modifiedProperties.map((one) => ({ ...one, of: auditResourceType, key: `${resourceId} ${one.displayName}` })),
  );
  return (
    <>
      <Facts
        rows={[
          ['When', <Instant key="at" at={activityDateTime} />],
          ['By', `${actorName(event)} (${actor.auditActorType})`],
          ['Id of whoever did it', actor.userId ?? actor.applicationId ?? '—'],
          ['Operation', `${activityOperationType}, ${activityResult}`],
          ['Category', `${category}, ${componentName}`],
          ['Correlation id', correlationId],
          ...resources.map(
            ({ auditResourceType, displayName, resourceId }) => [auditResourceType, `${displayName ?? ''} ${resourceId}`] as const,
          ),
        ]}
      />
      <h3>Modified properties</h3>
      {changes.length === 0 ? (
        <Empty>The service writes none for this activity.</Empty>
      ) : (
        <Table
          label="Modified properties"
          columns={[
            { id: 'of', label: 'Of', cell: ({ of }) => of },
            { id: 'name', label: 'Property', cell: ({ displayName }) => displayName },
            { id: 'old', label: 'Old value', cell: ({ oldValue }) => oldValue ?? '—' },
            { id: 'new', label: 'New value', cell: ({ newValue }) => newValue ?? '—' },
          ]}
          rows={changes}
          idOf={({ key }) => key}
        />
      )}
    </>
  );
}

/** Conditional Access policies: whether each is on, only reports, or is off. */
import { get, graph, type Page, patch } from '../api.ts';
import { versions } from '../live/events.ts';
import { useRemote } from '../live/use-remote.ts';
import { Empty, Loading, Trouble } from '../ui/parts.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { attempt } from '../ui/toast.tsx';
import { controlText } from './sign-in.ts';

interface AccessPolicy {
  id: string;
  displayName: string;
  state: string;
  conditions: {
    users: { includeUsers: string[]; includeGroups: string[]; excludeUsers: string[]; excludeGroups: string[] };
    applications: { includeApplications: string[]; excludeApplications: string[] };
    platforms: { includePlatforms: string[]; excludePlatforms: string[] } | null;
  };
  grantControls: { operator: string; builtInControls: string[] } | null;
  sessionControls: { signInFrequency: { value: number; type: string } | null } | null;
}

const path = 'identity/conditionalAccess/policies';

const states: readonly (readonly [string, string])[] = [
  ['enabled', 'On'],
  ['enabledForReportingButNotEnforced', 'Report only'],
  ['disabled', 'Off'],
];

function usersText({ conditions: { users } }: AccessPolicy): string {
  const included = users.includeUsers.includes('All')
    ? 'All users'
    : counted(users.includeUsers.length, 'user', users.includeGroups.length);
  const left = users.excludeUsers.length + users.excludeGroups.length;
  return left === 0 ? included : `${included}, without ${counted(users.excludeUsers.length, 'user', users.excludeGroups.length)}`;
}

function counted(users: number, word: string, groups: number): string {
  const parts = [
    ...(users === 0 ? [] : [`${users} ${word}${users === 1 ? '' : 's'}`]),
    ...(groups === 0 ? [] : [`${groups} group${groups === 1 ? '' : 's'}`]),
  ];
  return parts.length === 0 ? 'nobody' : parts.join(' and ');
}

function appsText({ conditions: { applications, platforms } }: AccessPolicy): string {
  const apps = applications.includeApplications.includes('All') ? 'All apps' : applications.includeApplications.join(', ') || 'no app';
  return platforms === null ? apps : `${apps} on ${platforms.includePlatforms.join(', ')}`;
}

function requiredText({ grantControls, sessionControls }: AccessPolicy): string {
  const joined = grantControls?.builtInControls.map(controlText).join(grantControls.operator === 'OR' ? ' or ' : ' and ') ?? '';
  const frequency = sessionControls?.signInFrequency ?? null;
  const again = frequency === null ? '' : `sign in again after ${frequency.value} ${frequency.type}`;
  return [joined, again].filter((text) => text !== '').join('; ') || '—';
}

async function setState({ id, displayName }: AccessPolicy, state: string): Promise<void> {
  const label = states.find(([name]) => name === state)?.[1] ?? state;
  await attempt(() => patch(graph(`${path}/${id}`), { state }), `${displayName}: ${label}.`);
  versions.tenant.value += 1;
}

const columns: readonly Column<AccessPolicy>[] = [
  { id: 'name', label: 'Policy', cell: ({ displayName }) => <span title={displayName}>{displayName}</span> },
  {
    id: 'state',
    label: 'State',
    cell: (policy) => (
      <select
        aria-label={`State of ${policy.displayName}`}
        value={policy.state}
        onChange={(event) => void setState(policy, event.currentTarget.value)}
      >
        {states.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    ),
  },
  { id: 'required', label: 'It requires', cell: (policy) => <span title={requiredText(policy)}>{requiredText(policy)}</span> },
  { id: 'users', label: 'Users', cell: usersText, secondary: true },
  { id: 'apps', label: 'Apps', cell: appsText, secondary: true },
];

export function AccessPolicies() {
  const { data, error, loading, reload } = useRemote('access policies', (signal) => get<Page<AccessPolicy>>(graph(path), { signal }), [
    'tenant',
  ]);
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  return data.value.length === 0 ? (
    <Empty>There is no Conditional Access policy, so every sign-in is let in. Bring one with a tenant file, or POST /v1.0/{path}.</Empty>
  ) : (
    <Table label="Conditional Access policies" columns={columns} rows={data.value} idOf={({ id }) => id} busy={loading} />
  );
}

/** The sign-in log. */
import { get, graph } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { go, href, route } from '../router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Badge, Empty, Facts, Loading, Trouble } from '../ui/parts.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { type LogFilter, period, within } from './filters.tsx';
import { LogTable } from './log-table.tsx';
import { controlText, resultOf, type SignIn, yesNo } from './sign-in.ts';

const path = 'auditLogs/signIns';

const filters: readonly LogFilter[] = [
  { name: 'user', label: 'User', term: within('userPrincipalName', 'userDisplayName') },
  { name: 'app', label: 'App', term: within('appDisplayName') },
  {
    name: 'outcome',
    label: 'Outcome',
    options: [
      ['in', 'Let in'],
      ['out', 'Refused'],
      ['access', 'Blocked by Conditional Access'],
    ],
    term: (name) =>
      ({ in: 'status/errorCode eq 0', out: 'status/errorCode ne 0', access: "conditionalAccessStatus eq 'failure'" })[name] ??
      'status/errorCode ge 0',
  },
  { name: 'device', label: 'Device', term: within('deviceDetail/displayName') },
  ...period('createdDateTime'),
];

const columns: readonly Column<SignIn>[] = [
  { id: 'at', label: 'When', cell: ({ createdDateTime }) => <Instant at={createdDateTime} /> },
  {
    id: 'outcome',
    label: 'Outcome',
    cell: (signIn) => (
      <a href={href(['sign-ins', signIn.id], Object.fromEntries(route.value.query))}>
        <Outcome signIn={signIn} />
      </a>
    ),
  },
  { id: 'user', label: 'User', cell: ({ userDisplayName, userPrincipalName }) => <span title={userPrincipalName}>{userDisplayName}</span> },
  { id: 'app', label: 'App', cell: ({ appDisplayName }) => appDisplayName },
  {
    id: 'device',
    label: 'Device',
    cell: ({ deviceDetail: { displayName } }) => <span title={displayName ?? ''}>{displayName ?? '—'}</span>,
    secondary: true,
  },
  {
    id: 'why',
    label: 'Why',
    cell: ({ status: { failureReason } }) => <span title={failureReason ?? ''}>{failureReason ?? '—'}</span>,
    secondary: true,
  },
];

export function SignIns({ opened }: { opened: string | undefined }) {
  return (
    <>
      <LogTable
        label="Sign-ins"
        path={path}
        topics={['sign-ins']}
        filters={filters}
        columns={columns}
        none="No app has signed in yet: open one on the screen of a device, or let devices sign in by themselves."
      />
      {opened === undefined ? null : <Details id={opened} key={opened} />}
    </>
  );
}

function Outcome({ signIn: { status, conditionalAccessStatus } }: { signIn: SignIn }) {
  if (status.errorCode === 0) return <Badge tone="good">Let in</Badge>;
  return <Badge tone="bad">{conditionalAccessStatus === 'failure' ? 'Blocked' : 'Refused'}</Badge>;
}

function Details({ id }: { id: string }) {
  const {
    data: signIn,
    error,
    reload,
  } = useRemote(`sign-in ${id}`, (signal) => get<SignIn>(graph(`${path}/${encodeURIComponent(id)}`), { signal }));
  const title = signIn === undefined ? 'Sign-in' : `${signIn.appDisplayName}, ${signIn.userDisplayName}`;
  return (
    <Dialog title={title} onClose={() => go(['sign-ins'], Object.fromEntries(route.value.query))} wide>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {signIn === undefined ? error === undefined && <Loading /> : <Told signIn={signIn} />}
    </Dialog>
  );
}

function Told({ signIn }: { signIn: SignIn }) {
  const {
    createdDateTime,
    userPrincipalName,
    resourceDisplayName,
    status,
    deviceDetail: device,
    appliedConditionalAccessPolicies: applied,
  } = signIn;
  return (
    <>
      <Facts
        rows={[
          ['Outcome', <Outcome key="outcome" signIn={signIn} />],
          ['Why', status.failureReason === null ? '—' : `${status.failureReason} (${status.errorCode})`],
          ['When', <Instant key="at" at={createdDateTime} />],
          ['User', userPrincipalName],
          ['Service', resourceDisplayName],
          ['Kind', signIn.isInteractive ? 'by its user' : 'by the app itself'],
          ['Device', device.displayName ?? 'not registered'],
          ['System', device.operatingSystem ?? '—'],
          ['Managed', yesNo(device.isManaged)],
          ['Compliant', yesNo(device.isCompliant)],
          ['Correlation id', signIn.correlationId],
        ]}
      />
      <h3>Conditional Access</h3>
      {applied.length === 0 ? (
        <Empty>
          No policy was there to say anything. <a href={href(['sign-ins', 'policies'])}>Policies</a>
        </Empty>
      ) : (
        <Table
          label="Applied policies"
          columns={[
            { id: 'name', label: 'Policy', cell: ({ displayName }) => <span title={displayName}>{displayName}</span> },
            {
              id: 'result',
              label: 'Result',
              cell: (policy) => {
                const [text, tone] = resultOf(policy);
                return <Badge tone={tone}>{text}</Badge>;
              },
            },
            {
              id: 'controls',
              label: 'It requires',
              cell: ({ enforcedGrantControls }) => enforcedGrantControls.map(controlText).join(', ') || '—',
            },
            { id: 'why', label: 'Why', cell: (policy) => <span title={resultOf(policy)[2]}>{resultOf(policy)[2]}</span> },
          ]}
          rows={applied}
          idOf={({ id }) => id}
        />
      )}
    </>
  );
}

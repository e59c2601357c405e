/** What was asked of a device, what waits for it, and what it answered. */
import type { ComponentChildren } from 'preact';
import { get, graph, type Page, post, quoted } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Card, Empty, Facts } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { attempt } from '../ui/toast.tsx';
import { type ActionResult, deviceUrl, heldUrl, inWords, type ManagedDevice } from './device.ts';
import { once, Secret, StateBadge } from './device-parts.tsx';

interface RemoteActionAudit {
  id: string;
  action: string;
  actionState: string;
  requestDateTime: string;
  initiatedByUserPrincipalName: string;
  deviceActionCategory: string;
}

/** A wipe and a retire that wait are seen in the state alone. */
const pendingByState: Readonly<Record<string, string>> = { wipePending: 'wipe', retirePending: 'retire' };

export function ResultsTab({ device, onChange }: { device: ManagedDevice; onChange: () => void }) {
  const results = [...device.deviceActionResults].reverse();
  const leaving = pendingByState[device.managementState];
  const pending = [
    ...(leaving === undefined ? [] : [leaving]),
    ...results.filter(({ actionState }) => actionState === 'pending').map(({ actionName }) => actionName),
  ];
  return (
    <div class="stack">
      <Card title="Waits for the device">
        {pending.length === 0 ? (
          <Empty>Nothing waits.</Empty>
        ) : (
          <ul class="pending">
            {pending.map((name) => (
              <PendingAction key={name} id={device.id} name={name} onChange={onChange} />
            ))}
          </ul>
        )}
      </Card>
      <Card title="Results">
        {results.length === 0 ? (
          <Empty>None yet. Wipe and retire are seen in the state, and below.</Empty>
        ) : (
          <Table
            label="Results of actions"
            rows={results}
            idOf={({ actionName }) => actionName}
            columns={[
              { id: 'action', label: 'Action', cell: ({ actionName }) => inWords(actionName) },
              { id: 'state', label: 'State', cell: ({ actionState }) => <StateBadge of="action" state={actionState} /> },
              { id: 'start', label: 'Asked for', secondary: true, cell: ({ startDateTime }) => <Instant at={startDateTime} /> },
              {
                id: 'updated',
                label: 'Last change',
                secondary: true,
                cell: ({ lastUpdatedDateTime }) => <Instant at={lastUpdatedDateTime} />,
              },
              { id: 'detail', label: 'What came of it', cell: (result) => <Detail id={device.id} result={result} /> },
            ]}
          />
        )}
      </Card>
      <Card title="Everything that was asked for">
        <RemoteActions id={device.id} />
      </Card>
    </div>
  );
}

function PendingAction({ id, name, onChange }: { id: string; name: string; onChange: () => void }) {
  const cancel = async () => {
    await attempt(() => post(heldUrl(id, `actions/${name}/cancel`)), `${inWords(name)}: canceled.`);
    onChange();
  };
  return (
    <li>
      <span>{inWords(name)}</span>
      <button type="button" aria-label={`Cancel ${inWords(name)}`} onClick={once(() => void cancel())}>
        Cancel
      </button>
    </li>
  );
}

/** Asked for anew when somebody wants to see it: what this page has loaded is not shown to whoever passes by. */
function Detail({ id, result }: { id: string; result: ActionResult }) {
  const { actionName, unlockPin, passcode, errorCode, deviceLocation, scanType, userPrincipalName } = result;
  const secret = async (name: 'unlockPin' | 'passcode') => {
    const { deviceActionResults } = await get<Pick<ManagedDevice, 'deviceActionResults'>>(
      deviceUrl(id, '', { $select: 'deviceActionResults' }),
    );
    return deviceActionResults.find((one) => one.actionName === actionName)?.[name] ?? null;
  };
  const gone = 'It is not shown any more.';
  if (unlockPin != null) return <Labelled text="PIN" secret={<Secret label="unlock PIN" none={gone} load={() => secret('unlockPin')} />} />;
  if (passcode != null)
    return <Labelled text="Passcode" secret={<Secret label="new passcode" none={gone} load={() => secret('passcode')} />} />;
  if (deviceLocation != null) {
    return (
      <span>
        {deviceLocation.latitude.toFixed(5)}, {deviceLocation.longitude.toFixed(5)} (<Instant at={deviceLocation.lastCollectedDateTime} />)
      </span>
    );
  }
  const words = [scanType, userPrincipalName, errorCode === undefined || errorCode === 0 ? undefined : `error ${errorCode}`];
  return <span>{words.filter(Boolean).join(', ')}</span>;
}

function Labelled({ text, secret }: { text: string; secret: ComponentChildren }) {
  return (
    <span>
      {text}: {secret}
    </span>
  );
}

/** Names of remoteActionAudits that say little by themselves. */
const auditedWords: Readonly<Record<string, string>> = {
  factoryReset: 'Wipe',
  factoryResetKeepEnrollmentData: 'Wipe, stays enrolled',
  removeCompanyData: 'Retire',
  unknown: 'Another action (the log has no name for it)',
};

function RemoteActions({ id }: { id: string }) {
  const url = graph('deviceManagement/remoteActionAudits', { $filter: `managedDeviceId eq ${quoted(id)}`, $top: 100 });
  const { data, error } = useRemote(url, (stop) => get<Page<RemoteActionAudit>>(url, { signal: stop }), ['devices', 'audits']);
  if (error !== undefined) return <Facts rows={[['No answer', error.message]]} />;
  if (data === undefined) return null;
  if (data.value.length === 0) return <Empty>Nothing was asked of this device yet.</Empty>;
  return (
    <Table
      label="Everything that was asked of this device"
      rows={data.value}
      idOf={(one) => one.id}
      columns={[
        { id: 'action', label: 'Action', cell: ({ action }) => auditedWords[action] ?? inWords(action) },
        { id: 'state', label: 'State', cell: ({ actionState }) => <StateBadge of="action" state={actionState} /> },
        { id: 'at', label: 'Asked for', cell: ({ requestDateTime }) => <Instant at={requestDateTime} /> },
        { id: 'by', label: 'By', secondary: true, cell: ({ initiatedByUserPrincipalName }) => initiatedByUserPrincipalName },
      ]}
    />
  );
}

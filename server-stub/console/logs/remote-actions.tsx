/** Every action that was asked for, by whom, and what became of it. */
import { quoted } from '../api.ts';
import { href } from '../router.ts';
import { Badge, type Tone } from '../ui/parts.tsx';
import type { Column } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { type LogFilter, period, within } from './filters.tsx';
import { LogTable } from './log-table.tsx';

interface RemoteActionAudit {
  id: string;
  action: string;
  requestDateTime: string;
  actionState: string;
  deviceDisplayName: string;
  managedDeviceId: string;
  initiatedByUserPrincipalName: string;
  deviceOwnerUserPrincipalName: string;
  deviceActionCategory: string;
}

const tones: Readonly<Record<string, Tone>> = {
  done: 'good',
  failed: 'bad',
  notSupported: 'bad',
  canceled: 'warn',
  pending: 'info',
  active: 'info',
};
const states = ['pending', 'active', 'done', 'failed', 'notSupported', 'canceled'];

/** This log's names are older than those of the actions; what has none in it is `unknown` there. */
const actions: Readonly<Record<string, string>> = {
  remoteLock: 'Remote lock',
  resetPasscode: 'Reset passcode',
  removeCompanyData: 'Retire',
  factoryReset: 'Wipe',
  factoryResetKeepEnrollmentData: 'Wipe, keep enrollment',
  delete: 'Delete',
  rebootNow: 'Restart',
  shutDown: 'Shut down',
  locateDevice: 'Locate device',
  enableLostMode: 'Enable lost mode',
  disableLostMode: 'Disable lost mode',
  cleanWindowsDevice: 'Fresh start',
  setDeviceName: 'Rename device',
  rotateBitLockerKeys: 'BitLocker key rotation',
  rotateFileVaultKey: 'FileVault key rotation',
  logoutSharedAppleDeviceActiveUser: 'Log out current user',
  quickScan: 'Quick scan',
  fullScan: 'Full scan',
  windowsDefenderUpdateSignatures: 'Update Defender signatures',
  unknown: 'Sync and others without a name here',
};

const actionText = (name: string): string => (name === 'unknown' ? 'unknown' : (actions[name] ?? name));

const filters: readonly LogFilter[] = [
  { name: 'action', label: 'Action', options: Object.entries(actions), term: (name) => `action eq ${quoted(name)}` },
  { name: 'state', label: 'State', options: states.map((name) => [name, name]), term: (name) => `actionState eq ${quoted(name)}` },
  { name: 'actor', label: 'By', term: within('initiatedByUserPrincipalName') },
  {
    name: 'device',
    label: 'Device',
    term: (text) => `(contains(deviceDisplayName,${quoted(text)}) or managedDeviceId eq ${quoted(text.toLowerCase())})`,
  },
  ...period('requestDateTime'),
];

const columns: readonly Column<RemoteActionAudit>[] = [
  { id: 'at', label: 'Asked for', cell: ({ requestDateTime }) => <Instant at={requestDateTime} /> },
  { id: 'action', label: 'Action', cell: ({ action }) => <span title={action}>{actionText(action)}</span> },
  {
    id: 'device',
    label: 'Device',
    cell: ({ managedDeviceId, deviceDisplayName }) => (
      <a href={href(['devices', managedDeviceId])} title={deviceDisplayName}>
        {deviceDisplayName}
      </a>
    ),
  },
  { id: 'state', label: 'State', cell: ({ actionState }) => <Badge tone={tones[actionState] ?? 'quiet'}>{actionState}</Badge> },
  { id: 'by', label: 'By', cell: ({ initiatedByUserPrincipalName: by }) => <span title={by}>{by}</span>, secondary: true },
  {
    id: 'owner',
    label: 'User of the device',
    cell: ({ deviceOwnerUserPrincipalName: owner }) => <span title={owner}>{owner}</span>,
    secondary: true,
  },
  {
    id: 'bulk',
    label: 'Asked',
    cell: ({ deviceActionCategory }) => (deviceActionCategory === 'bulk' ? 'for several' : 'for this one'),
    secondary: true,
  },
];

export function RemoteActions() {
  return (
    <LogTable
      label="Remote actions"
      path="deviceManagement/remoteActionAudits"
      topics={['audits', 'devices']}
      filters={filters}
      columns={columns}
      none="No action was asked for yet: open a device and choose one."
    />
  );
}

/** What is asked before an action is sent: its parameters, in Graph's names, and what it takes away. */

export interface Parameter {
  name: string;
  label: string;
  kind: 'flag' | 'text' | 'long' | 'pin' | 'number';
  hint?: string;
  required?: boolean;
  max?: number;
  /** Only where the device's operatingSystem begins so. */
  on?: string;
  /** Sent also where it is false. */
  always?: boolean;
}

interface ActionForm {
  parameters?: readonly Parameter[];
  /** Asked first: what becomes of the device. */
  loses?: (about: { system: string; isOnline: boolean; isCorporateAndroid: boolean; isMany: boolean }) => string;
  danger?: boolean;
}

const theDevice = (isMany: boolean) => (isMany ? 'Each device' : 'The device');

export const actionForms: Readonly<Record<string, ActionForm>> = {
  wipe: {
    danger: true,
    loses: ({ isMany }) =>
      `${theDevice(isMany)} is reset to its factory state: everything on it is lost, what its user has made included. A device that cannot be reached is wiped at its next check-in.`,
    parameters: [
      { name: 'keepEnrollmentData', label: 'Keep it enrolled, and keep the user account', kind: 'flag', on: 'Windows' },
      { name: 'keepUserData', label: 'Keep what the user has made', kind: 'flag', on: 'Windows' },
      { name: 'useProtectedWipe', label: 'Go on with the wipe if the device is switched off', kind: 'flag', on: 'Windows' },
      {
        name: 'macOsUnlockCode',
        label: 'Recovery PIN',
        kind: 'pin',
        hint: 'Six digits that open the Mac again; empty: none.',
        on: 'macOS',
      },
      { name: 'persistEsimDataPlan', label: 'Keep the eSIM', kind: 'flag', on: 'iOS' },
      { name: 'persistEsimDataPlan', label: 'Keep the eSIM', kind: 'flag', on: 'iPadOS' },
    ],
  },
  retire: {
    danger: true,
    loses: ({ isMany }) =>
      `${theDevice(isMany)} leaves the management: managed apps, profiles and company data are removed, the user’s own data stays. It has to be enrolled again to come back.`,
  },
  delete: {
    danger: true,
    loses: ({ isOnline, isCorporateAndroid, isMany }) =>
      `The record goes at once, and with it what is known of ${isMany ? 'the devices' : 'the device'}; only the audit log keeps its entries. ${
        isOnline ? 'This device is online and goes on working. ' : ''
      }At ${isMany ? 'their' : 'its'} next check-in ${isMany ? 'they are' : 'it is'} ${
        isCorporateAndroid ? 'wiped' : isMany ? 'retired (corporate Android: wiped)' : 'retired'
      }, if ${isMany ? 'their certificates are' : 'its certificate is'} still good.`,
  },
  cleanWindowsDevice: {
    danger: true,
    loses: ({ isMany }) => `${theDevice(isMany)} loses every app that did not come with Windows.`,
    parameters: [{ name: 'keepUserData', label: 'Keep what the user has made', kind: 'flag', always: true }],
  },
  deleteUserFromSharedAppleDevice: {
    danger: true,
    loses: () => 'What the iPad has of this user is removed from it; what was not synchronised is lost.',
    parameters: [{ name: 'userPrincipalName', label: 'User', kind: 'text', required: true, max: 256 }],
  },
  logoutSharedAppleDeviceActiveUser: { loses: () => 'The user who is logged in is logged out; what they are doing may be lost.' },
  rebootNow: { loses: ({ isMany }) => `${theDevice(isMany)} restarts, whatever its user is doing.` },
  shutDown: { loses: ({ isMany }) => `${theDevice(isMany)} is switched off; somebody has to switch it on by hand.` },
  resetPasscode: {
    loses: ({ system }) =>
      system === 'Android'
        ? 'The passcode is replaced by one that the service makes; it is shown among the results for seven days.'
        : 'The passcode is removed: whoever has the device can open it, until a new one is set.',
  },
  enableLostMode: {
    loses: () => 'The device is locked, and shows your words to whoever finds it.',
    parameters: [
      { name: 'message', label: 'Message', kind: 'long', required: true, max: 1024 },
      { name: 'phoneNumber', label: 'Phone number', kind: 'text', max: 256 },
      { name: 'footer', label: 'Small print', kind: 'text', max: 256 },
    ],
  },
  playLostModeSound: {
    parameters: [{ name: 'durationInMinutes', label: 'Minutes', kind: 'number', hint: 'Empty: as long as the device does it.', max: 3 }],
  },
  setDeviceName: {
    parameters: [
      {
        name: 'deviceName',
        label: 'New name',
        kind: 'text',
        required: true,
        max: 63,
        hint: 'Windows: at most 15 letters, digits and hyphens.',
      },
    ],
  },
  sendCustomNotificationToCompanyPortal: {
    parameters: [
      { name: 'notificationTitle', label: 'Title', kind: 'text', required: true, hint: 'At most 50 characters.' },
      { name: 'notificationBody', label: 'Message', kind: 'long', required: true, hint: 'At most 500 characters.' },
    ],
  },
  windowsDefenderScan: {
    parameters: [{ name: 'quickScan', label: 'Quick: only where malware usually is', kind: 'flag', always: true }],
  },
  rotateFileVaultKey: { loses: () => 'The recovery key of today opens the disk no longer; the new one is shown on this page.' },
};

/** Those that a device of this system is asked for. */
export function parametersFor(action: string, system: string): readonly Parameter[] {
  return (actionForms[action]?.parameters ?? []).filter(({ on }) => on === undefined || on === system);
}

/** The body of the request: texts that are empty and flags that are off are left out. */
export function bodyOf(parameters: readonly Parameter[], values: Readonly<Record<string, string | boolean>>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const { name, kind, always = false } of parameters) {
    const value = values[name];
    if (kind === 'flag') {
      if (value === true || always) body[name] = value === true;
    } else if (typeof value === 'string' && value.trim() !== '') body[name] = value;
  }
  return body;
}

/** On many devices at once. */
export interface BulkAction {
  /** Of the catalogue, or `delete`. */
  name: string;
  title: string;
  /** What executeAction calls it; absent: it does not know it. */
  executed?: string;
}

export const bulkActions: readonly BulkAction[] = [
  { name: 'syncDevice', title: 'Sync', executed: 'syncDevice' },
  { name: 'remoteLock', title: 'Remote lock' },
  { name: 'rebootNow', title: 'Restart', executed: 'rebootNow' },
  { name: 'sendCustomNotificationToCompanyPortal', title: 'Send notification', executed: 'customTextNotification' },
  { name: 'setDeviceName', title: 'Rename', executed: 'setDeviceName' },
  { name: 'retire', title: 'Retire', executed: 'retire' },
  { name: 'wipe', title: 'Wipe', executed: 'wipe' },
  { name: 'delete', title: 'Delete', executed: 'delete' },
];

/** Those that devices of all kinds are asked for at once. */
export function bulkParameters({ name }: BulkAction): readonly Parameter[] {
  if (name === 'setDeviceName') {
    const hint = 'Names are told apart by {{serialnumber}} or {{rand:4}}.';
    return [{ name: 'deviceName', label: 'New names', kind: 'text', required: true, max: 63, hint }];
  }
  if (name === 'wipe') {
    return [
      { name: 'keepEnrollmentData', label: 'Windows: keep it enrolled, and keep the user account', kind: 'flag' },
      { name: 'keepUserData', label: 'Windows: keep what the user has made', kind: 'flag' },
      { name: 'persistEsimDataPlan', label: 'iOS and iPadOS: keep the eSIM', kind: 'flag' },
    ];
  }
  return actionForms[name]?.parameters ?? [];
}

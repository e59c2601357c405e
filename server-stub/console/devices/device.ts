/** A managed device as Graph tells of it, and what its words mean. */
import { graph } from '../api.ts';
import type { Tone } from '../ui/parts.tsx';

export interface ListedDevice {
  id: string;
  deviceName: string;
  operatingSystem: string;
  osVersion: string;
  userPrincipalName: string;
  managementState: string;
  complianceState: string;
  lastSyncDateTime: string;
  managementCertificateExpirationDate: string;
  model: string;
  manufacturer: string;
  serialNumber: string;
  managedDeviceOwnerType: string;
  enrolledDateTime: string;
}

/** By id everything is told; of a list only what its rows show is asked for. */
export interface ManagedDevice extends ListedDevice {
  userDisplayName: string;
  managedDeviceName: string;
  deviceEnrollmentType: string;
  managementAgent: string;
  isEncrypted: boolean;
  isSupervised: boolean;
  jailBroken: string;
  lostModeState: string;
  notes: string | null;
  azureADDeviceId: string;
  androidSecurityPatchLevel: string;
  partnerReportedThreatState: string;
  complianceGracePeriodExpirationDateTime: string;
  retireAfterDateTime: string;
  deviceActionResults: ActionResult[];
}

export interface ActionResult {
  actionName: string;
  actionState: string;
  startDateTime: string;
  lastUpdatedDateTime: string;
  unlockPin?: string | null;
  passcode?: string | null;
  errorCode?: number;
  userPrincipalName?: string;
  scanType?: string;
  deviceLocation?: { lastCollectedDateTime: string; latitude: number; longitude: number } | null;
}

/** The device itself, as whoever holds it sees it: as much of it as this page shows. */
export interface HeldDevice {
  serialNumber: string;
  /** Of its latest enrollment. */
  deviceId: string | null;
  network: boolean;
  power: 'on' | 'restarting' | 'off';
  phase: string;
  description: string;
  screen: { kind: string; title: string };
}

/** Path of a device, and of what is below it, in Graph. */
const devicePath = (id: string, below = '') =>
  `deviceManagement/managedDevices/${encodeURIComponent(id)}${below === '' ? '' : `/${below}`}`;

export const deviceUrl = (id: string, below = '', query: Record<string, string | number | undefined> = {}) =>
  graph(devicePath(id, below), query);

/** Its control interface: as its user. */
export const heldUrl = (ref: string, below = '') => `/mockfleet/devices/${encodeURIComponent(ref)}${below === '' ? '' : `/${below}`}`;

export const managementWords: Readonly<Record<string, { label: string; tone: Tone; means?: string }>> = {
  managed: { label: 'Managed', tone: 'good' },
  unhealthy: { label: 'Unhealthy', tone: 'bad', means: 'Its certificate has ended: it can never check in again.' },
  retirePending: {
    label: 'Retire pending',
    tone: 'warn',
    means: 'The retire waits for the device, or for its word that it is done. It stays so while the device cannot be reached.',
  },
  retireIssued: { label: 'Retired', tone: 'info', means: 'The device has said that it is retired; its record goes in a moment.' },
  retireFailed: { label: 'Retire failed', tone: 'bad', means: 'The device said that it could not be retired.' },
  retireCanceled: { label: 'Retire canceled', tone: 'quiet' },
  wipePending: {
    label: 'Wipe pending',
    tone: 'warn',
    means:
      'The wipe waits for the device, or for its word that it begins. It stays so while the device cannot be reached, and for ever if the device was wiped before it said so: then delete the record.',
  },
  wipeIssued: { label: 'Wiped', tone: 'info', means: 'The device has said that it is being wiped; its record goes in a moment.' },
  wipeFailed: { label: 'Wipe failed', tone: 'bad', means: 'The device said that it could not be wiped.' },
  wipeCanceled: { label: 'Wipe canceled', tone: 'quiet' },
  deletePending: { label: 'Delete pending', tone: 'warn' },
};

export const complianceWords: Readonly<Record<string, { label: string; tone: Tone }>> = {
  compliant: { label: 'Compliant', tone: 'good' },
  noncompliant: { label: 'Not compliant', tone: 'bad' },
  inGracePeriod: { label: 'In grace period', tone: 'warn' },
  error: { label: 'Error', tone: 'bad' },
  conflict: { label: 'Conflict', tone: 'warn' },
  notApplicable: { label: 'Not applicable', tone: 'quiet' },
  unknown: { label: 'Not evaluated', tone: 'quiet' },
};

export const actionStateWords: Readonly<Record<string, { label: string; tone: Tone }>> = {
  none: { label: 'None', tone: 'quiet' },
  pending: { label: 'Pending', tone: 'warn' },
  active: { label: 'Active', tone: 'info' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  notSupported: { label: 'Not supported', tone: 'bad' },
  canceled: { label: 'Canceled', tone: 'quiet' },
};

/** `factoryReset` → `Factory reset`. */
export function inWords(name: string): string {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/^Os /, 'OS ');
}

/** A name may be of any length: so much of it tells what it is. */
export const shortened = (name: string): string => (name.length > 300 ? `${name.slice(0, 300)}…` : name);

/** The latest day of a certificate counts: what has not ended has at least this many whole days left; negative: ended. */
export const daysUntil = (iso: string, now: number): number => Math.floor((Date.parse(iso) - now) / 86_400_000);

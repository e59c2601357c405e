/**
 * What can be made otherwise on a device, in words for people. The names and values are those of protocol/device-security.ts and
 * protocol/actions.ts, which the page cannot import; a test holds both together (test/console/screen-tables.test.ts).
 */
import type { Platform, TraitValue } from './device-view.ts';

export interface Trait {
  label: string;
  /** true or false: what a good device has. */
  good?: boolean;
  /** One of these; the first one is the mildest. */
  choices?: readonly string[];
  /** A whole number, up to this. */
  max?: number;
  /** Text that looks like this. */
  example?: string;
}

const minutesMax = 10_080;

export const traits: Readonly<Record<string, Trait>> = {
  threatLevel: { label: 'Threat level', choices: ['secured', 'low', 'medium', 'high', 'unavailable'] },
  lockAfterMinutes: { label: 'Minutes until it locks', max: minutesMax },
  rememberedPasscodes: { label: 'Earlier passcodes it remembers', max: 50 },
  screenOffAfterMinutes: { label: 'Minutes until the screen is off', max: minutesMax },
  build: { label: 'Build of the system', example: '21F90' },
  managedEmail: { label: 'Managed mail account', good: true },
  securityPatch: { label: 'Day of its security patch', example: '2026-08-05' },
  googlePlayServices: { label: 'Google Play services', good: true },
  securityProvidersUpToDate: { label: 'Security provider up to date', good: true },
  unknownSources: { label: 'Apps from unknown sources', good: false },
  usbDebugging: { label: 'USB debugging', good: false },
  verifyApps: { label: 'Threat scan of apps', good: true },
  playIntegrity: { label: 'Play integrity verdict', choices: ['none', 'basic', 'device', 'strong'] },
  managementAppIntact: { label: 'Company Portal intact', good: true },
  updatesPending: { label: 'Updates pending', good: false },
  systemIntegrityProtection: { label: 'System integrity protection', good: true },
  firewall: { label: 'Firewall', good: true },
  firewallBlocksIncoming: { label: 'Firewall blocks incoming', good: true },
  firewallStealth: { label: 'Firewall stealth mode', good: true },
  gatekeeper: { label: 'Apps may come from', choices: ['macAppStore', 'macAppStoreAndIdentifiedDevelopers', 'anywhere'] },
  secureBoot: { label: 'Secure boot', good: true },
  codeIntegrity: { label: 'Code integrity', good: true },
  earlyLaunchAntiMalware: { label: 'Early launch anti-malware', good: true },
  tpm: { label: 'TPM', good: true },
  antivirus: { label: 'Antivirus', good: true },
  antiSpyware: { label: 'Antispyware', good: true },
  defender: { label: 'Microsoft Defender', good: true },
  realTimeProtection: { label: 'Real-time protection', good: true },
  signaturesUpToDate: { label: 'Signatures up to date', good: true },
  memoryIntegrity: { label: 'Memory integrity', good: true },
  kernelDmaProtection: { label: 'Kernel DMA protection', good: true },
  virtualizationBasedSecurity: { label: 'Virtualization-based security', good: true },
  firmwareProtection: { label: 'Firmware protection', good: true },
  defenderVersion: { label: 'Version of Defender', example: '4.18.24060.7' },
};

const everywhere = ['threatLevel', 'lockAfterMinutes', 'rememberedPasscodes'];

export const traitsOf: Readonly<Record<Platform, readonly string[]>> = {
  ios: [...everywhere, 'screenOffAfterMinutes', 'build', 'managedEmail'],
  macos: [...everywhere, 'build', 'systemIntegrityProtection', 'firewall', 'firewallBlocksIncoming', 'firewallStealth', 'gatekeeper'],
  android: [
    ...everywhere,
    ...['securityPatch', 'googlePlayServices', 'securityProvidersUpToDate', 'unknownSources', 'usbDebugging', 'verifyApps'],
    ...['playIntegrity', 'managementAppIntact', 'updatesPending'],
  ],
  windows: [
    ...everywhere,
    ...['firewall', 'secureBoot', 'codeIntegrity', 'earlyLaunchAntiMalware', 'tpm', 'antivirus', 'antiSpyware', 'defender'],
    ...['realTimeProtection', 'signaturesUpToDate', 'memoryIntegrity', 'kernelDmaProtection', 'virtualizationBasedSecurity'],
    ...['firmwareProtection', 'defenderVersion'],
  ],
};

/** What a habit can be about: actions by their names, with their titles in the catalogue. */
export const habitSubjects: Readonly<Record<string, string>> = {
  any: 'Any action',
  syncDevice: 'Sync',
  remoteLock: 'Remote lock',
  resetPasscode: 'Reset passcode',
  bypassActivationLock: 'Bypass Activation Lock',
  retire: 'Retire',
  wipe: 'Wipe',
  rebootNow: 'Restart',
  shutDown: 'Shut down',
  locateDevice: 'Locate device',
  enableLostMode: 'Enable lost mode',
  disableLostMode: 'Disable lost mode',
  playLostModeSound: 'Play lost mode sound',
  cleanWindowsDevice: 'Fresh start',
  setDeviceName: 'Rename device',
  rotateBitLockerKeys: 'BitLocker key rotation',
  logoutSharedAppleDeviceActiveUser: 'Log out current user',
  deleteUserFromSharedAppleDevice: 'Remove user',
  windowsDefenderScan: 'Microsoft Defender scan',
  windowsDefenderUpdateSignatures: 'Update Microsoft Defender security intelligence',
  rotateFileVaultKey: 'Rotate FileVault recovery key',
};

/** In the order of the protocol (protocol/hands.ts). */
export const habitKinds: Readonly<Record<string, string>> = {
  'not-now': 'says “not now”, and tries again later',
  fail: 'fails',
  'not-supported': 'says that it is not supported',
  slow: 'takes its time',
  silent: 'does it and never reports it (wipe)',
};

export function traitText(name: string, value: TraitValue): string {
  const label = traits[name]?.label ?? name;
  return typeof value === 'boolean' ? `${label}: ${value ? 'yes' : 'no'}` : `${label}: ${value}`;
}

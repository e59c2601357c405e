/** What settings of policies and their values are called for people, and where each stands in a form. */
import type { SettingForm, SettingForms } from './setting-forms.ts';

/** Where Graph's own name would say little, or the opposite. */
const labels: Readonly<Record<string, string>> = {
  advancedThreatProtectionRequiredSecurityLevel: 'Defender for Endpoint: machine risk at most',
  deviceThreatProtectionEnabled: 'Mobile threat defense required',
  deviceThreatProtectionRequiredSecurityLevel: 'Mobile threat defense: threat level at most',
  securityBlockJailbrokenDevices: 'Jailbroken or rooted devices not allowed',
  securityBlockDeviceAdministratorManagedDevices: 'Management by device administrator not allowed',
  securityPreventInstallAppsFromUnknownSources: 'Apps from unknown sources not allowed',
  securityDisableUsbDebugging: 'USB debugging not allowed',
  securityRequireVerifyApps: 'Threat scan of apps required',
  securityRequireGooglePlayServices: 'Google Play services required',
  securityRequireUpToDateSecurityProviders: 'Up-to-date security provider required',
  securityRequireCompanyPortalAppIntegrity: 'Company Portal integrity required',
  securityRequireIntuneAppIntegrity: 'Intune app integrity required',
  securityRequireSafetyNetAttestationBasicIntegrity: 'Play Integrity: basic integrity required',
  securityRequireSafetyNetAttestationCertifiedDevice: 'Play Integrity: certified device required',
  securityRequiredAndroidSafetyNetEvaluationType: 'Play Integrity: strength of the check',
  minAndroidSecurityPatchLevel: 'Security patch level at least',
  requireNoPendingSystemUpdates: 'No system update pending',
  managedEmailProfileRequired: 'Managed e-mail profile required',
  restrictedApps: 'Restricted apps',
  storageRequireEncryption: 'Encryption of storage required',
  systemIntegrityProtectionEnabled: 'System integrity protection required',
  firewallEnabled: 'Firewall required',
  firewallBlockAllIncoming: 'Firewall: all incoming connections blocked',
  firewallEnableStealthMode: 'Firewall: stealth mode',
  gatekeeperAllowedAppSource: 'Gatekeeper: apps from',
  bitLockerEnabled: 'BitLocker required',
  secureBootEnabled: 'Secure Boot required',
  codeIntegrityEnabled: 'Code integrity required',
  earlyLaunchAntiMalwareDriverEnabled: 'Early-launch antimalware driver required',
  activeFirewallRequired: 'Firewall required',
  tpmRequired: 'TPM required',
  antivirusRequired: 'Antivirus required',
  antiSpywareRequired: 'Antispyware required',
  defenderEnabled: 'Defender Antimalware required',
  defenderVersion: 'Defender Antimalware: version at least',
  signatureOutOfDate: 'Defender Antimalware: intelligence up to date',
  rtpEnabled: 'Real-time protection required',
  memoryIntegrityEnabled: 'Memory integrity required',
  kernelDmaProtectionEnabled: 'Kernel DMA protection required',
  virtualizationBasedSecurityEnabled: 'Virtualization-based security required',
  firmwareProtectionEnabled: 'Firmware protection required',
  configurationManagerComplianceRequired: 'Compliance by Configuration Manager required',
  requireHealthyDeviceReport: 'Health attestation required',
  osMinimumVersion: 'System version at least',
  osMaximumVersion: 'System version at most',
  osMinimumBuildVersion: 'Build at least',
  osMaximumBuildVersion: 'Build at most',
  mobileOsMinimumVersion: 'Version of phones at least',
  mobileOsMaximumVersion: 'Version of phones at most',
  validOperatingSystemBuildRanges: 'Valid builds',
  wslDistributions: 'Linux distributions (WSL)',
  deviceCompliancePolicyScript: 'Custom compliance script',
  conditionStatementId: 'Condition statement',
  requiredPasswordComplexity: 'Password complexity',
  workProfileRequiredPasswordComplexity: 'Work profile: password complexity',
  workProfileRequirePassword: 'Work profile: password required',
};

export function settingLabel(name: string): string {
  return (Object.hasOwn(labels, name) ? labels[name] : undefined) ?? wordsOf(name.replace(/^workProfile(?=[A-Z])/, 'Work profile: '));
}

/** `alphanumericWithSymbols` → Alphanumeric with symbols. */
export function wordsOf(name: string): string {
  const words = name.replace(/\?$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  const lower = words.replace(/(?<=\s)[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

const sections: readonly [title: string, holds: RegExp][] = [
  ['Work profile', /^workProfile/],
  ['Passwords', /pass(word|code)/i],
  ['System version', /^(os|mobileOs)M|BuildRanges|PatchLevel|SystemUpdates|^wsl/],
  ['Threats', /ThreatProtection|efender|ntivirus|ntiSpyware|signature|^rtp|Jailbroken/],
  ['Device', /./],
];

/** In the order of a form: what people look for first comes first. */
export function inSections(settings: SettingForms): [title: string, entries: [string, SettingForm][]][] {
  const titleOf = (name: string) => sections.find(([, holds]) => holds.test(name))?.[0];
  return sections.flatMap(([title]) => {
    const entries = Object.entries(settings).filter(([name]) => titleOf(name) === title);
    return entries.length === 0 ? [] : [[title, entries]];
  });
}

/** A value for people; null: it asks for nothing. */
export function valueText(form: SettingForm | undefined, value: unknown): string | null {
  if (value === null || value === undefined || value === '' || value === false) return null;
  if (value === true) return 'Yes';
  if (form?.kind === 'choice' && typeof value === 'string') return value === form.values[0] ? null : wordsOf(value);
  if (!Array.isArray(value)) return typeof value === 'object' ? membersText(value) : String(value);
  return value.length === 0 ? null : value.map(membersText).join('; ');
}

function membersText(row: object): string {
  return Object.entries(row)
    .filter(([name, value]) => !name.startsWith('@') && value !== null && value !== '')
    .map(([, value]) => String(value))
    .join(' – ');
}

/** What has to be written into a field, in a few words. */
export function hintOf(name: string, form: SettingForm): string | undefined {
  if (form.kind === 'text') return `Such as ${form.such}`;
  if (form.kind !== 'number') return undefined;
  const unit = /Minutes/.test(name) ? ' minutes' : /Days/.test(name) ? ' days' : '';
  return `${form.min} to ${form.max}${unit}`;
}

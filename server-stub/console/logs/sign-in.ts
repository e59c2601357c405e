/** An entry of the sign-in log as Graph shows it, and its words for people. */
import type { Tone } from '../ui/parts.tsx';

export interface SignIn {
  id: string;
  createdDateTime: string;
  userDisplayName: string;
  userPrincipalName: string;
  appDisplayName: string;
  resourceDisplayName: string;
  clientAppUsed: string;
  correlationId: string;
  isInteractive: boolean;
  conditionalAccessStatus: 'success' | 'failure' | 'notApplied';
  status: { errorCode: number; failureReason: string | null };
  deviceDetail: {
    deviceId: string;
    displayName: string | null;
    operatingSystem: string | null;
    isCompliant: boolean | null;
    isManaged: boolean | null;
    trustType: string | null;
  };
  appliedConditionalAccessPolicies: AppliedPolicy[];
}

export interface AppliedPolicy {
  id: string;
  displayName: string;
  result: string;
  enforcedGrantControls: string[];
}

const results: Readonly<Record<string, [text: string, tone: Tone, why: string]>> = {
  success: ['Let in', 'good', 'It applies, and what it requires was there.'],
  failure: ['Blocked', 'bad', 'It applies, and what it requires was not there.'],
  notApplied: ['Not applied', 'quiet', 'This user, app or platform is none of its conditions.'],
  notEnabled: ['Off', 'quiet', 'It is switched off.'],
  reportOnlySuccess: ['Would let in', 'info', 'Report only: what it requires was there.'],
  reportOnlyFailure: ['Would block', 'warn', 'Report only: what it requires was not there.'],
  reportOnlyNotApplied: ['Would not apply', 'quiet', 'Report only: this user, app or platform is none of its conditions.'],
  reportOnlyInterrupted: ['Would ask', 'warn', 'Report only: the user would have been asked for more.'],
};

export function resultOf({ result }: AppliedPolicy): [text: string, tone: Tone, why: string] {
  return results[result] ?? [result, 'quiet', ''];
}

/** The names of the log, for people. */
const controls: Readonly<Record<string, string>> = {
  Block: 'Block',
  Mfa: 'Multifactor authentication',
  RequireCompliantDevice: 'A compliant device',
  RequireDomainJoinedDevice: 'A domain-joined device',
  RequireApprovedApp: 'An approved app',
  block: 'Block',
  mfa: 'Multifactor authentication',
  compliantDevice: 'A compliant device',
  domainJoinedDevice: 'A domain-joined device',
  approvedApplication: 'An approved app',
  compliantApplication: 'A protected app',
  passwordChange: 'A new password',
};

export function controlText(name: string): string {
  return controls[name] ?? name;
}

export function yesNo(value: boolean | null): string {
  return value === null ? 'not known' : value ? 'yes' : 'no';
}

/** A device is judged by the policies that reach it: setting by setting, policy by policy. What came of it begins or ends spells (spells.ts). */
import { isManagedByPartner } from '../../../protocol/platforms.ts';
import type { ComplianceStatus, PasscodeDemands, PolicyResult, SettingResult } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { builtInPolicy, judgeBuiltIn } from './built-in.ts';
import { type Conflicts, conflicts } from './conflicts.ts';
import { demandsOf } from './demands.ts';
import { policyTypeTable } from './policy-types.ts';
import type { DeviceFacts } from './setting.ts';
import { complianceSettings } from './settings.ts';
import { policiesOf, type ReachingPolicy } from './targets.ts';

/** What was found, before anything is made of it. */
export interface Finding {
  policyId: string;
  policyVersion: number;
  state: ComplianceStatus;
  settings: readonly SettingResult[];
  takesActions: boolean;
}

export interface Evaluation {
  /** That of the service itself first. */
  findings: Finding[];
  recheckAt: number | null;
  demands: PasscodeDemands | null;
}

/** @param isActive the device was in touch within the validity period */
export function judgeDevice(core: Core, record: DeviceRecord, isActive: boolean, now: number): Evaluation {
  const policies = policiesOf(core, record);
  const contradicted = conflicts(policies);
  const findings = [builtInFinding(core, record, policies.length, isActive)];
  let recheckAt: number | null = null;
  for (const reaching of policies) {
    const { finding, recheckAt: at } = judgePolicy(reaching, record, contradicted, now);
    findings.push(finding);
    if (at !== null) recheckAt = recheckAt === null ? at : Math.min(recheckAt, at);
  }
  return { findings, recheckAt, demands: demandsOf(policies, record) };
}

export function builtInFinding(core: Core, record: DeviceRecord, policies: number, isActive: boolean): Finding {
  const settings = judgeBuiltIn(core, record, complianceSettings(core), policies, isActive);
  return { policyId: builtInPolicy.id, policyVersion: 1, state: worst(settings), settings, takesActions: false };
}

function judgePolicy({ policy, reach }: ReachingPolicy, record: DeviceRecord, contradicted: Conflicts, now: number) {
  const { settings: rules } = policyTypeTable[policy.type];
  const { information } = record;
  const facts: DeviceFacts | null = information === null ? null : { record, information, now };
  const settings: SettingResult[] = [];
  let recheckAt: number | null = null;
  for (const [setting, value] of Object.entries(policy.settings)) {
    const rule = rules[setting];
    if (value === null || rule?.asks(value, policy.settings) !== true) continue;
    if (rule.judge === null) settings.push({ setting, state: 'notApplicable' });
    else if (facts === null) settings.push({ setting, state: 'unknown' });
    else if (information?.unreadable?.includes(setting) === true) settings.push({ setting, state: 'error' });
    else if (contradicted.get(policy.id)?.has(setting) === true) settings.push({ setting, state: 'conflict' });
    else {
      const judged = rule.judge(value, facts);
      settings.push({ setting, state: judged.state });
      const at = judged.recheckAt ?? null;
      if (at !== null) recheckAt = recheckAt === null ? at : Math.min(recheckAt, at);
    }
  }
  const takesActions = reach !== 'device-group' && !isManagedByPartner(record.inventory);
  const finding: Finding = { policyId: policy.id, policyVersion: policy.version, state: worst(settings), settings, takesActions };
  return { finding, recheckAt };
}

/** From the mildest to the worst (reference §4.5); a policy without any setting is kept. */
const severity: Readonly<Record<ComplianceStatus, number>> = {
  unknown: 0,
  notApplicable: 1,
  compliant: 2,
  nonCompliant: 3,
  conflict: 4,
  error: 5,
};

function worst(settings: readonly SettingResult[]): ComplianceStatus {
  if (settings.length === 0) return 'compliant';
  return settings.reduce<ComplianceStatus>((state, one) => (severity[one.state] > severity[state] ? one.state : state), 'unknown');
}

/** The same result, so that devices to which nothing happened share it. */
const shared = new Map<string, PolicyResult>();
const sharedMax = 10_000;
/** Those in it: most of what is asked for is there already. */
const isShared = new WeakSet<PolicyResult>();

/** Results are the same for most of a fleet: devices share what is equal. */
export function sharedResult(result: PolicyResult): PolicyResult {
  if (result.since !== null || result.errorSince !== null || isShared.has(result)) return result;
  const key = JSON.stringify(result);
  const known = shared.get(key);
  if (known !== undefined) return known;
  if (shared.size >= sharedMax) shared.clear();
  shared.set(key, result);
  isShared.add(result);
  return result;
}

/** A device is judged by the policies that reach it: setting by setting, policy by policy. What came of it begins or ends spells (spells.ts). */
import { isManagedByPartner } from '../../../protocol/platforms.ts';
import type { CompliancePolicyRecord, ComplianceStatus, Json, PasscodeDemands, PolicyResult, SettingResult } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { builtInPolicy, judgeBuiltIn } from './built-in.ts';
import { type Conflicts, conflicts } from './conflicts.ts';
import { demandsOf } from './demands.ts';
import { policyTypeTable } from './policy-types.ts';
import type { DeviceFacts, SettingRule, SettingValues } from './setting.ts';
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

/** A setting of a policy that asks for something. */
interface Asked {
  setting: string;
  value: Exclude<Json, null>;
  rule: SettingRule;
}

/** By the settings that they are among, which nobody changes in place: worked out once for a policy, and not for each look at a device. */
const askedOf = new WeakMap<SettingValues, readonly Asked[]>();

function askedBy({ type, settings }: CompliancePolicyRecord): readonly Asked[] {
  let asked = askedOf.get(settings);
  if (asked === undefined) {
    const { settings: rules } = policyTypeTable[type];
    asked = Object.entries(settings).flatMap(([setting, value]) => {
      const rule = rules[setting];
      return value !== null && rule?.asks(value, settings) === true ? [{ setting, value, rule }] : [];
    });
    askedOf.set(settings, asked);
  }
  return asked;
}

function judgePolicy({ policy, reach }: ReachingPolicy, record: DeviceRecord, contradicted: Conflicts, now: number) {
  const { information } = record;
  const facts: DeviceFacts | null = information === null ? null : { record, information, now };
  const settings: SettingResult[] = [];
  let recheckAt: number | null = null;
  for (const { setting, value, rule } of askedBy(policy)) {
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
  let worst: ComplianceStatus = 'unknown';
  for (const { state } of settings) if (severity[state] > severity[worst]) worst = state;
  return worst;
}

/** Whether a look at the device has found what it found before. */
export function isAsFound(finding: Finding, earlier: PolicyResult): boolean {
  const { policyVersion, state, takesActions, settings } = finding;
  if (state !== earlier.state || policyVersion !== earlier.policyVersion || takesActions !== earlier.takesActions) return false;
  if (settings === earlier.settings) return true;
  return settings.length === earlier.settings.length && settings.every((one, place) => isSameSetting(one, earlier.settings[place]));
}

function isSameSetting(a: SettingResult, b: SettingResult | undefined): boolean {
  return a.setting === b?.setting && a.state === b.state;
}

/** Of policies that are kept, by their ids. */
const resultsOf = new Map<string, PolicyResult[]>();
const policiesMax = 1_000;
const resultsOfPolicyMax = 64;

/** What comes of a finding that neither begins nor goes on with a spell: the same for most of a fleet, which shares it. */
export function resultWithoutSpell(finding: Finding): PolicyResult {
  const { policyId, policyVersion, state, settings, takesActions } = finding;
  let results = resultsOf.get(policyId);
  if (results === undefined) {
    if (resultsOf.size >= policiesMax) resultsOf.clear();
    results = [];
    resultsOf.set(policyId, results);
  }
  const same = results.find((result) => isAsFound(finding, result));
  if (same !== undefined) return same;
  const rest = { errorSince: null, since: null, isMarked: false, fired: [] };
  const result: PolicyResult = { policyId, policyVersion, state, settings, takesActions, ...rest };
  if (results.length < resultsOfPolicyMax) results.push(result);
  return result;
}

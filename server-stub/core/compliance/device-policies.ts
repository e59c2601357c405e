/** What each policy makes of a device, for whoever asks: those that reach it now, with what its latest evaluation found. */
import { hourMs } from '../../../runtime/duration.ts';
import type { CompliancePolicyRecord, ComplianceStatus, SettingResult } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { builtInPolicy } from './built-in.ts';
import { statusOf } from './spells.ts';
import { type ReachingPolicy, targetsReader } from './targets.ts';

export interface DevicePolicy {
  id: string;
  displayName: string;
  version: number;
  /** null: the policy of the service itself. */
  policy: CompliancePolicyRecord | null;
  /** `unknown`: not evaluated yet, or not since the policy was changed. */
  state: ComplianceStatus | 'inGracePeriod';
  settings: readonly SettingResult[];
  /** When the grace of this spell ends, or has ended; null: there is no spell. */
  graceUntil: number | null;
  evaluatedAt: number | null;
}

/** That of the service first, then in the order of their ids. For many devices: policies are read once. @param only beside it this one alone, by its id */
export function devicePoliciesReader(core: Core, only?: string): (record: DeviceRecord) => DevicePolicy[] {
  const policiesOf = targetsReader(core, only);
  return (record) => devicePolicies(record, policiesOf(record));
}

function devicePolicies(record: DeviceRecord, reaching: readonly ReachingPolicy[]): DevicePolicy[] {
  const { results, evaluatedAt } = record.compliance;
  const known = new Map(results.map((result) => [result.policyId, result]));
  const shown = (id: string, displayName: string, version: number, policy: CompliancePolicyRecord | null): DevicePolicy => {
    const result = known.get(id);
    const isCurrent = result !== undefined && result.policyVersion === version;
    const block = policy?.rules.flatMap(({ actions }) => actions).find(({ type }) => type === 'block');
    const since = result?.since ?? null;
    return {
      id,
      displayName,
      version,
      policy,
      state: isCurrent ? statusOf(result) : 'unknown',
      settings: isCurrent ? result.settings : [],
      graceUntil: since === null ? null : since + (block?.hours ?? 0) * hourMs,
      evaluatedAt: result === undefined ? null : evaluatedAt,
    };
  };
  return [
    shown(builtInPolicy.id, builtInPolicy.displayName, 1, null),
    ...reaching.map(({ policy }) => shown(policy.id, policy.displayName, policy.version, policy)),
  ];
}

/** Changes of what a tenant asks of its devices by policies. Devices that hear of it evaluate at their next check-in. */
import type { Initiator } from '../graph/tenant.ts';
import type { DeviceCondition } from '../store/store.ts';
import { audit } from './audit.ts';
import { judgeContact, watchValidity } from './compliance/activity.ts';
import { evaluateSoon } from './compliance/compliance.ts';
import { isSameAction, scheduledActions } from './compliance/policy-actions.ts';
import { brand, complianceSettings, saveBrand, saveComplianceSettings } from './compliance/settings.ts';
import { isWatched, proceed, reschedule, timePassed } from './compliance/spells.ts';
import { targetsReader } from './compliance/targets.ts';
import type { ServerOut } from './effects.ts';
import type { Brand, CompliancePolicyRecord, ComplianceSettings } from './policy-records.ts';
import { type DeviceRecord, isGone } from './records.ts';
import type { Core } from './sessions.ts';

const changesSetting = 'policy-changes';

/** Counts, and not the instant: on a frozen clock two changes are of one. */
function nextChange({ store }: Core): string {
  const count = Number(store.setting(changesSetting) ?? 0) + 1;
  store.saveSetting(changesSetting, String(count));
  return String(count);
}

/** Creates it, or takes its new version over. @param activity `create`, `patch`, `assign`, `scheduleActionsForRules` */
export function savePolicy(core: Core, policy: CompliancePolicyRecord, activity: string, by: Initiator, now: number, out: ServerOut): void {
  const before = core.store.entry('compliancePolicy', policy.id);
  if (before !== undefined) settlePolicy(core, before, now, out);
  core.store.saveEntry('compliancePolicy', policy);
  audit(core, asResource(policy), `${activity} DeviceCompliancePolicy`, by, policy.id, now);
  changed(core, before, policy, now, out);
}

/** It ends at once for those whom it reached (reference §4.5). */
export function removePolicy(core: Core, policy: CompliancePolicyRecord, by: Initiator, now: number, out: ServerOut): void {
  settlePolicy(core, policy, now, out);
  core.store.removeEntry('compliancePolicy', policy.id);
  audit(core, asResource(policy), 'delete DeviceCompliancePolicy', by, policy.id, now);
  changed(core, policy, undefined, now, out);
}

const asResource = ({ id, displayName }: CompliancePolicyRecord) => ({ type: 'DeviceCompliancePolicy', id, name: displayName });

/** What the policy has brought up to now, it has brought: its timers may be a moment behind, or days where the stub was off. */
function settlePolicy(core: Core, policy: CompliancePolicyRecord, now: number, out: ServerOut): void {
  if (policy.assignments.length > 0) settleSpells(core, (record) => resultOf(record, policy) !== undefined, now, out);
}

function settleSpells(core: Core, isConcerned: (record: DeviceRecord) => boolean, now: number, out: ServerOut): void {
  const inSpells = { property: 'complianceState', oneOf: ['inGracePeriod', 'noncompliant', 'conflict', 'error'] } as const;
  for (const record of managedDevices(core, inSpells)) {
    if (isWatched(record) && isConcerned(record)) timePassed(core, record, now, out);
  }
}

/** One whose retire or wipe is done is nobody's any more, even while its record is there still. */
function* managedDevices({ store }: Core, where?: DeviceCondition): Iterable<DeviceRecord> {
  for (const record of store.devicesAfter(null, where)) if (!isGone(record)) yield record;
}

function changed(
  core: Core,
  before: CompliancePolicyRecord | undefined,
  after: CompliancePolicyRecord | undefined,
  now: number,
  out: ServerOut,
): void {
  if (!isAssigned(before) && !isAssigned(after)) return;
  const occasion = nextChange(core);
  const reached = after === undefined ? () => [] : targetsReader(core, after.id);
  for (const record of managedDevices(core)) {
    const isReached = reached(record).length > 0;
    const result = before && resultOf(record, before);
    if (before !== undefined && result !== undefined) {
      if (!isReached || after === undefined) end(core, record, before, now, out);
      // The service keeps to a schedule by its own clock: no device has to be asked for that.
      else if (result.since !== null && !isSameSchedule(before, after)) reschedule(core, record, before, after, now, out);
    }
    if (isReached || result !== undefined) evaluateSoon(core, record, occasion, now, out);
  }
}

const isAssigned = (policy: CompliancePolicyRecord | undefined) => (policy?.assignments.length ?? 0) > 0;

function resultOf({ compliance }: DeviceRecord, { id }: CompliancePolicyRecord) {
  return compliance.results.find(({ policyId }) => policyId === id);
}

function isSameSchedule(before: CompliancePolicyRecord, after: CompliancePolicyRecord): boolean {
  const [one, other] = [scheduledActions(before), scheduledActions(after)];
  return one.length === other.length && one.every((action, index) => action.id === other[index]?.id && isSameAction(action, other[index]));
}

/** What is known of the device is enough: a policy that reaches it no more is dropped from what it is judged by. */
function end(core: Core, record: DeviceRecord, policy: CompliancePolicyRecord, now: number, out: ServerOut): void {
  const results = record.compliance.results.filter(({ policyId }) => policyId !== policy.id);
  record.compliance = { ...record.compliance, results };
  judgeContact(core, record, now, now, out);
}

/** Memberships have changed: the devices of these users, and these devices, may be reached by others now. */
export function targetsChanged(core: Core, records: Iterable<DeviceRecord>, now: number, out: ServerOut): void {
  const occasion = nextChange(core);
  for (const record of records) evaluateSoon(core, record, occasion, now, out);
}

/** Takes effect at once: no device has to be asked for it. */
export function changeComplianceSettings(
  core: Core,
  change: Partial<ComplianceSettings>,
  by: Initiator,
  now: number,
  out: ServerOut,
): void {
  const before = complianceSettings(core);
  const after = { ...before, ...change };
  const isJudgedOtherwise = before.secureByDefault !== after.secureByDefault || before.validityDays !== after.validityDays;
  const isActingOtherwise = before.isScheduledActionEnabled !== after.isScheduledActionEnabled;
  if (isJudgedOtherwise || isActingOtherwise) settleSpells(core, () => true, now, out);
  saveComplianceSettings(core, after);
  audit(core, null, 'patch DeviceManagement', by, nextChange(core), now);
  if (!isJudgedOtherwise && !isActingOtherwise) return;
  for (const record of managedDevices(core)) {
    if (before.validityDays !== after.validityDays) watchValidity(core, record, now);
    if (record.compliance.results.length === 0) continue;
    if (isJudgedOtherwise) judgeContact(core, record, now, now, out);
    else proceed(core, record, now, now, out);
  }
}

export function changeBrand(core: Core, change: Partial<Brand>, by: Initiator, now: number): void {
  saveBrand(core, { ...brand(core), ...change });
  audit(core, null, 'patch IntuneBrand', by, nextChange(core), now);
}

/**
 * Spells of noncompliance, and what each sets off on its day (NC-01, NC-03 to NC-08). A spell begins when a device is found to break a
 * policy and ends when it is found to keep it; the actions of the policy fire by the stub's own clock, each once in a spell, in the order
 * of their instants, whether or not the device checks in (decisions: time of a scheduled action). Marking the device noncompliant is one of them.
 *
 * What fires late because the stub was off is dated on its day. What becomes due by a decision of an administrator (a shorter schedule, an
 * action that was added, actions switched on again) could not have been done before, and is dated at that decision.
 */
import { dayMs, hourMs } from '../../../runtime/duration.ts';
import { accessMayHaveChanged } from '../access-waits.ts';
import type { ServerOut } from '../effects.ts';
import type { CompliancePolicyRecord, ComplianceStatus, DeviceCompliance, PolicyResult, ScheduledAction } from '../policy-records.ts';
import type { ComplianceState, DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { type Finding, isAsFound, resultWithoutSpell } from './evaluation.ts';
import { carryOut } from './noncompliance-actions.ts';
import { isSameAction, type PolicyActions, policyActions, scheduledActions } from './policy-actions.ts';
import { listingNow } from './retire-list.ts';
import { complianceSettings } from './settings.ts';

/** A setting that cannot be read leaves the device as it was for so long (reference §4.5). */
const errorToleratedMs = 7 * dayMs;

/**
 * Takes over what was found, begins and ends spells by it, and sets off what is due at once. Saves the record.
 * @param at when it was so: a spell that begins begins then
 */
export function takeFindings(
  core: Core,
  record: DeviceRecord,
  findings: readonly Finding[],
  change: Partial<DeviceCompliance>,
  at: number,
  now: number,
  out: ServerOut,
): void {
  const before = record.compliance.results;
  const results = findings.map((finding, place) => continued(finding, earlierOf(finding, before, place), at));
  record.compliance = { ...record.compliance, ...change, results: areSame(results, before) ? before : results };
  proceed(core, record, at, now, out);
}

/** Most often it stands where it stood. */
function earlierOf({ policyId }: Finding, before: readonly PolicyResult[], place: number): PolicyResult | undefined {
  const there = before[place];
  return there?.policyId === policyId ? there : before.find((result) => result.policyId === policyId);
}

/** Whether these are those. */
function areSame(results: readonly PolicyResult[], before: readonly PolicyResult[]): boolean {
  return results.length === before.length && results.every((result, place) => result === before[place]);
}

/** What cannot be read neither begins nor ends a spell; see timePassed for how long. */
function continued(finding: Finding, earlier: PolicyResult | undefined, at: number): PolicyResult {
  const { state } = finding;
  if (earlier !== undefined && isAsFound(finding, earlier)) return earlier;
  const breaks = state === 'nonCompliant' || state === 'conflict' || (state === 'error' && earlier?.since != null);
  if (!breaks && state !== 'error') return resultWithoutSpell(finding);
  return {
    ...finding,
    errorSince: state === 'error' ? (earlier?.errorSince ?? at) : null,
    since: breaks ? (earlier?.since ?? at) : null,
    isMarked: breaks && earlier?.isMarked === true,
    fired: breaks ? (earlier?.fired ?? []) : [],
  };
}

/** Lives what time alone has brought up to now: errors that lasted too long, ends of graces, actions. Saves the record. */
export function timePassed(core: Core, record: DeviceRecord, now: number, out: ServerOut): void {
  const { results } = record.compliance;
  if (results.some((result) => now >= errorEndsAt(result))) {
    const lasting = results.map((result) => (now >= errorEndsAt(result) ? { ...result, since: errorEndsAt(result) } : result));
    record.compliance = { ...record.compliance, results: lasting };
  }
  proceed(core, record, Number.NEGATIVE_INFINITY, now, out);
}

/** When a setting that cannot be read begins a spell; Infinity: there is none, or a spell is there already. */
function errorEndsAt({ errorSince, since }: PolicyResult): number {
  return errorSince === null || since !== null ? Number.POSITIVE_INFINITY : errorSince + errorToleratedMs;
}

/** Whether time does anything to this device. */
export function isWatched({ compliance: { results } }: DeviceRecord): boolean {
  return results.some(({ since, errorSince }) => since !== null || errorSince !== null);
}

/** The actions of a policy were changed: those that are as they were are not done again in the spell that is under way. Saves the record. */
export function reschedule(
  core: Core,
  record: DeviceRecord,
  before: CompliancePolicyRecord,
  after: CompliancePolicyRecord,
  now: number,
  out: ServerOut,
): void {
  const results = record.compliance.results.map((result) => {
    if (result.policyId !== after.id || result.since === null) return result;
    const done = scheduledActions(before).filter(({ id }) => result.fired.includes(id));
    const fired = scheduledActions(after).flatMap((action) => {
      const same = done.findIndex((one) => isSameAction(one, action));
      if (same < 0) return [];
      done.splice(same, 1);
      return [action.id];
    });
    return { ...result, fired };
  });
  record.compliance = { ...record.compliance, results };
  proceed(core, record, now, now, out);
}

interface Due {
  action: ScheduledAction;
  policy: PolicyActions['policy'];
  policyId: string;
  at: number;
}

/**
 * Fires what is due, then says what the device counts as from here on, and when to look again. Saves the record.
 * @param notBefore nothing is dated earlier
 */
export function proceed(core: Core, record: DeviceRecord, notBefore: number, now: number, out: ServerOut): void {
  const before = record.compliance.results;
  const pending: Due[] = [];
  // Most devices break nothing, and nothing of theirs is due.
  if (before.some(({ since }) => since !== null)) {
    const results = before.map((result) => lived(core, result, now, pending));
    if (!areSame(results, before)) record.compliance = { ...record.compliance, results };
  }
  // Before the actions: what they tell people is true already.
  settleState(core, record, out);
  core.store.saveDevice(record);
  // A stable sort: of one instant, the policy that is listed first, and in it the action that is.
  const due = pending.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  for (const { action, policy, policyId, at } of due) {
    carryOut(core, record, { policy, policyId, action, dueAt: Math.max(at, notBefore) }, now, out);
  }
  core.store.setTimer(record.id, 'compliance', nextAt(record.compliance, pending, now));
}

/** The result with what is due of its spell fired. @param pending takes every action that was not fired before */
function lived(core: Core, result: PolicyResult, now: number, pending: Due[]): PolicyResult {
  if (result.since === null) return result;
  const isEnabled = complianceSettings(core).isScheduledActionEnabled;
  const { policy, actions } = policyActions(core, result.policyId);
  const fired = [...result.fired];
  let { isMarked } = result;
  for (const action of actions) {
    const at = result.since + action.hours * hourMs;
    const isFired = fired.includes(action.id);
    // Once marked it stays so, even if the clock is set back.
    if (action.type === 'block') isMarked = isFired || at <= now;
    if (isFired || !(action.type === 'block' || (isEnabled && result.takesActions))) continue;
    pending.push({ action, policy, policyId: result.policyId, at });
    if (at <= now) fired.push(action.id);
  }
  const isAsBefore = isMarked === result.isMarked && fired.length === result.fired.length;
  return isAsBefore ? result : { ...result, isMarked, fired };
}

function nextAt({ results, recheckAt, due }: DeviceCompliance, pending: readonly Due[], now: number): number | null {
  let next = recheckAt === null || due ? Number.POSITIVE_INFINITY : recheckAt;
  for (const { at } of pending) if (at > now) next = Math.min(next, at);
  for (const result of results) next = Math.min(next, errorEndsAt(result));
  return next === Number.POSITIVE_INFINITY ? null : next;
}

function settleState(core: Core, record: DeviceRecord, out: ServerOut): void {
  const from = record.complianceState;
  const to = stateOf(record.compliance);
  const wasTrusted = record.compliance.isTrusted;
  const isTrusted = trustOf(record.compliance, to);
  const retireListed = listingNow(core, record.compliance);
  record.complianceState = to;
  if (isTrusted !== wasTrusted || retireListed !== record.compliance.retireListed) {
    record.compliance = { ...record.compliance, isTrusted, retireListed };
  }
  if (from !== to) out.note({ kind: 'compliance-changed', deviceId: record.id, from, to });
  if (from !== to || isTrusted !== wasTrusted) accessMayHaveChanged(core, record, out);
}

/** Of all policies the worst one counts (reference §4.5). */
function stateOf({ evaluatedAt, results }: DeviceCompliance): ComplianceState {
  if (evaluatedAt === null && results.every(({ since }) => since === null)) return 'unknown';
  let worst: ComplianceState = 'compliant';
  for (const result of results) {
    const state = stateOfResult(result);
    if (rank[state] > rank[worst]) worst = state;
  }
  return worst;
}

const rank: Readonly<Record<ComplianceState, number>> = {
  unknown: 0,
  compliant: 1,
  inGracePeriod: 2,
  noncompliant: 3,
  conflict: 4,
  error: 5,
};

function stateOfResult({ state, since, isMarked }: PolicyResult): ComplianceState {
  if (since !== null && !isMarked) return 'inGracePeriod';
  if (state === 'error') return since === null ? 'error' : 'noncompliant';
  if (state === 'conflict') return 'conflict';
  return state === 'nonCompliant' ? 'noncompliant' : 'compliant';
}

/** What the directory holds of it: a grace keeps access, and what cannot be read leaves it as it was (reference §9). */
function trustOf({ isTrusted, results }: DeviceCompliance, state: ComplianceState): boolean | null {
  if (state === 'unknown') return null;
  if (results.some(({ since, isMarked }) => since !== null && isMarked)) return false;
  return state === 'error' ? (isTrusted ?? false) : true;
}

/** The words that Graph has for a policy's state on one device. */
export function statusOf({ state, since, isMarked }: PolicyResult): ComplianceStatus | 'inGracePeriod' {
  return since !== null && !isMarked ? 'inGracePeriod' : state;
}

/** Compliance of one device, for the rest of the core: when it is evaluated, and what time does to it. */
import { configurationWaits, demandsMayHaveChanged } from '../configuration.ts';
import type { ServerOut } from '../effects.ts';
import { push } from '../push.ts';
import { canBeReached, type DeviceRecord, isGone, isVisible } from '../records.ts';
import type { Core } from '../sessions.ts';
import { isActive, watchSilent } from './activity.ts';
import { judgeDevice } from './evaluation.ts';
import { isWatched, takeFindings, timePassed } from './spells.ts';

/** Judges the device by its policies now, and begins or ends spells by what is found. Saves the record. */
export function evaluate(core: Core, record: DeviceRecord, now: number, out: ServerOut): void {
  if (!isJudged(record)) return;
  // What was due before is due whatever is found now: it may be that this check-in is heard before the timers of a stub that was off.
  if (isWatched(record)) timePassed(core, record, now, out);
  judge(core, record, now, out);
}

/** A hidden record's device has checked in: what waited meanwhile is done now, if it still breaks its policies. Saves the record. */
export function judge(core: Core, record: DeviceRecord, now: number, out: ServerOut): void {
  if (!isJudged(record)) return;
  const wasDue = record.compliance.due;
  watchSilent(core, record, now);
  const { findings, recheckAt, demands } = judgeDevice(core, record, isActive(core, record, now), now);
  const isDemandedAnew = demands !== record.compliance.demands;
  const waited = isDemandedAnew && configurationWaits(core, record);
  takeFindings(core, record, findings, { evaluatedAt: now, due: false, recheckAt, demands }, now, now, out);
  if (isDemandedAnew) demandsMayHaveChanged(core, record, waited, out);
  if (wasDue) out.note({ kind: 'compliance-waits', deviceId: record.id, waits: false });
}

/** Within a check-in. */
export function evaluateIfDue(core: Core, record: DeviceRecord, now: number, out: ServerOut): void {
  const { due, recheckAt } = record.compliance;
  if (due || (recheckAt !== null && recheckAt <= now)) evaluate(core, record, now, out);
}

/** The device's next check-in evaluates; one that is online hears a push. @param occasion tells this push from others */
export function evaluateSoon(core: Core, record: DeviceRecord, occasion: string, now: number, out: ServerOut): void {
  if (record.compliance.due || !canBeReached(record, now)) return;
  record.compliance = { ...record.compliance, due: true };
  core.store.saveDevice(record);
  out.note({ kind: 'compliance-waits', deviceId: record.id, waits: true });
  push(core, record, `compliance/${occasion}`, now, out);
}

/** The timer `compliance` has come. */
export function complianceTimer(core: Core, deviceId: string, now: number, out: ServerOut): void {
  const record = core.store.device(deviceId);
  if (record === undefined || !isJudged(record)) return;
  const { recheckAt, due } = record.compliance;
  if (recheckAt !== null && recheckAt <= now && !due) {
    record.compliance = { ...record.compliance, due: true };
    out.note({ kind: 'compliance-waits', deviceId, waits: true });
  }
  timePassed(core, record, now, out);
}

/** Whoever is deleted, hidden, or has left is nobody's any more: nothing is done about it. */
function isJudged(record: DeviceRecord): boolean {
  return isVisible(record) && !isGone(record);
}

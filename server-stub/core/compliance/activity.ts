/** Whether a device is in touch: one that did not check in within the validity period counts as noncompliant (reference §4.5, §9). */
import { dayMs, hourMs } from '../../../runtime/duration.ts';
import type { ServerOut } from '../effects.ts';
import { type DeviceRecord, isGone } from '../records.ts';
import type { Core } from '../sessions.ts';
import { builtInFinding } from './evaluation.ts';
import { complianceSettings } from './settings.ts';
import { isWatched, takeFindings, timePassed } from './spells.ts';

/** A device that holds its link checks in at least this often. */
const checkInMsMax = 12 * hourMs;

/** A device that holds its link is in touch, even if a driver does not live its quiet check-ins one by one. */
export function isActive(core: Core, record: DeviceRecord, now: number): boolean {
  return core.sessionOf.has(record.id) || record.lastSyncAt + validityMs(core) > now;
}

/** Looks at the device again before it can have been out of touch for too long: a check-in moves no timer. */
export function watchValidity(core: Core, record: DeviceRecord, now: number): void {
  const validity = validityMs(core);
  const isLinked = core.sessionOf.has(record.id);
  const isOverdue = !isLinked && record.lastSyncAt + validity <= now;
  // One that is overdue has to come back first, and is in touch for a whole period then.
  const from = isLinked ? now - checkInMsMax : isOverdue ? now : record.lastSyncAt;
  core.store.setTimer(record.id, 'validity', from + validity);
}

/** The core has just started: whoever had a link has none now, and may have no timer either. */
export function watchEveryone(core: Core): void {
  core.store.transaction(() => core.store.setValidityTimers(validityMs(core)));
}

/** Those who have lost their links just now: from here on they may be out of touch. Their quiet check-ins may still be told. */
export function watchUnlinked(core: Core, now: number): void {
  for (const deviceId of core.unlinked) {
    const record = core.sessionOf.has(deviceId) ? undefined : core.store.device(deviceId);
    if (record !== undefined && !record.deleted) core.store.setTimer(deviceId, 'validity', now - checkInMsMax + validityMs(core));
  }
  core.unlinked.clear();
}

/** One that was found silent is looked at a whole period after that: too late, where the clock was set back since. */
export function watchSilent(core: Core, record: DeviceRecord, now: number): void {
  if (record.compliance.results[0]?.since != null) watchValidity(core, record, now);
}

/** The timer `validity` has come. */
export function validityDue(core: Core, deviceId: string, now: number, out: ServerOut): void {
  // In touch for as long as the link holds: what is watched begins with its end (watchUnlinked), or with a restart (watchEveryone).
  if (core.sessionOf.has(deviceId)) return core.store.setTimer(deviceId, 'validity', null);
  const record = core.store.device(deviceId);
  if (record === undefined || record.deleted || isGone(record)) return core.store.setTimer(deviceId, 'validity', null);
  watchValidity(core, record, now);
  // Nobody sees a hidden one; the check-in that brings it back judges it.
  if (record.hidden || isActive(core, record, now)) return;
  // A stub that was off may look before its timer for the actions has come: what is due by now is dated on its day.
  if (isWatched(record)) timePassed(core, record, now, out);
  judgeContact(core, record, Math.min(record.lastSyncAt + validityMs(core), now), now, out);
}

/** What the service's own policy finds; all else is as it was found last. Saves the record. @param at when it came to be so */
export function judgeContact(core: Core, record: DeviceRecord, at: number, now: number, out: ServerOut): void {
  const [, ...others] = record.compliance.results;
  watchSilent(core, record, now);
  const isInTouch = isActive(core, record, now);
  // The check-in that ends its silence judges it anew.
  if (!isInTouch && !record.compliance.due) {
    record.compliance = { ...record.compliance, due: true };
    out.note({ kind: 'compliance-waits', deviceId: record.id, waits: true });
  }
  const findings = [builtInFinding(core, record, others.length, isInTouch), ...others];
  takeFindings(core, record, findings, {}, at, now, out);
}

function validityMs(core: Core): number {
  return complianceSettings(core).validityDays * dayMs;
}

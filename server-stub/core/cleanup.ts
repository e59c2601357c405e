/**
 * What time does to a record by itself: the certificate ends, and 180 days later the record goes (TD-13, TD-15, TD-16). A tenant may
 * have a rule beside it: whoever was not in touch for so many days is hidden, and comes back with its next check-in (reference §7.4).
 */
import { isManagedByPartner } from '../../protocol/platforms.ts';
import { dayMs, formatInstant } from '../../runtime/duration.ts';
import type { Initiator } from '../graph/tenant.ts';
import { accessMayHaveChanged } from './access-waits.ts';
import { audit } from './audit.ts';
import { expireCommands } from './command-queue.ts';
import { removeRecord } from './departure.ts';
import type { ServerOut } from './effects.ts';
import { type DeviceRecord, isVisible, newestCertificate } from './records.ts';
import { type Core, refuse } from './sessions.ts';
import { removalAfterExpiryMs } from './settings.ts';

/** Sets the timers that follow from the record's newest certificate. Its last valid instant is `notAfter` itself (RFC 5280 §4.1.2.5). */
export function watchExpiry(core: Core, record: DeviceRecord): void {
  const { notAfter } = newestCertificate(record);
  core.store.setTimer(record.id, 'expiry', notAfter + 1);
  // Set when an earlier certificate had ended already, and the tenant's clock was set back: this one counts now.
  core.store.setTimer(record.id, 'removal', null);
  watchInactivity(core, record, record.lastSyncAt);
}

export function certificateEnded(core: Core, deviceId: string, now: number, out: ServerOut): void {
  const record = core.store.device(deviceId);
  if (record === undefined) return;
  const { notAfter } = newestCertificate(record);
  out.note({ kind: 'certificate-expired', deviceId, notAfter });
  const session = core.sessionOf.get(deviceId);
  if (session !== undefined) {
    refuse(core, session, { code: 'certificate-expired', message: `The management certificate ended at ${formatInstant(notAfter)}.` }, out);
  }
  expireCommands(core, record, now, out);
  // Nobody sees a deleted record, and no device can come for it any more.
  if (record.deleted) removeRecord(core, record, 'deleted', out);
  else core.store.setTimer(deviceId, 'removal', notAfter + removalAfterExpiryMs);
}

export function removeExpired(core: Core, deviceId: string, now: number, out: ServerOut): void {
  const record = core.store.device(deviceId);
  if (record === undefined) return;
  audit(core, record, 'delete ManagedDevice', 'service', 'expired', now);
  removeRecord(core, record, 'expired', out);
}

/** The device checks in although its certificate may have been seen to end: that end is still to come. A wipe that failed stays failed. */
export function backInTouch(core: Core, record: DeviceRecord): void {
  if (record.managementState === 'unhealthy') record.managementState = 'managed';
  watchExpiry(core, record);
}

/**
 * Looks at a record again when the rule would hide it, had it not been in touch since `from`: a check-in moves no timer.
 * The rule is none of devices that Jamf manages (reference §7.4).
 */
function watchInactivity(core: Core, record: DeviceRecord, from: number): void {
  const days = cleanupDays(core);
  if (days !== null && isVisible(record) && !isManagedByPartner(record.inventory))
    core.store.setTimer(record.id, 'inactivity', from + days * dayMs);
}

/**
 * A driver may leave out check-ins at which nothing happens, as long as the device holds its link: one that has a link is in touch.
 * It checks in every eight hours then, so that a day less than the rule from now is soon enough to look again.
 */
export function inactivityDue(core: Core, deviceId: string, now: number, out: ServerOut): void {
  const days = cleanupDays(core);
  const record = core.store.device(deviceId);
  if (days === null || record === undefined || !isVisible(record)) return;
  if (core.sessionOf.has(deviceId)) return watchInactivity(core, record, now - dayMs);
  if (record.lastSyncAt + days * dayMs > now) return watchInactivity(core, record, record.lastSyncAt);
  record.hidden = true;
  core.store.saveDevice(record);
  audit(core, record, 'cleanup ManagedDevice', 'service', record.lastSyncAt, now);
  out.note({ kind: 'record-hidden', deviceId });
}

/** A hidden record's device has checked in; the caller saves the record. What waited for it still does. */
export function comeBack(core: Core, record: DeviceRecord, out: ServerOut): void {
  record.hidden = false;
  watchInactivity(core, record, record.lastSyncAt);
  out.note({ kind: 'record-shown', deviceId: record.id });
  // Whoever changed the rules meanwhile has not looked at it.
  accessMayHaveChanged(core, record, out);
}

const cleanupDaysSetting = 'cleanup-days';

/** Days without contact after which a record is hidden; null: never, as a tenant begins. */
export function cleanupDays({ store }: Core): number | null {
  const kept = store.setting(cleanupDaysSetting);
  return kept === undefined || kept === '' ? null : Number(kept);
}

export function setCleanupDays(core: Core, days: number | null, by: Initiator, now: number): void {
  if (days === cleanupDays(core)) return;
  core.store.saveSetting(cleanupDaysSetting, days === null ? '' : String(days));
  audit(core, null, 'patch DeviceManagement', by, String(days), now);
  // Those that are hidden stay so, whatever the new rule is: only a check-in brings one back.
  if (days === null) return;
  // Not before now: a driver takes deadlines in order. What is overdue is judged at once.
  for (const record of core.store.devicesAfter(null)) watchInactivity(core, record, Math.max(record.lastSyncAt, now - days * dayMs));
}

/** What time does to a record by itself: the certificate ends, and 180 days later the record goes (TD-13, TD-15, TD-16). */
import { formatInstant } from '../../runtime/duration.ts';
import { audit } from './audit.ts';
import { expireCommands } from './command-queue.ts';
import { removeRecord } from './departure.ts';
import type { ServerOut } from './effects.ts';
import { type DeviceRecord, newestCertificate } from './records.ts';
import { type Core, refuse } from './sessions.ts';
import { removalAfterExpiryMs } from './settings.ts';

/** Sets the timers that follow from the record's newest certificate. Its last valid instant is `notAfter` itself (RFC 5280 §4.1.2.5). */
export function watchExpiry(core: Core, record: DeviceRecord): void {
  const { notAfter } = newestCertificate(record);
  core.store.setTimer(record.id, 'expiry', notAfter + 1);
  // Set when an earlier certificate had ended already, and the tenant's clock was set back: this one counts now.
  core.store.setTimer(record.id, 'removal', null);
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

/** How a record leaves: its device said goodbye, or an administrator or the service removed it. */
import { minuteMs } from '../../runtime/duration.ts';
import { hideBypassCode } from './activation-lock.ts';
import type { ServerNote, ServerOut } from './effects.ts';
import { forgetKept } from './notifications/deliver.ts';
import { type DeviceRecord, newestCertificate } from './records.ts';
import type { Core, Session } from './sessions.ts';

type Why = Extract<ServerNote, { kind: 'record-removed' }>['why'];

/** A device that acknowledged its wipe or retire closes its link soon; if not, its record goes after this long. */
const departureMsMax = minuteMs;

/** The device left the management in this way: its record goes when the link closes. A wipe that is done clears its bypass code (decisions). */
export function startDeparture(core: Core, session: Session, record: DeviceRecord, by: 'retire' | 'wipe', now: number): void {
  session.departing = true;
  if (!record.deleted) record.managementState = by === 'wipe' ? 'wipeIssued' : 'retireIssued';
  if (by === 'wipe') hideBypassCode(core, record.inventory.serialNumber);
  core.store.setTimer(record.id, 'departure', now + departureMsMax);
  core.store.saveDevice(record);
}

export function depart(core: Core, deviceId: string, out: ServerOut): void {
  const record = core.store.device(deviceId);
  if (record === undefined) return;
  const why: Why = record.deleted ? 'deleted' : record.managementState === 'wipeIssued' ? 'wiped' : 'retired';
  removeRecord(core, record, why, out);
}

export function removeRecord(core: Core, record: DeviceRecord, why: Why, out: ServerOut): void {
  core.store.removeDevice(record.id);
  forgetKept(core, record.id, out);
  out.note({ kind: 'record-removed', deviceId: record.id, why, notAfter: newestCertificate(record).notAfter });
}

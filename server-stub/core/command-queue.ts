/**
 * The queue of each device: commands go out in order, one at a time, at a check-in, and end in exactly one of five ways.
 *
 *   queued → delivered → acknowledged | failed | not-supported        the device answered
 *   queued | delivered → canceled                                     dropped for a retire, wipe or delete
 *   queued | delivered → expired                                      the device can never be reached again
 *   delivered → queued                                                the device said "not now"
 *
 * A delivered command without an answer is delivered again: at least once on the wire, at most once in effect (design §4).
 */
import { type Command, commandOnDelete, endsManagement, whyUnsupported } from '../../protocol/commands.ts';
import type { CommandStatus } from '../../protocol/messages.ts';
import { Random } from '../../runtime/random.ts';
import { audit } from './audit.ts';
import { removeRecord, startDeparture } from './departure.ts';
import type { ServerOut } from './effects.ts';
import { push } from './push.ts';
import type { ActionName, CommandRecord, DeviceRecord, ManagementState, QueueStatus } from './records.ts';
import { isOpen, newestCertificate } from './records.ts';
import { type Core, refuse, type Session } from './sessions.ts';

/** An administrator's action on one device. Returns why this kind of device can never do it, or null when it was accepted. */
export function issue(core: Core, record: DeviceRecord, command: Command, initiatedBy: string, now: number, out: ServerOut): string | null {
  const { platform, enrollment } = record.inventory;
  const reason = whyUnsupported(command.type, platform, enrollment);
  if (reason !== undefined) return reason;
  record.commandCount += 1;
  audit(core, record, `${command.type} ManagedDevice`, initiatedBy, record.commandCount, now);
  const open = core.store.openCommands(record.id);
  if (endsManagement(command.type)) {
    // A second one joins the first: one execution, two audit entries (decisions: two wipes pending).
    if (isGone(record) || open.some((one) => one.action === command.type)) {
      core.store.saveDevice(record);
      push(core, record, now, out);
      return null;
    }
    cancelOpen(core, record.id, now, out);
    record.managementState = command.type === 'wipe' ? 'wipePending' : 'retirePending';
  }
  enqueue(core, record, command.type, command, initiatedBy, now, out);
  return null;
}

/** Deletes the record for everyone to see; the device is retired or wiped when it next checks in. */
export function deleteDevice(core: Core, record: DeviceRecord, initiatedBy: string, now: number, out: ServerOut): void {
  record.commandCount += 1;
  audit(core, record, 'delete ManagedDevice', initiatedBy, record.commandCount, now);
  cancelOpen(core, record.id, now, out);
  record.deleted = true;
  record.managementState = 'deletePending';
  const { platform, enrollment } = record.inventory;
  enqueue(core, record, 'delete', commandOnDelete(platform, enrollment), initiatedBy, now, out);
  if (isExpired(record, now)) removeRecord(core, record, 'deleted', out);
}

/** Ends what waits for a device that is about to leave, or has left. */
export function cancelOpen(core: Core, deviceId: string, now: number, out: ServerOut): void {
  for (const one of core.store.openCommands(deviceId)) finish(core, one, 'canceled', null, now, out);
}

/** Its wipe or retire is done, only its link is not closed yet. */
function isGone(record: DeviceRecord): boolean {
  return record.managementState === 'wipeIssued' || record.managementState === 'retireIssued';
}

function isExpired(record: DeviceRecord, now: number): boolean {
  return now > newestCertificate(record).notAfter;
}

function enqueue(
  core: Core,
  record: DeviceRecord,
  action: ActionName,
  command: Command,
  initiatedBy: string,
  now: number,
  out: ServerOut,
): void {
  const added: CommandRecord = {
    id: new Random(`${core.settings.seed}/command/${record.id}/${record.commandCount}`).guid(),
    deviceId: record.id,
    action,
    command,
    status: 'queued',
    initiatedBy,
    requestedAt: now,
    deliveredAt: null,
    finishedAt: null,
    deliveries: 0,
    errorCode: null,
  };
  core.store.addCommand(added);
  core.store.saveDevice(record);
  out.note({ kind: 'command-queued', deviceId: record.id, commandId: added.id, action });
  // A device whose certificate has ended can never be told: the answer is known now.
  if (isExpired(record, now)) {
    finish(core, added, 'expired', null, now, out);
    // Its state was settled when the certificate ended; only a wipe or retire that fails now changes it.
    record.managementState = failedState[record.managementState] ?? record.managementState;
    core.store.saveDevice(record);
    return;
  }
  out.note({ kind: 'queue-changed', deviceId: record.id, open: core.store.openCommands(record.id).length });
  push(core, record, now, out);
}

/** What the end of the certificate makes of a wipe or retire: one that waits has failed, one that is done on the device is done. */
const failedState: Partial<Record<ManagementState, ManagementState>> = {
  wipePending: 'wipeFailed',
  retirePending: 'retireFailed',
  wipeIssued: 'wipeIssued',
  retireIssued: 'retireIssued',
};

/** What waits for this device ends as expired; a wipe or retire among it has failed for good (TD-13). */
export function expireCommands(core: Core, record: DeviceRecord, now: number, out: ServerOut): void {
  for (const one of core.store.openCommands(record.id)) finish(core, one, 'expired', null, now, out);
  record.managementState = failedState[record.managementState] ?? 'unhealthy';
  core.store.saveDevice(record);
}

/** Hands the next command over, or ends the check-in. */
export function deliverNext(core: Core, session: Session, deviceId: string, now: number, out: ServerOut): void {
  const next = core.store.nextOpenCommand(deviceId);
  if (next === undefined) {
    out.send(session.link, { type: 'check-in-done' });
    return;
  }
  next.status = 'delivered';
  next.deliveredAt = now;
  next.deliveries += 1;
  core.store.saveCommand(next);
  const { id: commandId, action, deliveries } = next;
  out.note({ kind: 'command-delivered', deviceId, commandId, action, deliveries, certificateNotAfter: session.notAfter });
  out.send(session.link, { type: 'command', commandId, command: next.command });
}

/** The device says how a command ended. Saying it again changes nothing and is accepted again. */
export function takeResult(
  core: Core,
  session: Session,
  record: DeviceRecord,
  result: { commandId: string; status: CommandStatus; errorCode?: number | undefined },
  now: number,
  out: ServerOut,
): void {
  const command = core.store.command(result.commandId);
  if (command === undefined || command.deviceId !== record.id || command.deliveries === 0) {
    refuse(core, session, { code: 'message-unexpected', message: 'No such command was delivered to this device.' }, out);
    return;
  }
  if (result.status === 'not-now') {
    postpone(core, command, out);
    out.send(session.link, { type: 'check-in-done' });
    return;
  }
  const wasOpen = isOpen(command.status);
  if (wasOpen) finish(core, command, result.status, result.errorCode ?? null, now, out);
  out.send(session.link, { type: 'result-accepted', commandId: command.id });
  if (endsManagement(command.command.type) && result.status === 'acknowledged' && !staysEnrolled(record, command)) {
    cancelOpen(core, record.id, now, out);
    startDeparture(core, session, record, command, now);
    return;
  }
  if (wasOpen) settleState(record, command, result.status);
  core.store.saveDevice(record);
  deliverNext(core, session, record.id, now, out);
}

function staysEnrolled(record: DeviceRecord, command: CommandRecord): boolean {
  return (
    record.inventory.platform === 'windows' && command.command.type === 'wipe' && command.command.parameters.keepEnrollmentData === true
  );
}

/** Where a wipe or retire leaves a device that is still managed afterwards. */
function settleState(record: DeviceRecord, command: CommandRecord, status: CommandStatus): void {
  if (!endsManagement(command.command.type) || record.deleted) return;
  if (status === 'acknowledged') record.managementState = 'managed';
  else record.managementState = command.command.type === 'wipe' ? 'wipeFailed' : 'retireFailed';
}

function postpone(core: Core, command: CommandRecord, out: ServerOut): void {
  if (command.status !== 'delivered') return;
  command.status = 'queued';
  core.store.saveCommand(command);
  out.note({ kind: 'command-postponed', deviceId: command.deviceId, commandId: command.id, action: command.action });
}

function finish(core: Core, command: CommandRecord, status: QueueStatus, errorCode: number | null, now: number, out: ServerOut): void {
  command.status = status;
  command.errorCode = errorCode;
  command.finishedAt = now;
  core.store.saveCommand(command);
  const { deviceId, id: commandId, action } = command;
  out.note({ kind: 'command-finished', deviceId, commandId, action, status });
  out.note({ kind: 'queue-changed', deviceId, open: core.store.openCommands(deviceId).length });
}

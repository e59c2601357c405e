/**
 * The queue of each device: commands go out in order, one at a time, at a check-in, and end in exactly one of five ways.
 *
 *   queued → delivered → acknowledged | failed | not-supported        the device answered
 *   queued → canceled                                                 dropped for a retire or wipe, or taken back
 *   queued | delivered → canceled                                     the record was deleted, or its device has left
 *   queued → acknowledged                                             the service did it by itself
 *   queued | delivered → expired                                      the device can never be reached again
 *   delivered → queued                                                the device said "not now"
 *
 * A delivered command without an answer is delivered again: at least once on the wire, at most once in effect (design §4).
 */
import { actionTable, type Command, endOfManagement, takesPrecedence } from '../../protocol/commands.ts';
import type { CommandStatus, DeviceMessage } from '../../protocol/messages.ts';
import { Random } from '../../runtime/random.ts';
import type { Initiator } from '../graph/tenant.ts';
import { servicePart } from './actions.ts';
import { startDeparture } from './departure.ts';
import type { ServerOut } from './effects.ts';
import { pushUntil } from './notifications/recently-left.ts';
import { push } from './push.ts';
import {
  type ActionName,
  type CommandRecord,
  type DeviceRecord,
  deviceNameOf,
  isExpired,
  isOpen,
  type ManagementState,
  type QueueStatus,
} from './records.ts';
import { secretHex } from './secret.ts';
import { type Core, refuse, type Session } from './sessions.ts';

type Result = Extract<DeviceMessage, { type: 'command-result' }>;

/** Ends what waits for a device that is about to leave, or has left. */
export function cancelOpen(core: Core, deviceId: string, now: number, out: ServerOut): void {
  for (const one of core.store.openCommands(deviceId)) finish(core, one, 'canceled', null, now, out);
}

/**
 * Drops what waits for a retire or wipe. What the device has already ends as the device says: it may have carried it out, and a new passcode
 * that is in force must not be called canceled.
 */
export function dropWaiting(core: Core, deviceId: string, dropFor: ActionName, now: number, out: ServerOut): void {
  for (const one of core.store.openCommands(deviceId)) {
    if (one.status === 'queued' && one.action !== dropFor) finish(core, one, 'canceled', null, now, out);
  }
}

/** Of the newest retire or wipe that is open; undefined: none is. */
export function pendingState(core: Core, deviceId: string): ManagementState | undefined {
  const newest = core.store.openCommands(deviceId).findLast(({ action }) => action === 'wipe' || action === 'retire');
  return newest && (newest.action === 'wipe' ? 'wipePending' : 'retirePending');
}

/** What is asked of a device, as it goes into its queue. */
export interface Request {
  action: ActionName;
  command: Command;
  by: Initiator;
}

/** Queues a command and wakes its device; one for the service itself ends at once. `record.commandCount` is its number. */
export function enqueue(core: Core, record: DeviceRecord, { action, command, by }: Request, now: number, out: ServerOut): void {
  const part = servicePart(command.type);
  const name = `${core.settings.seed}/command/${record.id}/${record.commandCount}`;
  const added: CommandRecord = {
    id: new Random(name).guid(),
    deviceId: record.id,
    action,
    command:
      part.prepare?.(core, record, command, new Random(secretHex(core.settings.seed, `command/${record.id}/${record.commandCount}`))) ??
      command,
    status: 'queued',
    initiatedBy: by.name,
    requestedAt: now,
    deliveredAt: null,
    finishedAt: null,
    deliveries: 0,
    errorCode: null,
    location: null,
    byUser: by.isUser,
    bulkId: by.bulkId ?? null,
    deviceName: deviceNameOf(record),
    deviceOwner: record.inventory.userPrincipalName,
  };
  core.store.addCommand(added);
  core.store.saveDevice(record);
  out.note({ kind: 'command-queued', deviceId: record.id, commandId: added.id, action });
  if (actionTable[command.type].serviceOnly === true) {
    part.carryOut?.(core, record, now, out);
    finish(core, added, 'acknowledged', null, now, out);
    return;
  }
  // A device whose certificate has ended can never be told: the answer is known now.
  if (isExpired(record, now)) {
    finish(core, added, 'expired', null, now, out);
    // Its state was settled when the certificate ended; only a wipe or retire that fails now changes it.
    record.managementState = failedState[record.managementState] ?? record.managementState;
    core.store.saveDevice(record);
    return;
  }
  out.note({ kind: 'queue-changed', deviceId: record.id, open: core.store.openCommands(record.id).length });
  push(core, record, record.commandCount, now, out);
}

/** Takes the newest open command of an action back, unless its device has it already. Returns what came of it. */
export function cancelNewest(core: Core, deviceId: string, action: ActionName, now: number, out: ServerOut): Cancellation {
  const command = core.store.openCommands(deviceId).findLast((one) => one.action === action);
  if (command === undefined) return 'not-found';
  if (command.status === 'delivered') return 'delivered';
  finish(core, command, 'canceled', null, now, out);
  return 'canceled';
}

export type Cancellation = 'canceled' | 'delivered' | 'not-found';

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
export function takeResult(core: Core, session: Session, record: DeviceRecord, result: Result, now: number, out: ServerOut): void {
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
  if (wasOpen) {
    if (result.status === 'acknowledged') command.location = result.location ?? null;
    finish(core, command, result.status, result.errorCode ?? null, now, out);
  }
  const end = endOfManagement(command.command, record.inventory);
  const until = end === 'retire' && result.status === 'acknowledged' ? pushUntil(core, record, now) : null;
  if (until !== null) session.leftUntil = until;
  out.send(session.link, { type: 'result-accepted', commandId: command.id, ...(until === null ? {} : { pushUntil: until }) });
  if (end !== null && result.status === 'acknowledged') {
    cancelOpen(core, record.id, now, out);
    startDeparture(core, session, record, end, now);
    return;
  }
  if (wasOpen) settle(core, record, command.command, result.status, out);
  core.store.saveDevice(record);
  deliverNext(core, session, record.id, now, out);
}

/** What an ended command leaves in the record of a device that is still managed afterwards. */
function settle(core: Core, record: DeviceRecord, command: Command, status: CommandStatus, out: ServerOut): void {
  if (takesPrecedence(command.type) && !record.deleted) {
    if (status === 'acknowledged') record.managementState = 'managed';
    else record.managementState = command.type === 'wipe' ? 'wipeFailed' : 'retireFailed';
    // The other one of the two may have been asked for meanwhile.
    record.managementState = pendingState(core, record.id) ?? record.managementState;
  }
  if (status === 'acknowledged') servicePart(command.type).settle?.(core, record, command, out);
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

/** What administrators, and users of their own devices, ask for: what is refused, what joins or drops what waits, and what is written down of it. */
import { type Command, type CommandType, commandOnDelete, takesPrecedence, whyUnsupported } from '../../protocol/commands.ts';
import type { DeviceEdit, Initiator } from '../graph/tenant.ts';
import { accessMayHaveChanged } from './access-waits.ts';
import { servicePart } from './actions.ts';
import { audit, serviceActor } from './audit.ts';
import { type Cancellation, cancelNewest, cancelOpen, dropWaiting, enqueue, pendingState } from './command-queue.ts';
import { removeRecord } from './departure.ts';
import type { ServerOut } from './effects.ts';
import { notifyDevice } from './notifications/custom-notifications.ts';
import { push } from './push.ts';
import { type ActionName, type DeviceRecord, isExpired, isGone } from './records.ts';
import { type Core, refuse } from './sessions.ts';

/** Why this action is greyed out for this device, now; undefined: it can be asked for. The version that the device runs now counts (TD-17). */
export function whyUnavailable(core: Core, record: DeviceRecord, type: CommandType, now: number): string | undefined {
  return whyUnsupported(type, record.inventory) ?? servicePart(type).whyNot?.(core, record, now) ?? undefined;
}

/** What came of asking for an action. */
export interface Issued {
  /** Why it is greyed out; null: it is not. */
  refused: string | null;
  /** Too many were sent within the hour: when it is possible again (custom notifications). */
  tryAgainAt?: number;
}

const accepted: Issued = { refused: null };

/** An action on one device. */
export function issue(core: Core, record: DeviceRecord, command: Command, by: Initiator, now: number, out: ServerOut): Issued {
  const reason = whyUnavailable(core, record, command.type, now);
  if (reason !== undefined) return { refused: reason };
  if (command.type === 'sendCustomNotificationToCompanyPortal') {
    const { notificationTitle: title, notificationBody: body } = command.parameters;
    const tryAgainAt = notifyDevice(core, record, { title, body }, by, now, out);
    return tryAgainAt === null ? accepted : { refused: null, tryAgainAt };
  }
  record.commandCount += 1;
  audit(core, record, `${command.type} ManagedDevice`, by, record.commandCount, now);
  if (takesPrecedence(command.type)) askForTheEnd(core, record, command, by, now, out);
  else enqueue(core, record, { action: command.type, command, by }, now, out);
  return accepted;
}

/** An action that the service itself asks for. Returns why it is greyed out, or null. */
export function issueByService(core: Core, record: DeviceRecord, command: Command, now: number, out: ServerOut): string | null {
  const reason = whyUnavailable(core, record, command.type, now);
  if (reason !== undefined) return reason;
  record.commandCount += 1;
  audit(core, record, `${command.type} ManagedDevice`, 'service', record.commandCount, now);
  enqueue(core, record, { action: command.type, command, by: { name: serviceActor, isUser: false } }, now, out);
  return null;
}

/** A retire or a wipe: all that waits for the device is dropped for it, and a second one joins the first (decisions: two wipes pending). */
function askForTheEnd(core: Core, record: DeviceRecord, command: Command, by: Initiator, now: number, out: ServerOut): void {
  const open = core.store.openCommands(record.id);
  // What users do to their own devices leaves no entry: it must not undo what an administrator asked for, and a wipe does all of a retire.
  const isAskedFor = isGone(record) || (by.isUser && command.type === 'retire' && open.some(({ action }) => action === 'wipe'));
  if (!isAskedFor) {
    dropWaiting(core, record.id, command.type, now, out);
    record.managementState = command.type === 'wipe' ? 'wipePending' : 'retirePending';
  }
  if (isAskedFor || open.some(({ action }) => action === command.type)) {
    core.store.saveDevice(record);
    push(core, record, record.commandCount, now, out);
  } else enqueue(core, record, { action: command.type, command, by }, now, out);
}

/** Takes an action back that its device has not heard of (decisions: cancelling). */
export function cancel(core: Core, record: DeviceRecord, action: ActionName, by: Initiator, now: number, out: ServerOut): Cancellation {
  const outcome = cancelNewest(core, record.id, action, now, out);
  if (outcome !== 'canceled') return outcome;
  record.commandCount += 1;
  audit(core, record, `cancel ${action} ManagedDevice`, by, record.commandCount, now);
  if (action === 'wipe') record.managementState = 'wipeCanceled';
  if (action === 'retire') record.managementState = 'retireCanceled';
  // The device may have the other one of the two already, and be at work on it.
  record.managementState = pendingState(core, record.id) ?? record.managementState;
  core.store.saveDevice(record);
  return outcome;
}

/** Deletes the record for everyone to see; the device is retired or wiped when it next checks in. */
export function deleteDevice(core: Core, record: DeviceRecord, by: Initiator, now: number, out: ServerOut): void {
  record.commandCount += 1;
  audit(core, record, 'delete ManagedDevice', by, record.commandCount, now);
  cancelOpen(core, record.id, now, out);
  const command = commandOnDelete(record.inventory);
  // Nothing is sent to what a partner manages: its record goes, and it stays as it is.
  if (command === null) return forget(core, record, out);
  record.deleted = true;
  record.managementState = 'deletePending';
  accessMayHaveChanged(core, record, out);
  enqueue(core, record, { action: 'delete', command, by }, now, out);
  if (isExpired(record, now)) removeRecord(core, record, 'deleted', out);
}

/** Whoever is in touch hears of it now; the others, when they come. */
function forget(core: Core, record: DeviceRecord, out: ServerOut): void {
  const session = core.sessionOf.get(record.id);
  removeRecord(core, record, 'deleted', out);
  if (session !== undefined) refuse(core, session, { code: 'device-unknown', message: 'The record of this device was deleted.' }, out);
}

/** What administrators write about a record; its device hears nothing of it. */
export function editDevice(core: Core, record: DeviceRecord, change: DeviceEdit, by: Initiator, now: number): void {
  record.commandCount += 1;
  Object.assign(record, change);
  audit(core, record, 'patch ManagedDevice', by, record.commandCount, now);
  core.store.saveDevice(record);
}

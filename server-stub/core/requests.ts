/** What administrators, and users of their own devices, ask for: what is refused, what joins or drops what waits, and what is written down of it. */
import { type Command, type CommandType, commandOnDelete, takesPrecedence, whyUnsupported } from '../../protocol/commands.ts';
import type { Initiator } from '../graph/tenant.ts';
import { servicePart } from './actions.ts';
import { audit } from './audit.ts';
import { type Cancellation, cancelNewest, cancelOpen, enqueue } from './command-queue.ts';
import { removeRecord } from './departure.ts';
import type { ServerOut } from './effects.ts';
import { push } from './push.ts';
import { type ActionName, type DeviceRecord, isExpired, isGone } from './records.ts';
import type { Core } from './sessions.ts';

/** Why this action is greyed out for this device, now; undefined: it can be asked for. The version that the device runs now counts (TD-17). */
export function whyUnavailable(core: Core, record: DeviceRecord, type: CommandType, now: number): string | undefined {
  return whyUnsupported(type, record.inventory) ?? servicePart(type).whyNot?.(core, record, now) ?? undefined;
}

/** An action on one device. Returns why it is greyed out, or null when it was accepted. */
export function issue(core: Core, record: DeviceRecord, command: Command, by: Initiator, now: number, out: ServerOut): string | null {
  const reason = whyUnavailable(core, record, command.type, now);
  if (reason !== undefined) return reason;
  record.commandCount += 1;
  audit(core, record, `${command.type} ManagedDevice`, by, record.commandCount, now);
  if (takesPrecedence(command.type)) {
    const open = core.store.openCommands(record.id);
    // A second one joins the first: one execution, two audit entries (decisions: two wipes pending).
    if (isGone(record) || open.some((one) => one.action === command.type)) {
      core.store.saveDevice(record);
      push(core, record, record.commandCount, now, out);
      return null;
    }
    cancelOpen(core, record.id, now, out);
    record.managementState = command.type === 'wipe' ? 'wipePending' : 'retirePending';
  }
  enqueue(core, record, { action: command.type, command, by }, now, out);
  return null;
}

/** Takes an action back that its device has not heard of (decisions: cancelling). */
export function cancel(core: Core, record: DeviceRecord, action: ActionName, by: Initiator, now: number, out: ServerOut): Cancellation {
  const outcome = cancelNewest(core, record.id, action, now, out);
  if (outcome !== 'canceled') return outcome;
  record.commandCount += 1;
  audit(core, record, `cancel ${action} ManagedDevice`, by, record.commandCount, now);
  if (action === 'wipe') record.managementState = 'wipeCanceled';
  if (action === 'retire') record.managementState = 'retireCanceled';
  core.store.saveDevice(record);
  return outcome;
}

/** Deletes the record for everyone to see; the device is retired or wiped when it next checks in. */
export function deleteDevice(core: Core, record: DeviceRecord, by: Initiator, now: number, out: ServerOut): void {
  record.commandCount += 1;
  audit(core, record, 'delete ManagedDevice', by, record.commandCount, now);
  cancelOpen(core, record.id, now, out);
  record.deleted = true;
  record.managementState = 'deletePending';
  enqueue(core, record, { action: 'delete', command: commandOnDelete(record.inventory), by }, now, out);
  if (isExpired(record, now)) removeRecord(core, record, 'deleted', out);
}

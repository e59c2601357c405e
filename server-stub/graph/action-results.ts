/** `deviceActionResults`: what became of the actions on a device, from its commands (reference §1.5). */
import type { ActionState, DeviceActionResult, RemoteLockActionResult } from '@microsoft/microsoft-graph-types';
import { formatInstant } from '../../runtime/duration.ts';
import type { ActionName, CommandRecord, QueueStatus } from '../core/records.ts';

/** These are seen in managementState and in the audit log, not here (decisions: where a wipe or retire is seen). */
const notShown: readonly ActionName[] = ['wipe', 'retire', 'delete'];

/**
 * Delivered is still `pending`, as a wipe stays `wipePending` until the device has acknowledged it: what Graph calls `active`
 * no source describes, and a program that polls must not take it for an end.
 */
const stateOf: Record<QueueStatus, ActionState> = {
  queued: 'pending',
  delivered: 'pending',
  acknowledged: 'done',
  failed: 'failed',
  'not-supported': 'notSupported',
  canceled: 'canceled',
  expired: 'failed',
};

/**
 * The latest command of each action, in the order of their requests: a program that looks for its `remoteLock` finds the one
 * it has just asked for, not one of last year, and the collection has a limit.
 */
export function actionResults(commands: readonly CommandRecord[]): DeviceActionResult[] {
  const latest = new Map<ActionName, CommandRecord>();
  for (const command of commands) {
    if (notShown.includes(command.action)) continue;
    const known = latest.get(command.action);
    if (known === undefined || known.requestedAt <= command.requestedAt) latest.set(command.action, command);
  }
  return [...latest.values()].sort((a, b) => a.requestedAt - b.requestedAt).map(actionResult);
}

function actionResult(command: CommandRecord): DeviceActionResult {
  const result: DeviceActionResult = {
    actionName: command.action,
    actionState: stateOf[command.status],
    startDateTime: formatInstant(command.requestedAt),
    lastUpdatedDateTime: formatInstant(command.finishedAt ?? command.deliveredAt ?? command.requestedAt),
  };
  if (command.action !== 'remoteLock') return result;
  // A derived type names itself; the base type needs no `@odata.type` (reference §3.2).
  const lock: RemoteLockActionResult = { ...result, unlockPin: null };
  return { '@odata.type': '#microsoft.graph.remoteLockActionResult', ...lock } as RemoteLockActionResult;
}

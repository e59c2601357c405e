/** `deviceActionResults`: what became of the actions on a device, from its commands (reference §1.5). */
import type {
  ActionState,
  DeleteUserFromSharedAppleDeviceActionResult,
  DeviceActionResult,
  DeviceGeoLocation,
  LocateDeviceActionResult,
  RemoteLockActionResult,
  ResetPasscodeActionResult,
  RotateBitLockerKeysDeviceActionResult,
  WindowsDefenderScanActionResult,
} from '@microsoft/microsoft-graph-types';
import type { Location } from '../../protocol/device-information.ts';
import { dayMs, formatInstant } from '../../runtime/duration.ts';
import { type ActionName, type CommandRecord, isOpen, type QueueStatus } from '../core/records.ts';

/** These are seen in managementState and in the audit log, not here (decisions: where a wipe or retire is seen). */
const notShown: readonly ActionName[] = ['wipe', 'retire', 'delete'];

/** A generated passcode is shown for so long after the device has taken it (reference §8.6). */
const passcodeShownMs = 7 * dayMs;
/** The recovery PIN of a Mac, from its request on (reference §8.5). */
const unlockPinShownMs = 30 * dayMs;
/** Where a device was (reference §2.5). */
const locationShownMs = dayMs;

/**
 * Delivered is still `pending`, as a wipe stays `wipePending` until the device has acknowledged it: what Graph calls `active`
 * no source describes, and a program that polls must not take it for an end.
 */
export const actionStateOf: Record<QueueStatus, ActionState> = {
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
 * @param commands every command of one device, oldest first
 * @param now the stub's clock: passcodes, PINs and places are not shown for ever
 */
export function actionResults(commands: readonly CommandRecord[], now: number): DeviceActionResult[] {
  // By their place, not by their instants: the tenant's clock may have been set back between two of them.
  const latest = new Map<ActionName, CommandRecord>();
  for (const command of commands) {
    if (notShown.includes(command.action)) continue;
    latest.delete(command.action);
    latest.set(command.action, command);
  }
  const newest = commands.at(-1);
  return [...latest.values()].map((command) => actionResult(command, command === newest, now));
}

/** A derived type names itself; the base type needs no `@odata.type` (reference §3.2). */
function actionResult(record: CommandRecord, isNewest: boolean, now: number): DeviceActionResult {
  const result: DeviceActionResult = {
    actionName: record.action,
    actionState: actionStateOf[record.status],
    startDateTime: formatInstant(record.requestedAt),
    lastUpdatedDateTime: formatInstant(record.finishedAt ?? record.deliveredAt ?? record.requestedAt),
  };
  switch (record.command.type) {
    case 'remoteLock': {
      const lock: RemoteLockActionResult = { ...result, unlockPin: unlockPin(record, isNewest, now) };
      return derived('remoteLockActionResult', lock);
    }
    case 'resetPasscode': {
      const reset: ResetPasscodeActionResult = { ...result, passcode: newPasscode(record, now), errorCode: record.errorCode ?? 0 };
      return derived('resetPasscodeActionResult', reset);
    }
    case 'locateDevice': {
      const located: LocateDeviceActionResult = { ...result, deviceLocation: geoLocation(record.location, now) };
      return derived('locateDeviceActionResult', located);
    }
    case 'rotateBitLockerKeys': {
      const rotated: RotateBitLockerKeysDeviceActionResult = { ...result, errorCode: record.errorCode ?? 0 };
      return derived('rotateBitLockerKeysDeviceActionResult', rotated);
    }
    case 'deleteUserFromSharedAppleDevice': {
      const { userPrincipalName } = record.command.parameters;
      const deleted: DeleteUserFromSharedAppleDeviceActionResult = { ...result, userPrincipalName };
      return derived('deleteUserFromSharedAppleDeviceActionResult', deleted);
    }
    case 'windowsDefenderScan': {
      const scanned: WindowsDefenderScanActionResult = { ...result, scanType: record.command.parameters.quickScan ? 'Quick' : 'Full' };
      return derived('windowsDefenderScanActionResult', scanned);
    }
    default:
      return result;
  }
}

function derived<Result extends DeviceActionResult>(type: string, result: Result): Result {
  return { '@odata.type': `#microsoft.graph.${type}`, ...result };
}

/** Shown before the device has answered too, for it may have locked itself and be unable to say so; gone with the next action (reference §8.5). */
export function unlockPin({ command, status, requestedAt }: CommandRecord, isNewest: boolean, now: number): string | null {
  if (command.type !== 'remoteLock' || !(isOpen(status) || status === 'acknowledged')) return null;
  return isNewest && now <= requestedAt + unlockPinShownMs ? (command.parameters.pin ?? null) : null;
}

/** Only once the device has it: before, it would open nothing. */
export function newPasscode({ command, status, finishedAt }: CommandRecord, now: number): string | null {
  if (command.type !== 'resetPasscode' || status !== 'acknowledged' || finishedAt === null) return null;
  return now <= finishedAt + passcodeShownMs ? (command.parameters.passcode ?? null) : null;
}

function geoLocation(location: Location | null, now: number): DeviceGeoLocation | null {
  if (location === null || now > location.collectedAt + locationShownMs) return null;
  const { collectedAt, ...place } = location;
  return { lastCollectedDateTime: formatInstant(collectedAt), ...place };
}

import { describe, expect, it } from 'vitest';
import type { Command } from '../../protocol/commands.ts';
import type { Location } from '../../protocol/device-information.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { CommandRecord } from '../core/records.ts';
import { actionResults } from './action-results.ts';
import { testCommand, testNow } from './fake-tenant.contract.ts';

const lock: Command = { type: 'remoteLock', parameters: { pin: '135790' } };
const reset: Command = { type: 'resetPasscode', parameters: { passcode: '24680246' } };
const done = { status: 'acknowledged', finishedAt: testNow } as const;

const only = (command: Command, rest: Partial<CommandRecord>, at: number) => actionResults([testCommand(1, command, rest)], at)[0];

describe('what the service made for the device', () => {
  it.each<[string, Partial<CommandRecord>, number, string | null]>([
    ['is there as soon as it was asked for', {}, testNow, '135790'],
    ['and when the device has it', done, testNow + 1, '135790'],
    ['up to 30 days', done, testNow + 30 * dayMs, '135790'],
    ['and not a millisecond longer', done, testNow + 30 * dayMs + 1, null],
    ['never, when the lock failed', { ...done, status: 'failed' }, testNow, null],
    ['never, when it was taken back', { ...done, status: 'canceled' }, testNow, null],
  ])('the PIN of a Mac: %s', (_when, rest, at, unlockPin) => {
    expect(only(lock, rest, at)).toMatchObject({ '@odata.type': '#microsoft.graph.remoteLockActionResult', unlockPin });
  });

  it('the PIN of a Mac goes with the next action, whatever it is', () => {
    const commands = [testCommand(1, lock, done), testCommand(1, { type: 'syncDevice', parameters: {} }, { requestedAt: testNow + 1 })];
    expect(actionResults(commands, testNow + 2)[0]).toMatchObject({ actionName: 'remoteLock', unlockPin: null });
  });

  it.each<[string, Partial<CommandRecord>, number, string | null]>([
    ['is not there before the device has it', {}, testNow, null],
    ['is there for 7 days', done, testNow + 7 * dayMs, '24680246'],
    ['and not a millisecond longer', done, testNow + 7 * dayMs + 1, null],
    ['never, when the device refused it', { ...done, status: 'not-supported' }, testNow, null],
  ])('TD-18 the new passcode %s', (_when, rest, at, passcode) => {
    expect(only(reset, rest, at)).toMatchObject({ '@odata.type': '#microsoft.graph.resetPasscodeActionResult', passcode });
  });

  it('TD-19 of a removed passcode there is nothing to show', () => {
    expect(only({ type: 'resetPasscode', parameters: {} }, done, testNow)).toMatchObject({
      actionState: 'done',
      passcode: null,
      errorCode: 0,
    });
  });
});

describe('what the device found', () => {
  const location: Location = {
    collectedAt: testNow,
    latitude: 52.37,
    longitude: 4.9,
    altitude: 1,
    horizontalAccuracy: 10,
    verticalAccuracy: 5,
    heading: 0,
    speed: 0,
  };
  const locate: Command = { type: 'locateDevice', parameters: {} };

  it('is where it was, for 24 hours', () => {
    expect(only(locate, { ...done, location }, testNow + dayMs)).toMatchObject({
      '@odata.type': '#microsoft.graph.locateDeviceActionResult',
      deviceLocation: { lastCollectedDateTime: '2026-01-15T10:30:00Z', latitude: 52.37, longitude: 4.9, horizontalAccuracy: 10 },
    });
    expect(only(locate, { ...done, location }, testNow + dayMs + 1)).toMatchObject({ deviceLocation: null });
    expect(only(locate, { ...done, status: 'failed' }, testNow)).toMatchObject({ actionState: 'failed', deviceLocation: null });
  });

  it('or who was removed from a Shared iPad', () => {
    const userPrincipalName = 'Adele@contoso.example';
    expect(only({ type: 'deleteUserFromSharedAppleDevice', parameters: { userPrincipalName } }, done, testNow)).toMatchObject({
      '@odata.type': '#microsoft.graph.deleteUserFromSharedAppleDeviceActionResult',
      actionName: 'deleteUserFromSharedAppleDevice',
      userPrincipalName,
    });
  });

  it.each([
    [true, 'Quick'],
    [false, 'Full'],
  ])('or how a PC was scanned, quickScan being %s: %s', (quickScan, scanType) => {
    const scan: Command = { type: 'windowsDefenderScan', parameters: { quickScan } };
    expect(only(scan, done, testNow)).toMatchObject({
      '@odata.type': '#microsoft.graph.windowsDefenderScanActionResult',
      actionName: 'windowsDefenderScan',
      actionState: 'done',
      scanType,
    });
  });

  it('or an error', () => {
    const rotate: Command = { type: 'rotateBitLockerKeys', parameters: {} };
    expect(only(rotate, { ...done, status: 'failed', errorCode: -5 }, testNow)).toMatchObject({
      '@odata.type': '#microsoft.graph.rotateBitLockerKeysDeviceActionResult',
      actionState: 'failed',
      errorCode: -5,
    });
  });
});

it('shows what was asked for last, also when the clock was set back in between', () => {
  const sync: Command = { type: 'syncDevice', parameters: {} };
  const commands = [
    testCommand(1, lock, { ...done, requestedAt: testNow + dayMs }),
    testCommand(1, sync, { requestedAt: testNow + 2 * dayMs }),
    testCommand(1, lock, { requestedAt: testNow }),
  ];
  expect(actionResults(commands, testNow)).toMatchObject([
    { actionName: 'syncDevice', actionState: 'pending' },
    { actionName: 'remoteLock', actionState: 'pending', unlockPin: '135790' },
  ]);
});

it('TD-01 a bypass of Activation Lock is one of them, a wipe, retire or deletion is not', () => {
  const bypass: Command = { type: 'bypassActivationLock', parameters: {} };
  const wipe: Command = { type: 'wipe', parameters: {} };
  const results = actionResults([testCommand(1, wipe), testCommand(1, bypass, done), testCommand(1, wipe, { action: 'delete' })], testNow);
  expect(results).toEqual([
    {
      actionName: 'bypassActivationLock',
      actionState: 'done',
      startDateTime: '2026-01-15T10:30:00Z',
      lastUpdatedDateTime: '2026-01-15T10:30:00Z',
    },
  ]);
});

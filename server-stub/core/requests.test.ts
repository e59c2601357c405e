import { describe, expect, it } from 'vitest';
import { type CommandType, commandTypes, whyUnsupported } from '../../protocol/commands.ts';
import type { Inventory } from '../../protocol/messages.ts';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import { dayMs, minuteMs } from '../../runtime/duration.ts';
import { admin, CoreBench, commandIn, type Enrolled } from './core.fixture.ts';

const user = { name: 'adele@contoso.example', isUser: true };

function inTouch(inventory: Partial<Inventory> = {}, tenant = {}) {
  const bench = new CoreBench({ tenant });
  const device = bench.enroll('request-1', inventory);
  bench.pass(minuteMs);
  const link = bench.open(device.peer);
  bench.checkIn(link, device);
  return { bench, device, link };
}

function deliver(bench: CoreBench, device: Enrolled, link: number) {
  return commandIn(bench.checkIn(link, device, bench.record(device)?.configuration ?? undefined));
}

/** Everything but the parameters of commands: what logs, traces and checkers get to see. */
const told = (bench: CoreBench) => JSON.stringify([bench.notes, [...bench.store.audits()]]);

describe('every kind of device and every action', () => {
  const kinds = platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment) => ({ platform, enrollment })));
  // The bypass action has a reason of its own, of the moment (activation-lock.test.ts), and a notification waits in no queue (notifications/).
  const elsewhere: readonly CommandType[] = ['bypassActivationLock', 'sendCustomNotificationToCompanyPortal'];
  const types = commandTypes.filter((type) => !elsewhere.includes(type));
  it.each(kinds)('M-05 $platform $enrollment: refused with the catalogue’s reason, or queued and delivered', (kind) => {
    for (const type of types) {
      const { bench, device, link } = inTouch(kind);
      const record = bench.record(device);
      if (record === undefined) throw new Error('no record');
      const reason = whyUnsupported(type, record.inventory);
      expect(bench.tenant.whyUnavailable(record, type)).toBe(reason);
      expect(bench.issue(device, type, { keepUserData: true, message: 'Lost', deviceName: 'New' })).toBe(reason ?? null);
      expect(bench.statuses(device)).toEqual(reason === undefined ? [`${type} queued`] : []);
      expect(bench.audits()).toEqual(reason === undefined ? [`${type} ManagedDevice by ${admin}`] : []);
      if (reason === undefined) expect(deliver(bench, device, link).command.type).toBe(type);
    }
  });

  it('TD-17 counts the version that the device runs now', () => {
    const { bench, device, link } = inTouch({ platform: 'android', enrollment: 'device-administrator', osVersion: '6.0' });
    const checkIn = (osVersion: string) => bench.say(link, { type: 'check-in', deviceId: device.id, trigger: 'schedule', osVersion });
    checkIn('6.0.1');
    expect(bench.issue(device, 'resetPasscode')).toBeNull();
    checkIn('7.0');
    expect(bench.issue(device, 'resetPasscode')).toMatch(/Android 7\.0/);
    bench.tell(link, device, { osVersion: '6.0' });
    expect(bench.issue(device, 'resetPasscode')).toBeNull();
  });
});

describe('who asked', () => {
  it.each(['retire', 'wipe'] as const)('TD-07 stands in the audit log for a %s of an administrator, not of the user', (type) => {
    const { bench, device } = inTouch();
    expect(bench.issue(device, type, {}, user)).toBeNull();
    expect(bench.audits()).toEqual([]);
    expect(bench.store.commandsOf(device.id)).toMatchObject([{ initiatedBy: user.name, byUser: true }]);
    expect(bench.record(device)?.managementState).toBe(`${type}Pending`);
    // An administrator's joins the user's: one execution, and the entry is the administrator's.
    bench.issue(device, type);
    expect(bench.statuses(device)).toEqual([`${type} queued`]);
    expect([...bench.store.audits()]).toMatchObject([
      { activity: `${type} ManagedDevice`, actor: admin, actorType: 'user', at: bench.now, deviceId: device.id, deviceName: 'Phone' },
    ]);
  });

  it('TD-07 a user’s cancelling and deleting leave no entry either', () => {
    const { bench, device } = inTouch();
    bench.issue(device, 'wipe', {}, user);
    expect(bench.cancel(device, 'wipe', user)).toBe('canceled');
    bench.tenant.deleteDevice(device.id, user);
    expect(bench.audits()).toEqual([]);
  });

  it('TD-16 the service itself, when a record goes 180 days after its end', () => {
    const { bench } = inTouch();
    bench.pass(546 * dayMs);
    expect([...bench.store.audits()]).toMatchObject([
      { activity: 'delete ManagedDevice', actor: 'Microsoft Intune', actorType: 'service' },
    ]);
  });

  it('names the device as it is called now', () => {
    const { bench, device, link } = inTouch();
    bench.tell(link, device, { deviceName: 'Adele’s phone' });
    bench.issue(device, 'syncDevice');
    expect([...bench.store.audits()][0]?.deviceName).toBe('Adele’s phone');
  });
});

describe('watching', () => {
  it('TD-11 a wipe can be watched: its audit entry, its command, the management state', () => {
    const { bench, device, link } = inTouch();
    const seen = () => [...bench.tenant.allCommands()].map(({ action, status }) => `${action} ${status}`);
    bench.issue(device, 'syncDevice');
    bench.issue(device, 'wipe');
    expect([seen(), bench.record(device)?.managementState]).toEqual([['wipe queued', 'syncDevice canceled'], 'wipePending']);
    const { commandId } = deliver(bench, device, link);
    expect([seen()[0], bench.record(device)?.managementState]).toEqual(['wipe delivered', 'wipePending']);
    bench.answer(link, device, commandId, 'acknowledged');
    expect([seen()[0], bench.record(device)?.managementState]).toEqual(['wipe acknowledged', 'wipeIssued']);
    bench.close(link);
    expect([seen()[0], bench.tenant.device(device.id)]).toEqual(['wipe acknowledged', undefined]);
    expect([...bench.tenant.audits()].map(({ activity }) => activity)).toEqual(['wipe ManagedDevice', 'syncDevice ManagedDevice']);
  });
});

describe('cancelling', () => {
  it.each([
    ['wipe', 'wipeCanceled'],
    ['retire', 'retireCanceled'],
    ['remoteLock', 'managed'],
  ] as const)('M-05 takes a %s back that was not delivered, and leaves the record as %s', (action, state) => {
    const { bench, device, link } = inTouch();
    bench.issue(device, action);
    bench.pass(minuteMs);
    expect(bench.cancel(device, action)).toBe('canceled');
    expect(bench.store.commandsOf(device.id)).toMatchObject([{ status: 'canceled', finishedAt: bench.now, deliveries: 0 }]);
    expect(bench.record(device)?.managementState).toBe(state);
    expect(bench.audits()).toEqual([`${action} ManagedDevice by ${admin}`, `cancel ${action} ManagedDevice by ${admin}`]);
    expect(bench.core.workWaits(device.id)).toBe(false);
    expect(bench.checkIn(link, device)).toEqual([{ type: 'check-in-done' }]);
  });

  it('M-05 is too late once the device has it', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'wipe');
    const { commandId } = deliver(bench, device, link);
    expect(bench.cancel(device, 'wipe')).toBe('delivered');
    expect(bench.record(device)?.managementState).toBe('wipePending');
    expect(bench.audits()).toEqual([`wipe ManagedDevice by ${admin}`]);
    bench.answer(link, device, commandId, 'acknowledged');
    expect(bench.cancel(device, 'wipe')).toBe('not-found');
    expect(bench.statuses(device)).toEqual(['wipe acknowledged']);
  });

  it('M-05 works again when the device has said not now', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'wipe');
    bench.answer(link, device, deliver(bench, device, link).commandId, 'not-now');
    expect(bench.cancel(device, 'wipe')).toBe('canceled');
    expect(bench.checkIn(link, device)).toEqual([{ type: 'check-in-done' }]);
  });

  it('M-05 takes the newest of several, and no other action', () => {
    const { bench, device, link } = inTouch();
    for (const type of ['syncDevice', 'remoteLock', 'syncDevice'] as const) bench.issue(device, type);
    deliver(bench, device, link);
    expect(bench.cancel(device, 'syncDevice')).toBe('canceled');
    expect(bench.statuses(device)).toEqual(['syncDevice delivered', 'remoteLock queued', 'syncDevice canceled']);
    expect(bench.cancel(device, 'syncDevice')).toBe('delivered');
    expect(bench.cancel(device, 'retire')).toBe('not-found');
  });

  it('M-05 finds nothing on an unknown device, a deleted one, or one whose certificate has ended', () => {
    const { bench, device } = inTouch();
    const { id } = device;
    expect(bench.cancel({ ...device, id: 'nobody' }, 'wipe')).toBe('not-found');
    const other = bench.enroll('request-2', { serialNumber: 'MF0000002' });
    bench.issue(other, 'wipe');
    bench.delete(device);
    expect([bench.cancel(device, 'delete'), bench.cancel({ ...device, id }, 'wipe')]).toEqual(['not-found', 'not-found']);
    bench.pass(366 * dayMs);
    expect(bench.cancel(other, 'wipe')).toBe('not-found');
    expect(bench.record(other)?.managementState).toBe('wipeFailed');
  });

  it('M-11 works after a restart of the server', () => {
    const { bench, device } = inTouch();
    bench.issue(device, 'retire');
    const again = new CoreBench({}, bench.store);
    expect(again.cancel(device, 'retire')).toBe('canceled');
    expect(again.statuses(device)).toEqual(['retire canceled']);
  });

  it('M-05 a wipe that was taken back can be asked for again', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'wipe');
    bench.cancel(device, 'wipe');
    bench.issue(device, 'wipe');
    expect(bench.record(device)?.managementState).toBe('wipePending');
    const ids = bench.store.commandsOf(device.id).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(deliver(bench, device, link).commandId).toBe(ids[1]);
    expect(new Set([...bench.store.audits()].map(({ id }) => id)).size).toBe(3);
  });
});

describe('actions that meet', () => {
  it.each([
    ['retire', 'wipe', 'wipePending'],
    ['wipe', 'retire', 'retirePending'],
  ] as const)('M-05 a waiting %s is dropped for a %s', (first, second, state) => {
    const { bench, device, link } = inTouch();
    bench.issue(device, first);
    bench.issue(device, second);
    expect(bench.statuses(device)).toEqual([`${first} canceled`, `${second} queued`]);
    expect(bench.record(device)?.managementState).toBe(state);
    expect(deliver(bench, device, link).command.type).toBe(second);
  });

  it('M-05 a wipe after an accepted retire: the device left with the retire, nothing else reaches it', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'retire');
    bench.answer(link, device, deliver(bench, device, link).commandId, 'acknowledged');
    expect(bench.issue(device, 'wipe')).toBeNull();
    expect(bench.record(device)?.managementState).toBe('retireIssued');
    bench.close(link);
    expect(bench.statuses(device)).toEqual(['retire acknowledged']);
    expect(bench.record(device)).toBeUndefined();
    expect(() => bench.issue(device, 'wipe')).toThrow(/is not there/);
    expect(bench.tenant.device(device.id)).toBeUndefined();
    expect(bench.audits()).toEqual([`retire ManagedDevice by ${admin}`, `wipe ManagedDevice by ${admin}`]);
  });

  it.each(['deleted', 'unknown'])('M-05 an action on a device that is %s is a fault of who did not look', (what) => {
    const { bench, device } = inTouch();
    if (what === 'deleted') bench.delete(device);
    const target = what === 'deleted' ? device : { ...device, id: 'nobody' };
    expect(bench.tenant.device(target.id)).toBeUndefined();
    expect(() => bench.issue(target, 'syncDevice')).toThrow(/is not there/);
    bench.delete(target);
    expect(bench.audits()).toHaveLength(what === 'deleted' ? 1 : 0);
  });

  it('M-05 a fresh start of a registered PC without its user’s data ends its management, as a wipe does', () => {
    const { bench, device, link } = inTouch({ platform: 'windows', enrollment: 'registered' });
    bench.issue(device, 'syncDevice');
    bench.issue(device, 'cleanWindowsDevice', { keepUserData: false });
    bench.answer(link, device, deliver(bench, device, link).commandId, 'acknowledged');
    const { commandId } = deliver(bench, device, link);
    expect(bench.record(device)?.managementState).toBe('managed');
    bench.answer(link, device, commandId, 'acknowledged');
    expect(bench.record(device)?.managementState).toBe('wipeIssued');
    bench.close(link);
    expect(bench.notes.at(-1)).toMatchObject({ kind: 'record-removed', why: 'wiped' });
  });

  it.each([
    ['registered', { keepUserData: true }, 'acknowledged'],
    ['joined', { keepUserData: false }, 'acknowledged'],
    ['registered', { keepUserData: false }, 'failed'],
  ] as const)('M-05 a fresh start of a %s PC with %o that is %s leaves it managed', (enrollment, parameters, status) => {
    const { bench, device, link } = inTouch({ platform: 'windows', enrollment });
    bench.issue(device, 'cleanWindowsDevice', parameters);
    bench.answer(link, device, deliver(bench, device, link).commandId, status);
    bench.close(link);
    expect(bench.record(device)?.managementState).toBe('managed');
  });
});

describe('the service’s own part', () => {
  it('M-05 makes a PIN of six digits for each lock of a Mac, and none for others', () => {
    const pins = (['macos', 'macos', 'ios'] as const).map((platform, index) => {
      const { bench, device, link } = inTouch({ platform, serialNumber: `MF000000${index}` });
      bench.issue(device, 'remoteLock');
      const { command } = deliver(bench, device, link);
      const pin = command.type === 'remoteLock' ? command.parameters.pin : undefined;
      if (pin !== undefined) expect(told(bench)).not.toContain(pin);
      expect(bench.store.commandsOf(device.id)[0]?.command).toEqual(command);
      return pin;
    });
    expect(pins).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/), undefined]);
    expect(pins[0]).not.toBe(pins[1]);
  });

  it('M-05 makes another PIN each time, the same one in each run', () => {
    const run = () => {
      const { bench, device } = inTouch({ platform: 'macos' });
      for (let n = 0; n < 2; n++) bench.issue(device, 'remoteLock');
      return bench.store.commandsOf(device.id).map(({ command }) => JSON.stringify(command.parameters));
    };
    expect(run()).toEqual(run());
    expect(new Set(run()).size).toBe(2);
  });

  it.each([
    ['device-administrator', '6.0', 4, 8],
    ['personal-work-profile', '14', 4, 8],
    ['corporate-work-profile', '14', 8, 8],
    ['fully-managed', '14', 12, 12],
    ['dedicated', '14', 16, 16],
  ] as const)(
    'TD-18 makes a passcode for %s on Android %s that suffices where %i digits are wanted',
    (enrollment, osVersion, wanted, length) => {
      const bench = new CoreBench({ tenant: { passcodeLengthMin: wanted } });
      const device = bench.enroll('request-1', { platform: 'android', enrollment, osVersion });
      expect(bench.issue(device, 'resetPasscode')).toBeNull();
      const { command } = bench.store.commandsOf(device.id)[0] ?? {};
      const passcode = command?.type === 'resetPasscode' ? command.parameters.passcode : undefined;
      expect(passcode).toMatch(new RegExp(`^\\d{${length}}$`));
      expect(told(bench)).not.toContain(passcode);
    },
  );

  it('TD-18 a work profile without an active token answers not-supported, and the administrator sees it', () => {
    const { bench, device, link } = inTouch({ platform: 'android', enrollment: 'personal-work-profile', osVersion: '14' });
    bench.issue(device, 'resetPasscode');
    bench.answer(link, device, deliver(bench, device, link).commandId, 'not-supported');
    expect(bench.statuses(device)).toEqual(['resetPasscode not-supported']);
    expect(bench.record(device)?.managementState).toBe('managed');
  });

  it('TD-19 an iPhone is told to remove its passcode, nothing else', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'resetPasscode');
    expect(deliver(bench, device, link).command).toEqual({ type: 'resetPasscode', parameters: {} });
  });

  it.each([true, false])('M-05 keeps the name that an Android device was given; it had told about itself: %s', (hasTold) => {
    const { bench, device, link } = inTouch({ platform: 'android', enrollment: 'fully-managed' });
    if (hasTold) bench.tell(link, device);
    bench.issue(device, 'setDeviceName', { deviceName: 'Till 7' });
    const { commandId } = deliver(bench, device, link);
    bench.answer(link, device, commandId, 'acknowledged');
    const name = () => {
      bench.issue(device, 'syncDevice');
      return [...bench.store.audits()][0]?.deviceName;
    };
    expect(name()).toBe('Till 7');
    bench.tell(link, device, { osVersion: '15' });
    bench.tell(link, device, { osVersion: '16' });
    expect(name()).toBe('Till 7');
    expect(bench.record(device)).toMatchObject({ information: { deviceName: 'Till 7' }, inventory: { osVersion: '16' } });
  });

  it('M-05 hears from other devices that they took the name, and from none that refused it', () => {
    const { bench, device, link } = inTouch({ enrollment: 'automated' });
    bench.tell(link, device);
    bench.issue(device, 'setDeviceName', { deviceName: 'Front desk' });
    bench.answer(link, device, deliver(bench, device, link).commandId, 'acknowledged');
    expect(bench.record(device)?.information?.deviceName).toBe('Phone');
    bench.tell(link, device, { deviceName: 'Front desk' });
    expect(bench.record(device)).toMatchObject({ information: { deviceName: 'Front desk' }, inventory: { deviceName: 'Front desk' } });
    const android = inTouch({ platform: 'android', enrollment: 'fully-managed' });
    android.bench.issue(android.device, 'setDeviceName', { deviceName: 'Till 7' });
    const { commandId } = deliver(android.bench, android.device, android.link);
    android.bench.answer(android.link, android.device, commandId, 'failed');
    expect(android.bench.record(android.device)?.inventory.deviceName).toBe('Phone');
  });

  it('M-05 keeps where a device said it was, of a locate that worked', () => {
    const location = {
      collectedAt: 1,
      latitude: 48.1,
      longitude: 11.6,
      altitude: 520,
      horizontalAccuracy: 5,
      verticalAccuracy: 5,
      heading: 0,
      speed: 0,
    };
    for (const status of ['acknowledged', 'failed'] as const) {
      const { bench, device, link } = inTouch({ platform: 'windows', enrollment: 'joined' });
      bench.issue(device, 'locateDevice');
      const { commandId } = deliver(bench, device, link);
      bench.say(link, { type: 'command-result', deviceId: device.id, commandId, status, location });
      expect(bench.store.command(commandId)?.location).toEqual(status === 'acknowledged' ? location : null);
      expect(told(bench)).not.toContain('48.1');
    }
  });

  it('answers an action of its own alone for a device whose certificate has ended, too', () => {
    const bench = new CoreBench({ tenant: { allowActivationLock: true } });
    const device = bench.enroll('request-1', { enrollment: 'automated' });
    bench.pass(364 * dayMs);
    bench.tell(bench.open(device.peer), device, { activationLock: true });
    bench.pass(2 * dayMs);
    expect(bench.issue(device, 'bypassActivationLock' satisfies CommandType)).toBeNull();
    expect(bench.statuses(device)).toEqual(['bypassActivationLock acknowledged']);
    expect(bench.record(device)?.managementState).toBe('unhealthy');
  });
});

describe('a user of the device and an administrator', () => {
  it('TD-07 the user’s retire, which nobody sees in the audit log, does not undo a wipe that an administrator asked for', () => {
    const { bench, device } = inTouch();
    bench.issue(device, 'wipe');
    expect(bench.issue(device, 'retire', {}, user)).toBeNull();
    expect(bench.statuses(device)).toEqual(['wipe queued']);
    expect(bench.record(device)).toMatchObject({ managementState: 'wipePending' });
    // The other way round the wipe does all that the retire would have done.
    const second = inTouch();
    second.bench.issue(second.device, 'retire');
    second.bench.issue(second.device, 'wipe', {}, user);
    expect(second.bench.statuses(second.device)).toEqual(['retire canceled', 'wipe queued']);
  });
});

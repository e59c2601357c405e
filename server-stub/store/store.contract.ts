/** What every store has to do: a new implementation's test is one call of `storeContract`. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceCompliance } from '../core/policy-records.ts';
import { deviceListingContract } from './device-listing.contract.ts';
import { directoryContract } from './directory.contract.ts';
import { logsContract } from './logs.contract.ts';
import { ids, sampleAudit, sampleCommand, sampleDevice, sampleInformation, sampleLocation } from './sample-records.fixture.ts';
import { sendsContract } from './sends.contract.ts';
import type { Store } from './store.ts';

/** `open` gives an empty store. */
export function storeContract(name: string, open: () => Store): void {
  describe(`store: ${name}`, () => {
    let store: Store;
    beforeEach(() => {
      store = open();
    });
    afterEach(() => store.close());

    const certificate = { serialNumber: '0AFF', notBefore: 1, notAfter: 2 };

    test('a device comes back as it was saved', () => {
      const full = sampleDevice('d1', { nextCertificate: certificate, deleted: true, nudgeKeptUntil: 5, commandCount: 3 });
      store.saveDevice(structuredClone(full));
      store.saveDevice(sampleDevice('d2'));
      expect(store.device('d1')).toEqual(full);
      expect(store.device('d2')).toEqual(sampleDevice('d2'));
      expect(store.device('d3')).toBeUndefined();
    });

    test('a device comes back with all that it told', () => {
      const told = sampleDevice('d1', {
        information: sampleInformation,
        configuration: '0123456789abcdef',
        requestedApps: ['notes', 'maps'],
      });
      told.inventory.shared = true;
      store.saveDevice(structuredClone(told));
      expect(store.device('d1')).toEqual(told);
      told.inventory.shared = false;
      store.saveDevice({ ...structuredClone(told), information: null, configuration: null });
      expect(store.device('d1')).toEqual({ ...told, information: null, configuration: null });
    });

    test('a device comes back with all that came of its policies, and shares none of it', () => {
      const compliance: DeviceCompliance = {
        evaluatedAt: 7,
        due: false,
        recheckAt: 9,
        results: [
          {
            policyId: 'p1',
            policyVersion: 2,
            state: 'nonCompliant',
            settings: [{ setting: 'passcodeRequired', state: 'nonCompliant' }],
            since: 3,
            isMarked: true,
            fired: ['a1', 'a2'],
            errorSince: null,
            takesActions: true,
          },
        ],
        demands: { passcodeRequired: true, passcodeLengthMin: 6 },
        isTrusted: false,
        retireListed: { policyId: 'p1', at: 5 },
      };
      const judged = sampleDevice('d1', {
        complianceState: 'noncompliant',
        compliance,
        access: { outlook: 'device-not-compliant', teams: 'allowed' },
        notices: [{ id: 'n1', at: 5, title: 'Nicht konform 📱', body: '…' }],
      });
      store.saveDevice(structuredClone(judged));
      store.saveDevice({ ...structuredClone(judged), id: 'd2' });
      store.saveDevice({ ...structuredClone(judged), id: 'd3', compliance: { ...compliance, evaluatedAt: 8, due: true } });
      expect(store.device('d1')).toEqual(judged);
      expect(store.device('d2')?.compliance).toEqual(compliance);
      expect(store.device('d3')?.compliance).toEqual({ ...compliance, evaluatedAt: 8, due: true });
      store.saveDevice(sampleDevice('d1'));
      expect(store.device('d1')).toEqual(sampleDevice('d1'));
    });

    test('saving again replaces: a copy, or the very record that was handed out', () => {
      store.saveDevice(sampleDevice('d1', { nextCertificate: certificate }));
      store.saveDevice(sampleDevice('d1', { managementState: 'retirePending' }));
      expect(store.device('d1')).toEqual(sampleDevice('d1', { managementState: 'retirePending' }));
      const record = store.device('d1');
      if (record === undefined) throw new Error('gone');
      record.commandCount = 7;
      record.inventory.osVersion = '18.2';
      store.saveDevice(record);
      expect(store.device('d1')).toMatchObject({ commandCount: 7, inventory: { osVersion: '18.2' } });
    });

    test('touching changes lastSyncAt alone, and nothing for an unknown device', () => {
      store.saveDevice(sampleDevice('d1'));
      store.touchDevice('d1', 99);
      store.touchDevice('nobody', 99);
      expect(store.device('d1')).toEqual(sampleDevice('d1', { lastSyncAt: 99 }));
      expect(store.device('nobody')).toBeUndefined();
    });

    test('devices are listed by id in code-unit order, without deleted ones, after any id', () => {
      for (const id of ['b', 'a-1', 'B', '10', '9', 'c']) store.saveDevice(sampleDevice(id, { deleted: id === 'c' }));
      expect(ids(store.devicesAfter(null))).toEqual(['10', '9', 'B', 'a-1', 'b']);
      expect(ids(store.devicesAfter('B'))).toEqual(['a-1', 'b']);
      expect(ids(store.devicesAfter('a'))).toEqual(['a-1', 'b']);
      expect(ids(store.devicesAfter('b'))).toEqual([]);
      store.saveDevice(sampleDevice('c'));
      store.saveDevice(sampleDevice('A'));
      store.removeDevice('9');
      expect(ids(store.devicesAfter('10'))).toEqual(['A', 'B', 'a-1', 'b', 'c']);
    });

    test('what is hidden is not listed, and not counted', () => {
      store.saveDevice(sampleDevice('a'));
      store.saveDevice(sampleDevice('b', { hidden: true, notes: 'lent to Adele', owner: 'company' }));
      store.saveDevice(sampleDevice('c', { deleted: true }));
      const { inventory } = sampleDevice('d');
      store.saveDevice(sampleDevice('d', { inventory: { ...inventory, platform: 'windows', enrollment: 'joined' } }));
      store.saveDevice(sampleDevice('e'));
      expect(ids(store.devicesAfter(null))).toEqual(['a', 'd', 'e']);
      expect(store.device('b')).toMatchObject({ hidden: true, notes: 'lent to Adele', owner: 'company' });
      const counts = [...store.deviceCounts()].sort((one, other) => (one.platform < other.platform ? -1 : 1));
      expect(counts).toEqual([
        { platform: 'ios', enrollment: 'device', count: 2 },
        { platform: 'windows', enrollment: 'joined', count: 1 },
      ]);
      expect(store.complianceCounts()).toEqual([{ state: 'unknown', count: 3 }]);
      expect(store.managementCounts()).toEqual([{ state: 'managed', count: 3 }]);
      store.saveDevice(sampleDevice('e', { complianceState: 'inGracePeriod' }));
      expect([...store.complianceCounts()].sort((one, other) => one.count - other.count)).toEqual([
        { state: 'inGracePeriod', count: 1 },
        { state: 'unknown', count: 2 },
      ]);
      store.saveDevice(sampleDevice('a', { managementState: 'wipePending' }));
      expect([...store.managementCounts()].sort((one, other) => one.count - other.count)).toEqual([
        { state: 'wipePending', count: 1 },
        { state: 'managed', count: 2 },
      ]);
      store.removeDevice('d');
      store.saveDevice(sampleDevice('b'));
      expect(store.deviceCounts()).toEqual([{ platform: 'ios', enrollment: 'device', count: 3 }]);
    });

    test('a long listing may write as it goes, and sees its writes', () => {
      const all = Array.from({ length: 600 }, (_, index) => String(1000 + index));
      for (const id of all) store.saveDevice(sampleDevice(id));
      const seen: string[] = [];
      for (const record of store.devicesAfter(null)) {
        seen.push(record.id);
        if (record.id === '1001') store.removeDevice('1002');
        if (record.id === '1010') store.saveDevice(sampleDevice('1011', { deleted: true }));
        if (record.id === '1020') store.touchDevice('1021', 42);
        if (record.id === '1021') expect(record.lastSyncAt).toBe(42);
        if (record.id > '1500') store.saveDevice({ ...record, commandCount: 1 });
      }
      expect(seen).toEqual(all.filter((id) => id !== '1002' && id !== '1011'));
    });

    test('devices that come and go leave the listing as it was', () => {
      store.transaction(() => {
        for (const id of ['a', 'z']) store.saveDevice(sampleDevice(id));
        for (let number = 0; number < 2500; number++) {
          store.saveDevice(sampleDevice(`m${number}`));
          store.removeDevice(`m${number}`);
        }
        store.saveDevice(sampleDevice('m1'));
      });
      expect(ids(store.devicesAfter(null))).toEqual(['a', 'm1', 'z']);
    });

    test('a removed device leaves its commands and audit entries, and nothing else', () => {
      for (const id of ['d1', 'd2']) {
        store.saveDevice(sampleDevice(id));
        store.setTimer(id, 'push', 5);
        store.setTimer(id, 'expiry', 6);
        for (const use of ['replaced', 'current', 'next'] as const) {
          store.saveCertificate(id, { ...certificate, serialNumber: `${use}-${id}` }, use);
        }
        store.saveEnrollment(`request-${id}`, id);
        store.addCommand(sampleCommand(`c-${id}`, id));
      }
      store.appendAudit(sampleAudit('a1'));
      store.removeDevice('d1');
      store.removeDevice('nobody');
      expect(store.device('d1')).toBeUndefined();
      expect(ids(store.devicesAfter(null))).toEqual(['d2']);
      expect(store.nextTimer()).toEqual({ at: 5, deviceId: 'd2', kind: 'push' });
      for (const use of ['replaced', 'current', 'next']) {
        expect(store.certificate(`${use}-d1`)).toBeUndefined();
        expect(store.certificate(`${use}-d2`)).toEqual({ deviceId: 'd2', use });
      }
      expect(store.enrolledDevice('request-d1')).toBeUndefined();
      expect(store.enrolledDevice('request-d2')).toBe('d2');
      expect(ids(store.openCommands('d1'))).toEqual(['c-d1']);
      expect(ids(store.audits())).toEqual(['a1']);
    });

    test('a command comes back as it was saved', () => {
      store.addCommand(sampleCommand('c1', 'd1'));
      expect(store.command('c1')).toEqual(sampleCommand('c1', 'd1'));
      const finished = sampleCommand('c1', 'd1', { status: 'failed', deliveredAt: 2, finishedAt: 3, deliveries: 4, errorCode: -5 });
      store.saveCommand(structuredClone(finished));
      expect(store.command('c1')).toEqual(finished);
      expect(store.commandsOf('d1')).toEqual([finished]);
      expect(store.command('c2')).toBeUndefined();
    });

    test('the queue of a device is in order of arrival; only queued and delivered commands are open', () => {
      expect(store.nextOpenCommand('d1')).toBeUndefined();
      expect(store.openCommands('d1')).toEqual([]);
      expect(store.commandsOf('d1')).toEqual([]);
      for (const id of ['z', 'y', 'x', 'w']) store.addCommand(sampleCommand(id, 'd1'));
      store.addCommand(sampleCommand('other', 'd2'));
      store.saveCommand(sampleCommand('y', 'd1', { status: 'canceled' }));
      expect(store.nextOpenCommand('d1')?.id).toBe('z');
      store.saveCommand(sampleCommand('z', 'd1', { status: 'delivered' }));
      expect(store.nextOpenCommand('d1')?.id).toBe('z');
      expect(ids(store.openCommands('d1'))).toEqual(['z', 'x', 'w']);
      store.saveCommand(sampleCommand('z', 'd1', { status: 'acknowledged' }));
      expect(store.nextOpenCommand('d1')?.id).toBe('x');
      expect(ids(store.openCommands('d1'))).toEqual(['x', 'w']);
      expect(ids(store.commandsOf('d1'))).toEqual(['z', 'y', 'x', 'w']);
      for (const id of ['x', 'w']) store.saveCommand(sampleCommand(id, 'd1', { status: 'expired' }));
      expect(store.nextOpenCommand('d1')).toBeUndefined();
      store.addCommand(sampleCommand('v', 'd1'));
      expect(store.nextOpenCommand('d1')?.id).toBe('v');
    });

    test('a command that is opened again takes its old place', () => {
      for (const id of ['c1', 'c2']) store.addCommand(sampleCommand(id, 'd1'));
      store.saveCommand(sampleCommand('c1', 'd1', { status: 'failed' }));
      expect(store.nextOpenCommand('d1')?.id).toBe('c2');
      store.saveCommand(sampleCommand('c1', 'd1', { status: 'queued' }));
      expect(ids(store.openCommands('d1'))).toEqual(['c1', 'c2']);
    });

    test('adding a known command and saving an unknown one are faults', () => {
      store.addCommand(sampleCommand('c1', 'd1'));
      expect(() => store.addCommand(sampleCommand('c1', 'd1'))).toThrow();
      expect(() => store.saveCommand(sampleCommand('c2', 'd1'))).toThrow();
      expect(ids(store.commandsOf('d1'))).toEqual(['c1']);
    });

    test('a command comes back with where the device was, and who asked', () => {
      const located = sampleCommand('c1', 'd1', { location: sampleLocation, byUser: true });
      store.addCommand(structuredClone(located));
      expect(store.command('c1')).toEqual(located);
      store.saveCommand({ ...structuredClone(located), location: null });
      expect(store.commandsOf('d1')).toEqual([{ ...located, location: null }]);
    });

    test('the commands of all devices come newest first, however many, and those of removed devices too', () => {
      expect(ids(store.allCommands())).toEqual([]);
      const all = Array.from({ length: 600 }, (_, index) => `c${index}`);
      for (const [index, id] of all.entries()) store.addCommand(sampleCommand(id, `d${index % 3}`));
      store.saveDevice(sampleDevice('d1'));
      store.removeDevice('d1');
      store.saveCommand(sampleCommand('c7', 'd1', { status: 'expired' }));
      expect(ids(store.allCommands())).toEqual(all.toReversed());
      expect([...store.allCommands()].find(({ id }) => id === 'c7')).toEqual(sampleCommand('c7', 'd1', { status: 'expired' }));
    });

    test('a listing of commands may write as it goes, and sees its writes', () => {
      for (let number = 0; number < 300; number++) store.addCommand(sampleCommand(`c${number}`, 'd1'));
      const seen: string[] = [];
      for (const command of store.allCommands()) {
        seen.push(`${command.id} ${command.status}`);
        if (command.id === 'c298') store.saveCommand(sampleCommand('c297', 'd1', { status: 'canceled' }));
        if (command.id === 'c290') store.addCommand(sampleCommand('late', 'd1'));
      }
      expect(seen.slice(0, 4)).toEqual(['c299 queued', 'c298 queued', 'c297 canceled', 'c296 queued']);
      expect(seen).toHaveLength(300);
    });

    test('a bypass code is kept by serial number; a newer one takes its place', () => {
      const code = { serialNumber: 'SN-1', code: 'AAAAA-AAAAA-AAAA-AAAA-AAAA-AAAA', expiresAt: 5, shown: true };
      expect(store.bypassCode('SN-1')).toBeUndefined();
      store.saveBypassCode({ ...code });
      store.saveBypassCode({ ...code, serialNumber: 'SN-2' });
      expect(store.bypassCode('SN-1')).toEqual(code);
      const newer = { ...code, code: 'CCCCC-CCCCC-CCCC-CCCC-CCCC-CCCC', expiresAt: 7, shown: false };
      store.saveBypassCode({ ...newer });
      expect(store.bypassCode('SN-1')).toEqual(newer);
      store.saveDevice(sampleDevice('1'));
      store.removeDevice('1');
      expect(store.bypassCode('SN-1')).toEqual(newer);
    });

    test('Find My is on for whom it was saved, until it is off', () => {
      const findMy = { serialNumber: 'SN-1', owner: 'adele@example.com', passwordHash: '00ff' };
      expect(store.findMy('SN-1')).toBeUndefined();
      store.saveFindMy('SN-1', { ...findMy, owner: 'somebody else' });
      store.saveFindMy('SN-1', { ...findMy });
      store.saveFindMy('SN-2', { ...findMy, serialNumber: 'SN-2' });
      expect(store.findMy('SN-1')).toEqual(findMy);
      store.saveFindMy('SN-1', null);
      store.saveFindMy('SN-1', null);
      expect(store.findMy('SN-1')).toBeUndefined();
      expect(store.findMy('SN-2')).toBeDefined();
    });

    test('TD-10 an access token stays what it was, whatever becomes of its device', () => {
      const token = {
        token: 't1',
        userPrincipalName: 'adele@example.com',
        app: 'outlook',
        deviceId: 'd1',
        platform: 'ios',
        outcome: null,
      } as const;
      expect(store.accessToken('t1')).toBeUndefined();
      store.saveDevice(sampleDevice('d1'));
      store.saveAccessToken({ ...token });
      store.saveAccessToken({ ...token, userPrincipalName: 'mallory@example.com' });
      store.saveAccessToken({
        token: 't2',
        userPrincipalName: 'adele@example.com',
        app: 'portal',
        deviceId: null,
        platform: null,
        outcome: null,
      });
      store.removeDevice('d1');
      expect(store.accessToken('t1')).toEqual(token);
      store.saveTokenOutcome('t1', 'device-not-managed');
      store.saveTokenOutcome('unknown', 'allowed');
      expect(store.accessToken('t1')).toEqual({ ...token, outcome: 'device-not-managed' });
      expect(store.accessToken('unknown')).toBeUndefined();
      expect(store.accessToken('t2')).toMatchObject({ app: 'portal', deviceId: null });
    });

    test('a certificate is known by its serial number', () => {
      store.saveCertificate('d1', certificate, 'next');
      expect(store.certificate('0AFF')).toEqual({ deviceId: 'd1', use: 'next' });
      store.saveCertificate('d1', certificate, 'current');
      expect(store.certificate('0AFF')).toEqual({ deviceId: 'd1', use: 'current' });
      expect(store.certificate('0A')).toBeUndefined();
    });

    test('a certificate or an enrollment given to another device goes and stays with that one', () => {
      for (const serialNumber of ['1', '2', '3']) store.saveCertificate('d1', { ...certificate, serialNumber }, 'current');
      store.saveEnrollment('request', 'd1');
      store.saveCertificate('d2', { ...certificate, serialNumber: '2' }, 'current');
      store.saveEnrollment('request', 'd2');
      store.removeDevice('d1');
      expect(['1', '2', '3'].map((serial) => store.certificate(serial)?.deviceId)).toEqual([undefined, 'd2', undefined]);
      expect(store.enrolledDevice('request')).toBe('d2');
      store.removeDevice('d2');
      expect(store.certificate('2')).toBeUndefined();
      expect(store.enrolledDevice('request')).toBeUndefined();
    });

    test('timers: the earliest; ties by device id, then by kind', () => {
      expect(store.nextTimer()).toBeUndefined();
      store.setTimer('b', 'push', 5);
      store.setTimer('b', 'departure', 5);
      store.setTimer('a', 'removal', 5);
      store.setTimer('a', 'expiry', 5);
      store.setTimer('c', 'push', 4);
      const drained: string[] = [];
      for (let timer = store.nextTimer(); timer !== undefined; timer = store.nextTimer()) {
        drained.push(`${timer.at} ${timer.deviceId} ${timer.kind}`);
        store.setTimer(timer.deviceId, timer.kind, null);
      }
      expect(drained).toEqual(['4 c push', '5 a expiry', '5 a removal', '5 b departure', '5 b push']);
    });

    test('timers: those of one kind, from an instant on', () => {
      store.transaction(() => {
        for (let number = 0; number < 600; number++) store.setTimer(`d${1000 + number}`, 'expiry', 1000 + (number % 300));
      });
      store.setTimer('d1000', 'push', 1200);
      store.setTimer('a', 'expiry', 999);
      store.setTimer('b', 'expiry', 5000);
      const found: string[] = [];
      store.transaction(() => {
        for (const { at, deviceId, kind } of store.timersOf('expiry', 1150)) {
          found.push(`${at} ${deviceId} ${kind}`);
          store.setTimer(deviceId, kind, null);
        }
      });
      expect(found).toHaveLength(301);
      expect(found.slice(0, 3)).toEqual(['1150 d1150 expiry', '1150 d1450 expiry', '1151 d1151 expiry']);
      expect(found.at(-1)).toBe('5000 b expiry');
      expect([...store.timersOf('expiry', 1150)]).toEqual([]);
      expect([...store.timersOf('push', 0)]).toEqual([{ at: 1200, deviceId: 'd1000', kind: 'push' }]);
      expect([...store.timersOf('expiry', 0)]).toHaveLength(301);
    });

    test('timers: validity of all devices at once, by their last contact, but for deleted ones', () => {
      for (const [id, lastSyncAt, deleted] of [
        ['d1', 100, false],
        ['d2', 50, false],
        ['d3', 10, true],
      ] as const) {
        store.saveDevice(sampleDevice(id, { lastSyncAt, deleted, hidden: id === 'd2' }));
      }
      store.setTimer('d1', 'validity', 5);
      store.setTimer('d1', 'push', 120);
      store.setValidityTimers(1_000);
      const drained: string[] = [];
      for (let timer = store.nextTimer(); timer !== undefined; timer = store.nextTimer()) {
        drained.push(`${timer.at} ${timer.deviceId} ${timer.kind}`);
        store.setTimer(timer.deviceId, timer.kind, null);
      }
      expect(drained).toEqual(['120 d1 push', '1050 d2 validity', '1100 d1 validity']);
    });

    test('timers: one per device and kind, moved both ways, cleared; only whole milliseconds', () => {
      store.setTimer('a', 'push', 5);
      store.setTimer('b', 'push', 6);
      store.setTimer('a', 'push', 7);
      expect(store.nextTimer()).toEqual({ at: 6, deviceId: 'b', kind: 'push' });
      store.setTimer('a', 'push', 0);
      expect(store.nextTimer()).toEqual({ at: 0, deviceId: 'a', kind: 'push' });
      store.setTimer('a', 'push', null);
      store.setTimer('a', 'push', null);
      store.setTimer('nobody', 'push', null);
      expect(store.nextTimer()).toEqual({ at: 6, deviceId: 'b', kind: 'push' });
      store.setTimer('b', 'push', null);
      expect(store.nextTimer()).toBeUndefined();
      for (const at of [Number.NaN, 1.5, Number.POSITIVE_INFINITY]) expect(() => store.setTimer('a', 'push', at)).toThrow();
      expect(store.nextTimer()).toBeUndefined();
    });

    test('audit entries come newest first, however many', () => {
      const all = Array.from({ length: 600 }, (_, index) => `a${index}`);
      for (const id of all) store.appendAudit(sampleAudit(id));
      store.appendAudit({ ...sampleAudit('by-itself'), actorType: 'service' });
      all.push('by-itself');
      expect(ids(store.audits())).toEqual(all.toReversed());
      expect([...store.audits()].slice(0, 2)).toEqual([{ ...sampleAudit('by-itself'), actorType: 'service' }, sampleAudit('a599')]);
    });

    test('an audit entry comes back with who did it, and what it is about', () => {
      const resource = { type: 'RoleAssignment', id: 'r1', name: 'Helpers' };
      const entry = { ...sampleAudit('a1'), actorType: 'application', actorId: 'app-1', deviceId: '', deviceName: '', resource } as const;
      store.appendAudit({ ...entry });
      expect([...store.audits()]).toEqual([entry]);
    });

    deviceListingContract(() => store);
    directoryContract(() => store);
    logsContract(() => store);
    sendsContract(() => store);

    test('settings', () => {
      expect(store.setting('policy')).toBeUndefined();
      store.saveSetting('policy', 'strict');
      store.saveSetting('policy', '');
      expect(store.setting('policy')).toBe('');
    });

    test('a transaction gives what its work gives, is not nested, and another can follow', () => {
      expect(store.transaction(() => 42)).toBe(42);
      expect(() => store.transaction(() => store.transaction(() => 1))).toThrow('nested');
      expect(() =>
        store.transaction(() => {
          throw new Error('ours');
        }),
      ).toThrow('ours');
      store.transaction(() => {
        store.saveDevice(sampleDevice('d1'));
        store.removeDevice('d1');
        store.saveSetting('a', 'b');
      });
      expect(store.device('d1')).toBeUndefined();
      expect(store.setting('a')).toBe('b');
    });
  });
}

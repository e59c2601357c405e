import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QueueStatus, TimerKind } from '../core/records.ts';
import { createMemoryStore } from './memory-store.ts';
import { ids, sampleAudit, sampleCommand, sampleDevice, sampleInformation } from './sample-records.fixture.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { storeContract } from './store.contract.ts';
import type { CertificateUse, Store } from './store.ts';
import { createTimerHeap } from './timer-heap.ts';

storeContract('memory', createMemoryStore);

/** A verb that writes, with its arguments drawn; it does the same on either store. */
type Write = (store: Store) => void;

const deviceId = fc.constantFrom('d1', 'd2', 'd3', 'D4');
const commandId = fc.integer({ min: 0, max: 12 }).map((number) => `c${number}`);
const status = fc.constantFrom<QueueStatus>('queued', 'delivered', 'acknowledged', 'failed', 'canceled', 'expired');
const kind = fc.constantFrom<TimerKind>('push', 'expiry', 'removal', 'departure', 'inactivity');
const use = fc.constantFrom<CertificateUse>('current', 'next', 'replaced');
const instant = fc.integer({ min: 0, max: 5 });
const serial = fc.constantFrom('01', '02', '03', '04');

const write = fc.oneof(
  fc.tuple(deviceId, fc.boolean(), fc.option(serial), fc.array(serial)).map(([id, told, configuration, requestedApps]): Write => {
    return (store) => store.saveDevice(sampleDevice(id, { information: told ? sampleInformation : null, configuration, requestedApps }));
  }),
  fc.tuple(serial, serial, instant, fc.boolean()).map(([serialNumber, code, expiresAt, shown]): Write => {
    return (store) => store.saveBypassCode({ serialNumber, code, expiresAt, shown });
  }),
  fc.tuple(serial, fc.option(deviceId)).map(([serialNumber, owner]): Write => {
    return (store) => store.saveFindMy(serialNumber, owner === null ? null : { serialNumber, owner, passwordHash: '00' });
  }),
  fc.tuple(serial, deviceId).map(([token, owner]): Write => {
    return (store) =>
      store.saveAccessToken({ token, userPrincipalName: owner, app: 'outlook', deviceId: null, platform: null, outcome: null });
  }),
  fc.tuple(deviceId, fc.boolean(), instant).map(([id, deleted, commandCount]): Write => {
    return (store) => store.saveDevice(sampleDevice(id, { deleted, commandCount }));
  }),
  fc.tuple(deviceId, instant).map(
    ([id, at]): Write =>
      (store) =>
        store.touchDevice(id, at),
  ),
  deviceId.map(
    (id): Write =>
      (store) =>
        store.removeDevice(id),
  ),
  fc.tuple(commandId, deviceId, status).map(([id, device, state]): Write => {
    return (store) => {
      const known = store.command(id);
      if (known === undefined) return store.addCommand(sampleCommand(id, device));
      known.status = state;
      store.saveCommand(known);
    };
  }),
  fc.tuple(deviceId, serial, use).map(([id, serialNumber, as]): Write => {
    return (store) => store.saveCertificate(id, { serialNumber, notBefore: 0, notAfter: 1 }, as);
  }),
  fc.tuple(serial, deviceId).map(
    ([request, id]): Write =>
      (store) =>
        store.saveEnrollment(request, id),
  ),
  fc.tuple(deviceId, kind, fc.option(instant)).map(
    ([id, which, at]): Write =>
      (store) =>
        store.setTimer(id, which, at),
  ),
  serial.map(
    (id): Write =>
      (store) =>
        store.appendAudit(sampleAudit(id)),
  ),
  fc.tuple(serial, serial).map(
    ([name, value]): Write =>
      (store) =>
        store.saveSetting(name, value),
  ),
);

/** Everything a store answers about the ids that the writes are about. */
function answers(store: Store): unknown {
  return structuredClone({
    listed: Array.from(store.devicesAfter(null)),
    listedAfter: ids(store.devicesAfter('d1')),
    nextTimer: store.nextTimer(),
    devices: ['d1', 'd2', 'd3', 'D4'].map((id) => ({
      record: store.device(id),
      next: store.nextOpenCommand(id),
      open: store.openCommands(id),
      all: ids(store.commandsOf(id)),
    })),
    bySerial: ['01', '02', '03', '04'].map((name) => [store.certificate(name), store.enrolledDevice(name), store.setting(name)]),
    services: ['01', '02', '03', '04'].map((name) => [store.bypassCode(name), store.findMy(name), store.accessToken(name)]),
    commands: Array.from(store.allCommands()),
    audits: ids(store.audits()),
  });
}

test('memory and SQLite give the same answers', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
      const [memory, sqlite] = [createMemoryStore(), openSqliteStore(':memory:')];
      try {
        for (const [index, apply] of writes.entries()) {
          apply(memory);
          apply(sqlite);
          if (index % 5 === 0) expect(answers(memory)).toEqual(answers(sqlite));
        }
        expect(answers(memory)).toEqual(answers(sqlite));
      } finally {
        sqlite.close();
      }
    }),
    { numRuns: 150 },
  );
});

test('the timer heap drains in order, whatever was set, moved and cleared, also past its first size', () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), kind, fc.option(fc.integer({ min: 0, max: 50 }))), {
    maxLength: 2000,
    size: 'max',
  });
  fc.assert(
    fc.property(changes, (list) => {
      const heap = createTimerHeap();
      const model = new Map<string, { at: number; deviceId: string; kind: TimerKind }>();
      for (const [device, which, at] of list) {
        const timer = { at: at ?? 0, deviceId: `device ${device}`, kind: which };
        heap.set(timer.deviceId, which, at);
        if (at === null) model.delete(timer.deviceId + which);
        else model.set(timer.deviceId + which, timer);
      }
      const order = (text: string, other: string) => (text < other ? -1 : text > other ? 1 : 0);
      const expected = [...model.values()].sort((a, b) => a.at - b.at || order(a.deviceId, b.deviceId) || order(a.kind, b.kind));
      const drained: unknown[] = [];
      for (let timer = heap.first(); timer !== undefined; timer = heap.first()) {
        drained.push(timer);
        heap.set(timer.deviceId, timer.kind, null);
      }
      expect(drained).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('devices of a user are found without a look at those of others', () => {
  const store = createMemoryStore();
  const { inventory } = sampleDevice('a');
  const ofGrace = { property: 'userPrincipalName', oneOf: ['Grace@contoso.example'] } as const;
  const other = sampleDevice('a');
  store.saveDevice(other);
  expect(ids(store.devicesAfter(null, ofGrace))).toEqual([]);
  Object.defineProperty(other, 'inventory', { get: () => expect.fail('looked at') });
  store.saveDevice(sampleDevice('c', { inventory: { ...inventory, userPrincipalName: 'grace@contoso.example' } }));
  store.saveDevice(sampleDevice('b', { inventory: { ...inventory, userPrincipalName: 'GRACE@contoso.example' } }));
  expect(ids(store.devicesAfter(null, ofGrace))).toEqual(['b', 'c']);
  store.saveDevice(sampleDevice('c'));
  store.removeDevice('b');
  expect(ids(store.devicesAfter(null, ofGrace))).toEqual([]);
});

/** Listings of devices by a condition, as every store has to give them; a part of `storeContract`. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceRecord } from '../core/records.ts';
import { ids, sampleDevice } from './sample-records.fixture.ts';
import type { DeviceCondition, Store } from './store.ts';

const anyId = fc.constantFrom('a', 'a-1', 'b', 'B', 'c', 'd', 'e9', 'f10', '');
const users = ['adele@example.com', 'ADELE@example.com', 'ÅSA@example.com', 'åsa@example.com', ''];
const compliance = ['unknown', 'compliant', 'noncompliant'] as const;
const management = ['managed', 'wipePending', 'unhealthy'] as const;
const models = ['iPhone 15', 'iPad Air'];

const anyDevice = fc
  .record({
    id: fc.string({ unit: fc.constantFrom('a', 'b', 'B', '1', '-'), minLength: 1, maxLength: 3 }),
    user: fc.constantFrom(...users),
    platform: fc.constantFrom('ios', 'windows'),
    model: fc.constantFrom(...models),
    complianceState: fc.constantFrom(...compliance),
    managementState: fc.constantFrom(...management),
    lastSyncAt: fc.integer({ min: 0, max: 9 }),
    deleted: fc.boolean(),
    hidden: fc.boolean(),
  })
  .map(({ user, platform, model, id, ...rest }): DeviceRecord => {
    const { inventory } = sampleDevice(id);
    const enrollment = platform === 'ios' ? 'device' : 'joined';
    const own = { ...inventory, platform, enrollment, model, userPrincipalName: user } as const;
    return sampleDevice(id, { ...rest, deleted: rest.deleted && rest.hidden, inventory: own as DeviceRecord['inventory'] });
  });

const texts = (property: Exclude<DeviceCondition['property'], 'lastSyncAt'>, values: readonly string[]) =>
  fc.array(fc.constantFrom(...values), { maxLength: 4 }).map((oneOf): DeviceCondition => ({ property, oneOf }));

const anyCondition = fc.oneof(
  texts('id', ['a', 'b', 'B', 'ab', 'a-1', 'zz']),
  texts('userPrincipalName', [...users, 'nobody@example.com']),
  texts('complianceState', [...compliance, 'Compliant', 'error']),
  texts('operatingSystem', ['iOS', 'iPadOS', 'Windows', 'windows', 'macOS']),
  texts('managementState', [...management, 'retireFailed']),
  fc
    .tuple(fc.integer({ min: -1, max: 10 }), fc.integer({ min: -1, max: 10 }))
    .map(([from, until]): DeviceCondition => ({ property: 'lastSyncAt', from, until })),
);

/** What a condition means, said once more and plainly. */
function holds(condition: DeviceCondition): (record: DeviceRecord) => boolean {
  return (record) => {
    switch (condition.property) {
      case 'lastSyncAt':
        return condition.from <= record.lastSyncAt && record.lastSyncAt <= condition.until;
      case 'id':
        return condition.oneOf.includes(record.id);
      case 'userPrincipalName':
        return condition.oneOf.some((name) => name.toLowerCase() === record.inventory.userPrincipalName.toLowerCase());
      case 'operatingSystem': {
        const { platform, model } = record.inventory;
        return condition.oneOf.includes(platform === 'windows' ? 'Windows' : model.startsWith('iPad') ? 'iPadOS' : 'iOS');
      }
      case 'complianceState':
        return condition.oneOf.includes(record.complianceState);
      case 'managementState':
        return condition.oneOf.includes(record.managementState);
    }
  };
}

/** @param opened the store of the test that runs, empty at its beginning */
export function deviceListingContract(opened: () => Store): void {
  test('a condition finds what a look at every record would find', () => {
    const store = opened();
    fc.assert(
      fc.property(fc.array(anyDevice, { maxLength: 40 }), anyCondition, fc.option(anyId), (devices, condition, afterId) => {
        store.transaction(() => {
          for (const { id } of [...store.devicesAfter(null)]) store.removeDevice(id);
          for (const device of devices) store.saveDevice(structuredClone(device));
        });
        const expected = [...store.devicesAfter(afterId)].filter(holds(condition));
        expect([...store.devicesAfter(afterId, condition)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('the devices of people are found by their names and platforms, as a look at every record would find them', () => {
    const store = opened();
    const anyNames = fc.array(fc.constantFrom('adele@example.com', 'åsa@example.com', 'nobody@example.com', ''), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(anyDevice, { maxLength: 40 }),
        anyNames,
        fc.subarray(['ios', 'windows'] as const),
        (devices, names, platforms) => {
          store.transaction(() => {
            for (const { id } of [...store.devicesAfter(null)]) store.removeDevice(id);
            for (const device of devices) store.saveDevice(structuredClone(device));
          });
          const expected = [...store.devicesAfter(null)].filter(({ inventory: { platform, userPrincipalName } }) => {
            return names.some((name) => name === userPrincipalName.toLowerCase()) && platforms.some((one) => one === platform);
          });
          expect(store.deviceIdsOf(names, platforms)).toEqual(expected.map(({ id }) => id));
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each<[string, DeviceCondition]>([
    ['one value', { property: 'complianceState', oneOf: ['unknown'] }],
    ['several values', { property: 'managementState', oneOf: ['managed', 'wipePending', 'unhealthy'] }],
    ['a span of time', { property: 'lastSyncAt', from: 0, until: 2_000_000_000_000 }],
    ['ids', { property: 'id', oneOf: Array.from({ length: 3000 }, (_, index) => String(1000 + index)) }],
  ])('a long listing by %s may write as it goes, and hands out nothing that is gone or out of date', (_name, condition) => {
    const store = opened();
    const all = Array.from({ length: 2600 }, (_, index) => String(1000 + index));
    store.transaction(() => {
      for (const [index, id] of all.entries()) {
        store.saveDevice(sampleDevice(id, { managementState: index % 3 === 0 ? 'wipePending' : 'managed' }));
      }
    });
    const seen: string[] = [];
    for (const record of store.devicesAfter(null, condition)) {
      seen.push(record.id);
      if (record.id === '1001') store.removeDevice('1002');
      if (record.id === '1010') store.saveDevice(sampleDevice('1011', { hidden: true }));
      if (record.id === '1020') store.touchDevice('1021', 42);
      if (record.id === '1021') expect(record.lastSyncAt).toBe(42);
      if (record.id === '1030') store.saveDevice(sampleDevice('1031', { managementState: 'unhealthy' }));
      if (record.id === '1031') expect(record.managementState).toBe('unhealthy');
      if (record.id > '3550') store.saveDevice({ ...record, commandCount: 1 });
    }
    expect(seen).toEqual(all.filter((id) => id !== '1002' && id !== '1011'));
  });

  test('a condition without values finds nothing; one with a value twice finds each device once', () => {
    const store = opened();
    store.saveDevice(sampleDevice('a'));
    for (const property of ['id', 'userPrincipalName', 'complianceState', 'operatingSystem', 'managementState'] as const) {
      expect(ids(store.devicesAfter(null, { property, oneOf: [] }))).toEqual([]);
    }
    expect(ids(store.devicesAfter(null, { property: 'id', oneOf: ['a', 'b', 'a'] }))).toEqual(['a']);
    expect(ids(store.devicesAfter(null, { property: 'operatingSystem', oneOf: ['iOS', 'iOS'] }))).toEqual(['a']);
    expect(ids(store.devicesAfter(null, { property: 'lastSyncAt', from: 2, until: 1 }))).toEqual([]);
  });
}

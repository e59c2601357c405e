import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operatingSystemOf } from '../../protocol/platforms.ts';
import { type DeviceRecord, managementStates } from '../core/records.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import type { DeviceCondition } from '../store/store.ts';
import { conditionOf } from './device-condition.ts';
import { ask, bodyOf, deviceId, fakeTenant, testDevice, testNow } from './fake-tenant.contract.ts';
import { parseFilter } from './filter.ts';
import { managedDeviceOf } from './managed-device.ts';

const condition = (filter: string) => conditionOf(parseFilter(filter, managedDeviceOf.beta));
const at = (text: string) => Date.parse(text);
const day = '2026-01-02T03:04:05Z';
const early = -8.64e15;
const late = 8.64e15;

describe('the condition of a filter', () => {
  it.each<[string, DeviceCondition | undefined]>([
    [`id eq 'ABC'`, { property: 'id', oneOf: ['abc'] }],
    [`'abc' eq ID`, { property: 'id', oneOf: ['abc'] }],
    [`id in ('a','b','A')`, { property: 'id', oneOf: ['a', 'b'] }],
    [`id eq 'a' or id eq 'b' or id in ('c')`, { property: 'id', oneOf: ['a', 'b', 'c'] }],
    [`userPrincipalName eq 'Adele@Contoso.example'`, { property: 'userPrincipalName', oneOf: ['adele@contoso.example'] }],
    [`tolower(userPrincipalName) eq 'a@b'`, { property: 'userPrincipalName', oneOf: ['a@b'] }],
    [`complianceState eq 'NonCompliant'`, { property: 'complianceState', oneOf: ['noncompliant'] }],
    [`complianceState eq 'sunny'`, { property: 'complianceState', oneOf: [] }],
    [`operatingSystem in ('ios','IPADOS')`, { property: 'operatingSystem', oneOf: ['iOS', 'iPadOS'] }],
    [`managementState eq 'wipepending'`, { property: 'managementState', oneOf: ['wipePending'] }],
    [`lastSyncDateTime eq ${day}`, { property: 'lastSyncAt', from: at(day), until: at(day) }],
    [`lastSyncDateTime lt ${day}`, { property: 'lastSyncAt', from: early, until: at(day) - 1 }],
    [`lastSyncDateTime le ${day}`, { property: 'lastSyncAt', from: early, until: at(day) }],
    [`${day} lt lastSyncDateTime`, { property: 'lastSyncAt', from: at(day) + 1, until: late }],
    [`lastSyncDateTime ge ${day}`, { property: 'lastSyncAt', from: at(day), until: late }],
    [
      `lastSyncDateTime ge ${day} and lastSyncDateTime lt 2026-02-01 and deviceName ne 'x'`,
      { property: 'lastSyncAt', from: at(day), until: at('2026-02-01') - 1 },
    ],
    // The one that is likely to leave the fewest.
    [`complianceState eq 'compliant' and (deviceName eq 'x' and id eq 'a')`, { property: 'id', oneOf: ['a'] }],
    [`operatingSystem eq 'iOS' and userPrincipalName eq 'a@b'`, { property: 'userPrincipalName', oneOf: ['a@b'] }],
    [`lastSyncDateTime gt ${day} and operatingSystem eq 'iOS'`, { property: 'operatingSystem', oneOf: ['iOS'] }],
    [`id eq 'a' and complianceState eq 'sunny'`, { property: 'complianceState', oneOf: [] }],
    [`complianceState eq 'sunny' or operatingSystem eq 'iOS'`, { property: 'operatingSystem', oneOf: ['iOS'] }],
    [`id eq 'a' or deviceName eq 'b'`, undefined],
    [`id eq 'a' or userPrincipalName eq 'b'`, undefined],
    [`not (id eq 'a')`, undefined],
    [`id ne 'a'`, undefined],
    [`id gt 'a'`, undefined],
    [`id eq deviceName`, undefined],
    [`id in ('a',deviceName)`, undefined],
    [`userPrincipalName eq null`, undefined],
    [`lastSyncDateTime ne ${day}`, undefined],
    [`lastSyncDateTime gt enrolledDateTime`, undefined],
    [`length(id) eq 3`, undefined],
    [`startswith(id,'a')`, undefined],
    [`hardwareInformation/serialNumber eq 'a'`, undefined],
    [`roleScopeTagIds/any(id: id eq 'a')`, undefined],
    [`isSupervised`, undefined],
  ])('%s', (filter, expected) => {
    expect(condition(filter)).toEqual(expected);
  });

  it('is there for a list of any length', () => {
    const days = Array.from({ length: 200_000 }, () => '2026-01-01');
    const instant = at('2026-01-01');
    expect(condition(`lastSyncDateTime in (${days.join(',')})`)).toEqual({ property: 'lastSyncAt', from: instant, until: instant });
  });

  it('of no filter is none', () => {
    expect(conditionOf(null)).toBeUndefined();
  });
});

/** Whether a store would hand the device out, said once more in plain JavaScript. */
function satisfies(device: DeviceRecord, where: DeviceCondition): boolean {
  switch (where.property) {
    case 'lastSyncAt':
      return device.lastSyncAt >= where.from && device.lastSyncAt <= where.until;
    case 'userPrincipalName':
      return where.oneOf.some((name) => name.toLowerCase() === device.inventory.userPrincipalName.toLowerCase());
    case 'operatingSystem':
      return where.oneOf.includes(operatingSystemOf(device.inventory));
    default:
      return where.oneOf.includes(device[where.property]);
  }
}

const users = ['adele@contoso.example', 'Ben@contoso.example', ''];
const someDevice = fc
  .tuple(
    fc.nat({ max: 5 }),
    fc.constantFrom('ios', 'windows', 'macos', 'android'),
    fc.constantFrom('iPad Pro', 'Model X'),
    fc.constantFrom(...users),
    fc.constantFrom(...managementStates),
    fc.constantFrom('compliant', 'noncompliant', 'unknown'),
    fc.integer({ min: -2, max: 2 }),
  )
  .map(([number, platform, model, userPrincipalName, managementState, complianceState, sync]) => {
    const enrollment = ({ ios: 'device', macos: 'device', windows: 'joined', android: 'dedicated' } as const)[platform];
    const inventory = { platform, enrollment, model, userPrincipalName };
    return testDevice(number, inventory, { managementState, complianceState, lastSyncAt: testNow + sync });
  });

const quoted = (values: readonly string[]) =>
  fc.constantFrom(...values).chain((value) => fc.constantFrom(value, value.toUpperCase(), value.toLowerCase()).map((text) => `'${text}'`));
const someInstant = fc.integer({ min: -3, max: 3 }).map((ms) => new Date(testNow + ms).toISOString());
const values: Record<string, fc.Arbitrary<string>> = {
  id: quoted([deviceId(0), deviceId(1), deviceId(2), 'nobody']),
  userPrincipalName: quoted(users),
  complianceState: quoted(['compliant', 'noncompliant', 'sunny']),
  operatingSystem: quoted(['iOS', 'iPadOS', 'Windows', 'BeOS']),
  managementState: quoted(['managed', 'wipePending', 'sunny']),
  lastSyncDateTime: someInstant,
};
const someLeaf = fc.constantFrom(...Object.keys(values)).chain((name) => {
  const value = values[name] ?? fc.constant('null');
  const operators = name === 'lastSyncDateTime' ? ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] : ['eq', 'ne'];
  return fc.oneof(
    fc
      .tuple(fc.constantFrom(...operators), value, fc.boolean())
      .map(([operator, text, turned]) => (turned ? `${text} ${operator} ${name}` : `${name} ${operator} ${text}`)),
    fc.array(value, { minLength: 1, maxLength: 3 }).map((texts) => `${name} in (${texts.join(',')})`),
  );
});
const { someFilter } = fc.letrec<{ someFilter: string }>((tie) => ({
  someFilter: fc.oneof(
    { maxDepth: 4 },
    { arbitrary: someLeaf, weight: 3 },
    { arbitrary: fc.constantFrom(`contains(deviceName,'1')`, 'isSupervised'), weight: 1 },
    { arbitrary: fc.tuple(tie('someFilter'), tie('someFilter')).map(([a, b]) => `(${a}) and (${b})`), weight: 2 },
    { arbitrary: fc.tuple(tie('someFilter'), tie('someFilter')).map(([a, b]) => `(${a}) or (${b})`), weight: 2 },
    { arbitrary: tie('someFilter').map((term) => `not (${term})`), weight: 1 },
  ),
}));

describe('any filter on managed devices', () => {
  it('lets through only devices that satisfy its condition', () => {
    let withCondition = 0;
    let matched = 0;
    fc.assert(
      fc.property(someFilter, fc.array(someDevice, { minLength: 1, maxLength: 4 }), (filter, devices) => {
        const where = condition(filter);
        if (where === undefined) return;
        withCondition++;
        const { value } = bodyOf(
          ask(fakeTenant(devices), 'GET', `/beta/deviceManagement/managedDevices?$filter=${encodeURIComponent(filter)}`),
        );
        const found = new Set(value.map(({ id }) => id));
        for (const device of new Map(devices.map((one) => [one.id, one])).values()) {
          if (!found.has(device.id)) continue;
          matched++;
          expect(satisfies(device, where), `${filter} → ${JSON.stringify(where)}`).toBe(true);
        }
      }),
      { numRuns: 1500 },
    );
    // The test says something only where there was something to say.
    expect(withCondition).toBeGreaterThan(200);
    expect(matched).toBeGreaterThan(100);
  });

  it.each([
    ['memory', createMemoryStore],
    ['SQLite', () => openSqliteStore(':memory:')],
  ] as const)('finds by the indexes of a store in %s what it finds without them, page by page', (_, open) => {
    const store = open();
    const asked = fakeTenant();
    asked.devicesAfter = (afterId, where) => store.devicesAfter(afterId, where);
    fc.assert(
      fc.property(someFilter, fc.array(someDevice, { maxLength: 6 }), fc.integer({ min: 1, max: 3 }), (filter, devices, top) => {
        const all = [...new Map(devices.map((device) => [device.id, device])).values()];
        for (let number = 0; number <= 5; number++) store.removeDevice(deviceId(number));
        for (const device of all) store.saveDevice(device);
        const first = `/beta/deviceManagement/managedDevices?$top=${top}&$filter=${encodeURIComponent(filter)}`;
        const pages: unknown[][] = [asked, fakeTenant(all)].map((tenant) => {
          const ids: unknown[] = [];
          let link: string | undefined = first;
          while (link !== undefined) {
            const page = bodyOf(ask(tenant, 'GET', link));
            ids.push(...page.value.map(({ id }) => id));
            link = page['@odata.nextLink'];
          }
          return ids;
        });
        expect(pages[0], filter).toEqual(pages[1]);
      }),
      { numRuns: 400 },
    );
    store.close();
  });
});

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type DeviceRecord, managementStates } from '../core/records.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { isOneStretch, knownOf } from './device-question.ts';
import { ask, bodyOf, deviceId, fakeTenant, testDevice, testNow } from './fake-tenant.contract.ts';
import { parseFilter } from './filter.ts';
import { managedDeviceOf } from './managed-device.ts';

const parsed = (filter: string) => parseFilter(filter, managedDeviceOf.beta);
const known = (filter: string) => knownOf(parsed(filter));
const day = '2026-01-02T03:04:05Z';
const at = Date.parse(day);

describe('what an index knows of a filter', () => {
  it.each([
    [`contains(deviceName,'Ä')`, { kind: 'contains', of: 'deviceName', text: 'ä' }],
    [`startswith(tolower(serialNumber),'A')`, { kind: 'startswith', of: 'serialNumber', text: 'a' }],
    [`'b' ne Model`, { kind: 'not', term: { kind: 'equal', of: 'model', oneOf: ['b'] } }],
    [`managementCertificateExpirationDate lt ${day}`, { kind: 'between', of: 'certificateEnd', from: -8.64e15, until: at - 1 }],
    [`not (lastSyncDateTime ge ${day})`, { kind: 'not', term: { kind: 'between', of: 'lastSyncAt', from: at, until: 8.64e15 } }],
  ])('%s: all of it', (filter, where) => {
    expect(known(filter)).toEqual({ where, isAll: true });
  });

  it('takes of a conjunction what it knows, and of anything else all or nothing', () => {
    const name = { kind: 'equal', of: 'deviceName', oneOf: ['a'] };
    expect(known(`deviceName eq 'a' and isSupervised`)).toEqual({ where: { kind: 'and', terms: [name] }, isAll: false });
    expect(known(`(deviceName eq 'a' and isSupervised) or deviceName eq 'a'`)).toEqual({
      where: { kind: 'or', terms: [{ kind: 'and', terms: [name] }, name] },
      isAll: false,
    });
    for (const filter of [
      `deviceName eq 'a' or isSupervised`,
      `not (deviceName eq 'a' and isSupervised)`,
      'deviceName eq userPrincipalName',
      'deviceName eq null',
      `deviceName gt 'a'`,
      `length(deviceName) eq 3`,
      `deviceName eq 'a\0b'`,
      `deviceName in (${Array.from({ length: 300 }, (_, n) => `'${n}'`).join(',')})`,
    ]) {
      expect(known(filter), filter).toEqual({ where: null, isAll: false });
    }
  });

  it('leaves to other indexes what they come to sooner', () => {
    const short = [`id eq 'a' and contains(deviceName,'x')`, `userPrincipalName eq 'a@b'`, `complianceState eq 'compliant'`];
    const long = [`complianceState eq 'compliant' and contains(deviceName,'x')`, `contains(deviceName,'x')`, `deviceName eq 'a'`];
    expect([...short, ...long].map((filter) => isOneStretch(parsed(filter)))).toEqual([true, true, true, false, false, false]);
  });
});

/** Texts that databases and JavaScript fold, order and cut differently, if one lets them. */
const someText = fc.constantFrom(
  '',
  'a',
  'A',
  'ab',
  'B-a',
  'Ä',
  'ä',
  'İ',
  'ß',
  '\u{1f4f1}',
  '\u{1f4f1}a',
  '\uff49',
  '\u212a',
  "o'x",
  '%',
  '_',
  '[',
  '<b>',
);
const someDevice = fc
  .record({
    number: fc.nat({ max: 8 }),
    platform: fc.constantFrom('ios', 'windows', 'macos', 'android'),
    deviceName: someText,
    toldName: fc.option(someText),
    serialNumber: someText.map((text) => `S${text}`),
    model: fc.oneof(someText, fc.constant('iPad Pro')),
    userPrincipalName: fc.oneof(someText, fc.constant('adele@contoso.example')),
    managementState: fc.constantFrom(...managementStates),
    complianceState: fc.constantFrom('compliant', 'noncompliant', 'inGracePeriod'),
    owner: fc.constantFrom(null, 'company', 'personal'),
    sync: fc.integer({ min: -2, max: 2 }),
    end: fc.integer({ min: -2, max: 2 }),
    next: fc.option(fc.integer({ min: -2, max: 2 })),
    isHidden: fc.boolean(),
  })
  .map((some): DeviceRecord => {
    const { number, platform, deviceName, serialNumber, model, userPrincipalName, managementState, complianceState, owner } = some;
    const enrollment = ({ ios: 'user', macos: 'device', windows: 'joined', android: 'dedicated' } as const)[platform];
    const plain = testDevice(number, { platform, enrollment, deviceName, serialNumber, model, userPrincipalName });
    const certificate = { ...plain.certificate, notAfter: testNow + some.end };
    return {
      ...plain,
      managementState,
      complianceState: complianceState as DeviceRecord['complianceState'],
      owner,
      lastSyncAt: testNow + some.sync,
      certificate,
      nextCertificate: some.next === null ? null : { ...certificate, notAfter: testNow + some.next },
      hidden: some.isHidden && number === 0,
      information: some.toldName === null ? null : ({ ...testInformation, deviceName: some.toldName } as DeviceRecord['information']),
    };
  });

const testInformation = {
  osVersion: '18',
  jailBroken: false,
  encrypted: true,
  passcode: true,
  workProfilePasscode: null,
  resetToken: 'none',
  lostMode: false,
  activationLock: false,
  activeUser: null,
  apps: [],
};

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const texts = [
  'deviceName',
  'userPrincipalName',
  'serialNumber',
  'model',
  'operatingSystem',
  'osVersion',
  'managementState',
  'complianceState',
  'id',
];
const dates = ['lastSyncDateTime', 'enrolledDateTime', 'managementCertificateExpirationDate'];
const someInstant = fc.integer({ min: -3, max: 3 }).map((ms) => new Date(testNow + ms).toISOString());
const someValue = fc.oneof(
  someText.map(quoted),
  fc.constantFrom("'iOS'", "'wipePending'", "'COMPLIANT'", "'ingraceperiod'", quoted(deviceId(1)), "'Sä'"),
);
const someLeaf = fc.oneof(
  fc
    .tuple(fc.constantFrom(...texts), fc.constantFrom('eq', 'ne'), someValue)
    .map(([name, operator, text]) => `${name} ${operator} ${text}`),
  fc
    .tuple(
      fc.constantFrom('deviceName', 'serialNumber', 'model', 'userPrincipalName'),
      someText,
      fc.constantFrom('contains', 'startswith', 'endswith'),
    )
    .map(([name, text, call]) => `${call}(${name},${quoted(text)})`),
  fc
    .tuple(fc.constantFrom(...texts), fc.array(someValue, { minLength: 1, maxLength: 3 }))
    .map(([name, list]) => `${name} in (${list.join(',')})`),
  fc
    .tuple(fc.constantFrom(...dates), fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), someInstant)
    .map(([name, operator, instant]) => `${name} ${operator} ${instant}`),
  fc
    .tuple(
      fc.constantFrom('managedDeviceOwnerType', 'ownerType'),
      fc.constantFrom('eq', 'ne'),
      fc.constantFrom("'Company'", "'personal'", "'nobody'", "''"),
    )
    .map((parts) => parts.join(' ')),
  fc.constantFrom('isSupervised', `contains(managedDeviceName,'1')`),
);
const { someFilter } = fc.letrec<{ someFilter: string }>((tie) => ({
  someFilter: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: someLeaf, weight: 4 },
    { arbitrary: fc.tuple(tie('someFilter'), tie('someFilter')).map(([a, b]) => `(${a}) and (${b})`), weight: 2 },
    { arbitrary: fc.tuple(tie('someFilter'), tie('someFilter')).map(([a, b]) => `(${a}) or (${b})`), weight: 2 },
    { arbitrary: tie('someFilter').map((term) => `not (${term})`), weight: 1 },
  ),
}));
const someOrder = fc
  .array(fc.tuple(fc.constantFrom(...texts, ...dates, 'managedDeviceName'), fc.constantFrom('', ' desc')), { minLength: 1, maxLength: 2 })
  .map((terms) => [...new Map(terms)].map(([name, direction]) => `${name}${direction}`).join(','));

describe('a list of managed devices', () => {
  const store = openSqliteStore(':memory:');
  afterAll(() => store.close());
  const tenants = [store.deviceIndex, undefined].map((deviceIndex) => ({
    ...fakeTenant(),
    device: (id: string) => store.device(id),
    devicesAfter: store.devicesAfter,
    deviceIndex,
  }));

  it('is in the order of code points, page by page', () => {
    const names = ['z', '\uff49', '\u{1f4f1}'];
    for (let number = 0; number <= 8; number++) store.removeDevice(deviceId(number));
    for (const [index, deviceName] of names.entries()) store.saveDevice(testDevice(3 - index, { deviceName }));
    for (const tenant of tenants) {
      const found: unknown[] = [];
      for (let link: string | undefined = '/beta/deviceManagement/managedDevices?$orderby=deviceName&$top=1'; link !== undefined; ) {
        const body = bodyOf(ask(tenant, 'GET', link));
        found.push(...body.value.map(({ deviceName }) => deviceName));
        link = body['@odata.nextLink'];
      }
      expect(found).toEqual(names);
    }
  });

  it('is the same from the index and from all devices: which ones, in which order, and how many', () => {
    const seen = { rows: 0, sorted: 0, skipped: 0 };
    fc.assert(
      fc.property(
        fc.array(someDevice, { maxLength: 9 }),
        fc.option(someFilter),
        fc.option(someOrder),
        fc.nat({ max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        (devices, filter, order, skip, top) => {
          for (let number = 0; number <= 8; number++) store.removeDevice(deviceId(number));
          for (const device of devices) store.saveDevice(device);
          const asked = filter === null ? '' : `$filter=${encodeURIComponent(filter)}`;
          const sorted = order === null ? '' : `&$orderby=${encodeURIComponent(order)}`;
          const page = `/beta/deviceManagement/managedDevices?${asked}${sorted}&$skip=${skip}&$top=${top}`;
          const count = `/beta/deviceManagement/managedDevices/$count?${asked}`;
          const [indexed, plain] = tenants.map((tenant) => {
            const all: unknown[] = [];
            for (let link: string | undefined = page; link !== undefined; ) {
              const body = bodyOf(ask(tenant, 'GET', link));
              all.push(body.value.map(({ id, deviceName }) => [id, deviceName]));
              link = body['@odata.nextLink'];
            }
            return { all, count: ask(tenant, 'GET', count).body };
          });
          expect(indexed, `${filter} / ${order}`).toEqual(plain);
          seen.rows += Number(plain?.count);
          if (order !== null) seen.sorted++;
          if (skip > 0) seen.skipped++;
        },
      ),
      { numRuns: 400 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(120);
  });
});

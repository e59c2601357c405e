import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUser } from '../core/people.ts';
import {
  ask,
  bodyOf,
  deviceId,
  type FakeTenant,
  fakeTenant,
  testAudit,
  testCommand,
  testDevice,
  testInformation,
  testNow,
} from './fake-tenant.contract.ts';
import { endpoints } from './graph.ts';

const devices = '/beta/deviceManagement/managedDevices';

function fleet(): FakeTenant {
  const tenant = fakeTenant([
    testDevice(1, { deviceName: 'cora-phone', serialNumber: 'AAA' }, { notes: 'b' }),
    testDevice(2, { deviceName: 'Ben-pc', platform: 'windows', enrollment: 'joined', serialNumber: 'BBB' }, { notes: 'a' }),
    testDevice(
      3,
      { deviceName: 'anna-pad', model: 'iPad', shared: true },
      { information: testInformation({ deviceName: 'anna-pad', activeUser: 'a@b' }) },
    ),
  ]);
  tenant.commands = [
    testCommand(1, { type: 'syncDevice', parameters: {} }, { requestedAt: 1 }),
    testCommand(2, { type: 'syncDevice', parameters: {} }, { requestedAt: 2, status: 'acknowledged' }),
    testCommand(2, { type: 'rebootNow', parameters: {} }, { requestedAt: 3 }),
  ];
  tenant.bypassCodes.set(deviceId(1), 'AAAAA-BBBBB-CCCC-DDDD-EEEE-FFFF');
  tenant.auditRecords = [
    testAudit(3, {
      actor: 'ben@contoso.com',
      activity: 'create RoleAssignment',
      deviceId: '',
      resource: { type: 'RoleAssignment', id: 'r1', name: 'Desk' },
    }),
    testAudit(2, { deviceId: deviceId(2), deviceName: 'Ben-pc' }),
    testAudit(1),
  ];
  return tenant;
}

const numbers = (query: string, path = devices) => {
  const { value, error } = bodyOf(ask(fleet(), 'GET', `${path}?${query}`));
  return value?.map(({ id }) => String(id).slice(-1)).join('') ?? error.message;
};

describe('$filter on managed devices', () => {
  it.each([
    [`deviceActionResults/any(r: r/actionState eq 'pending')`, '12'],
    [`deviceActionResults/any(r: r/actionName eq 'syncDevice' and r/actionState eq 'done')`, '2'],
    [`deviceActionResults/any()`, '12'],
    [`not deviceActionResults/any()`, '3'],
    [`deviceActionResults/all(r: r/actionState eq 'pending')`, '13'],
    [`deviceActionResults/any(r: r/startDateTime lt 1970-01-02T00:00:00Z)`, '12'],
    [`hardwareInformation/serialNumber eq 'aaa'`, '1'],
    [`hardwareInformation/isSharedDevice`, '3'],
    [`hardwareInformation/sharedDeviceCachedUsers/any(u: u/userPrincipalName eq 'A@B')`, '3'],
    [`roleScopeTagIds/any(t: t eq '0')`, ''],
    [`deviceHealthAttestationState eq null`, '123'],
    [`notes eq null`, '3'],
    [`startswith(tolower(deviceName),'ben') eq true`, '2'],
  ])('%s → %s', (filter, expected) => {
    expect(numbers(`$filter=${encodeURIComponent(filter)}`)).toBe(expected);
  });

  it.each([`deviceActionResults/any(r: r/unlockPin eq '123456')`, `deviceActionResults/any(r: r/passcode eq 'x')`])(
    'no question finds out a secret: %s',
    (filter) => {
      expect(numbers(`$filter=${encodeURIComponent(filter)}`)).toContain('Could not find a property named');
    },
  );
});

describe('$orderby on managed devices', () => {
  it.each([
    ['$orderby=deviceName', '321'],
    ['$orderby=deviceName desc', '123'],
    ['$orderby=notes', '321'],
    ['$orderby=operatingSystem,deviceName desc', '132'],
    ['$orderby=hardwareInformation/serialNumber desc', '321'],
    ['$orderby=deviceName&$top=1&$skip=1', '2'],
    [`$orderby=deviceName&$filter=operatingSystem ne 'Windows'`, '31'],
  ])('%s → %s', (query, expected) => {
    expect(numbers(query)).toBe(expected);
  });

  it('goes over a thousand pages of one', () => {
    const tenant = fakeTenant(Array.from({ length: 60 }, (_, index) => testDevice(index, { deviceName: `name-${index % 7}` })));
    const seen: unknown[] = [];
    let link: string | undefined = `/v1.0/deviceManagement/managedDevices?$orderby=deviceName desc&$top=1&$select=deviceName,id`;
    while (link !== undefined) {
      const page = bodyOf(ask(tenant, 'GET', link));
      expect(page['@odata.context']).toMatch(/managedDevices\(deviceName,id\)$/);
      seen.push(...page.value.map(({ deviceName, id }) => `${99 - Number(String(deviceName).slice(5))} ${id}`));
      link = page['@odata.nextLink'];
    }
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(60);
  });
});

describe('$filter on the audit log', () => {
  it.each([
    [`actor/userPrincipalName eq 'BEN@contoso.com'`, '3'],
    [`actor/auditActorType eq 'ItPro' and resources/any(r: r/resourceId eq '${deviceId(2)}')`, '2'],
    [`resources/any(r: r/auditResourceType eq 'ManagedDevice')`, '21'],
    [`resources/any(r: r/modifiedProperties/any(m: m/displayName eq 'DeviceId' and m/newValue eq '${deviceId(1)}'))`, '1'],
    [`actor/userPermissions/any(p: p eq '*')`, '321'],
    ['activityDateTime gt 2020-01-01 and actor ne null', '321'],
  ])('%s → %s', (filter, expected) => {
    for (const version of ['v1.0', 'beta']) {
      expect(numbers(`$filter=${encodeURIComponent(filter)}`, `/${version}/deviceManagement/auditEvents`)).toBe(expected);
    }
  });

  it.each([
    ['$orderby=displayName,id desc', '321'],
    ['$orderby=actor/userPrincipalName,id', '123'],
    ['$orderby=activityDateTime,id', '123'],
    ['$orderby=activityDateTime', '123'],
  ])('%s → %s', (query, expected) => {
    expect(numbers(query, '/v1.0/deviceManagement/auditEvents')).toBe(expected);
  });
});

describe('any question about any collection', () => {
  const paths = endpoints
    .filter(({ methods }) => methods.GET !== undefined)
    .map(({ path, only }) => `/${only ?? 'v1.0'}/${path.replaceAll(/\{\w+\}/g, deviceId(1)).replace(/\(\w+\)$/, "(category='Device')")}`);
  const word = fc.constantFrom('id', 'displayName', 'deviceName', 'actor', 'resources', 'roleScopeTagIds', 'members', 'users', 'x', 'a/b');
  const value = fc.oneof(word, fc.constantFrom("'a'", '1', 'null', 'true', '2026-01-01', '"displayName:a"', '', '*', '-1', '9999999999'));
  const text = fc.oneof(
    value,
    fc.tuple(word, fc.constantFrom('eq', 'ne', 'gt', 'in'), value).map((parts) => parts.join(' ')),
    fc
      .tuple(word, fc.constantFrom('any', 'all'), word, value)
      .map(([items, all, name, other]) => `${items}/${all}(v: v/${name} eq ${other})`),
    fc.tuple(word, word).map(([name, inner]) => `${name}($select=${inner};$top=1)`),
    fc.array(word, { minLength: 1, maxLength: 4 }).map((names) => names.join(' desc,')),
    fc.string({ unit: 'grapheme' }),
  );
  const option = fc.constantFrom(
    '$filter',
    '$orderby',
    '$select',
    '$expand',
    '$search',
    '$top',
    '$skip',
    '$count',
    '$skiptoken',
    '$format',
    'x',
  );
  const query = fc
    .array(fc.tuple(option, text), { maxLength: 4 })
    .map((pairs) => pairs.map(([name, content]) => `${name}=${encodeURIComponent(content)}`).join('&'));

  it('is answered, or refused as the fault of whoever asks', () => {
    expect(paths.length).toBeGreaterThan(20);
    const tenant = fleet();
    // Sign-ins and who is let in are shown to administrators of the directory alone.
    tenant.directory.save('user', newUser('admin@contoso.com', testNow, { directoryRoles: ['Global Administrator'] }));
    fc.assert(
      fc.property(fc.constantFrom(...paths), query, fc.constantFrom('', 'eventual'), (path, question, consistencylevel) => {
        const answer = ask(tenant, 'GET', `${path}?${question}`, { headers: { consistencylevel } });
        expect([200, 400, 404, 406], `${path}?${question}: ${answer.body}`).toContain(answer.status);
        if (answer.status >= 400) expect(bodyOf(answer).error.message).not.toBe('');
      }),
      { numRuns: 6000 },
    );
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DeviceInformation } from '../../protocol/device-information.ts';
import type { Inventory } from '../../protocol/messages.ts';
import { enrollmentTypesOf, isEnrollmentTypeOf, type Platform, platforms } from '../../protocol/platforms.ts';
import type { QueueStatus } from '../core/records.ts';
import { ask, bodyOf, deviceId, fakeTenant, testCommand, testDevice, testInformation, testNow } from './fake-tenant.contract.ts';
import { managedDeviceOf } from './managed-device.ts';

const collection = '/deviceManagement/managedDevices';

/** The property names of `export interface ManagedDevice` in a type package, navigations included. */
function declared(file: string): string[] {
  const path = new URL(`../../node_modules/@microsoft/${file}/microsoft-graph.d.ts`, import.meta.url);
  const source = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  const body = /\nexport interface ManagedDevice extends Entity \{\n([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {4}(\w+)\?:/gm)].map((match) => match[1] ?? '');
}

const navigations = [
  'assignmentFilterEvaluationStatusDetails',
  'detectedApps',
  'deviceCategory',
  'deviceCompliancePolicyStates',
  'deviceConfigurationStates',
  'deviceHealthScriptStates',
  'logCollectionRequests',
  'managedDeviceMobileAppConfigurationStates',
  'securityBaselineStates',
  'users',
  'windowsProtectionState',
];

describe.each([
  // 55 (reference §1.2) and the inherited id. The v1.0 service has managementState since 2026, the v1.0 types of 2.43.1 do not (reference §1.2).
  ['v1.0', 'microsoft-graph-types', ['id', 'managementState'], 55 + 1],
  ['beta', 'microsoft-graph-types-beta', ['id'], 83 + 1],
] as const)('%s', (version, typesPackage, besides, count) => {
  it('serves every structural property of Microsoft’s declaration, and no other', () => {
    const expected = [...declared(typesPackage).filter((name) => !navigations.includes(name)), ...besides].sort();
    const served = Object.keys(bodyOf(ask(fakeTenant([testDevice(1)]), 'GET', `/${version}${collection}`)).value[0] ?? {}).sort();
    expect(served).toEqual(expected);
    expect(managedDeviceOf[version].properties.map(({ name }) => name).sort()).toEqual(expected);
    expect(served.length).toBe(count);
  });
});

function entity(inventory: Partial<Inventory>, version = 'beta', query = '', headers = {}) {
  return bodyOf(ask(fakeTenant([testDevice(1, inventory)]), 'GET', `/${version}${collection}/${deviceId(1)}${query}`, { headers }));
}

describe('kinds of device', () => {
  it.each([
    ['ios', 'device', {}, 'userEnrollment', 'userEnrollment', 'mdm', 'personal', false, 'iPhone', 'iOS'],
    ['ios', 'automated', {}, 'appleBulkWithUser', 'appleBulkWithUser', 'mdm', 'company', true, 'iPhone', 'iOS'],
    [
      'ios',
      'automated',
      { userPrincipalName: '' },
      'appleBulkWithoutUser',
      'appleBulkWithoutUser',
      'mdm',
      'company',
      true,
      'iPhone',
      'iOS',
    ],
    ['ios', 'automated', { model: 'iPad Pro' }, 'appleBulkWithUser', 'appleBulkWithUser', 'mdm', 'company', true, 'iPad', 'iPadOS'],
    ['ios', 'user', {}, 'appleUserEnrollment', 'appleAccountDrivenUserEnrollment', 'mdm', 'personal', false, 'iPhone', 'iOS'],
    ['macos', 'device', {}, 'userEnrollment', 'userEnrollment', 'mdm', 'personal', false, 'macMDM', 'macOS'],
    ['macos', 'automated', {}, 'appleBulkWithUser', 'appleBulkWithUser', 'mdm', 'company', true, 'macMDM', 'macOS'],
    [
      'android',
      'personal-work-profile',
      {},
      'userEnrollment',
      'userEnrollment',
      'googleCloudDevicePolicyController',
      'personal',
      false,
      'androidForWork',
      'Android',
    ],
    [
      'android',
      'corporate-work-profile',
      {},
      'unknownFutureValue',
      'androidEnterpriseCorporateWorkProfile',
      'googleCloudDevicePolicyController',
      'company',
      false,
      'androidEnterprise',
      'Android',
    ],
    [
      'android',
      'fully-managed',
      {},
      'unknownFutureValue',
      'androidEnterpriseFullyManaged',
      'googleCloudDevicePolicyController',
      'company',
      false,
      'androidEnterprise',
      'Android',
    ],
    [
      'android',
      'dedicated',
      {},
      'unknownFutureValue',
      'androidEnterpriseDedicatedDevice',
      'googleCloudDevicePolicyController',
      'company',
      false,
      'androidEnterprise',
      'Android',
    ],
    ['android', 'device-administrator', {}, 'userEnrollment', 'userEnrollment', 'mdm', 'personal', false, 'android', 'Android'],
    ['windows', 'joined', {}, 'windowsAzureADJoin', 'windowsAzureADJoin', 'mdm', 'company', false, 'desktop', 'Windows'],
    ['windows', 'registered', {}, 'windowsAutoEnrollment', 'windowsAutoEnrollment', 'mdm', 'personal', false, 'desktop', 'Windows'],
  ] as const)('%s %s %o', (platform, enrollment, rest, v1, beta, agent, owner, supervised, deviceType, operatingSystem) => {
    const inventory = { platform, enrollment, ...rest };
    expect(entity(inventory)).toMatchObject({
      deviceEnrollmentType: beta,
      managementAgent: agent,
      managedDeviceOwnerType: owner,
      ownerType: owner,
      isSupervised: supervised,
      deviceType,
      operatingSystem,
    });
    expect(entity(inventory, 'v1.0').deviceEnrollmentType).toBe(v1);
    const unknownMembers = entity(inventory, 'v1.0', '', { prefer: 'include-unknown-enum-members' });
    expect(unknownMembers.deviceEnrollmentType).toBe(v1 === 'unknownFutureValue' ? beta : v1);
  });

  it('has a row for each enrollment type', () => {
    for (const platform of platforms) {
      for (const enrollment of enrollmentTypesOf[platform as Platform]) {
        if (isEnrollmentTypeOf(platform, enrollment)) expect(entity({ platform, enrollment }).deviceType).toBeTypeOf('string');
      }
    }
  });
});

describe('values', () => {
  it('of a device with a user', () => {
    expect(entity({}, 'v1.0')).toMatchObject({
      id: deviceId(1),
      userPrincipalName: 'adele.vance@contoso.com',
      emailAddress: 'adele.vance@contoso.com',
      userDisplayName: 'Adele Vance',
      enrolledDateTime: '2025-01-01T10:00:00Z',
      lastSyncDateTime: '2026-01-15T09:00:00Z',
      managementCertificateExpirationDate: '2025-12-31T00:00:00Z',
      complianceGracePeriodExpirationDateTime: '9999-12-31T23:59:59Z',
      easActivationDateTime: '0001-01-01T00:00:00Z',
      imei: '',
      activationLockBypassCode: null,
      deviceCategoryDisplayName: 'Unknown',
      jailBroken: 'False',
      userId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    });
    expect(entity({}).azureADDeviceId).not.toBe(deviceId(1));
  });

  it('TD-16 show the end of the newest certificate, from which the 180 days are counted', () => {
    const nextCertificate = { serialNumber: '4B', notBefore: testNow, notAfter: Date.UTC(2031, 4, 6) };
    const tenant = fakeTenant([testDevice(1, {}, { nextCertificate })]);
    expect(bodyOf(ask(tenant, 'GET', `/v1.0${collection}/${deviceId(1)}`))).toMatchObject({
      managementCertificateExpirationDate: '2031-05-06T00:00:00Z',
    });
  });

  it('of a device without a user are empty, not null', () => {
    expect(entity({ userPrincipalName: '' })).toMatchObject({ userId: '', userPrincipalName: '', emailAddress: '', userDisplayName: '' });
  });

  it('that are real only by id with $select', () => {
    const tenant = fakeTenant([testDevice(1)]);
    const list = bodyOf(ask(tenant, 'GET', `/beta${collection}?$select=udid,hardwareInformation`)).value[0];
    expect(list).toMatchObject({ udid: null, hardwareInformation: { serialNumber: '' } });
    expect(entity({})).toMatchObject({ udid: null, hardwareInformation: { serialNumber: '' } });
    expect(entity({}, 'beta', '?$select=udid,hardwareInformation')).toMatchObject({
      udid: expect.stringMatching(/^[0-9A-F]{8}-[0-9A-F]{16}$/),
      hardwareInformation: { serialNumber: 'SN1', model: 'iPhone 15' },
    });
  });
});

describe('what a device told about itself', () => {
  const told = (inventory: Partial<Inventory>, information: Partial<DeviceInformation>, query = '') =>
    bodyOf(
      ask(
        fakeTenant([testDevice(1, inventory, { information: testInformation(information) })]),
        'GET',
        `/beta${collection}/${deviceId(1)}${query}`,
      ),
    );

  it('takes the place of what it was enrolled with', () => {
    expect(told({}, { deviceName: 'renamed' }).deviceName).toBe('renamed');
    expect(told({ platform: 'windows', enrollment: 'joined' }, { encrypted: true }).isEncrypted).toBe(true);
    expect(entity({ platform: 'windows', enrollment: 'joined' }).isEncrypted).toBe(false);
    expect(entity({ platform: 'android', enrollment: 'dedicated' }).isEncrypted).toBe(true);
    expect([entity({}).lostModeState, told({}, { lostMode: true }).lostModeState]).toEqual(['disabled', 'enabled']);
  });

  it.each([
    ['ios', 'device', 'True'],
    ['android', 'personal-work-profile', 'True'],
    ['android', 'corporate-work-profile', 'True'],
    ['android', 'fully-managed', 'Unknown'],
    ['macos', 'automated', 'Unknown'],
    ['windows', 'joined', 'Unknown'],
  ] as const)('jailBroken of a rooted %s %s is %s: not every kind is judged', (platform, enrollment, expected) => {
    expect(told({ platform, enrollment }, { jailBroken: true }).jailBroken).toBe(expected);
    expect(told({ platform, enrollment }, { jailBroken: false }).jailBroken).toBe(expected === 'True' ? 'False' : 'Unknown');
  });

  it('who is on a Shared iPad', () => {
    const shared = { platform: 'ios', enrollment: 'automated', model: 'iPad Air', shared: true } as const;
    const query = '?$select=hardwareInformation';
    expect(told(shared, { activeUser: 'adele@contoso.com' }, query).hardwareInformation).toMatchObject({
      isSharedDevice: true,
      sharedDeviceCachedUsers: [{ userPrincipalName: 'adele@contoso.com' }],
    });
    expect(told(shared, {}, query).hardwareInformation).toMatchObject({ sharedDeviceCachedUsers: [] });
  });

  it('TD-08 its apps are its detectedApps, on beta', () => {
    const apps = [
      { id: 'mail', name: 'Contoso Mail', source: 'required' },
      { id: 'chess', name: 'Chess', source: 'user' },
    ] as const;
    const tenant = fakeTenant([testDevice(1, {}, { information: testInformation({ apps: [...apps] }) })]);
    const path = `${collection}('${deviceId(1)}')/detectedApps`;
    expect(bodyOf(ask(tenant, 'GET', `/beta${path}?$select=id,displayName`))).toEqual({
      '@odata.context': `https://graph.microsoft.com/beta/$metadata#deviceManagement/managedDevices('${deviceId(1)}')/detectedApps(id,displayName)`,
      '@odata.count': 2,
      value: [
        { id: 'chess', displayName: 'Chess' },
        { id: 'mail', displayName: 'Contoso Mail' },
      ],
    });
    expect(bodyOf(ask(tenant, 'GET', `/beta${path}?$filter=displayName eq 'chess'`)).value).toMatchObject([{ platform: 'ios' }]);
    expect(bodyOf(ask(fakeTenant([testDevice(1)]), 'GET', `/beta${path}`)).value).toEqual([]);
    expect(ask(tenant, 'GET', `/v1.0${path}`).status).toBe(400);
    expect(ask(tenant, 'POST', `/beta${path}`).status).toBe(405);
  });

  it('its apps come in pages, whatever their users call them', () => {
    const names = ["''", "'O'Brien'", 'a&b=%27', '\u{1f600}'];
    const apps = names.map((name) => ({ id: name, name, source: 'user' as const }));
    const tenant = fakeTenant([testDevice(1, {}, { information: testInformation({ apps }) })]);
    const seen: string[] = [];
    let query: string | undefined = '?$top=1';
    while (query !== undefined && seen.length < 10) {
      const page = bodyOf(ask(tenant, 'GET', `/beta${collection}/${deviceId(1)}/detectedApps${query}`));
      seen.push(...page.value.map(({ id }) => String(id)));
      const next = page['@odata.nextLink'];
      query = next?.slice(next.indexOf('?'));
    }
    expect(seen).toEqual(names);
  });
});

describe('activationLockBypassCode', () => {
  const code = 'ABCDE-FGHJK-LMNP-QRST-UVWX-YZ23';
  const tenant = () => {
    const made = fakeTenant([testDevice(1, { enrollment: 'automated' })]);
    made.bypassCodes.set(deviceId(1), code);
    return made;
  };

  it.each(['v1.0', 'beta'])('TD-06 is there in both key forms with $select, and never without: %s', (version) => {
    for (const key of [`('${deviceId(1)}')`, `/${deviceId(1)}`]) {
      const path = `/${version}${collection}${key}`;
      expect(bodyOf(ask(tenant(), 'GET', `${path}?$select=activationLockBypassCode`)).activationLockBypassCode).toBe(code);
      expect(ask(tenant(), 'GET', path).body).not.toContain(code);
    }
    expect(ask(tenant(), 'GET', `/${version}${collection}?$select=id,activationLockBypassCode`).body).not.toContain(code);
  });

  it.each(['v1.0', 'beta'])(
    'TD-06 is shown by no list, whatever is asked for, and a filter or an order cannot find it out: %s',
    (version) => {
      const lists = [
        `/${version}${collection}`,
        `/${version}/users/adele.vance@contoso.com/managedDevices`,
        `/${version}/deviceManagement/detectedApps/mail/managedDevices`,
      ];
      const withApp = tenant();
      const [device] = withApp.devices.values();
      if (device === undefined) throw new Error('no device');
      device.information = testInformation({ apps: [{ id: 'mail', name: 'Mail', source: 'user' }] });
      for (const list of lists) {
        for (const query of ['', '?$select=activationLockBypassCode', '?$select=*', '?$expand=users']) {
          const response = ask(withApp, 'GET', list + query);
          expect(response.status).toBe(200);
          expect(bodyOf(response).value).toHaveLength(1);
          expect(response.body).not.toContain(code);
        }
        for (const question of [
          `$filter=activationLockBypassCode eq '${code}'`,
          `$filter=ACTIVATIONLOCKBYPASSCODE ne null`,
          `$filter=not (id eq 'x' or startswith(activationLockBypassCode,'${code.charAt(0)}'))`,
          `$filter=contains(tolower(activationLockBypassCode),'a')`,
          `$filter=length(activationLockBypassCode) gt 0`,
          `$filter=activationLockBypassCode in ('a','b')`,
          `$orderby=activationLockBypassCode`,
        ]) {
          const refused = ask(withApp, 'GET', `${list}?${question}`);
          expect(refused.status).toBe(400);
          expect(bodyOf(refused).error.message.toLowerCase()).toContain('activationlockbypasscode');
          expect(refused.body).not.toContain(`"${code}`);
          // Only what lists are for.
          if (question.startsWith('$filter')) expect(ask(withApp, 'GET', `${list}/$count?${question}`).status).toBe(400);
        }
      }
    },
  );

  it('TD-05 is null where the service shows none', () => {
    const path = `/beta${collection}/${deviceId(1)}?$select=activationLockBypassCode`;
    expect(bodyOf(ask(fakeTenant([testDevice(1)]), 'GET', path)).activationLockBypassCode).toBeNull();
  });
});

describe('deviceActionResults', () => {
  const lock = { type: 'remoteLock', parameters: {} } as const;

  it.each([
    ['queued', 'pending'],
    ['delivered', 'pending'],
    ['acknowledged', 'done'],
    ['failed', 'failed'],
    ['not-supported', 'notSupported'],
    ['canceled', 'canceled'],
    ['expired', 'failed'],
  ] satisfies [QueueStatus, string][])('%s shows as %s', (status, actionState) => {
    const tenant = fakeTenant([testDevice(1)]);
    tenant.commands.push(testCommand(1, lock, { status, finishedAt: testNow + 61_000 }));
    expect(bodyOf(ask(tenant, 'GET', `/v1.0${collection}/${deviceId(1)}?$select=deviceActionResults`)).deviceActionResults).toEqual([
      {
        '@odata.type': '#microsoft.graph.remoteLockActionResult',
        actionName: 'remoteLock',
        actionState,
        startDateTime: '2026-01-15T10:30:00Z',
        lastUpdatedDateTime: '2026-01-15T10:31:01Z',
        unlockPin: null,
      },
    ]);
  });

  it('is empty in lists, holds the latest of each action by id, and never a wipe or retire', () => {
    const tenant = fakeTenant([testDevice(1)]);
    tenant.commands.push(
      testCommand(1, lock, { status: 'acknowledged', requestedAt: testNow - 2000, finishedAt: testNow - 1000 }),
      testCommand(1, { type: 'syncDevice', parameters: {} }, { requestedAt: testNow - 500 }),
      testCommand(1, lock, { requestedAt: testNow }),
      testCommand(1, { type: 'wipe', parameters: {} }),
      testCommand(1, { type: 'retire', parameters: {} }, { action: 'delete' }),
    );
    expect(bodyOf(ask(tenant, 'GET', `/v1.0${collection}`)).value[0]?.deviceActionResults).toEqual([]);
    expect(bodyOf(ask(tenant, 'GET', `/v1.0${collection}/${deviceId(1)}`)).deviceActionResults).toMatchObject([
      { actionName: 'syncDevice', actionState: 'pending' },
      { actionName: 'remoteLock', actionState: 'pending', startDateTime: '2026-01-15T10:30:00Z' },
    ]);
  });
});

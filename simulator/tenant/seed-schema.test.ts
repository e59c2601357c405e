/** Tenant files: what is refused, where, and in which words; and what is made of the others. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../scenarios/errors.ts';
import { parseSeed } from './load-seed.ts';
import { readSeed } from './read-seed.ts';
import { devicesOf, serialNumberOf } from './seed-devices.ts';
import { tenantJsonSchema } from './seed-schema.ts';
import { startingTenant } from './starting-file.ts';

function refusal(text: string): string {
  try {
    parseSeed(text, 't.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('a tenant file', () => {
  it('that `mockfleet tenant new` writes is one', () => {
    const seed = parseSeed(startingTenant, 'tenant.yaml');
    expect(seed.users.map(({ userPrincipalName }) => userPrincipalName)).toEqual(['adele@contoso.example', 'helpdesk@contoso.example']);
    expect(devicesOf(seed, 'contoso.example').map(({ inventory }) => inventory.deviceName)).toEqual([
      'phone',
      'field-phone-1',
      'field-phone-2',
      'field-phone-3',
      'pc',
    ]);
  });

  it('with only the part that somebody cares for is one too', () => {
    expect(parseSeed('cleanupDays: off', 't.yaml')).toMatchObject({ users: [], devices: [], configuration: {}, cleanupDays: null });
    expect(readSeed({}, 'createTenant').cleanupDays).toBeUndefined();
  });

  it.each([
    ['users: [{ userPrincipalName: adele }]', /^t\.yaml:1:30 users\[0\]\.userPrincipalName: "adele" is not allowed here; allowed: a user/],
    ['users: [{ userPrincipalName: a@b.c, role: x }]', /users\[0\]\.role: unknown key "role"; did you mean "roles"\?/],
    [
      'users: [{ userPrincipalName: a@b.c }, { userPrincipalName: A@b.c }]',
      /users\[1\]\.userPrincipalName: "a@b\.c" is already that of users\[0\]/,
    ],
    [
      'applications: [{ displayName: A, clientId: &id 00000000-1111-2222-3333-444444444444 }, { displayName: B, clientId: *id }]',
      /applications\[1\]\.clientId: .* is already that of applications\[0\]/,
    ],
    [
      'users: [{ userPrincipalName: a@b.c, id: &id 00000000-1111-2222-3333-444444444444 }]\ngroups: [{ displayName: G, id: *id }]',
      /groups\[0\]\.id: .* is already that of users\[0\]/,
    ],
    [
      'users: [{ userPrincipalName: a@b.c, roles: [Help Desk Operater] }]',
      /users\[0\]\.roles.*no role "Help Desk Operater"; did you mean "Help Desk Operator"\?/,
    ],
    [
      'users: [{ userPrincipalName: a@b.c, password: 1234 }]',
      /users\[0\]\.password: 1234 is a whole number; allowed: text of 1 to 256 characters \(put it in quotes: "1234"\)/,
    ],
    ['users: [{ userPrincipalName: a@b.c, token: short }]', /users\[0\]\.token: .*a token of 8 to 512 characters/],
    [
      'users: [{ userPrincipalName: a@b.c, token: abcdefgh }]\napplications: [{ displayName: x, token: abcdefgh }]',
      /:2:.* applications\[0\]\.token: it is the token of somebody else/,
    ],
    ['groups: [{ displayName: g, members: [nobody@b.c] }]', /groups\[0\]\.members\[0\]: the file has no user "nobody@b\.c"/],
    ['groups: [{ displayName: Field, members: [] }, { displayName: h, members: [Feild] }]', /no group "Feild"; did you mean "Field"\?/],
    ['groups: [{ displayName: g, members: [device: phone] }]', /groups\[0\]\.members\[0\]: the file has no device "phone"/],
    [
      'groups: [{ displayName: g, members: [pc] }]\ndevices: [{ platform: windows, name: pc }]',
      /no group "pc"; did you mean "device: pc"\?/,
    ],
    [
      'groups: [{ displayName: g, members: [7] }]',
      /7 is a whole number; allowed: a user principal name, the name of a group, or device: NAME/,
    ],
    [
      'applications: [{ displayName: a, permissions: [everything] }]',
      /"everything" is not allowed here; allowed: a permission of Microsoft Graph/,
    ],
    ['roles: [{ displayName: r, allowed: [wipe] }]', /allowed: a resource action of Intune, such as Microsoft\.Intune_RemoteTasks_Wipe/],
    ['roleAssignments: [{ displayName: r, role: Global Reader, members: [] }]', /no role of Intune "Global Reader"/],
    [
      'roleAssignments: [{ displayName: r, role: Help Desk Operator, members: [x], scope: [y] }]',
      /members\[0\].*no group "x".*\n.*scope\[0\].*no group "y"/,
    ],
    [
      'roleAssignments: [{ displayName: r, role: Help Desk Operator, members: [], scope: everything }]',
      /"everything" is not allowed here; allowed: all devices, all users/,
    ],
    ['devices: [{ platform: symbian }]', /devices\[0\]\.platform: "symbian" is not allowed here; allowed: ios, macos/],
    ['devices: [{ platform: ios, enrollment: joined }]', /"joined" is not an enrollment type of ios; allowed: device, automated, user/],
    ['devices: [{ platform: ios, name: a }, { platform: ios, name: a }]', /devices\[1\]: it has the name of devices\[0\]/],
    ['devices: [{ platform: ios, name: a, count: 3 }, { platform: ios, name: a-2 }]', /devices\[1\]: it has the name of devices\[0\]/],
    [
      'devices: [{ platform: ios, name: a, serialNumber: S }, { platform: ios, name: b, serialNumber: s }]',
      /devices\[1\]: it has the serial number of devices\[0\]/,
    ],
    ['devices: [{ platform: ios, count: 2, serialNumber: S }]', /either "count" or "serialNumber"/],
    [
      'devices: [{ platform: ios, count: 15000 }, { platform: macos, count: 15000 }]',
      /with it there are 30000 devices; allowed: up to 20000/,
    ],
    ['tenant: { apps: [{ id: "a b", name: x, intent: required }] }', /allowed: 1 to 64 letters, digits, dots, hyphens and underscores/],
    ['tenant: { push: {} }', /tenant\.push: unknown key/],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, settings: { passcodeRequird: true } }]',
      /^t\.yaml:1:\d+ compliancePolicies\[0\]\.settings\.passcodeRequird: "passcodeRequird" is no setting of iosCompliancePolicy; did you mean "passcodeRequired"\?/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, settings: { bitLockerEnabled: true } }]',
      /it is one of windows10CompliancePolicy/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, settings: { passcodeMinimumLength: 40 } }]',
      /settings\.passcodeMinimumLength: 40 is not allowed here; allowed: a whole number from 4 to 14/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosPolicy }]',
      /compliancePolicies\[0\]\.type: "iosPolicy" is not allowed here; allowed: android/,
    ],
    ['compliancePolicies: [{ displayName: P }]', /compliancePolicies\[0\]\.type: it is missing; allowed: android/],
    [
      'groups: [{ displayName: Managers }]\ncompliancePolicies: [{ displayName: P, type: iosCompliancePolicy, assignTo: [Manager] }]',
      /t\.yaml:2:\d+ compliancePolicies\[0\]\.assignTo\[0\]: the file has no group "Manager"; did you mean "Managers"\?/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, exclude: [Managers] }]',
      /exclude\[0\]: the file has no group "Managers"/,
    ],
    ...['-1d', '366d', '36h', '1.5d', '12'].map((after): [string, RegExp] => [
      `compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, actions: [{ do: block, after: ${after} }] }]`,
      /actions\[0\]\.after: .*; allowed: whole days from 0d to 365d, such as 3d/,
    ]),
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, actions: [{ do: block }, { do: retire }, { do: block, after: 2d }] }]',
      /actions\[2\]\.do: "block" is done by actions\[0\] already; allowed: it stands once/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, actions: [{ do: notification }] }]',
      /actions\[0\]: "notification" needs a "template"/,
    ],
    [
      'notificationTemplates: [{ displayName: First, messages: [{ locale: en, subject: s, message: m }] }]\ncompliancePolicies: [{ displayName: P, type: iosCompliancePolicy, actions: [{ do: retire }, { do: notification, template: Frist, to: [Nobody] }] }]',
      /actions\[1\]\.template: the file has no template "Frist"; did you mean "First"\?.*\n.*actions\[1\]\.to\[0\]: the file has no group "Nobody"/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, actions: [{ do: retire, template: x }] }]',
      /"template" belongs to "notification", not to "retire"/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, actions: [{ do: wipe }] }]',
      /"wipe" is not allowed here; allowed: block/,
    ],
    [
      'compliancePolicies: [{ displayName: P, type: iosCompliancePolicy }, { displayName: p, type: macOSCompliancePolicy }]',
      /compliancePolicies\[1\]\.displayName: "p" is already that of compliancePolicies\[0\]/,
    ],
    ['compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, remove: true }]', /unknown key "remove"/],
    ['notificationTemplates: [{ displayName: T }]', /notificationTemplates\[0\]\.messages: it is missing/],
    [
      'notificationTemplates: [{ displayName: T, messages: [{ locale: en, subject: a, message: b }, { locale: EN, subject: c, message: d }] }]',
      /messages\[1\]\.locale: "en" is already that of messages\[0\]/,
    ],
    [
      'notificationTemplates: [{ displayName: T, messages: [{ locale: en, subject: a, message: b, default: true }, { locale: de, subject: c, message: d, default: true }] }]',
      /messages\[1\]\.default: messages\[0\] is the default already/,
    ],
    [
      `notificationTemplates: [{ displayName: T, messages: [{ locale: en, subject: ${'s'.repeat(79)}, message: b }] }]`,
      /subject: .*text of 1 to 78 characters/,
    ],
    ['branding: { lightBackgroundLogo: { type: image/png, value: "not base64" } }', /value: .*base64 of a picture/],
    ['branding: { themeColor: { r: 256, g: 0, b: 0 } }', /a whole number from 0 to 255/],
    ['complianceSettings: { validityDays: 121 }', /validityDays: 121 .*a whole number from 1 to 120/],
    [
      'groups: [{ displayName: G }]\ncompliancePolicies: [{ displayName: P, type: iosCompliancePolicy, assignTo: [G], exclude: [g] }]',
      /exclude\[0\]: "g" is in "assignTo" already/,
    ],
    ['conditionalAccess: [{ displayName: C, users: [Field] }]', /conditionalAccess\[0\]\.users\[0\]: the file has no group "Field"/],
    [
      'conditionalAccess: [{ displayName: C, apps: [word] }]',
      /apps\[0\]: "word" is not allowed here; allowed: all, none, office365, admin-portals, outlook/,
    ],
    ['conditionalAccess: [{ displayName: C, users: ["role: Global Reader"] }]', /users\[0\]: "role: Global Reader" is not .* or role: ID/],
    ['conditionalAccess: [{ displayName: C, exclude: [{ role: {} }] }]', /exclude\[0\]: .* or role: ID/],
    ['conditionalAccess: [{ displayName: C, require: [block, mfa] }]', /"block" lets nobody in/],
    ['conditionalAccess: [{ displayName: C, signInFrequency: 90m }]', /signInFrequency: .*a duration of whole hours/],
    ['devices: [{ platform: ios, has: { security: { usbDebuging: true } } }]', /unknown key "usbDebuging"; did you mean "usbDebugging"\?/],
    [
      'devices: [{ platform: ios, has: { notifications: maybe } }]',
      /notifications: "maybe" .*allowed, denied or not-asked for all of them/,
    ],
    ['groups: [{ displayName: G, leave: [adele@contoso.example] }]', /unknown key "leave"/],
    ['cleanupDays: 29', /cleanupDays: 29 .*a whole number of days from 30 to 270, or off/],
    ['- 1', /a list is not a tenant; allowed: a mapping of keys and values \(users: …/],
    ['', /the file is empty; allowed: a tenant .*`mockfleet tenant new` writes one/],
    ['users: [}', /not valid YAML/],
  ])('%s', (text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it('that is made in code is refused with the path of what is wrong', () => {
    const data = { devices: [{ platform: 'ios' }, { platform: 'beos' }] };
    expect(() => readSeed(data, 'createTenant')).toThrow('createTenant: devices[1].platform: "beos" is not allowed here; allowed: ios');
    expect(() => readSeed([], 'createTenant')).toThrow(/^createTenant: /);
  });
});

describe('the devices of a tenant file', () => {
  it('are the same ones for the same names, wherever they stand', () => {
    const phone = { platform: 'ios', name: 'phone', has: { passcode: '90%', esim: '50%' } };
    const alone = devicesOf(readSeed({ devices: [phone] }, 'x'), 'contoso.example');
    const among = devicesOf(readSeed({ devices: [{ platform: 'windows', count: 3 }, phone] }, 'x'), 'contoso.example');
    expect(among.at(-1)).toEqual(alone[0]);
    expect(alone[0]?.inventory.serialNumber).toBe(serialNumberOf('phone'));
  });

  it('have users of their own unless the file says whose they are', () => {
    const devices = [
      { platform: 'ios', name: 'Adele’s iPhone' },
      { platform: 'ios', name: 'kiosk', user: '' },
      { platform: 'ios', name: 'a', user: 'adele@contoso.example' },
    ];
    const users = devicesOf(readSeed({ devices }, 'x'), 'fabrikam.example').map(({ inventory }) => inventory.userPrincipalName);
    expect(users).toEqual(['adele-s-iphone@fabrikam.example', '', 'adele@contoso.example']);
  });

  it('are what the file says, and of what it leaves out a common one', () => {
    const devices = [
      { platform: 'ios', name: 'a', model: 'iPhone 8' },
      { platform: 'ios', name: 'b', osVersion: '18.1' },
      { platform: 'android', name: 'c', model: 'Fairphone 5', manufacturer: 'Fairphone', osVersion: '13', serialNumber: 'F-1' },
      {
        platform: 'ios',
        enrollment: 'automated',
        name: 'd',
        has: { shared: true, apps: ['Chess'] },
        behaviors: [{ on: 'wipe', then: 'fail' }],
      },
    ];
    const [a, b, c, d] = devicesOf(readSeed({ devices }, 'x'), 'contoso.example');
    expect(a?.inventory).toMatchObject({ model: 'iPhone 8', manufacturer: 'Apple', osVersion: '16.7.8' });
    expect(b?.inventory.osVersion).toBe('18.1');
    expect(c?.inventory).toMatchObject({ model: 'Fairphone 5', manufacturer: 'Fairphone', osVersion: '13', serialNumber: 'F-1' });
    expect(d).toMatchObject({ inventory: { shared: true }, has: { apps: [{ name: 'Chess' }] }, behaviors: [{ on: 'wipe' }] });
  });
});

describe('Company Portal on the devices of a tenant file', () => {
  it('CN-03 CN-15 CN-16 is there, may show notifications and shows all of them, unless the file says otherwise', () => {
    const devices = [
      { platform: 'ios' },
      { platform: 'ios', has: { companyPortal: false } },
      { platform: 'android', has: { notifications: 'not-asked', lockScreenNotifications: 'content-hidden', notificationReader: 'Diary' } },
      {
        platform: 'android',
        count: 200,
        name: 'many',
        has: { notifications: { allowed: '50%' }, notificationReader: { app: 'Diary', share: '50%' } },
      },
    ];
    const [plain, without, set, ...many] = devicesOf(readSeed({ devices }, 'x'), 'contoso.example').map(({ has }) => has.companyApp);
    expect(plain).toEqual({ installed: true, permission: 'allowed', lockScreen: 'shown', reader: null });
    expect(without).toMatchObject({ installed: false });
    expect(set).toEqual({ installed: true, permission: 'not-asked', lockScreen: 'content-hidden', reader: 'Diary' });
    for (const some of [many.filter((app) => app.permission === 'denied'), many.filter((app) => app.reader === 'Diary')]) {
      expect(some.length).toBeGreaterThan(60);
      expect(some.length).toBeLessThan(140);
    }
  });
});

describe('the JSON Schema for editors', () => {
  it('is current (else: node_modules/.bin/tsx scripts/write-scenario-schema.ts), and helps with every key', () => {
    expect(JSON.parse(readFileSync(new URL('tenant.schema.json', import.meta.url), 'utf8'))).toEqual(tenantJsonSchema());
    let mappings = 0;
    JSON.stringify(tenantJsonSchema(), (_, value) => {
      if (value?.type !== 'object' || value.properties === undefined) return value;
      mappings += 1;
      expect(value.additionalProperties).toBe(false);
      for (const [key, property] of Object.entries(value.properties)) {
        // That a device among members is called `device` is said of members.
        if (key !== 'device') expect((property as { description?: string }).description, key).toMatch(/\w/);
      }
      return value;
    });
    expect(mappings).toBeGreaterThan(8);
  });
});

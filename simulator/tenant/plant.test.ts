/** Planting: what a file says is so afterwards, once and for all; and what a tenant exports plants the same tenant again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInRoles } from '../../server-stub/core/built-in-roles.ts';
import { benchStart, CoreBench } from '../../server-stub/core/core.fixture.ts';
import type { UserRecord } from '../../server-stub/core/directory-records.ts';
import { secretHash } from '../../server-stub/core/secret.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import { exportTenant } from '../../server-stub/tenant-export.ts';
import { plant } from './plant.ts';
import { readSeed } from './read-seed.ts';

function newTenant(): GraphTenant {
  return new CoreBench().tenant;
}

function planted(data: object, tenant = newTenant()): GraphTenant {
  plant(tenant, readSeed(data, 'test'), benchStart);
  return tenant;
}

/** Everything that planting can touch, hashes included. */
function all(tenant: GraphTenant): unknown {
  const { directory } = tenant;
  const kinds = [
    ...(['user', 'group', 'application', 'namedToken', 'roleDefinition', 'roleAssignment'] as const),
    ...(['compliancePolicy', 'notificationTemplate', 'accessPolicy'] as const),
  ];
  return {
    entries: kinds.map((kind) => [...directory.entriesAfter(kind, null)]),
    members: [...directory.entriesAfter('group', null)].map(({ id }) => directory.members(id)),
    organization: directory.organization(),
    configuration: tenant.configuration(),
    complianceSettings: tenant.complianceSettings(),
    brand: tenant.brand(),
    audits: [...tenant.audits()].length,
  };
}

describe('planting', () => {
  it('makes people, keeps their secrets as hashes, and gives roles through groups', () => {
    const tenant = planted({
      users: [
        {
          userPrincipalName: 'Adele@contoso.example',
          displayName: 'Adele Vance',
          preferredLanguage: 'de-DE',
          roles: ['Global Reader', 'Help Desk Operator'],
          password: 'adele-secret',
          token: 'adele-token',
          tokenPermissions: ['User.Read'],
        },
      ],
    });
    const { directory } = tenant;
    const adele = directory.user('adele@contoso.example');
    expect(adele).toMatchObject({
      userPrincipalName: 'Adele@contoso.example',
      givenName: 'Adele',
      surname: 'Vance',
      preferredLanguage: 'de-DE',
      directoryRoles: ['Global Reader'],
      passwordHash: secretHash('adele-secret'),
    });
    expect(directory.entry('namedToken', secretHash('adele-token'))).toMatchObject({ principalId: adele?.id, permissions: ['User.Read'] });
    expect(tenant.allows(adele?.id ?? '', 'Microsoft.Intune_RemoteTasks_RebootNow')).toBe(true);
    expect(tenant.allows(adele?.id ?? '', 'Microsoft.Intune_RemoteTasks_Nothing')).toBe(false);
    expect(JSON.stringify(all(tenant))).not.toMatch(/adele-secret|adele-token/);
  });

  it('lets what the file does not say be, and changes what it says', () => {
    const tenant = planted({ users: [{ userPrincipalName: 'a@b.c', department: 'Sales', password: 'one', roles: ['Global Reader'] }] });
    const before = tenant.directory.user('a@b.c');
    planted({ users: [{ userPrincipalName: 'A@b.c', department: 'Support' }] }, tenant);
    expect(tenant.directory.user('a@b.c')).toEqual({ ...before, userPrincipalName: 'A@b.c', department: 'Support' });
  });

  it('has members of all three kinds, and people who are only named as members or users', () => {
    const tenant = planted({
      groups: [
        { displayName: 'Leads', members: ['lee@contoso.example'] },
        { displayName: 'Field', members: ['Leads', { device: 'phone' }] },
      ],
      devices: [{ platform: 'ios', name: 'phone', user: 'lee@contoso.example' }],
    });
    const field = [...tenant.directory.entriesAfter('group', null)].find(({ displayName }) => displayName === 'Field');
    expect(
      tenant.directory
        .transitiveMembers(field?.id ?? '')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['group', 'user']);
  });

  it('refuses an id for whoever has another one, and one that is somebody else’s, before it plants anything', () => {
    const [one, other] = ['00000000-1111-2222-3333-444444444444', '00000000-1111-2222-3333-555555555555'];
    const users = [{ userPrincipalName: 'adele@contoso.example', id: one }];
    const applications = [{ displayName: 'A', clientId: other, id: other }];
    const tenant = planted({ users, applications });
    const before = all(tenant);
    const more = { displayName: 'Not planted' };
    expect(() => planted({ users: [{ ...users[0], id: other }], groups: [more] }, tenant)).toThrow(
      `tenant: users[0].id: "adele@contoso.example" is in the tenant already, with the id ${one}; allowed: that one, or none`,
    );
    expect(() => planted({ applications: [{ ...applications[0], id: one }] }, tenant)).toThrow('applications[0].id: "A" is in the tenant');
    expect(() => planted({ groups: [more, { displayName: 'G', id: one }] }, tenant)).toThrow(/groups\[1\]\.id: .* one of the users of the/);
    expect(all(tenant)).toEqual(before);
    planted({ users, applications }, tenant);
    expect(all(tenant)).toEqual(before);
  });

  it('refuses to touch a built-in role', () => {
    expect(() => planted({ roles: [{ displayName: 'help desk operator', allowed: [] }] })).toThrow(
      /it is the built-in role "Help Desk Operator"/,
    );
    expect(() => planted({ roles: [{ displayName: 'Mine', id: builtInRoles[0]?.id, allowed: [] }] })).toThrow(/it is the built-in role/);
  });

  it('writes what it asks of devices into the audit log once', () => {
    const file = { tenant: { policy: { passcodeRequired: true } }, cleanupDays: 90 };
    const tenant = planted(file);
    expect(tenant.configuration().passcodeRequired).toBe(true);
    expect(tenant.cleanupDays()).toBe(90);
    expect([...tenant.audits()]).toHaveLength(2);
    planted(file, tenant);
    expect([...tenant.audits()]).toHaveLength(2);
    planted({ cleanupDays: 'off' }, tenant);
    expect(tenant.cleanupDays()).toBeNull();
  });

  it('takes another id where the one of the name belongs to a group that was called so once', () => {
    const tenant = planted({ groups: [{ displayName: 'Field' }] });
    const [field] = [...tenant.directory.entriesAfter('group', null)];
    tenant.directory.save('group', { ...(field as NonNullable<typeof field>), displayName: 'Old field' });
    planted({ groups: [{ displayName: 'Field' }] }, tenant);
    const names = [...tenant.directory.entriesAfter('group', null)].map(({ displayName }) => displayName);
    expect(names.sort()).toEqual(['Field', 'Old field']);
  });
});

const policyRule = fc.record({
  type: fc.constantFrom('iosCompliancePolicy', 'macOSCompliancePolicy', 'windows10CompliancePolicy'),
  settings: fc.constantFrom({}, { osMinimumVersion: '10.0.0.1', deviceThreatProtectionEnabled: false }, { osMaximumVersion: null }),
  assignTo: fc.subarray(['all users', 'all devices']),
  excludes: fc.boolean(),
  kinds: fc.shuffledSubarray(['block', 'notification', 'notification', 'pushNotification', 'remoteLock', 'retire', 'retire'] as const),
});

/** Files whose names refer to each other. */
const files = fc
  .record({
    people: fc.uniqueArray(fc.stringMatching(/^[a-d]{1,3}$/), { maxLength: 4 }),
    groups: fc.uniqueArray(fc.constantFrom('Field', 'Leads', 'Zürich', 'a b', '数'), { maxLength: 4 }),
    links: fc.array(fc.tuple(fc.nat(3), fc.nat(7)), { maxLength: 8 }),
    roles: fc.uniqueArray(fc.constantFrom('Wipers', 'Lockers'), { maxLength: 2 }),
    assignments: fc.array(fc.record({ role: fc.nat(9), member: fc.nat(3), scope: fc.nat(6) }), { maxLength: 3 }),
    texts: fc.array(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== ''),
      { minLength: 3, maxLength: 3 },
    ),
    enabled: fc.boolean(),
    days: fc.constantFrom(undefined, 'off', 30, 270),
    apps: fc.uniqueArray(fc.constantFrom('mail', 'chess', 'a.b_c-d'), { maxLength: 3 }),
    rules: fc.array(policyRule, { maxLength: 3 }),
    hours: fc.array(fc.constantFrom({ after: '0d' }, { after: '3d' }, { after: '52w' }, { after: '365d' }, {}), {
      minLength: 4,
      maxLength: 4,
    }),
    locales: fc.uniqueArray(fc.constantFrom('en-us', 'de-DE', 'fr'), { minLength: 1, maxLength: 3 }),
  })
  .map(({ people, groups, links, roles, assignments, texts, enabled, days, apps, rules, hours, locales }) => {
    const [one = '', two = '', three = ''] = texts;
    const users = people.map((name) => `${name}@contoso.example`);
    const all = [...users, ...groups];
    const roleNames = [...roles, 'Help Desk Operator', 'Application Manager'];
    const scopes = ['all devices', 'all users', 'all devices and users'];
    return {
      organization: { displayName: one, domain: 'fabrikam.example' },
      users: users.map((userPrincipalName, index) => ({
        userPrincipalName,
        ...(index % 2 === 0
          ? { displayName: two, department: three, mail: null, accountEnabled: enabled }
          : { roles: ['Help Desk Operator', 'Global Reader'] }),
      })),
      groups: groups.map((displayName, index) => ({
        displayName,
        description: three,
        members: all.filter((_, position) => links.some(([from, to]) => from === index && to === position)),
      })),
      applications: [{ displayName: one, permissions: ['User.Read.All'], publicClient: enabled }],
      roles: roles.map((displayName) => ({ displayName, description: two, allowed: ['Microsoft.Intune_RemoteTasks_Wipe'] })),
      roleAssignments: assignments.map(({ role, member, scope }, index) => ({
        displayName: `${three} ${index}`,
        role: roleNames[role % roleNames.length],
        members: groups.filter((_, position) => position === member),
        scope: scope < 3 || groups.length === 0 ? scopes[scope % 3] : [groups[scope % groups.length]],
      })),
      tenant: { policy: { passcodeRequired: enabled }, apps: apps.map((id) => ({ id, name: two, intent: 'available' })) },
      ...(days === undefined ? {} : { cleanupDays: days }),
      complianceSettings: { secureByDefault: enabled, validityDays: 1 + apps.length, scheduledActions: enabled ? 'on' : 'off' },
      branding: { displayName: enabled ? one : null, showLogo: enabled, themeColor: enabled ? { r: 1, g: 2, b: 3 } : null },
      notificationTemplates: [
        {
          displayName: 'First',
          ...(enabled ? { branding: { logo: false, deviceDetails: true } } : { description: two }),
          messages: locales.map((locale) => ({ locale, subject: one, message: two })),
        },
      ],
      compliancePolicies: rules.map(({ type, settings, assignTo, excludes, kinds }, index) => ({
        displayName: `Policy ${index}`,
        type,
        settings,
        assignTo: [...assignTo, ...groups.slice(0, 1)],
        ...(excludes ? { exclude: groups.slice(1) } : {}),
        ...(kinds.length === 0
          ? {}
          : {
              actions: kinds.map((kind, place) => ({
                do: kind,
                ...hours[place % hours.length],
                ...(kind === 'notification' ? { template: 'first', to: groups.slice(0, place) } : {}),
              })),
            }),
      })),
      conditionalAccess: rules.map((_, index) => ({
        displayName: `Access ${index}`,
        ...(enabled ? { state: 'enabledForReportingButNotEnforced', platforms: ['ios', 'windows-phone'], signInFrequency: '8h' } : {}),
        users: index === 0 ? ['all users'] : [...users, ...groups, 'role: 62e90394-69f5-4237-9190-012177145e10'],
        exclude: ['guests', ...users.slice(0, 1)],
        apps: enabled ? ['all'] : ['outlook', 'teams', '00000002-0000-0000-c000-000000000000'],
        require: enabled ? ['mfa', 'compliantDevice'] : ['block'],
        requireOne: enabled,
      })),
    };
  });

describe('planting policies', () => {
  const policies = (actions: object[], more: object = {}) => ({
    notificationTemplates: [{ displayName: 'First', messages: [{ locale: 'en-us', subject: 's', message: 'm' }] }],
    groups: [{ displayName: 'Field' }, { displayName: 'Leads' }],
    compliancePolicies: [
      { displayName: 'Phones', type: 'iosCompliancePolicy', settings: { passcodeRequired: true }, assignTo: ['Field'], actions, ...more },
    ],
  });
  const only = (tenant: GraphTenant) => {
    const [policy] = [...tenant.directory.entriesAfter('compliancePolicy', null)];
    if (policy === undefined) throw new Error('No policy.');
    return policy;
  };
  const audited = (tenant: GraphTenant) => [...tenant.audits()].map(({ activity }) => activity).reverse();

  it('NC-03 marks devices at once unless the file says when', () => {
    const marks = (actions: object[]) =>
      only(planted(policies(actions))).rules.flatMap((rule) => rule.actions.map(({ type, hours }) => [type, hours]));
    expect(marks([])).toEqual([['block', 0]]);
    expect(marks([{ do: 'retire', after: '2d' }])).toEqual([
      ['block', 0],
      ['retire', 48],
    ]);
    expect(
      marks([
        { do: 'retire', after: '2d' },
        { do: 'block', after: '52w' },
      ]),
    ).toEqual([
      ['retire', 48],
      ['block', 8736],
    ]);
  });

  it('does what Graph would do, and nothing where nothing is different', () => {
    const mail = { do: 'notification', after: '2d', template: 'First', to: ['Field'] };
    const tenant = planted(policies([mail]));
    const before = only(tenant);
    const steps = ['create NotificationMessageTemplate', 'create DeviceCompliancePolicy', 'assign DeviceCompliancePolicy'];
    expect(audited(tenant)).toEqual(steps);
    planted(policies([mail]), tenant);
    expect(audited(tenant)).toEqual(steps);
    planted(policies([mail, { do: 'retire', after: '9d' }]), tenant);
    const after = only(tenant);
    expect(audited(tenant).slice(steps.length)).toEqual(['scheduleActionsForRules DeviceCompliancePolicy']);
    // Those that were there keep their ids: what was done in a spell is not done again.
    const [rule] = after.rules;
    expect(rule?.actions.slice(0, 2)).toEqual(before.rules[0]?.actions);
    expect(new Set(rule?.actions.map(({ id }) => id)).size).toBe(3);
    expect(after.version).toBe(1);
    planted(policies([mail, { do: 'retire', after: '9d' }], { settings: { passcodeMinimumLength: 6 } }), tenant);
    expect(only(tenant)).toMatchObject({ version: 2, settings: { passcodeMinimumLength: 6 }, assignments: before.assignments });
    expect(only(tenant).settings).not.toHaveProperty('passcodeRequired');
  });

  it('replaces groups and exclusions each by themselves, and lets what is not said be', () => {
    const tenant = planted(policies([], { assignTo: ['all users', 'Field'], exclude: ['Leads'] }));
    const targets = () => only(tenant).assignments.map(({ target }) => target.kind);
    expect(targets()).toEqual(['allUsers', 'group', 'exclusion']);
    planted(policies([], { assignTo: ['all devices'] }), tenant);
    expect(targets()).toEqual(['allDevices', 'exclusion']);
    planted(policies([], { assignTo: undefined, exclude: [] }), tenant);
    expect(targets()).toEqual(['allDevices']);
  });

  it('refuses to make another type of a policy that is there', () => {
    const tenant = planted(policies([]));
    const other = { compliancePolicies: [{ displayName: 'phones', type: 'macOSCompliancePolicy' }] };
    expect(() => planted(other, tenant)).toThrow(
      'compliancePolicies[0].type: "phones" is an iosCompliancePolicy in the tenant, and that cannot change',
    );
  });
});

describe('a tenant that was changed by hand', () => {
  it('is exported so that it can be planted, whatever its groups are called', () => {
    const tenant = newTenant();
    const { directory } = tenant;
    const names = ['Field', 'field', 'a@b', 'device: phone', '00000000-1111-2222-3333-444444444444', ' spaced ', 'Leads'];
    const rest = { description: null, mailNickname: 'x', mailEnabled: false, securityEnabled: true, createdAt: 0 };
    const ids = names.map((displayName) => {
      const id = directory.newId(displayName);
      directory.save('group', { id, displayName, ...rest });
      return id;
    });
    const leads = ids.at(-1) ?? '';
    for (const id of ids.slice(0, -1)) directory.addMember(leads, { kind: 'group', id });
    directory.save('user', {
      ...(directory.user('admin@contoso.example') as UserRecord),
      id: directory.newId('kiosk'),
      userPrincipalName: 'kiosk 1',
    });
    const elsewhere = planted(exportTenant(tenant));
    expect(exportTenant(elsewhere).users).toEqual(exportTenant(newTenant()).users);
    expect(elsewhere.directory.members(leads).map(({ id }) => id)).toEqual(ids.slice(0, -1).sort());
  });

  it('is exported with policies for groups of any name', () => {
    for (const displayName of ['constructor', '__proto__', 'All users', 'none']) {
      const file = {
        groups: [{ displayName, id: '00000000-1111-2222-3333-444444444444' }],
        compliancePolicies: [{ displayName, type: 'iosCompliancePolicy', assignTo: ['00000000-1111-2222-3333-444444444444'] }],
        conditionalAccess: [{ displayName, users: ['00000000-1111-2222-3333-444444444444'] }],
      };
      const exported = exportTenant(planted(file));
      const elsewhere = planted(JSON.parse(JSON.stringify(exported)));
      expect(exportTenant(elsewhere)).toEqual(exported);
      expect([...elsewhere.directory.entriesAfter('compliancePolicy', null)][0]?.assignments[0]?.target).toEqual({
        kind: 'group',
        groupId: '00000000-1111-2222-3333-444444444444',
      });
    }
    const [access] = planted({
      conditionalAccess: [{ displayName: 'x', users: [{ role: '62E90394-69F5-4237-9190-012177145E10' }] }],
    }).directory.entriesAfter('accessPolicy', null);
    expect(access?.users.includeRoles).toEqual(['62e90394-69f5-4237-9190-012177145e10']);
    expect(() => planted({ conditionalAccess: [{ displayName: 'x', apps: ['constructor'] }] })).toThrow('conditionalAccess[0].apps[0]');
  });

  it('is exported so that it can be planted, whatever Graph takes of templates, branding and apps', () => {
    const tenant = newTenant();
    const { directory } = tenant;
    const template = { description: null, branding: [], roleScopeTagIds: ['0'], modifiedAt: 0 };
    const id = '00000000-1111-2222-3333-444444444444';
    directory.save('notificationTemplate', { ...template, id, displayName: 'Without a message', defaultLocale: null, messages: [] });
    const message = { locale: 'sr-latn-rs-ekavsk', subject: 's', messageTemplate: 'm', isDefault: true, modifiedAt: 0 };
    const other = { id: directory.newId('other'), displayName: 'Other', defaultLocale: message.locale, messages: [message] };
    directory.save('notificationTemplate', { ...template, ...other });
    tenant.setBrand({ displayName: '', contactITNotes: '', privacyUrl: '' }, { name: 'admin@contoso.example', isUser: false });
    planted(
      {
        compliancePolicies: [
          { displayName: 'p', type: 'iosCompliancePolicy', actions: [{ do: 'notification', after: '2d', template: 'Without a message' }] },
        ],
        notificationTemplates: [{ displayName: 'Without a message', messages: [] }],
        conditionalAccess: [{ displayName: 'c', apps: ['admin-portals'] }],
      },
      tenant,
    );
    const exported = exportTenant(tenant);
    expect(exported.branding).toEqual({ displayName: '', contactITNotes: '', privacyUrl: '' });
    const elsewhere = planted(JSON.parse(JSON.stringify(exported)));
    expect(exportTenant(elsewhere)).toEqual(exported);
    const [policy] = elsewhere.directory.entriesAfter('compliancePolicy', null);
    expect(policy?.rules.flatMap(({ actions }) => actions.map(({ templateId }) => templateId))).toContain(id);
    const [access] = elsewhere.directory.entriesAfter('accessPolicy', null);
    expect(access?.applications.includeApplications).toEqual(['MicrosoftAdminPortals']);
  });

  it('is exported with the devices that it has: the newest record of each, by name where it is the only one', () => {
    const bench = new CoreBench();
    const inventory = { deviceName: 'phone', userPrincipalName: 'adele@contoso.example' };
    bench.enroll('request-1', { ...inventory, serialNumber: 'S1' });
    const second = bench.enroll('request-2', { ...inventory, serialNumber: 'S2' });
    planted(
      { groups: [{ displayName: 'Field', members: [{ device: 's2' }] }], devices: [{ platform: 'ios', name: 'x', serialNumber: 'S2' }] },
      bench.tenant,
    );
    const { devices, groups } = exportTenant(bench.tenant) as { devices: object[]; groups: object[] };
    expect(devices).toMatchObject([
      { name: 'phone', serialNumber: 'S1', user: 'adele@contoso.example' },
      { name: 'phone', serialNumber: 'S2' },
    ]);
    expect(groups).toMatchObject([{ displayName: 'Field', members: ['device: S2'] }]);
    expect(bench.record(second)).toBeDefined();
    expect(planted(exportTenant(bench.tenant)).directory.user('adele@contoso.example')).toBeDefined();
  });
});

describe('any tenant', () => {
  it('gives a person the same names again, whatever space is between them', () => {
    for (const space of [' ', ' \u3000', '\u2003', '\t ']) {
      const exported = exportTenant(planted({ users: [{ userPrincipalName: 'a@contoso.example', displayName: `Adele${space}Vance` }] }));
      expect(exported.users).toMatchObject([{ givenName: 'Adele', surname: 'Vance' }, {}]);
      expect(exportTenant(planted(JSON.parse(JSON.stringify(exported))))).toEqual(exported);
    }
  });

  it('is the same when it is planted again', () => {
    fc.assert(
      fc.property(files, (file) => {
        const tenant = planted(file);
        const before = structuredClone(all(tenant));
        planted(file, tenant);
        expect(all(tenant)).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  it('is exported as a file that plants the same tenant elsewhere', () => {
    fc.assert(
      fc.property(files, (file) => {
        const exported = exportTenant(planted(file));
        const elsewhere = planted(JSON.parse(JSON.stringify(exported)));
        expect(exportTenant(elsewhere)).toEqual(exported);
      }),
      { numRuns: 150 },
    );
  });
});

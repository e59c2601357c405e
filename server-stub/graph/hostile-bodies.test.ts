import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstAdministrator } from '../core/people.ts';
import { DirectoryBench } from './directory.fixture.ts';
import type { Verb } from './endpoint.ts';
import { ask } from './fake-tenant.contract.ts';
import { endpoints } from './graph.ts';

const names = [
  'id',
  'displayName',
  'members',
  'members@odata.bind',
  'owners@odata.bind',
  '@odata.id',
  '@odata.type',
  'passwordProfile',
  'password',
];
const more = [
  'accountEnabled',
  'userPrincipalName',
  'mailNickname',
  'mailEnabled',
  'securityEnabled',
  'groupTypes',
  'businessPhones',
  'usageLocation',
];
const ofRoles = [
  'rolePermissions',
  'resourceActions',
  'allowedResourceActions',
  'roleDefinition',
  'roleDefinition@odata.bind',
  'resourceScopes',
  'scopeType',
];
const ofMails = [
  'message',
  'Message',
  'body',
  'contentType',
  'content',
  'toRecipients',
  'emailAddress',
  'address',
  'from',
  'saveToSentItems',
  'ids',
  'types',
];
const ofObjects = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];

const key = fc.constantFrom(...names, ...more, ...ofRoles, ...ofMails, ...ofObjects);
const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(firstAdministrator, 'x', 'text', 'false'),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 8 }).map(Object.fromEntries),
  ),
}));

const writes = endpoints.flatMap(({ path, methods }) =>
  (Object.keys(methods) as Verb[]).flatMap((verb) => (verb === 'POST' || verb === 'PATCH' || verb === 'PUT' ? [{ verb, path }] : [])),
);

const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${firstAdministrator}` };
const recipient = { emailAddress: { address: 'adele@contoso.example' } };
/** Ids that a body has to name, of what is there then. */
const [groupPlaceholder, devicePlaceholder] = ['id of the group', 'id of the device'];
/** What is taken, by how the path ends; the drawn text is put into one place of it. */
const taken: readonly [path: RegExp, body: object][] = [
  [
    /^users(\/\{id\})?$/,
    {
      accountEnabled: true,
      displayName: 'G',
      mailNickname: 'g',
      userPrincipalName: 'g@x',
      passwordProfile: { password: 'Compile-1952' },
      businessPhones: ['1'],
      otherMails: ['g@x'],
    },
  ],
  [
    /^groups(\/\{id\})?$/,
    {
      displayName: 'G',
      mailEnabled: false,
      mailNickname: 'g',
      securityEnabled: true,
      groupTypes: [],
      'members@odata.bind': [reference['@odata.id']],
      'owners@odata.bind': [],
    },
  ],
  [/\$ref$/, reference],
  [
    /roleDefinitions/,
    {
      displayName: 'R',
      description: '',
      rolePermissions: [{ resourceActions: [{ allowedResourceActions: ['Microsoft.Intune_Audit_Read'] }] }],
    },
  ],
  [
    /roleAssignments/,
    {
      displayName: 'A',
      'roleDefinition@odata.bind': 'roleDefinitions/9e0cc482-82df-4ab2-a24c-0c23a3f52e1e',
      members: [],
      resourceScopes: [],
      scopeType: 'allDevices',
    },
  ],
  [
    /sendMail$/,
    {
      message: { subject: 's', body: { contentType: 'Text', content: 'c' }, toRecipients: [recipient], from: recipient },
      saveToSentItems: true,
    },
  ],
  [
    /notificationMessageTemplates$/,
    {
      displayName: 'T',
      brandingOptions: 'includeCompanyLogo,includeDeviceDetails',
      defaultLocale: 'en-us',
      roleScopeTagIds: ['0'],
      localizedNotificationMessages: [{ locale: 'en-us', subject: 's', messageTemplate: 'm', isDefault: true }],
    },
  ],
  [
    /^deviceManagement$/,
    {
      intuneBrand: {
        displayName: 'B',
        contactITEmailAddress: 'b@x',
        privacyUrl: 'https://x',
        themeColor: { r: 1, g: 2, b: 3 },
        showLogo: true,
        lightBackgroundLogo: { type: 'image/png', value: 'AAAA' },
      },
    },
  ],
  [
    /conditionalAccess\/policies$/,
    {
      displayName: 'P',
      state: 'enabled',
      conditions: {
        users: { includeUsers: ['All'], excludeGroups: [] },
        applications: { includeApplications: ['All'] },
        platforms: { includePlatforms: ['all'] },
        clientAppTypes: ['all'],
        locations: null,
      },
      grantControls: { operator: 'OR', builtInControls: ['compliantDevice'], termsOfUse: [] },
      sessionControls: { signInFrequency: { isEnabled: true, type: 'hours', value: 4 } },
    },
  ],
  [
    /^deviceManagement\/sendCustomNotificationToCompanyPortal$/,
    { notificationTitle: 'N', notificationBody: 'n', groupsToNotify: [groupPlaceholder] },
  ],
  [/\{id\}\/sendCustomNotificationToCompanyPortal$/, { notificationTitle: 'N', notificationBody: 'n' }],
  [
    /executeAction$/,
    { actionName: 'customTextNotification', deviceIds: [devicePlaceholder], notificationTitle: 'N', notificationBody: 'n' },
  ],
  [/getByIds$/, { ids: ['x'], types: ['user'] }],
  [/Groups$/, { groupIds: ['x'], securityEnabledOnly: true }],
];

/** The same with something else in one place, chosen by `place`. */
function spoilt(value: unknown, place: number, by: unknown): unknown {
  if (typeof value !== 'object' || value === null) return by;
  const entries = Object.entries(value);
  const chosen = entries[place % Math.max(1, entries.length)];
  // Sometimes the whole, else one of its parts.
  if (chosen === undefined || place % 5 === 0) return by;
  const part = place % 2 === 0 ? by : spoilt(chosen[1], Math.floor(place / 7), by);
  return Array.isArray(value) ? value.map((one, index) => (String(index) === chosen[0] ? part : one)) : { ...value, [chosen[0]]: part };
}

function answered(verb: Verb, path: string, body: unknown): number {
  const bench = new DirectoryBench();
  const ids: Record<string, string> = { deviceManagement: bench.enroll().id, users: firstAdministrator, groups: bench.group('Field') };
  const url = `/beta/${path.replace(/\{\w+\}/g, ids[path.split('/')[0] ?? ''] ?? 'x')}`;
  const headers = { 'content-type': 'application/json' };
  const text = (JSON.stringify(body) ?? '')
    .replaceAll(groupPlaceholder, ids.groups ?? '')
    .replaceAll(devicePlaceholder, ids.deviceManagement ?? '');
  const response = ask(bench.tenant, verb, url, { body: text, headers, caller: bench.caller, now: bench.now });
  if (response.body !== '') JSON.parse(response.body);
  if (response.status >= 400) return response.status;
  // Nothing is broken by what was taken.
  for (const collection of [
    'users',
    'groups',
    'deviceManagement/roleDefinitions',
    'deviceManagement/roleAssignments',
    'deviceManagement/managedDevices',
    'deviceManagement/notificationMessageTemplates?$expand=localizedNotificationMessages',
    'deviceManagement/intuneBrand',
    'identity/conditionalAccess/policies',
  ]) {
    bench.get(`/beta/${collection}`);
  }
  return response.status;
}

describe('whatever a body says', () => {
  it('the answer is Graph’s, and no exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...writes), json, ({ verb, path }, body) => {
        expect(answered(verb, path, body)).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it('also where all of it is right but one thing', () => {
    const known = writes.flatMap((write) => taken.flatMap(([pattern, body]) => (pattern.test(write.path) ? [{ ...write, body }] : [])));
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(2 ** 20), json, ({ verb, path, body }, place, by) => {
        expect(answered(verb, path, spoilt(body, place, by))).toBeLessThan(500);
      }),
      { numRuns: 500 },
    );
  });
});

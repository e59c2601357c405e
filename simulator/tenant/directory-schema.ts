/** People, groups, programs and roles of a tenant file. */
import { z } from 'zod';
import { directoryRoles, userPrincipalNamePattern } from '../../server-stub/core/directory-records.ts';
import { allowed, list, mapping, refuse, text, yesOrNo } from '../scenarios/values.ts';
import type { SeedApplication, SeedGroup, SeedMember, SeedRole, SeedRoleAssignment, SeedToken, SeedUser } from './seed.ts';

/** Of each list. The file's own limit (1 MiB) comes earlier for most. */
const entriesMax = 10_000;

const matching = (pattern: RegExp, phrase: string) => z.string(allowed(phrase)).regex(pattern, phrase);

function guid() {
  const pattern = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
  return matching(pattern, 'a GUID, such as 00000000-1111-2222-3333-444444444444').transform((id) => id.toLowerCase());
}

const secretPhrase = 'text of 1 to 256 characters';
const secret = () => z.string(allowed(secretPhrase)).min(1, secretPhrase).max(256, secretPhrase);
const tokenText = () => matching(/^[\x21-\x7e]{8,512}$/, 'a token of 8 to 512 characters, without spaces');
const permission = () =>
  matching(/^[A-Za-z]+(\.[A-Za-z-]+)+$/, 'a permission of Microsoft Graph, such as DeviceManagementManagedDevices.Read.All');
const permissions = () => list(permission(), 0, 200, 'permissions of Microsoft Graph');
/** null: there is none. */
const optionalText = (max: number) => text(max).nullable().optional();

const tokenShape = {
  token: tokenText().optional().describe('A bearer token for calls to Graph, to use without signing in.'),
  tokenPermissions: permissions().optional().describe('What the token may do. Without it: all that its holder may.'),
};

function tokenOf({
  token,
  tokenPermissions,
}: {
  token?: string | undefined;
  tokenPermissions?: string[] | undefined;
}): SeedToken | undefined {
  return token === undefined ? undefined : { token, permissions: tokenPermissions ?? null };
}

const userRole = text(256).meta({ examples: [...directoryRoles, 'Help Desk Operator'] });

const user = mapping({
  userPrincipalName: matching(userPrincipalNamePattern, 'a user principal name such as adele@contoso.example').describe(
    'What the person signs in with.',
  ),
  id: guid().optional().describe('Object id. Without it: made from the name.'),
  displayName: text(256).optional().describe('Without it: made from the name.'),
  givenName: optionalText(256).describe('First name.'),
  surname: optionalText(256).describe('Last name.'),
  mail: optionalText(256).describe('The mailbox; null: none. Without it: as the principal name.'),
  jobTitle: optionalText(256).describe('What the person does.'),
  department: optionalText(256).describe('Where in the organization.'),
  officeLocation: optionalText(256).describe('Where the office is.'),
  mobilePhone: optionalText(256).describe('Number of the mobile phone.'),
  usageLocation: optionalText(64).describe('Country of use, in two letters: DE.'),
  preferredLanguage: optionalText(64).describe('In which language services speak to the person: de-DE.'),
  accountEnabled: yesOrNo().optional().describe('false: cannot sign in.'),
  roles: list(userRole, 0, 50, 'names of roles')
    .optional()
    .describe(`Roles of the directory (${directoryRoles.join(', ')}) and of Intune; those of Intune are over all devices.`),
  password: secret().optional().describe("The person's own. Without it: the tenant's enrollment token."),
  ...tokenShape,
}).transform(({ userPrincipalName, id, roles, password, token, tokenPermissions, ...facts }): SeedUser => {
  const isOfDirectory = (role: string): role is (typeof directoryRoles)[number] => (directoryRoles as readonly string[]).includes(role);
  return {
    userPrincipalName,
    id,
    facts: said(facts),
    directoryRoles: roles?.filter(isOfDirectory),
    intuneRoles: roles?.filter((role) => !isOfDirectory(role)) ?? [],
    password,
    token: tokenOf({ token, tokenPermissions }),
  };
});

/** Words that stand before the name of something that is no person and no group; of a mapping, its key. */
const memberWords = { file: ['device'], scenario: ['device', 'usersOf', 'devicesOf'] } as const;
const memberPhrases = {
  file: 'a user principal name, the name of a group, or device: NAME',
  scenario: 'a user principal name, the name of a group, device: NAME, or usersOf: or devicesOf: a group of the fleet',
};

/** `adele@contoso.example`, `Field Leads`, `device: phone-1` (in YAML a mapping, unless it is in quotes). */
function member(place: keyof typeof memberWords) {
  const words: readonly string[] = memberWords[place];
  const message = memberPhrases[place];
  const mapped = words.map((word) => ({
    type: 'object' as const,
    properties: { [word]: { type: 'string' as const, description: 'Its name.' } },
    required: [word],
    additionalProperties: false as const,
  }));
  return z
    .unknown()
    .meta({ anyOf: [{ type: 'string', minLength: 1, maxLength: 256 }, ...mapped] })
    .transform((input, context): SeedMember => {
      const [key, ...more] = typeof input === 'object' && input !== null ? Object.keys(input) : [];
      const isMapping = key !== undefined && more.length === 0 && words.includes(key);
      const written = isMapping ? `${key}: ${(input as Record<string, unknown>)[key]}` : input;
      if (typeof written !== 'string') return refuse(context, { code: 'scenario-type', message, input, sentence: false });
      const [, word, rest] = new RegExp(`^(${words.join('|')}):\\s*(.*)$`, 's').exec(written) ?? [];
      const name = (rest ?? written).trim();
      if (name === '' || name.length > 256) return refuse(context, { code: 'scenario-value', message, input, sentence: false });
      return { kind: (word as SeedMember['kind'] | undefined) ?? (name.includes('@') ? 'user' : 'group'), name };
    });
}

function groupShape(place: keyof typeof memberWords) {
  return {
    displayName: text(256).describe('Name of the group.'),
    id: guid().optional().describe('Object id. Without it: made from the name.'),
    description: text(1024).optional().describe('More about it, for people.'),
    mailNickname: text(256).optional().describe('Without it: made from the name.'),
    members: list(member(place), 0, entriesMax, 'members')
      .default([])
      .describe(
        place === 'file'
          ? 'People by principal name, groups by name, devices as device: NAME.'
          : 'People by principal name, groups by name, devices as device: NAME; of a group of the fleet as usersOf: NAME, devicesOf: NAME.',
      ),
  };
}

const wholeGroup = (value: Partial<SeedGroup> & Pick<SeedGroup, 'displayName' | 'members'>): SeedGroup => ({
  id: undefined,
  description: undefined,
  mailNickname: undefined,
  ...value,
});

const groupChange = mapping({
  ...groupShape('scenario'),
  leave: list(member('scenario'), 0, entriesMax, 'members').optional().describe('Who is no member any more; written as `members` are.'),
}).transform(wholeGroup);

const application = mapping({
  displayName: text(256).describe('Name of the program.'),
  clientId: guid().optional().describe('What it signs in with. Without it: made from the name.'),
  id: guid().optional().describe('Object id. Without it: made from the name.'),
  secret: secret().optional().describe('Its client secret.'),
  ...tokenShape,
  permissions: permissions().optional().describe('Of Microsoft Graph, granted to the program itself (client credentials).'),
  delegatedPermissions: permissions().optional().describe('Of Microsoft Graph, on behalf of people who sign in with it.'),
  publicClient: yesOrNo().optional().describe('true: it keeps no secret (device-code and password flows).'),
}).transform(({ token, tokenPermissions, ...rest }): SeedApplication => {
  const absent = { id: undefined, clientId: undefined, secret: undefined, permissions: undefined, delegatedPermissions: undefined };
  return { publicClient: undefined, ...absent, ...rest, token: tokenOf({ token, tokenPermissions }) };
});

const resourceAction = () =>
  matching(/^Microsoft\.Intune_[A-Za-z0-9]+_[A-Za-z0-9]+$/, 'a resource action of Intune, such as Microsoft.Intune_RemoteTasks_Wipe');

const role = mapping({
  displayName: text(256).describe('Name of the role.'),
  id: guid().optional().describe('Without it: made from the name.'),
  description: text(1024).optional().describe('More about it, for people.'),
  allowed: list(resourceAction(), 0, 500, 'resource actions').describe('What whoever has the role may do.'),
}).transform((value): SeedRole => ({ id: undefined, description: undefined, ...value }));

const scopes = {
  'all devices': 'allDevices',
  'all users': 'allLicensedUsers',
  'all devices and users': 'allDevicesAndLicensedUsers',
} as const;
const scopePhrase = `${Object.keys(scopes).join(', ')}, or a list of groups`;
const groupName = () => text(256);

const scope = z
  .unknown()
  .meta({ anyOf: [{ enum: Object.keys(scopes) }, { type: 'array', items: { type: 'string' }, minItems: 1 }] })
  .transform((input, context): Pick<SeedRoleAssignment, 'scopeType' | 'scopeGroups'> => {
    if (typeof input === 'string' && Object.hasOwn(scopes, input))
      return { scopeType: scopes[input as keyof typeof scopes], scopeGroups: [] };
    const groups = list(groupName(), 1, entriesMax, 'groups').safeParse(input);
    if (groups.success) return { scopeType: 'resourceScope', scopeGroups: groups.data };
    return refuse(context, {
      code: typeof input === 'string' ? 'scenario-value' : 'scenario-type',
      message: scopePhrase,
      input,
      sentence: false,
    });
  });

const roleAssignment = mapping({
  displayName: text(256).describe('Name of the assignment.'),
  id: guid().optional().describe('Without it: made from the name.'),
  description: text(1024).optional().describe('More about it, for people.'),
  role: text(256).describe('Name of the role: a built-in one of Intune, or one of `roles`.'),
  members: list(groupName(), 0, entriesMax, 'groups').describe('Groups whose members have the role.'),
  scope: scope.prefault('all devices and users').describe(`Over which devices: ${scopePhrase}.`),
}).transform(({ scope, ...rest }): SeedRoleAssignment => ({ id: undefined, description: undefined, ...rest, ...scope }));

export const organizationSchema = mapping({
  displayName: text(256).optional().describe('Name of the organization.'),
  domain: matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain in lower case, such as contoso.example')
    .optional()
    .describe('The verified domain.'),
  id: guid().optional().describe('The tenant id. Without it: made once by the stub.'),
});

export const usersSchema = list(user, 0, entriesMax, 'users');
export const groupsSchema = list(mapping(groupShape('file')).transform(wholeGroup), 0, entriesMax, 'groups');
/** Of scenarios: their fleets are groups of devices too. */
export const scenarioGroupsSchema = list(mapping(groupShape('scenario')).transform(wholeGroup), 0, entriesMax, 'groups');
export const groupChangesSchema = list(groupChange, 0, entriesMax, 'groups');
export const applicationsSchema = list(application, 0, entriesMax, 'applications');
export const rolesSchema = list(role, 0, entriesMax, 'roles');
export const roleAssignmentsSchema = list(roleAssignment, 0, entriesMax, 'role assignments');

/** Without the members that are not there. */
function said<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

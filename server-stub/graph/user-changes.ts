/** Changing people (Graph: user-post-users, -update, -delete): what a body may say, and who may say it. */
import type { ProfileText, UserRecord } from '../core/directory-records.ts';
import { newUser, userIdOf } from '../core/people.ts';
import { secretHash } from '../core/secret.ts';
import { type Field, flag, listOf, matching, mustHave, nullable, oneOf, readFields, text, type Written } from './body-fields.ts';
import { directoryRefusal } from './directory-faults.ts';
import { mustAdminister, mustAdministerPerson, mustBeNoTakeover } from './directory-needs.ts';
import type { Call } from './endpoint.ts';
import { userOf } from './user.ts';
import { requiredBody } from './written.ts';

const address = matching(/^[^\s@]{1,64}@[^\s@]{1,255}$/, 'an address');

/** What else it says (forceChangePasswordNextSignIn) has no effect: nobody is asked for another password here. */
const passwordProfile: Field<{ password: string | null }> = {
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const { password = null } = value as { password?: unknown };
    return password === null || typeof password === 'string' ? { password } : undefined;
  },
  takes: 'an object whose password is a text',
};

const profile = {
  ageGroup: nullable(oneOf(['Minor', 'NotAdult', 'Adult'])),
  city: nullable(text(128)),
  companyName: nullable(text(64)),
  country: nullable(text(128)),
  employeeId: nullable(text(16)),
  employeeType: nullable(text(128)),
  faxNumber: nullable(text(64)),
  mailNickname: matching(/^[^\s@()\\[\]";:<>,]{1,64}$/, 'a text of 1 to 64 characters without spaces and @ ( ) \\ [ ] " ; : < > ,'),
  passwordPolicies: nullable(text(128)),
  postalCode: nullable(text(40)),
  state: nullable(text(128)),
  streetAddress: nullable(text(1024)),
  userType: oneOf(['Member', 'Guest']),
} satisfies Record<ProfileText, Field<string | null>>;

const kept = {
  accountEnabled: flag,
  businessPhones: listOf(text(64), 1),
  department: nullable(text(64)),
  displayName: text(256),
  givenName: nullable(text(64)),
  jobTitle: nullable(text(128)),
  mail: nullable(address),
  mobilePhone: nullable(text(64)),
  officeLocation: nullable(text(128)),
  otherMails: listOf(address, 250),
  preferredLanguage: nullable(matching(/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i, 'a language such as en-US')),
  surname: nullable(text(64)),
  usageLocation: nullable(matching(/^[A-Z]{2}$/, 'two capital letters (ISO 3166)')),
  userPrincipalName: matching(
    /^[\w'.!#^~-]{1,64}@[\w-]+(?:\.[\w-]+)*$/,
    "a name@domain with letters, digits and ' . - _ ! # ^ ~ before the @",
  ),
} satisfies { [Name in keyof UserRecord]?: Field<UserRecord[Name]> };

const fields = { ...kept, ...profile, passwordProfile };

const written: Written = { resource: userOf.beta, name: 'User', of: 'directory' };

const required = ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName', 'passwordProfile'];

/** By what somebody signs in, or is let in again. */
const sensitive = [
  'accountEnabled',
  'businessPhones',
  'mobilePhone',
  'otherMails',
  'passwordProfile',
  'userPrincipalName',
] as const satisfies (keyof typeof fields)[];

/** @throws GraphFault 400 that names the property, 403 */
export function createUser(call: Call): UserRecord {
  mustAdminister(call, ['User Administrator']);
  const { directory } = call.tenant;
  const values = readFields(requiredBody(call.request), fields, written);
  mustHave(values, required, written);
  if (values.passwordProfile?.password === null) mustHave({}, ['passwordProfile.password'], written);
  const name = values.userPrincipalName ?? '';
  mustBeFree(call, name, undefined);
  const own = userIdOf(name);
  // Whose name was changed keeps the id that came from the old one.
  const id = directory.entry('user', own) === undefined ? own : directory.newId(name);
  const user = changed(newUser(name, call.request.now, { id, givenName: null, surname: null }), values);
  directory.save('user', user);
  return user;
}

/** @throws GraphFault 400 that names the property, 403 */
export function updateUser(call: Call, user: UserRecord): void {
  mustAdministerPerson(call, user);
  const values = readFields(requiredBody(call.request), fields, written);
  if (sensitive.some((name) => values[name] !== undefined)) mustBeNoTakeover(call, user);
  if (values.userPrincipalName !== undefined) mustBeFree(call, values.userPrincipalName, user.id);
  if (values.accountEnabled === false) mustLeaveAnAdministrator(call, user);
  call.tenant.directory.save('user', changed(user, values));
}

/** Their devices stay; one that is enrolled later makes them again. @throws GraphFault 400, 403 */
export function deleteUser(call: Call, user: UserRecord): void {
  mustAdministerPerson(call, user);
  mustBeNoTakeover(call, user);
  mustLeaveAnAdministrator(call, user);
  call.tenant.directory.remove('user', user.id);
}

function changed(user: UserRecord, values: ReturnType<typeof readFields<typeof fields>>): UserRecord {
  const next: Record<string, unknown> = { ...user };
  const texts: Partial<Record<ProfileText, string | null>> = { ...user.profile };
  for (const [name, value] of Object.entries(values)) {
    if (Object.hasOwn(profile, name)) texts[name as ProfileText] = value as string | null;
    else if (name !== 'passwordProfile') next[name] = value;
  }
  const password = values.passwordProfile?.password ?? null;
  if (password !== null) next.passwordHash = secretHash(complex(password));
  return { ...(next as unknown as UserRecord), profile: texts };
}

/** Eight characters and three of the four kinds of them, as the directory asks. @throws GraphFault 400 */
function complex(given: string): string {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(given)).length;
  if (given.length >= 8 && given.length <= 256 && kinds >= 3) return given;
  throw directoryRefusal(
    'The specified password does not comply with password complexity requirements. Please provide a different password: 8 to 256 characters, of three kinds at least (small and capital letters, digits, others).',
  );
}

function mustBeFree({ tenant }: Call, userPrincipalName: string, ownId: string | undefined): void {
  const other = tenant.directory.user(userPrincipalName);
  if (other !== undefined && other.id !== ownId) {
    throw directoryRefusal('Another object with the same value for property userPrincipalName already exists.');
  }
}

/** Nobody could let anybody in again. */
function mustLeaveAnAdministrator({ tenant }: Call, user: UserRecord): void {
  const isAdministrator = (one: UserRecord) => one.accountEnabled && one.directoryRoles.includes('Global Administrator');
  if (!isAdministrator(user)) return;
  for (const one of tenant.directory.entriesAfter('user', null)) if (one.id !== user.id && isAdministrator(one)) return;
  throw directoryRefusal('The last enabled Global Administrator of the tenant cannot be deleted or disabled.');
}

/** People that a tenant has without anybody adding them: its first administrator, and whoever has a device. */
import { type Caller, personCaller } from '../graph/caller.ts';
import { derivedGuid } from '../graph/derived-guid.ts';
import { organizationDefault } from './directory.ts';
import type { DirectoryRole, UserRecord } from './directory-records.ts';
import { newId } from './new-id.ts';
import type { Core } from './sessions.ts';

/** Who holds the token that the stub made at its first start. */
export const firstAdministrator = `admin@${organizationDefault.domain}`;

/** For those who ask Graph from inside, in the name of the first administrator. */
export function firstAdministratorCaller(): Caller {
  return personCaller(userIdOf(firstAdministrator), firstAdministrator);
}

const peopleSetting = 'people';

/** At opening: the first administrator, and (once, in a store of before there were people) the users of the devices. */
export function ensurePeople(core: Core, now: number): void {
  const { store } = core;
  if (store.setting(peopleSetting) !== undefined) return;
  store.transaction(() => {
    ensureUser(core, firstAdministrator, now, ['Global Administrator']);
    for (const { inventory } of store.devicesAfter(null)) ensureUser(core, inventory.userPrincipalName, now);
    store.saveSetting(peopleSetting, '1');
  });
}

/** A real tenant has its people before their devices; here whoever enrols a device is one of them from then on. '' is nobody. Returns who has come. */
export function ensureUser(
  core: Core,
  userPrincipalName: string,
  now: number,
  roles: readonly DirectoryRole[] = [],
): UserRecord | undefined {
  if (userPrincipalName === '' || core.store.entryNamed('user', userPrincipalName.toLowerCase()) !== undefined) return undefined;
  const user = newUser(userPrincipalName, now, { directoryRoles: roles });
  // Whose name was changed keeps the id that came from the old one; another person may have that name now.
  const id = core.store.entry('user', user.id) === undefined ? user.id : newId(core, userPrincipalName);
  const saved = { ...user, id };
  core.store.saveEntry('user', saved);
  return saved;
}

/** A person of whom only the name is known. */
export function newUser(userPrincipalName: string, now: number, rest: Partial<UserRecord> = {}): UserRecord {
  const words = (userPrincipalName.split('@')[0] ?? '').split(/[._-]+/).filter((word) => word !== '');
  const names = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return {
    id: userIdOf(userPrincipalName),
    userPrincipalName,
    displayName: names.join(' '),
    givenName: names[0] ?? null,
    surname: names.length > 1 ? (names.at(-1) ?? null) : null,
    mail: userPrincipalName,
    jobTitle: null,
    department: null,
    officeLocation: null,
    mobilePhone: null,
    usageLocation: null,
    preferredLanguage: null,
    accountEnabled: true,
    createdAt: now,
    directoryRoles: [],
    passwordHash: null,
    ...rest,
  };
}

/** The same for the same name in every tenant: nothing has to be looked up to know it. */
export function userIdOf(userPrincipalName: string): string {
  return derivedGuid(`user ${userPrincipalName.toLowerCase()}`);
}

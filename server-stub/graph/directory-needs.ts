/**
 * What calls to the directory need: permissions in the token (Graph: the Permissions table of each method's page), and of people who
 * change something a role of the directory. To read it, being one of its people is enough.
 */
import type { DirectoryRole, UserRecord } from '../core/directory-records.ts';
import type { Need } from './caller.ts';
import { notPrivileged } from './directory-faults.ts';
import type { Call } from './endpoint.ts';

const readAll = ['Directory.Read.All', 'Directory.ReadWrite.All'];
const writeAll = ['Directory.ReadWrite.All'];
const groupReaders = ['GroupMember.Read.All', 'GroupMember.ReadWrite.All', 'Group.Read.All', 'Group.ReadWrite.All'];
const userReaders = ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All'];

const need = (...permissions: readonly string[]): Need => ({ permissions, of: 'directory' });

export const directoryNeeds = {
  readUsers: need(...userReaders, ...readAll),
  writeUsers: need('User.ReadWrite.All', ...writeAll),
  readMe: need('User.Read', 'User.ReadWrite', ...userReaders, ...readAll),
  readOwnGroups: need('User.Read', 'User.Read.All', 'User.ReadWrite.All', ...groupReaders, ...readAll),
  readMemberships: need('User.Read.All', 'User.ReadWrite.All', ...groupReaders, ...readAll),
  readGroups: need(...groupReaders, ...readAll),
  writeGroups: need('Group.ReadWrite.All', ...writeAll),
  createGroups: need('Group.Create', 'Group.ReadWrite.All', ...writeAll),
  writeMembers: need('GroupMember.ReadWrite.All', 'Group.ReadWrite.All', ...writeAll),
  readDevices: need('Device.Read.All', 'Device.ReadWrite.All', ...readAll),
  readObjects: need(...readAll),
  readOrganization: need('User.Read', 'Organization.Read.All', 'Organization.ReadWrite.All', ...readAll),
  readApplications: need('Application.Read.All', 'Application.ReadWrite.All', ...readAll),
  sendMail: need('Mail.Send'),
} as const satisfies Readonly<Record<string, Need>>;

/** A program may what its permissions say; a person needs one of these roles, or to be Global Administrator. @throws GraphFault 403 */
export function mustAdminister({ request: { caller }, tenant }: Call, roles: readonly DirectoryRole[]): void {
  if (caller.type === 'application') return;
  const own = tenant.directory.entry('user', caller.id)?.directoryRoles ?? [];
  if (!own.some((role) => role === 'Global Administrator' || roles.includes(role))) throw notPrivileged();
}

/**
 * A program has no role of its own here, whatever its permissions are: what it may write is no way to sign in as an administrator, or to
 * keep one out (Graph: users, "who can perform sensitive actions"). @throws GraphFault 403
 */
export function mustBeNoTakeover({ request: { caller } }: Call, { directoryRoles }: UserRecord): void {
  if (caller.type === 'application' && directoryRoles.length > 0) throw notPrivileged();
}

/** Who has a role of the directory is changed by Global Administrators alone: else a password would be a way to more. @throws GraphFault 403 */
export function mustAdministerPerson(call: Call, person: UserRecord): void {
  mustAdminister(call, person.directoryRoles.length === 0 ? ['User Administrator'] : []);
}

/** Ids of the directory's roles, the same in every tenant (Entra: built-in roles, template ids). */
import { type DirectoryRole, directoryRoles } from './directory-records.ts';

const idsOfRoles: Readonly<Record<DirectoryRole, string>> = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Intune Administrator': '3a2c62db-5318-420d-8d74-23affee5d9d5',
  'Global Reader': 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  'User Administrator': 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'Groups Administrator': 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
};

/** Whether somebody with these roles has one of those ids. */
export function hasRoleOf(roles: readonly DirectoryRole[], ids: readonly string[]): boolean {
  return ids.length > 0 && directoryRoles.some((role) => roles.includes(role) && ids.includes(idsOfRoles[role]));
}

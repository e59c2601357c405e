/** Passwords of people: their own; or, as most have none here, a token of the stub. */
import type { UserRecord } from './core/directory-records.ts';
import { sameSecret, secretHash } from './core/secret.ts';
import type { GraphTenant } from './graph/tenant.ts';

export type PasswordCheck = (user: UserRecord, password: string) => boolean;

export interface PasswordOptions {
  tenant: () => GraphTenant;
  enrollmentToken: string;
  adminToken: string;
}

/**
 * Without a password of their own people sign in with the enrollment token, which everybody knows who has a device here; those who have
 * a role with the administrator's alone: or else whoever may enrol a phone could make themselves an administrator.
 */
export function passwordCheck({ tenant, enrollmentToken, adminToken }: PasswordOptions): PasswordCheck {
  return (user, password) => {
    if (user.passwordHash !== null) return sameSecret(secretHash(password), user.passwordHash);
    // Whoever has the administrator's token may do everything.
    if (sameSecret(password, adminToken)) return true;
    return sameSecret(password, enrollmentToken) && !hasRole(user, tenant());
  };
}

/** Of the directory, or of Intune by an assignment. */
function hasRole({ id, directoryRoles }: UserRecord, { directory }: GraphTenant): boolean {
  if (directoryRoles.length > 0) return true;
  const groups = new Set(directory.transitiveMemberOf(id).map((group) => group.id));
  for (const { members } of directory.entriesAfter('roleAssignment', null)) if (members.some((one) => groups.has(one))) return true;
  return false;
}

/** Passwords of people: their own; or, as most have none here, a token of the stub. */
import type { UserRecord } from './core/directory-records.ts';
import { sameSecret, secretHash } from './core/secret.ts';

export type PasswordCheck = (user: UserRecord, password: string) => boolean;

/**
 * Without a password of their own people sign in with the enrollment token, which everybody knows who has a device here; those who have
 * a role in the directory with the administrator's alone: or else whoever may enrol a phone could make themselves an administrator.
 */
export function passwordCheck(enrollmentToken: string, adminToken: string): PasswordCheck {
  return ({ passwordHash, directoryRoles }, password) => {
    if (passwordHash !== null) return sameSecret(secretHash(password), passwordHash);
    // Whoever has the administrator's token may do everything.
    return sameSecret(password, adminToken) || (directoryRoles.length === 0 && sameSecret(password, enrollmentToken));
  };
}

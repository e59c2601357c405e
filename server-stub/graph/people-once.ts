import type { Directory } from '../core/directory.ts';
import type { UserRecord } from '../core/directory-records.ts';

/** Looks each person up once in an answer: a page of devices asks for the same few people, thrice each. @returns by user principal name */
export function peopleOnce(directory: Directory): (userPrincipalName: string) => UserRecord | undefined {
  const known = new Map<string, UserRecord | undefined>();
  return (userPrincipalName) => {
    if (!known.has(userPrincipalName)) known.set(userPrincipalName, directory.user(userPrincipalName));
    return known.get(userPrincipalName);
  };
}

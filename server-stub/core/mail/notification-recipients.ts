/** Who gets a mail about a device: its user, and the members of the groups that the action names (NC-05). */
import type { UserRecord } from '../directory-records.ts';
import { transitiveMembers } from '../group-walk.ts';
import type { Core } from '../sessions.ts';
import { distinctAddresses } from './mail-address.ts';

export interface Recipients {
  to: string[];
  cc: string[];
}

/** Mailboxes, not names: whoever has none gets nothing (reference §4.3). A disabled account still has its mailbox. */
export function notificationRecipients(core: Core, user: UserRecord | undefined, ccGroups: readonly string[]): Recipients {
  const to = user?.mail == null ? [] : [user.mail];
  const own = new Set(to.map((address) => address.toLowerCase()));
  const cc = ccGroups.flatMap((groupId) => addressesOf(core, groupId)).filter((address) => !own.has(address.toLowerCase()));
  return { to, cc: distinctAddresses(cc) };
}

/** Its members one by one; a group that has none with a mailbox, but an address of its own, by that one. */
function addressesOf(core: Core, groupId: string): string[] {
  const { store } = core;
  const addresses: string[] = [];
  for (const { id, kind } of transitiveMembers(core, groupId)) {
    const mail = kind === 'user' ? store.entry('user', id)?.mail : null;
    if (mail != null) addresses.push(mail);
  }
  if (addresses.length > 0) return addresses;
  const mail = store.entry('group', groupId)?.mail;
  return mail === undefined ? [] : [mail];
}

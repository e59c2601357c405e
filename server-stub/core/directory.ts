/** The tenant's directory: reading it, changing it, and what membership in groups means. Changes are one transaction each. */
import { Random } from '../../runtime/random.ts';
import { builtInRole, builtInRoles } from './built-in-roles.ts';
import type {
  ApplicationRecord,
  DirectoryEntries,
  EntryKind,
  GroupRecord,
  Member,
  Organization,
  RoleDefinitionRecord,
  UserRecord,
} from './directory-records.ts';
import type { ServerOut } from './effects.ts';
import { transitiveGroupIds, transitiveMembers } from './group-walk.ts';
import { membershipChanged, personRemoved, userChanged } from './membership-effects.ts';
import { newId } from './new-id.ts';
import { memberLeft } from './notifications/recently-left.ts';
import type { Core } from './sessions.ts';

/** The tenant's directory as Graph, sign-in and tenant files see it. Records that are read are not to be changed; save a copy. */
export interface Directory {
  organization(): Organization;
  setOrganization(organization: Organization): void;
  /** By object id or user principal name, in any case. */
  user(idOrName: string): UserRecord | undefined;
  /** By object id or client id. */
  application(idOrAppId: string): ApplicationRecord | undefined;
  /** Built-in roles of Intune are there too, as role definitions. Ids in any case. */
  entry<Kind extends EntryKind>(kind: Kind, id: string): DirectoryEntries[Kind] | undefined;
  /** In the order of their ids. */
  entriesAfter<Kind extends EntryKind>(kind: Kind, afterId: string | null): Iterable<DirectoryEntries[Kind]>;
  /** @throws Error when its other name is another's: look first */
  save<Kind extends EntryKind>(kind: Kind, entry: DirectoryEntries[Kind]): void;
  /** Its memberships go with it, and what it owns has no owner. False: there is none such. */
  remove(kind: EntryKind, id: string): boolean;
  /** Direct ones. */
  members(groupId: string): Member[];
  /** With those of groups within it, each once; a group that contains itself does no harm. */
  transitiveMembers(groupId: string): Member[];
  /** Groups that this object (a user, a group, a device's directory object) is a member of, in the order of their ids. */
  memberOf(memberId: string): GroupRecord[];
  transitiveMemberOf(memberId: string): GroupRecord[];
  addMember(groupId: string, member: Member): void;
  /** False: it was none. */
  removeMember(groupId: string, memberId: string): boolean;
  /** A new id for an entry. @param label what tells two calls of one instant apart: a name */
  newId(label: string): string;
}

const organizationSetting = 'organization';

export const organizationDefault: Omit<Organization, 'id'> = { displayName: 'Contoso', domain: 'contoso.example' };

export function directoryOf(core: Core, now: number, out: ServerOut): Directory {
  const { store } = core;
  const change = <T>(work: () => T): T => store.transaction(work);
  const groupsOf = (ids: Iterable<string>): GroupRecord[] => {
    const found: GroupRecord[] = [];
    for (const id of ids) {
      const group = store.entry('group', id);
      if (group !== undefined) found.push(group);
    }
    return found;
  };
  return {
    organization() {
      const kept = store.setting(organizationSetting);
      if (kept !== undefined) return JSON.parse(kept) as Organization;
      return { id: new Random(`${core.settings.seed}/tenant`).guid(), ...organizationDefault };
    },
    setOrganization: (organization) => change(() => store.saveSetting(organizationSetting, JSON.stringify(organization))),
    user(idOrName) {
      const wanted = idOrName.toLowerCase();
      // No id has an @ in it.
      return (wanted.includes('@') ? undefined : store.entry('user', wanted)) ?? store.entryNamed('user', wanted);
    },
    application: (id) => store.entry('application', id.toLowerCase()) ?? store.entryNamed('application', id.toLowerCase()),
    entry(kind, id) {
      const built = kind === 'roleDefinition' ? builtInRole(id) : undefined;
      return (built as DirectoryEntries[typeof kind] | undefined) ?? store.entry(kind, kind === 'namedToken' ? id : id.toLowerCase());
    },
    entriesAfter(kind, afterId) {
      if (kind !== 'roleDefinition') return store.entriesAfter(kind, afterId);
      const all = [...builtInRoles, ...store.entriesAfter('roleDefinition', null)] as RoleDefinitionRecord[];
      const sorted = all.sort((a, b) => (a.id < b.id ? -1 : 1)).filter(({ id }) => afterId === null || id > afterId);
      return sorted as unknown as Iterable<DirectoryEntries[typeof kind]>;
    },
    save: (kind, entry) =>
      change(() => {
        const before = kind === 'user' ? store.entry('user', entry.id) : undefined;
        store.saveEntry(kind, entry);
        if (kind === 'user') userChanged(core, before, entry as UserRecord, now, out);
      }),
    remove: (kind, id) =>
      change(() => {
        const entry = store.entry(kind, id);
        if (entry === undefined) return false;
        // Those below a group have to be found before it is gone.
        const below = kind === 'group' ? store.members(id) : [];
        // Whoever was in it has left it, and it has left the groups that it was in.
        if (kind === 'group') {
          for (const member of below) memberLeft(core, id, member, now);
          for (const groupId of store.memberOf(id)) memberLeft(core, groupId, { id, kind }, now);
        }
        store.removeEntry(kind, id);
        if (kind === 'user') {
          disown(core, id);
          personRemoved(core, entry as UserRecord, now, out);
        }
        for (const member of below) membershipChanged(core, member, now, out);
        return true;
      }),
    members: (groupId) => store.members(groupId),
    transitiveMembers: (groupId) => transitiveMembers(core, groupId),
    memberOf: (memberId) => groupsOf(store.memberOf(memberId)),
    transitiveMemberOf: (memberId) => groupsOf([...transitiveGroupIds(core, memberId)].sort()),
    addMember: (groupId, member) =>
      change(() => {
        store.addMember(groupId, member);
        membershipChanged(core, member, now, out);
      }),
    removeMember: (groupId, memberId) =>
      change(() => {
        const member = store.removeMember(groupId, memberId);
        if (member === undefined) return false;
        memberLeft(core, groupId, member, now);
        membershipChanged(core, member, now, out);
        return true;
      }),
    newId: (label) => change(() => newId(core, label)),
  };
}

/** Somebody of the same name may come later, with the same id. */
function disown({ store }: Core, userId: string): void {
  for (const group of store.entriesAfter('group', null)) {
    const { owners = [] } = group;
    if (owners.includes(userId)) store.saveEntry('group', { ...group, owners: owners.filter((id) => id !== userId) });
  }
}

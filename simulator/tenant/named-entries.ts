/** Groups, roles, policies and the like by name: looked through once, not again for every name of a long file. */
import { builtInRoles } from '../../server-stub/core/built-in-roles.ts';
import type { DirectoryEntries } from '../../server-stub/core/directory-records.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';

type NamedKind = 'group' | 'roleDefinition' | 'roleAssignment' | 'compliancePolicy' | 'notificationTemplate' | 'accessPolicy';

export interface NamedEntries {
  /** The entry with this id, else the first one with this name (in any case); built-in roles come before others. */
  find<Kind extends NamedKind>(kind: Kind, nameOrId: string): DirectoryEntries[Kind] | undefined;
  /** It was saved just now. */
  saved<Kind extends NamedKind>(kind: Kind, entry: DirectoryEntries[Kind]): void;
  removed<Kind extends NamedKind>(kind: Kind, entry: DirectoryEntries[Kind]): void;
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function namedEntries({ directory }: GraphTenant): NamedEntries {
  const kinds = new Map<NamedKind, Map<string, DirectoryEntries[NamedKind]>>();
  const namesOf = (kind: NamedKind) => {
    const known = kinds.get(kind);
    if (known !== undefined) return known;
    const names = new Map<string, DirectoryEntries[NamedKind]>();
    for (const entry of [...(kind === 'roleDefinition' ? builtInRoles : []), ...directory.entriesAfter(kind, null)]) {
      const name = entry.displayName.toLowerCase();
      if (!names.has(name)) names.set(name, entry);
    }
    kinds.set(kind, names);
    return names;
  };
  return {
    find<Kind extends NamedKind>(kind: Kind, nameOrId: string) {
      if (idPattern.test(nameOrId)) return directory.entry(kind, nameOrId);
      return namesOf(kind).get(nameOrId.toLowerCase()) as DirectoryEntries[Kind] | undefined;
    },
    removed: (kind, entry) => void namesOf(kind).delete(entry.displayName.toLowerCase()),
    saved: (kind, entry) => void namesOf(kind).set(entry.displayName.toLowerCase(), entry),
  };
}

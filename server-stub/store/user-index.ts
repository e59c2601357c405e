import type { DeviceRecord } from '../core/records.ts';

/**
 * Whose each device is, for a store that has no indexes. Kept from the first question on: fleets whose people are in no group ask none.
 * May still name a device under a name that its user had, or one that is gone: whoever asks looks at the record.
 */
export function createUserIndex(all: () => Iterable<DeviceRecord>) {
  /** Most people have one device, and need no set. */
  let idsOfNames: Map<string, string | Set<string>> | undefined;

  function add(index: Map<string, string | Set<string>>, { id, inventory }: DeviceRecord): void {
    const name = inventory.userPrincipalName.toLowerCase();
    const ids = index.get(name);
    if (ids === id) return;
    if (ids === undefined) index.set(name, id);
    else if (typeof ids === 'string') index.set(name, new Set([ids, id]));
    else ids.add(id);
  }

  function indexNow(): Map<string, string | Set<string>> {
    if (idsOfNames === undefined) {
      idsOfNames = new Map();
      for (const record of all()) add(idsOfNames, record);
    }
    return idsOfNames;
  }

  return {
    saved(record: DeviceRecord): void {
      if (idsOfNames !== undefined) add(idsOfNames, record);
    },
    removed({ id, inventory }: DeviceRecord): void {
      const name = inventory.userPrincipalName.toLowerCase();
      const ids = idsOfNames?.get(name);
      if (typeof ids === 'object') ids.delete(id);
      if (ids === id || (typeof ids === 'object' && ids.size === 0)) idsOfNames?.delete(name);
    },
    /** Sorted, each once. @param names in lower case */
    idsOf(names: readonly string[]): string[] {
      const index = indexNow();
      const found: string[] = [];
      for (const name of names) {
        const ids = index.get(name);
        if (typeof ids === 'string') found.push(ids);
        else if (ids !== undefined) found.push(...ids);
      }
      // By code units, as ids are compared everywhere.
      found.sort();
      return found.filter((id, place) => id !== found[place - 1]);
    },
  };
}

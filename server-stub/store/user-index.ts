import type { DeviceRecord } from '../core/records.ts';

/**
 * Whose each device is, for a store that has no indexes. Kept from the first question on: fleets whose people are in no group ask none.
 * May still name a device under a name that its user had, or one that is gone: whoever asks looks at the record.
 */
export function createUserIndex(all: () => Iterable<DeviceRecord>) {
  let idsOfNames: Map<string, Set<string>> | undefined;

  function add(index: Map<string, Set<string>>, { id, inventory }: DeviceRecord): void {
    const name = inventory.userPrincipalName.toLowerCase();
    const ids = index.get(name);
    if (ids === undefined) index.set(name, new Set([id]));
    else ids.add(id);
  }

  return {
    saved(record: DeviceRecord): void {
      if (idsOfNames !== undefined) add(idsOfNames, record);
    },
    removed({ id, inventory }: DeviceRecord): void {
      const name = inventory.userPrincipalName.toLowerCase();
      const ids = idsOfNames?.get(name);
      ids?.delete(id);
      if (ids?.size === 0) idsOfNames?.delete(name);
    },
    /** Sorted. @param names in lower case */
    idsOf(names: readonly string[]): string[] {
      if (idsOfNames === undefined) {
        idsOfNames = new Map();
        for (const record of all()) add(idsOfNames, record);
      }
      const index = idsOfNames;
      return [...new Set(names.flatMap((name) => [...(index.get(name) ?? [])]))].sort();
    },
  };
}

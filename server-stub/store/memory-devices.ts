/** The devices of the memory store. */
import { type DeviceRecord, isVisible } from '../core/records.ts';
import { satisfies, wantedTexts } from './device-condition.ts';
import type { DeviceCondition, DeviceStore } from './store.ts';
import { createUserIndex } from './user-index.ts';

/** How many ids of removed devices are kept at least before they are swept. */
const spareIdsMax = 1_000;

type DeviceCount = ReturnType<DeviceStore['deviceCounts']>[number];

export function createMemoryDevices(onRemoved: (id: string) => void): DeviceStore & { everyDevice(): Iterable<DeviceRecord> } {
  const devices = new Map<string, DeviceRecord>();
  const users = createUserIndex(() => devices.values());
  /** Never changed once made, so that a listing under way can go on with it. May still hold ids that are gone. */
  let sortedIds: readonly string[] = [];
  /** New since `sortedIds` was made. */
  let newIds: string[] = [];

  function allSorted(): readonly string[] {
    if (newIds.length > 0) {
      // Two sorted runs, which the engine's sort merges; an id that was removed and came back is in both.
      const both = [...sortedIds, ...newIds.sort()].sort();
      sortedIds = both.filter((id, index) => devices.has(id) && id !== both[index - 1]);
      newIds = [];
    }
    return sortedIds;
  }

  function candidates(where: DeviceCondition | undefined): readonly string[] {
    if (where?.property === 'id') return wantedTexts(where);
    return where?.property === 'userPrincipalName' ? users.idsOf(wantedTexts(where)) : allSorted();
  }

  function* visibleAfter(afterId: string | null, where?: DeviceCondition): Iterable<DeviceRecord> {
    const ids = candidates(where);
    if (ids.length === 0) return;
    const holds = where === undefined ? () => true : satisfies(where);
    for (let index = afterId === null ? 0 : countUpTo(ids, afterId); index < ids.length; index++) {
      const record = devices.get(ids[index] as string);
      if (record !== undefined && isVisible(record) && holds(record)) yield record;
    }
  }

  return {
    device: (id) => devices.get(id),
    saveDevice(record) {
      const kept = devices.get(record.id);
      if (kept !== record) devices.set(record.id, record);
      users.saved(record);
      if (kept !== undefined) return;
      newIds.push(record.id);
      // Where devices come and go and nobody lists them, the ids of those gone must not pile up.
      if (sortedIds.length + newIds.length > 2 * devices.size + spareIdsMax) allSorted();
    },
    touchDevice(id, lastSyncAt) {
      const record = devices.get(id);
      if (record !== undefined) record.lastSyncAt = lastSyncAt;
    },
    removeDevice(id) {
      const record = devices.get(id);
      if (record !== undefined) users.removed(record);
      devices.delete(id);
      onRemoved(id);
    },
    everyDevice: () => devices.values(),
    devicesAfter: visibleAfter,
    deviceIdsOf(names, platforms) {
      const wanted = new Set(names);
      return users.idsOf(names).filter((id) => {
        const record = devices.get(id);
        if (record === undefined || !platforms.includes(record.inventory.platform) || !isVisible(record)) return false;
        return wanted.has(record.inventory.userPrincipalName.toLowerCase());
      });
    },
    deviceCounts() {
      const counts = new Map<string, DeviceCount>();
      for (const record of devices.values()) {
        if (!isVisible(record)) continue;
        const { platform, enrollment } = record.inventory;
        const key = `${platform} ${enrollment}`;
        const counted = counts.get(key);
        if (counted === undefined) counts.set(key, { platform, enrollment, count: 1 });
        else counted.count += 1;
      }
      return [...counts.values()];
    },
    complianceCounts() {
      const counts = new Map<DeviceRecord['complianceState'], number>();
      for (const record of devices.values()) {
        if (isVisible(record)) counts.set(record.complianceState, (counts.get(record.complianceState) ?? 0) + 1);
      }
      return Array.from(counts, ([state, count]) => ({ state, count }));
    },
    managementCounts() {
      const counts = new Map<DeviceRecord['managementState'], number>();
      for (const record of devices.values()) {
        if (isVisible(record)) counts.set(record.managementState, (counts.get(record.managementState) ?? 0) + 1);
      }
      return Array.from(counts, ([state, count]) => ({ state, count }));
    },
  };
}

/** How many of the sorted ids are `id` or come before it. */
function countUpTo(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as string) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The store of virtual time: maps, made for 100,000 devices and the calls of simulated years. Every verb is O(1) or O(log n).
 *
 * It hands out the records it keeps, not copies. Hence it cannot take anything back: `transaction` only runs the work, and what was
 * written before a throw stays written. In virtual time a throw is a fault of ours and ends the run; nobody may go on with this store.
 */
import {
  type AccessToken,
  type AuditRecord,
  type BypassCode,
  type CommandRecord,
  type DeviceRecord,
  type FindMy,
  isOpen,
  isVisible,
} from '../core/records.ts';
import { satisfies, wantedTexts } from './device-condition.ts';
import { createMemoryDirectory, createMemoryMails, createMemorySignIns } from './memory-directory.ts';
import { createMemorySends } from './memory-sends.ts';
import { createOwnedIndex } from './owned-index.ts';
import type { CertificateStore, CertificateUse, CommandStore, DeviceCondition, DeviceStore, EnrollmentStore, Store } from './store.ts';
import { createTimerHeap } from './timer-heap.ts';
import { createUserIndex } from './user-index.ts';

/** How many ids of removed devices are kept at least before they are swept. */
const spareIdsMax = 1_000;

export function createMemoryStore(): Store {
  const timers = createTimerHeap();
  const certificates = createOwnedIndex<CertificateUse>();
  const enrollments = createOwnedIndex<undefined>();
  const audits: AuditRecord[] = [];
  const bypassCodes = new Map<string, BypassCode>();
  const findMys = new Map<string, FindMy>();
  const tokens = new Map<string, AccessToken>();
  const settings = new Map<string, string>();
  let inTransaction = false;

  const { everyDevice, ...devices } = createDevices((id) => {
    timers.clearDevice(id);
    certificates.removeOwner(id);
    enrollments.removeOwner(id);
  });
  const certificateVerbs: CertificateStore = {
    saveCertificate: (deviceId, certificate, use) => certificates.set(certificate.serialNumber, deviceId, use),
    certificate(serialNumber) {
      const entry = certificates.get(serialNumber);
      return entry && { deviceId: entry.owner, use: entry.value };
    },
  };
  const enrollmentVerbs: EnrollmentStore = {
    saveEnrollment: (requestId, deviceId) => enrollments.set(requestId, deviceId, undefined),
    enrolledDevice: (requestId) => enrollments.get(requestId)?.owner,
  };

  return {
    ...devices,
    ...createCommands(),
    ...createMemoryDirectory(),
    ...createMemoryMails(),
    ...createMemorySends(),
    ...createMemorySignIns(),
    ...certificateVerbs,
    ...enrollmentVerbs,
    setTimer: timers.set,
    setValidityTimers(afterMs) {
      for (const { id, deleted, lastSyncAt } of everyDevice()) if (!deleted) timers.set(id, 'validity', lastSyncAt + afterMs);
    },
    nextTimer: timers.first,
    appendAudit: (record) => void audits.push(record),
    audits: () => newestFirst(audits),
    bypassCode: (serialNumber) => bypassCodes.get(serialNumber),
    saveBypassCode: (code) => void bypassCodes.set(code.serialNumber, code),
    findMy: (serialNumber) => findMys.get(serialNumber),
    saveFindMy(serialNumber, findMy) {
      if (findMy === null) findMys.delete(serialNumber);
      else findMys.set(serialNumber, findMy);
    },
    accessToken: (token) => tokens.get(token),
    saveAccessToken(token) {
      if (!tokens.has(token.token)) tokens.set(token.token, token);
    },
    saveTokenOutcome(token, outcome) {
      const known = tokens.get(token);
      if (known !== undefined) tokens.set(token, { ...known, outcome });
    },
    setting: (name) => settings.get(name),
    saveSetting: (name, value) => void settings.set(name, value),
    transaction(work) {
      if (inTransaction) throw new Error('transactions are not nested');
      inTransaction = true;
      try {
        return work();
      } finally {
        inTransaction = false;
      }
    },
    close() {},
  };
}

type DeviceCount = ReturnType<DeviceStore['deviceCounts']>[number];

function createDevices(onRemoved: (id: string) => void): DeviceStore & { everyDevice(): Iterable<DeviceRecord> } {
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

/** The commands of one device, oldest first; all before `firstOpen` are finished, so that a long history is never searched. */
interface Queue {
  all: CommandRecord[];
  firstOpen: number;
}

function createCommands(): CommandStore {
  const commands = new Map<string, CommandRecord>();
  const queues = new Map<string, Queue>();
  const arrived: CommandRecord[] = [];

  function skipFinished(queue: Queue): CommandRecord | undefined {
    for (; queue.firstOpen < queue.all.length; queue.firstOpen++) {
      const command = queue.all[queue.firstOpen];
      if (command !== undefined && isOpen(command.status)) return command;
    }
    return undefined;
  }

  return {
    addCommand(record) {
      if (commands.has(record.id)) throw new Error(`command ${record.id} exists`);
      commands.set(record.id, record);
      arrived.push(record);
      const queue = queues.get(record.deviceId);
      if (queue === undefined) queues.set(record.deviceId, { all: [record], firstOpen: 0 });
      else queue.all.push(record);
    },
    saveCommand(record) {
      const kept = commands.get(record.id);
      const queue = queues.get(record.deviceId);
      if (kept === undefined || queue === undefined) throw new Error(`no command ${record.id}`);
      // A copy of the record goes into the one that the queue holds.
      if (kept !== record) Object.assign(kept, record);
      if (isOpen(kept.status) && !queue.all.includes(kept, queue.firstOpen)) queue.firstOpen = 0;
    },
    command: (id) => commands.get(id),
    nextOpenCommand(deviceId) {
      const queue = queues.get(deviceId);
      return queue && skipFinished(queue);
    },
    openCommands(deviceId) {
      const queue = queues.get(deviceId);
      if (queue === undefined || skipFinished(queue) === undefined) return [];
      return queue.all.slice(queue.firstOpen).filter((command) => isOpen(command.status));
    },
    commandsOf: (deviceId) => queues.get(deviceId)?.all.slice() ?? [],
    allCommands: () => newestFirst(arrived),
  };
}

function* newestFirst<T>(oldestFirst: readonly T[]): Iterable<T> {
  for (let index = oldestFirst.length - 1; index >= 0; index--) yield oldestFirst[index] as T;
}

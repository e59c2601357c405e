/** How one device ended: its own view, and the stub's. */
import type { DeviceState } from '../../agent/device/state.ts';
import type { DeviceStore } from '../../server-stub/store/store.ts';
import type { DeviceOutcome } from '../result.ts';
import type { Roster } from './roster.ts';

export function outcomeOf(index: number, group: string, device: DeviceState, roster: Roster, store: DeviceStore): DeviceOutcome {
  const { inventory, phase, checkIns } = device;
  const deviceId = roster.idOf(index);
  const removal = roster.removalOf(index);
  return {
    index,
    group,
    name: inventory.deviceName,
    serialNumber: inventory.serialNumber,
    platform: inventory.platform,
    enrollment: inventory.enrollment,
    phase,
    checkIns,
    deviceId,
    record: deviceId === null ? null : (store.device(deviceId) ?? null),
    removedAt: removal?.at ?? null,
    removedWhy: removal?.why ?? null,
    life: null,
  };
}

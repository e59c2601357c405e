/** From what a person calls a device to the device: its Graph id, its serial number, or its name. */
import type { Hands } from '../protocol/hands.ts';
import { type DeviceRecord, deviceNameOf } from './core/records.ts';
import type { GraphTenant } from './graph/tenant.ts';
import type { HandsRegistry } from './hands-registry.ts';

/** At least one of the two is there: a device may be unknown to the tenant (new, wiped), a record may have nobody who holds its device. */
export interface FoundDevice {
  hands: Hands | undefined;
  record: DeviceRecord | undefined;
}

export type DeviceSearch = FoundDevice | 'unknown' | 'ambiguous';

/**
 * Without regard to case. A serial number and an id win over a name. Of several records of one device its latest enrollment counts,
 * unless one of them was named by its id. A name that several devices have is `ambiguous`.
 */
export function findByRef(ref: string, registry: HandsRegistry, tenant: GraphTenant): DeviceSearch {
  const named = tenant.device(ref) ?? tenant.device(ref.toLowerCase());
  if (named !== undefined) return { hands: registry.bySerialNumber(named.inventory.serialNumber), record: named };
  const held = registry.bySerialNumber(ref) ?? registry.byDeviceId(ref);
  if (held !== undefined) return { hands: held, record: recordOf(held, tenant) };
  const wanted = ref.toLowerCase();
  const records = [...tenant.devicesAfter(null)];
  const bySerial = newest(records.filter(({ inventory }) => inventory.serialNumber.toLowerCase() === wanted));
  if (bySerial !== undefined) return { hands: undefined, record: bySerial };
  return byName(wanted, records, registry, tenant);
}

function byName(wanted: string, records: readonly DeviceRecord[], registry: HandsRegistry, tenant: GraphTenant): DeviceSearch {
  const found = new Map<string, FoundDevice>();
  for (const hands of registry.all()) {
    const { deviceName, serialNumber } = hands.view();
    if (deviceName.toLowerCase() === wanted) found.set(serialNumber, { hands, record: recordOf(hands, tenant) });
  }
  for (const record of records) {
    const { serialNumber } = record.inventory;
    if (deviceNameOf(record).toLowerCase() !== wanted || found.has(serialNumber)) continue;
    const hands = registry.bySerialNumber(serialNumber);
    const same = records.filter(({ inventory }) => inventory.serialNumber === serialNumber);
    found.set(serialNumber, { hands, record: (hands && recordOf(hands, tenant)) ?? newest(same) });
  }
  if (found.size > 1) return 'ambiguous';
  return [...found.values()][0] ?? 'unknown';
}

/** The record of its latest enrollment, if there still is one, else the newest of its earlier ones: a wiped device may have left one behind. */
function recordOf(hands: Hands, tenant: GraphTenant): DeviceRecord | undefined {
  const { deviceId, serialNumber } = hands.view();
  const current = deviceId === null ? undefined : tenant.device(deviceId);
  return current ?? newest([...tenant.devicesAfter(null)].filter(({ inventory }) => inventory.serialNumber === serialNumber));
}

function newest(records: readonly DeviceRecord[]): DeviceRecord | undefined {
  return records.reduce<DeviceRecord | undefined>(
    (best, one) => (best === undefined || one.enrolledAt > best.enrolledAt ? one : best),
    undefined,
  );
}

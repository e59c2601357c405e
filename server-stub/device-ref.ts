/** From what a person calls a device to the device: its Graph id, its serial number, or its name. */
import type { Hands } from '../protocol/hands.ts';
import { type DeviceRecord, deviceNameOf } from './core/records.ts';
import type { GraphTenant } from './graph/tenant.ts';
import type { HandsRegistry } from './hands-registry.ts';
import type { DeviceTerm } from './store/store.ts';

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
  // Ids are GUIDs: nothing else needs a look at every device that somebody holds.
  const held = registry.bySerialNumber(ref) ?? (guid.test(ref) ? registry.byDeviceId(ref) : undefined);
  if (held !== undefined) return { hands: held, record: recordOf(held, tenant) };
  const wanted = ref.toLowerCase();
  const bySerial = newest(recordsWith('serialNumber', wanted, tenant));
  if (bySerial !== undefined) return { hands: undefined, record: bySerial };
  return byName(wanted, registry, tenant);
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function byName(wanted: string, registry: HandsRegistry, tenant: GraphTenant): DeviceSearch {
  const found = new Map<string, FoundDevice>();
  for (const hands of registry.all()) {
    const { deviceName, serialNumber } = hands.view();
    if (deviceName.toLowerCase() === wanted) found.set(serialNumber, { hands, record: recordOf(hands, tenant) });
  }
  for (const record of recordsWith('deviceName', wanted, tenant)) {
    const { serialNumber } = record.inventory;
    if (found.has(serialNumber)) continue;
    const hands = registry.bySerialNumber(serialNumber);
    found.set(serialNumber, { hands, record: (hands && recordOf(hands, tenant)) ?? newestOf(serialNumber, tenant) });
  }
  if (found.size > 1) return 'ambiguous';
  return [...found.values()][0] ?? 'unknown';
}

/** The record of its latest enrollment, if there still is one, else the newest of its earlier ones: a wiped device may have left one behind. */
function recordOf(hands: Hands, tenant: GraphTenant): DeviceRecord | undefined {
  const { deviceId, serialNumber } = hands.view();
  const current = deviceId === null ? undefined : tenant.device(deviceId);
  return current ?? newestOf(serialNumber, tenant);
}

function newestOf(serialNumber: string, tenant: GraphTenant): DeviceRecord | undefined {
  return newest(
    recordsWith('serialNumber', serialNumber.toLowerCase(), tenant).filter(({ inventory }) => inventory.serialNumber === serialNumber),
  );
}

const names: Record<'serialNumber' | 'deviceName', (record: DeviceRecord) => string> = {
  serialNumber: ({ inventory }) => inventory.serialNumber,
  deviceName: deviceNameOf,
};

/** In the order of their ids. @param wanted in lower case */
function recordsWith(of: keyof typeof names, wanted: string, tenant: GraphTenant): DeviceRecord[] {
  const where: DeviceTerm = { kind: 'equal', of, oneOf: [wanted] };
  const known = tenant.deviceIndex?.ids({ where, order: [], skip: 0, limit: Number.MAX_SAFE_INTEGER });
  if (known !== undefined) return known.flatMap((id) => tenant.device(id) ?? []);
  return [...tenant.devicesAfter(null)].filter((record) => names[of](record).toLowerCase() === wanted);
}

function newest(records: readonly DeviceRecord[]): DeviceRecord | undefined {
  return records.reduce<DeviceRecord | undefined>(
    (best, one) => (best === undefined || one.enrolledAt > best.enrolledAt ? one : best),
    undefined,
  );
}

/** What a device tells about itself, taken into its record. */
import type { DeviceInformation } from '../../protocol/device-information.ts';
import { escrowBypassCode } from './activation-lock.ts';
import { evaluate } from './compliance/compliance.ts';
import type { ServerOut } from './effects.ts';
import { type DeviceRecord, deviceNameOf } from './records.ts';
import type { Core } from './sessions.ts';

/** The device has told all about itself; what it told before is replaced. */
export function takeInformation(core: Core, record: DeviceRecord, told: DeviceInformation, now: number, out: ServerOut): void {
  const wasLocked = record.information?.activationLock ?? false;
  const { inventory } = record;
  // On Android a name that an administrator gave is the service's alone: the device goes on telling its own.
  const deviceName = inventory.platform === 'android' ? deviceNameOf(record) : told.deviceName;
  record.information = told.deviceName === deviceName ? told : { ...told, deviceName };
  if (inventory.osVersion !== told.osVersion || inventory.deviceName !== told.deviceName) {
    record.inventory = { ...inventory, osVersion: told.osVersion, deviceName: told.deviceName };
  }
  core.store.saveDevice(record);
  // Whatever it is, it may be what a policy asks for.
  evaluate(core, record, now, out);
  if (told.activationLock && !wasLocked) escrowBypassCode(core, record, true, now, out);
}

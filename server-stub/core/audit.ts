import { Random } from '../../runtime/random.ts';
import type { DeviceRecord } from './records.ts';
import type { Core } from './sessions.ts';

/** The actor of what the service does by itself. */
export const serviceActor = 'Microsoft Intune';

/** Writes who did what to which device, when. `occasion` tells two entries of the same instant apart. */
export function audit(core: Core, record: DeviceRecord, activity: string, actor: string, occasion: string | number, now: number): void {
  core.store.appendAudit({
    id: new Random(`${core.settings.seed}/audit/${record.id}/${activity}/${occasion}/${now}`).guid(),
    at: now,
    actor,
    activity,
    deviceId: record.id,
    deviceName: record.inventory.deviceName,
  });
}

import { Random } from '../../runtime/random.ts';
import type { Initiator } from '../graph/tenant.ts';
import { type DeviceRecord, deviceNameOf } from './records.ts';
import type { Core } from './sessions.ts';

/** The actor of what the service does by itself. */
const serviceActor = 'Microsoft Intune';

/** Who did it: someone who asked, or the service itself. */
export type Actor = Initiator | 'service';

/**
 * Writes who did what to which device, when. `occasion` tells two entries of the same instant apart.
 * What the device's own user asked for leaves no entry (TD-07).
 * @param record null: it was done to the tenant itself
 */
export function audit(
  core: Core,
  record: DeviceRecord | null,
  activity: string,
  actor: Actor,
  occasion: string | number,
  now: number,
): void {
  if (actor !== 'service' && actor.isUser) return;
  const deviceId = record?.id ?? '';
  core.store.appendAudit({
    id: new Random(`${core.settings.seed}/audit/${deviceId}/${activity}/${occasion}/${now}`).guid(),
    at: now,
    actor: actor === 'service' ? serviceActor : actor.name,
    actorType: actor === 'service' ? 'service' : 'user',
    activity,
    deviceId,
    deviceName: record === null ? '' : deviceNameOf(record),
  });
}

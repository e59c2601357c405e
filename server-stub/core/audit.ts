import { Random } from '../../runtime/random.ts';
import type { Initiator } from '../graph/tenant.ts';
import { type AuditRecord, type DeviceRecord, deviceNameOf } from './records.ts';
import type { Core } from './sessions.ts';

/** The actor of what the service does by itself. */
export const serviceActor = 'Microsoft Intune';

/** Who did it: someone who asked, or the service itself. */
export type Actor = Initiator | 'service';

/**
 * Writes who did what to which device, when. `occasion` tells two entries of the same instant about one device apart; all others are counted.
 * What the device's own user asked for leaves no entry (TD-07).
 * @param about a device, something else of the tenant, or (null) the tenant itself
 */
export function audit(
  core: Core,
  about: DeviceRecord | AuditRecord['resource'],
  activity: string,
  actor: Actor,
  occasion: string | number,
  now: number,
): void {
  if (actor !== 'service' && actor.isUser) return;
  const device = about !== null && 'inventory' in about ? about : null;
  const deviceId = device?.id ?? '';
  const which = device === null ? count(core) : occasion;
  core.store.appendAudit({
    id: new Random(`${core.settings.seed}/audit/${deviceId}/${activity}/${which}/${now}`).guid(),
    at: now,
    actor: actor === 'service' ? serviceActor : actor.name,
    actorType: actor === 'service' ? 'service' : actor.isApplication === true ? 'application' : 'user',
    actorId: actor === 'service' ? null : (actor.id ?? null),
    activity,
    deviceId,
    deviceName: device === null ? '' : deviceNameOf(device),
    resource: about === null || device !== null ? null : (about as AuditRecord['resource']),
  });
}

const countSetting = 'audits-of-the-tenant';

/** The tenant's clock may stand still while two are written. */
function count({ store }: Core): number {
  const next = Number(store.setting(countSetting) ?? 0) + 1;
  store.saveSetting(countSetting, String(next));
  return next;
}

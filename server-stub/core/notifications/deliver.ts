/** A notification on the last part of its way: it arrives, or is lost, or waits for its device. */
import { Random } from '../../../runtime/random.ts';
import type { ServerOut } from '../effects.ts';
import { noTrouble, underWayMs } from '../push.ts';
import { pushSettings } from '../push-settings.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import type { Addressed, Notification } from './push-service.ts';

/** Hands it to the push service for this device, which is there. Whatever becomes of it, whoever sent it hears nothing (CN-13, CN-18). */
export function pushNotification(core: Core, deviceId: string, notification: Notification, now: number, out: ServerOut): void {
  const settings = pushSettings(core);
  const chance = new Random(`${core.settings.seed}/push/${deviceId}/${notification.id}`);
  note(deviceId, notification, 'pushed', out);
  const trouble = core.settings.pushTrouble?.(deviceId, now) ?? noTrouble;
  if (chance.chance(settings.lost) || trouble === 'lost') return note(deviceId, notification, 'lost', out);
  const ms = underWayMs(settings, chance) + trouble.lateMs;
  if (ms === 0) arrive(core, { deviceId, notification }, true, now, out);
  else core.pushes.add(deviceId, notification, now + ms);
}

/**
 * It has come through: the device has it, or is away.
 * @param isThere it is known to have a record, or a link; false: it may have gone while this was on its way
 */
export function arrive(core: Core, { deviceId, notification }: Addressed, isThere: boolean, now: number, out: ServerOut): void {
  const link = core.sessionOf.get(deviceId)?.link ?? core.left.linkOf(deviceId);
  if (link !== undefined) {
    out.send(link, messageOf(notification));
    return note(deviceId, notification, 'delivered', out);
  }
  // Whoever is not managed any more comes back to nobody.
  if (!isThere && core.store.device(deviceId) === undefined) return note(deviceId, notification, 'gone', out);
  const dropped = core.pushes.keep(deviceId, notification, now + pushSettings(core).notificationsKeptForMs);
  note(deviceId, notification, 'kept', out);
  for (const one of dropped) note(deviceId, one, 'expired', out);
}

/** The device is back. */
export function deliverKept(core: Core, { id }: DeviceRecord, now: number, out: ServerOut): void {
  const link = core.sessionOf.get(id)?.link;
  if (link === undefined) return;
  const { good, expired } = core.pushes.takeKept(id, now);
  for (const one of expired) note(id, one, 'expired', out);
  for (const one of good) {
    out.send(link, messageOf(one));
    note(id, one, 'delivered', out);
  }
}

/** It is too late for these. */
export function expire(all: readonly Addressed[], out: ServerOut): void {
  for (const { deviceId, notification } of all) note(deviceId, notification, 'expired', out);
}

/** Its record is gone: what waits for it waits for nobody. */
export function forgetKept(core: Core, deviceId: string, out: ServerOut): void {
  for (const one of core.pushes.takeKept(deviceId, Number.POSITIVE_INFINITY).expired) note(deviceId, one, 'gone', out);
}

type Outcome = 'pushed' | 'delivered' | 'lost' | 'kept' | 'expired' | 'gone';

function note(deviceId: string, { id }: Notification, outcome: Outcome, out: ServerOut): void {
  out.note({ kind: 'notification-pushed', deviceId, notificationId: id, outcome });
}

function messageOf({ id, sentAt, title, body }: Notification) {
  return { type: 'notification', notificationId: id, sentAt, title, body } as const;
}

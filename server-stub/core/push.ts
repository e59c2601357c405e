/** Push nudges: a hint that something waits. It may be late or lost; the scheduled check-in is what is certain (decisions: push). */
import { drawDuration } from '../../runtime/distribution.ts';
import { Random } from '../../runtime/random.ts';
import type { ServerOut } from './effects.ts';
import { pushSettings } from './push-settings.ts';
import type { DeviceRecord } from './records.ts';
import type { Core, Session } from './sessions.ts';
import type { PushSettings, PushTrouble } from './settings.ts';

export const noTrouble: PushTrouble = { lateMs: 0 };

/**
 * Sends a nudge on its way. One per device is under way at most: the newest wins.
 * @param occasion tells this nudge's draws from those of others
 */
export function push(core: Core, record: DeviceRecord, occasion: string | number, now: number, out: ServerOut): void {
  const settings = pushSettings(core);
  const chance = new Random(`${core.settings.seed}/push/${record.id}/${occasion}`);
  const trouble = core.settings.pushTrouble?.(record.id, now) ?? noTrouble;
  if (chance.chance(settings.lost) || trouble === 'lost') {
    out.note({ kind: 'push-sent', deviceId: record.id, outcome: 'lost' });
    return;
  }
  core.store.setTimer(record.id, 'push', now + underWayMs(settings, chance) + trouble.lateMs);
}

/**
 * The nudge has come through. It is kept until the device checks in: one that is away gets it when it comes back, and one whose link
 * breaks under the nudge (or whose server is killed) gets it again.
 */
export function pushDue(core: Core, deviceId: string, now: number, out: ServerOut): void {
  const record = core.store.device(deviceId);
  if (record === undefined) return;
  record.nudgeKeptUntil = now + pushSettings(core).keptForMs;
  core.store.saveDevice(record);
  const session = core.sessionOf.get(deviceId);
  out.note({ kind: 'push-sent', deviceId, outcome: session === undefined ? 'kept' : 'delivered' });
  if (session !== undefined) out.send(session.link, { type: 'nudge' });
}

/** A device came back: hand over what is kept for it, if that is still good. */
export function deliverKeptNudge(record: DeviceRecord, session: Session, now: number, out: ServerOut): void {
  if (record.nudgeKeptUntil !== null && now <= record.nudgeKeptUntil) out.send(session.link, { type: 'nudge' });
}

/** From the wish to the arrival, drawn. */
export function underWayMs({ latency, late }: PushSettings, chance: Random): number {
  const ms = drawDuration(latency, chance.unit());
  return chance.chance(late.share) ? ms + drawDuration(late.by, chance.unit()) : ms;
}

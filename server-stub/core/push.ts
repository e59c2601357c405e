/** Push nudges: a hint that something waits. It may be late or lost; the scheduled check-in is what is certain (decisions: push). */
import { Random } from '../../runtime/random.ts';
import type { ServerOut } from './effects.ts';
import type { DeviceRecord } from './records.ts';
import type { Core, Session } from './sessions.ts';

/** Sends a nudge on its way. One per device is under way at most: the newest wins. */
export function push(core: Core, record: DeviceRecord, now: number, out: ServerOut): void {
  const { lost, latencyMs } = core.settings.push;
  const chance = new Random(`${core.settings.seed}/push/${record.id}/${record.commandCount}`);
  if (chance.chance(lost)) {
    out.note({ kind: 'push-sent', deviceId: record.id, outcome: 'lost' });
    return;
  }
  core.store.setTimer(record.id, 'push', now + latencyMs(chance.unit()));
}

/** The nudge has come through: to a device that is there at once, for one that is away it is kept. */
export function pushDue(core: Core, deviceId: string, now: number, out: ServerOut): void {
  const record = core.store.device(deviceId);
  if (record === undefined) return;
  const session = core.sessionOf.get(deviceId);
  out.note({ kind: 'push-sent', deviceId, outcome: session === undefined ? 'kept' : 'delivered' });
  if (session !== undefined) {
    out.send(session.link, { type: 'nudge' });
    return;
  }
  record.nudgeKeptUntil = now + core.settings.push.keptForMs;
  core.store.saveDevice(record);
}

/** A device came back: hand over what was kept for it. */
export function deliverKeptNudge(core: Core, record: DeviceRecord, session: Session, now: number, out: ServerOut): void {
  if (record.nudgeKeptUntil === null) return;
  const stillGood = now <= record.nudgeKeptUntil;
  record.nudgeKeptUntil = null;
  core.store.saveDevice(record);
  if (stillGood) out.send(session.link, { type: 'nudge' });
}

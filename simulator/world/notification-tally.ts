/** Counts what became of custom notifications, of all together and of each message. Ids and figures alone: no text comes here (CN-06). */

import type { DeviceNote } from '../../agent/device/effects.ts';
import { type ReasonNotShown, reasonsNotShown, type WayToShow, waysToShow } from '../../protocol/notifications.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import { type MessageOutcome, messageOutcomes, type NotificationFigures, type NotificationMessage } from '../result.ts';

type Shown = Extract<DeviceNote, { kind: 'notification' }>;
type Pushed = Extract<ServerNote, { kind: 'notification-pushed' }>;
type Sent = Extract<ServerNote, { kind: 'notification-sent' }>;

/** Upper bounds of what it took from sending to being shown; null: longer. */
const delayBounds = [
  secondMs,
  10 * secondMs,
  minuteMs,
  10 * minuteMs,
  hourMs,
  4 * hourMs,
  12 * hourMs,
  dayMs,
  7 * dayMs,
  28 * dayMs,
  null,
] as const;

export class NotificationTally {
  readonly #sent = { device: 0, groups: 0 };
  readonly #refused = { device: 0, groups: 0 };
  readonly #delays: number[] = delayBounds.map(() => 0);
  readonly #messages = new Map<string, NotificationMessage>();

  sent({ deviceId, notificationId, groups }: Sent, now: number): void {
    this.#sent[deviceId === null ? 'groups' : 'device'] += 1;
    this.#messages.set(notificationId, { id: notificationId, sentAt: now, deviceId, groups, pushes: 0, outcomes: noneYet() });
  }

  refused(deviceId: string | null): void {
    this.#refused[deviceId === null ? 'groups' : 'device'] += 1;
  }

  pushed({ notificationId, outcome }: Pushed): void {
    const message = this.#messages.get(notificationId);
    if (message === undefined) return;
    if (outcome === 'pushed') message.pushes += 1;
    // What came to a device and is not spoken of by it counts as ignored; the device's word comes after this one.
    else if (outcome !== 'kept') message.outcomes[outcome === 'delivered' ? 'ignored' : outcome] += 1;
  }

  shown({ notificationId, shown, afterMs }: Shown): void {
    const message = this.#messages.get(notificationId);
    if (message === undefined) return;
    message.outcomes.ignored -= 1;
    message.outcomes[shown] += 1;
    if (!isShown(shown)) return;
    const bucket = delayBounds.findIndex((upToMs) => upToMs === null || afterMs <= upToMs);
    this.#delays[bucket] = (this.#delays[bucket] as number) + 1;
  }

  /** One per message, in the order in which they were sent. */
  messages(): Iterable<NotificationMessage> {
    return this.#messages.values();
  }

  figures(): NotificationFigures {
    const all = noneYet();
    let pushes = 0;
    for (const message of this.#messages.values()) {
      pushes += message.pushes;
      for (const outcome of messageOutcomes) all[outcome] += message.outcomes[outcome];
    }
    const { lost, expired, gone } = all;
    const of = <Name extends MessageOutcome>(names: readonly Name[]) =>
      Object.fromEntries(names.map((name) => [name, all[name]])) as Record<Name, number>;
    return {
      sent: this.#sent,
      refused: this.#refused,
      pushes,
      lost,
      expired,
      gone,
      waiting: pushes - messageOutcomes.reduce((sum, outcome) => sum + all[outcome], 0),
      shown: of(waysToShow),
      notShown: of([...reasonsNotShown, 'ignored']),
      delays: delayBounds.map((upToMs, index) => ({ upToMs, count: this.#delays[index] as number })),
    };
  }
}

function noneYet(): Record<MessageOutcome, number> {
  return {
    lost: 0,
    expired: 0,
    gone: 0,
    banner: 0,
    'lock-screen': 0,
    'in-app': 0,
    'notification-centre': 0,
    'no-app': 0,
    'not-allowed': 0,
    'no-google-play': 0,
    ignored: 0,
  };
}

function isShown(what: WayToShow | ReasonNotShown): what is WayToShow {
  return (waysToShow as readonly string[]).includes(what);
}

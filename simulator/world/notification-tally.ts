/** Counts what became of custom notifications, of all together and of each message. Ids and figures alone: no text comes here (CN-06). */

import type { DeviceNote } from '../../agent/device/effects.ts';
import { type ReasonNotShown, reasonsNotShown, type WayToShow, waysToShow } from '../../protocol/notifications.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import { type MessageOutcome, messageOutcomes, type NotificationFigures, type NotificationMessage } from '../result.ts';
import { addUp } from './add-up.ts';

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

  found(): NotificationsFound {
    const outcomes = noneYet();
    let pushes = 0;
    const toGroups: NotificationMessage[] = [];
    for (const message of this.#messages.values()) {
      if (message.deviceId === null) toGroups.push(message);
      pushes += message.pushes;
      for (const outcome of messageOutcomes) outcomes[outcome] += message.outcomes[outcome];
    }
    const { sent, refused } = { sent: this.#sent, refused: this.#refused };
    return {
      sent: sent.device,
      refused: refused.device,
      refusedToGroups: refused.groups,
      pushes,
      outcomes,
      delays: this.#delays,
      toGroups,
    };
  }

  figures(): NotificationFigures {
    return notificationFigures(this.found());
  }
}

/** What became of the notifications to the devices of a shard, or of the whole fleet. */
export interface NotificationsFound {
  /** To single devices. */
  sent: number;
  refused: number;
  /** Of the whole tenant: every shard hears of them. */
  refusedToGroups: number;
  pushes: number;
  outcomes: Record<MessageOutcome, number>;
  delays: number[];
  /** Every shard knows each, and the pushes to its own devices. In the order in which they were sent. */
  toGroups: NotificationMessage[];
}

/** Of two shards, together. */
export function mergedNotifications(one: NotificationsFound, other: NotificationsFound): NotificationsFound {
  const messages = new Map(one.toGroups.map((message) => [message.id, message]));
  for (const message of other.toGroups) {
    const { pushes, outcomes } = messages.get(message.id) ?? { pushes: 0, outcomes: noneYet() };
    messages.set(message.id, { ...message, pushes: message.pushes + pushes, outcomes: addUp(message.outcomes, outcomes) });
  }
  const { toGroups: _, refusedToGroups, ...rest } = other;
  const { toGroups: __, refusedToGroups: ofOne, ...first } = one;
  return { ...addUp(first, rest), refusedToGroups: Math.max(ofOne, refusedToGroups), toGroups: [...messages.values()] };
}

export function notificationFigures(found: NotificationsFound): NotificationFigures {
  const { pushes, outcomes: all, delays } = found;
  const { lost, expired, gone } = all;
  const of = <Name extends MessageOutcome>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, all[name]])) as Record<Name, number>;
  return {
    sent: { device: found.sent, groups: found.toGroups.length },
    refused: { device: found.refused, groups: found.refusedToGroups },
    pushes,
    lost,
    expired,
    gone,
    waiting: pushes - messageOutcomes.reduce((sum, outcome) => sum + all[outcome], 0),
    shown: of(waysToShow),
    notShown: of([...reasonsNotShown, 'ignored']),
    delays: delayBounds.map((upToMs, index) => ({ upToMs, count: delays[index] as number })),
  };
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

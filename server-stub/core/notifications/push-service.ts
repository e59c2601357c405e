/**
 * What is on its way to devices and waits for those that are away: the messages of Apple's and Google's push services, in kind. It lives
 * in memory alone and ends with the process, as a text may be in no file once it was sent (CN-06), and none is sure to arrive (CN-13).
 * Nudges go the same way, with the same weather (core/push.ts); they hold no text, and are remembered.
 */
import { dayMs } from '../../../runtime/duration.ts';
import { InstantHeap } from './instant-heap.ts';

/** A text that was handed over; all of its recipients share it. */
export interface Notification {
  id: string;
  /** When the administrator sent it. */
  sentAt: number;
  title: string;
  body: string;
}

export interface Addressed {
  deviceId: string;
  notification: Notification;
}

interface Kept {
  notification: Notification;
  until: number;
}

/** For one device; the oldest ones go (Firebase keeps 100 of a device). */
const keptPerDeviceMax = 100;

/** Of most devices that come back. */
const nothing = { good: [], expired: [] } as const;

export class PushService {
  readonly #underWay = new InstantHeap<Addressed>();
  /** Of each device in the order in which they came. */
  readonly #kept = new Map<string, Kept[]>();
  #keptCount = 0;
  /** Once a day those are let go that it is too late for: devices that may have some. */
  readonly #sweeps = new InstantHeap<Set<string>>();
  readonly #devicesOfSweep = new Map<number, Set<string>>();

  /** When the next one arrives; Infinity for none. */
  nextArrivalAt(): number {
    return this.#underWay.nextAt();
  }

  add(deviceId: string, notification: Notification, at: number): void {
    this.#underWay.add(at, { deviceId, notification });
  }

  /** The one that arrives next, at `nextArrivalAt()`. */
  take(): Addressed | undefined {
    return this.#underWay.take();
  }

  /** Keeps it for a device that is away, up to that instant. Returns those that had to go for it. */
  keep(deviceId: string, notification: Notification, until: number): Notification[] {
    const kept = this.#kept.get(deviceId) ?? [];
    this.#kept.set(deviceId, kept);
    kept.push({ notification, until });
    this.#sweepAfter(until).add(deviceId);
    const dropped = kept.splice(0, Math.max(0, kept.length - keptPerDeviceMax));
    this.#keptCount += 1 - dropped.length;
    return dropped.map((one) => one.notification);
  }

  /** The device is back: what waits for it, in the order in which it came; `expired`: what it is too late for. */
  takeKept(deviceId: string, now: number): { good: readonly Notification[]; expired: readonly Notification[] } {
    const kept = this.#kept.get(deviceId);
    if (kept === undefined) return nothing;
    this.#kept.delete(deviceId);
    this.#keptCount -= kept.length;
    const of = (isGood: boolean) => kept.filter(({ until }) => now <= until === isGood).map(({ notification }) => notification);
    return { good: of(true), expired: of(false) };
  }

  /** When those go that it is too late for, up to a day after; Infinity for never. */
  nextSweepAt(): number {
    return this.#sweeps.nextAt();
  }

  /** Lets those go that it is too late for, of so many devices. */
  sweep(now: number, devicesMax: number): Addressed[] {
    const at = this.#sweeps.nextAt();
    const devices = this.#devicesOfSweep.get(at);
    if (devices === undefined || at > now) return [];
    const gone: Addressed[] = [];
    let looks = 0;
    for (const deviceId of devices) {
      if (looks++ === devicesMax) return gone;
      devices.delete(deviceId);
      const kept = this.#kept.get(deviceId) ?? [];
      const good = kept.filter(({ until }) => now <= until);
      if (good.length === kept.length) continue;
      if (good.length === 0) this.#kept.delete(deviceId);
      else this.#kept.set(deviceId, good);
      this.#keptCount -= kept.length - good.length;
      for (const { notification, until } of kept) if (until < now) gone.push({ deviceId, notification });
    }
    this.#sweeps.take();
    this.#devicesOfSweep.delete(at);
    return gone;
  }

  /** How many are on their way, and how many wait for devices that are away. */
  counts(): { underWay: number; kept: number } {
    return { underWay: this.#underWay.size, kept: this.#keptCount };
  }

  #sweepAfter(until: number): Set<string> {
    const at = (Math.floor(until / dayMs) + 1) * dayMs;
    let devices = this.#devicesOfSweep.get(at);
    if (devices === undefined) {
      devices = new Set();
      this.#devicesOfSweep.set(at, devices);
      this.#sweeps.add(at, devices);
    }
    return devices;
  }
}

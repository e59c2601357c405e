/** Notifications to groups that are being worked on, and those that will be looked at again. In memory alone (CN-06). */
import { InstantHeap } from './instant-heap.ts';
import type { Notification } from './push-service.ts';
import type { Walk } from './walk.ts';

export interface FanOut {
  notification: Notification;
  groupIds: readonly string[];
  /** When it looks again; null: it does not (any more). */
  againAt: number | null;
  /** How far it has come; null: it is to begin. */
  walk: Walk | null;
  /** Devices that it was sent to: each gets one. */
  reached: Set<string>;
}

export class FanOuts {
  /** They take turns. */
  readonly #ready: FanOut[] = [];
  /** Since when the ready ones have something to do. */
  #readyAt = 0;
  readonly #later = new InstantHeap<FanOut>();

  /** When there is something to do; Infinity for never. */
  nextAt(): number {
    return this.#ready.length > 0 ? this.#readyAt : this.#later.nextAt();
  }

  /** Where the clock was set back, what is being worked on does not wait until that instant comes again. */
  clockShows(now: number): void {
    if (now < this.#readyAt) this.#readyAt = now;
  }

  /** There is something to do for it, from now on. */
  addReady(fanOut: FanOut, now: number): void {
    if (this.#ready.length === 0) this.#readyAt = now;
    this.#ready.push(fanOut);
  }

  addLater(fanOut: FanOut, at: number): void {
    this.#later.add(at, fanOut);
  }

  /** Whose turn it is. Give it back, or it is over. */
  take(now: number): FanOut | undefined {
    while (this.#later.nextAt() <= now) this.addReady(this.#later.take() as FanOut, now);
    return this.#ready.shift();
  }
}

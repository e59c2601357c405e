/** The way of each copy of each message, as a checker follows it: what was said of it last, in a byte where a message goes to many. */
import { hourMs } from '../../runtime/duration.ts';

type Step = 'pushed' | 'lost' | 'kept' | 'delivered' | 'expired' | 'gone';

const names = ['not pushed', 'on its way', 'kept', 'delivered', 'over'] as const;
const none = 0;
const onItsWay = 1;
const kept = 2;
const delivered = 3;
const over = 4;

/** From where each step may be taken, and where it leads. */
const steps: Readonly<Record<Step, { from: readonly number[]; to: number }>> = {
  pushed: { from: [none], to: onItsWay },
  lost: { from: [onItsWay], to: over },
  kept: { from: [onItsWay], to: kept },
  delivered: { from: [onItsWay, kept], to: delivered },
  expired: { from: [kept], to: over },
  gone: { from: [onItsWay, kept], to: over },
};

/** A message to groups. */
interface Wide {
  sentAt: number;
  /** By number of the device, of its newest record; grows. */
  ofNewest: Uint8Array;
  /** By id, of earlier records. */
  ofEarlier: Map<string, number>;
  /** Copies that have not come to an end. */
  open: number;
}

interface Copy {
  notificationId: string;
  deviceId: string;
}

export class NotificationCopies {
  readonly #lagMs: number;
  readonly #wide = new Map<string, Wide>();
  /** Messages to one device that have not come to an end. */
  readonly #single = new Map<string, number>();
  readonly #newest: (string | undefined)[] = [];
  /** Delivered, and not heard of again. By device. */
  readonly #awaited = new Map<number, Copy[]>();

  /** @param lagMs so long after it was sent a message to groups may be pushed to somebody else */
  constructor(lagMs: number) {
    this.#lagMs = lagMs;
  }

  sent(notificationId: string, toOne: boolean, now: number): void {
    if (toOne) {
      this.#single.set(notificationId, none);
      return;
    }
    for (const [id, { open, sentAt }] of this.#wide) {
      // Whatever is said of one that is forgotten is a violation.
      if (open === 0 && sentAt + this.#lagMs + hourMs < now) this.#wide.delete(id);
    }
    this.#wide.set(notificationId, { sentAt: now, ofNewest: new Uint8Array(0), ofEarlier: new Map(), open: 0 });
  }

  enrolled(index: number, deviceId: string): void {
    const before = this.#newest[index];
    this.#newest[index] = deviceId;
    if (before === undefined) return;
    for (const { ofNewest, ofEarlier } of this.#wide.values()) {
      const state = ofNewest[index] ?? none;
      if (state === none) continue;
      ofEarlier.set(before, state);
      ofNewest[index] = none;
    }
  }

  /** Takes a step. Returns null, or what it was where it may not be taken. */
  step(index: number, copy: Copy, step: Step): string | null {
    const before = this.#stateOf(index, copy);
    if (before === undefined) return 'long over, or was never sent';
    const { from, to } = steps[step];
    if (!from.includes(before)) return names[before] as string;
    this.#set(index, copy, to);
    if (step === 'delivered') this.#awaited.set(index, [...(this.#awaited.get(index) ?? []), copy]);
    return null;
  }

  /** The device says what came of it. Returns whether it was delivered. */
  answered(index: number, notificationId: string): boolean {
    const copy = this.#awaited.get(index)?.find((one) => one.notificationId === notificationId);
    if (copy !== undefined) this.#over(index, [copy]);
    return copy !== undefined;
  }

  /** The device cannot be expected to say anything of what was delivered to it up to now. */
  excuse(index: number): void {
    const awaited = this.#awaited.get(index);
    if (awaited !== undefined) this.#over(index, awaited);
  }

  *unanswered(): Iterable<{ index: number; notificationId: string }> {
    for (const [index, awaited] of this.#awaited) {
      for (const { notificationId, deviceId } of awaited) {
        const earlier = this.#wide.get(notificationId)?.ofEarlier ?? new Map<string, number>();
        // Enrolled anew, it still has what came to it before.
        const hadIt = [...earlier].some(([id, state]) => id !== deviceId && state === over);
        if (!hadIt) yield { index, notificationId };
      }
    }
  }

  #over(index: number, copies: readonly Copy[]): void {
    const left = (this.#awaited.get(index) ?? []).filter((copy) => !copies.includes(copy));
    if (left.length === 0) this.#awaited.delete(index);
    else this.#awaited.set(index, left);
    for (const copy of copies) this.#set(index, copy, over);
  }

  #stateOf(index: number, { notificationId, deviceId }: Copy): number | undefined {
    const wide = this.#wide.get(notificationId);
    if (wide === undefined) return this.#single.get(notificationId);
    return (this.#newest[index] === deviceId ? wide.ofNewest[index] : wide.ofEarlier.get(deviceId)) ?? none;
  }

  #set(index: number, copy: Copy, state: number): void {
    const { notificationId, deviceId } = copy;
    const wide = this.#wide.get(notificationId);
    if (wide === undefined) {
      if (state === over) this.#single.delete(notificationId);
      else this.#single.set(notificationId, state);
      return;
    }
    if (this.#stateOf(index, copy) === none) wide.open += 1;
    if (state === over) wide.open -= 1;
    if (this.#newest[index] !== deviceId) {
      wide.ofEarlier.set(deviceId, state);
      return;
    }
    if (index >= wide.ofNewest.length) {
      const larger = new Uint8Array(Math.max(64, 2 * index));
      larger.set(wide.ofNewest);
      wide.ofNewest = larger;
    }
    wide.ofNewest[index] = state;
  }
}

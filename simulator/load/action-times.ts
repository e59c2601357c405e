/**
 * What becomes of an administrator's actions, at the devices of a lane. Graph's answer (`accepted`) has no id of the command, and comes by
 * another way than the command: it may be heard of earlier or later than the command is seen. So they meet by device and name of the
 * action, in their order.
 */
import type { Counts } from './counts.ts';

interface ActionTime {
  action: string;
  acceptedAt: number | null;
  commandId: string | null;
  deliveredAt: number | null;
  acknowledgedAt: number | null;
}

/** Of one device; what other administrators ask for never meets its answer. */
const openMax = 50;

export class ActionTimes {
  readonly #counts: Counts;
  readonly #now: () => number;
  readonly #open = new Map<number, ActionTime[]>();
  readonly #executed = new Set<string>();

  /** @param now ms since 1970, as the coordinator's */
  constructor(counts: Counts, now: () => number) {
    this.#counts = counts;
    this.#now = now;
  }

  accepted(index: number, action: string, at: number): void {
    const one = this.#of(index, (open) => open.action === action && open.acceptedAt === null);
    one.action = action;
    one.acceptedAt = at;
    if (one.deliveredAt !== null) this.#counts.time('delivered', one.deliveredAt - at);
    if (one.acknowledgedAt !== null) this.#counts.time('acknowledged', one.acknowledgedAt - at);
    this.#tidy(index, one);
  }

  delivered(index: number, action: string, commandId: string): void {
    const one = this.#of(index, (open) => open.commandId === commandId || (open.action === action && open.commandId === null));
    if (one.deliveredAt !== null) return;
    one.action = action;
    one.commandId = commandId;
    one.deliveredAt = this.#now();
    if (one.acceptedAt !== null) this.#counts.time('delivered', one.deliveredAt - one.acceptedAt);
  }

  acknowledged(index: number, commandId: string): void {
    const one = this.#open.get(index)?.find((open) => open.commandId === commandId);
    if (one === undefined) return;
    one.acknowledgedAt = this.#now();
    if (one.acceptedAt !== null) this.#counts.time('acknowledged', one.acknowledgedAt - one.acceptedAt);
    this.#tidy(index, one);
  }

  /** Whether this command was never executed before, by any device. */
  isFirst(commandId: string): boolean {
    const before = this.#executed.size;
    this.#executed.add(commandId);
    return this.#executed.size > before;
  }

  /** The first that fits, or a new one. */
  #of(index: number, fits: (open: ActionTime) => boolean): ActionTime {
    let all = this.#open.get(index);
    if (all === undefined) {
      all = [];
      this.#open.set(index, all);
    }
    const known = all.find(fits);
    if (known !== undefined) return known;
    if (all.length >= openMax) all.shift();
    const fresh: ActionTime = { action: '', acceptedAt: null, commandId: null, deliveredAt: null, acknowledgedAt: null };
    all.push(fresh);
    return fresh;
  }

  /** What is over is forgotten. */
  #tidy(index: number, { acceptedAt, acknowledgedAt }: ActionTime): void {
    if (acceptedAt === null || acknowledgedAt === null) return;
    const left = this.#open.get(index)?.filter((open) => open.acceptedAt === null || open.acknowledgedAt === null) ?? [];
    if (left.length === 0) this.#open.delete(index);
    else this.#open.set(index, left);
  }
}

/**
 * The links of devices, and what the clock has to know of them: who was told which step of it, who has answered, and when each acts next.
 *
 * While the clock is advanced, most hops are about a few devices. Only those are told: whoever acts by then, whoever was sent something, and
 * whoever did something by itself since it answered. The others hear the time with the next thing that they are sent, or when the jump is
 * over; what they did on schedule meanwhile they tell then.
 */
import { encode } from '../protocol/codec.ts';
import type { DeviceMessage, ServerMessage } from '../protocol/messages.ts';
import type { Link } from '../runtime/link.ts';
import type { LinkId } from './core/effects.ts';
import type { ServerCore } from './core/server-core.ts';
import type { GatheredInput } from './gathered-inputs.ts';

interface OpenLink {
  readonly link: Link;
  readonly take: (one: GatheredInput) => void;
  /** The latest step that it was told, and that it has answered. */
  toldStep: number;
  doneStep: number;
  /** When it acts next, as it said; Infinity for never. */
  nextCheckIn: number;
  nextNoteworthy: number;
  nextSignIn: number;
  /** What waits for it there; null: to be looked up again. */
  waits: { checkIn: boolean; signIn: boolean } | null;
}

export interface OpenLinksHost {
  core: Pick<ServerCore, 'deviceOn' | 'linkOf' | 'workWaits' | 'accessWaits'>;
  /** What time it is. */
  clockFrame(): Extract<ServerMessage, { type: 'clock' }>;
  /** Whether time is lived in hops now, of which not everybody hears. */
  isHopping(): boolean;
}

export class OpenLinks {
  readonly #host: OpenLinksHost;
  readonly #open = new Map<LinkId, OpenLink>();
  /** Told, and not answered yet. */
  readonly #late = new Set<LinkId>();
  /** Something has come over it or gone over it since its answer, so that it may act at another instant than it said. */
  readonly #owed = new Set<LinkId>();
  #count = 0;

  constructor(host: OpenLinksHost) {
    this.#host = host;
  }

  /** Returns its name. */
  add(link: Link, take: OpenLink['take']): LinkId {
    const id = ++this.#count;
    const never = Number.POSITIVE_INFINITY;
    const next = { nextCheckIn: never, nextNoteworthy: never, nextSignIn: never };
    this.#open.set(id, { link, take, toldStep: -1, doneStep: -1, ...next, waits: null });
    return id;
  }

  get(id: LinkId): Pick<OpenLink, 'link' | 'take'> | undefined {
    return this.#open.get(id);
  }

  ids(): LinkId[] {
    return [...this.#open.keys()];
  }

  /** Closes it. */
  drop(id: LinkId, reason: string): void {
    const open = this.#open.get(id);
    this.delete(id);
    open?.link.close(reason);
  }

  delete(id: LinkId): void {
    this.#open.delete(id);
    this.#late.delete(id);
    this.#owed.delete(id);
  }

  /** Whoever was not told what time it is hears that first. */
  send(id: LinkId, message: ServerMessage): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    if (this.#host.isHopping() && open.toldStep < this.#host.clockFrame().step) this.tell(id);
    // An answer to what it was told before this does not cover it.
    this.#owed.add(id);
    open.link.send(encode(message));
  }

  tell(id: LinkId): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    const frame = this.#host.clockFrame();
    open.toldStep = frame.step;
    this.#late.add(id);
    this.#owed.delete(id);
    open.link.send(encode(frame));
  }

  answered(id: LinkId, { step, nextCheckIn, nextNoteworthy, nextSignIn }: Extract<DeviceMessage, { type: 'clock-done' }>): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.doneStep = step;
    open.nextCheckIn = nextCheckIn ?? Number.POSITIVE_INFINITY;
    open.nextNoteworthy = nextNoteworthy ?? Number.POSITIVE_INFINITY;
    open.nextSignIn = nextSignIn ?? Number.POSITIVE_INFINITY;
    if (step >= open.toldStep) this.#late.delete(id);
  }

  /** The device said or did something by itself. What it does before it answers is in its answer. */
  acted(id: LinkId): void {
    if (this.#open.has(id) && !this.#late.has(id)) this.#owed.add(id);
  }

  /** What waits for this device may be another thing now. @param deviceId null: for any of them */
  waitsMayHaveChanged(deviceId: string | null): void {
    if (deviceId === null) {
      for (const open of this.#open.values()) open.waits = null;
      return;
    }
    const id = this.#host.core.linkOf(deviceId);
    const open = id === null ? undefined : this.#open.get(id);
    if (open !== undefined) open.waits = null;
  }

  /** Of devices that are managed; the others are waited for by nobody. */
  isAnyoneLate(): boolean {
    for (const id of this.#late) if (this.#host.core.deviceOn(id) !== null) return true;
    return false;
  }

  late(): LinkId[] {
    return [...this.#late].filter((id) => this.#host.core.deviceOn(id) !== null);
  }

  /** Whom it concerns that it is `now`. */
  concernedAt(now: number): LinkId[] {
    const concerned = new Set(this.#owed);
    for (const [id, open] of this.#open) if (this.#nextOf(id, open) <= now) concerned.add(id);
    return [...concerned];
  }

  /** The next instant at which any of them acts. One that names an instant which has passed has nothing to do there: it must not hold time. */
  nextAfter(now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const [id, open] of this.#open) {
      const next = this.#nextOf(id, open);
      if (next > now && next < earliest) earliest = next;
    }
    return earliest;
  }

  #nextOf(id: LinkId, open: OpenLink): number {
    const deviceId = this.#host.core.deviceOn(id);
    if (deviceId === null) return Number.POSITIVE_INFINITY;
    const { core } = this.#host;
    open.waits ??= { checkIn: core.workWaits(deviceId), signIn: core.accessWaits(deviceId) };
    const checkInAt = open.waits.checkIn ? open.nextCheckIn : Number.POSITIVE_INFINITY;
    const signInAt = open.waits.signIn ? open.nextSignIn : Number.POSITIVE_INFINITY;
    return Math.min(checkInAt, signInAt, open.nextNoteworthy);
  }
}

/**
 * The exchange between the machines where faults are: frames of a link may be held up, each way in its order, or end the link. What is held
 * belongs to its device, as an instant of that device's own; nothing of it depends on other devices.
 */
import type { DeviceMessage, ServerMessage } from '../../../protocol/messages.ts';
import { Exchange, type Task, task } from '../exchange.ts';
import type { Links } from '../links.ts';
import type { Faults, Frame } from './faults.ts';

interface Held {
  at: number;
  kind: Task;
  target: number;
  load: unknown;
  /** Of which link it is; 0: of none. */
  link: number;
}

/** The latest link of a device, as far as it was ever disturbed. */
interface Path {
  link: number;
  /** When the last frame on its way arrives: no other one comes before it. */
  upAt: number;
  downAt: number;
  /** It broke: what either end still sends is lost. */
  isBroken: boolean;
  /** A frame on its way to the device was lost: none comes after it. */
  isDownBroken: boolean;
}

const nothing: readonly Held[] = [];

export class FaultyExchange extends Exchange {
  readonly faults: Faults;
  readonly #links: Links;
  readonly #now: () => number;
  readonly #isHeld: (index: number) => void;
  readonly #held = new Map<number, Held[]>();
  readonly #paths = new Map<number, Path>();

  /** @param held something of this device is: its next instant may be another one */
  constructor(faults: Faults, links: Links, now: () => number, held: (index: number) => void) {
    super();
    this.faults = faults;
    this.#links = links;
    this.#now = now;
    this.#isHeld = held;
  }

  /** When the next of what is held comes through, or a fault turns, for this device; Infinity where none does. */
  nextAt(index: number): number {
    return Math.min(this.faults.nextAt(index), this.#heldOf(index)[0]?.at ?? Number.POSITIVE_INFINITY);
  }

  /** Whether a check-in of this device may be another one than usual. */
  isDisturbed(index: number): boolean {
    return this.faults.isDisturbed(index) || this.#held.has(index);
  }

  /** Lets through what is due for this device. */
  release(index: number): void {
    const held = this.#held.get(index);
    if (held === undefined) return;
    const now = this.#now();
    while (held[0] !== undefined && held[0].at <= now) {
      const { kind, target, load } = held.shift() as Held;
      super.add(kind, target, load);
    }
    if (held.length === 0) this.#held.delete(index);
  }

  /** Breaks the link on which a frame was lost. */
  breakNow(link: number, reason: string): void {
    const index = this.#links.deviceOn(link);
    const path = index === undefined ? undefined : this.#paths.get(index);
    if (index !== undefined && path?.link === link && !path.isBroken) this.#break(index, path, reason);
  }

  /** Whether what is handed over on this link is lost. */
  isLost(index: number, link: number): boolean {
    const path = this.#paths.get(index);
    return path?.link === link && path.isBroken;
  }

  /** Breaks the device's link, if it has one. */
  cut(index: number, reason: string): void {
    const link = this.#links.of(index);
    const path = link === 0 ? undefined : (this.#pathOf(index, link) ?? this.#begin(index, link));
    if (path === undefined || path.isBroken) return;
    this.faults.cut(index, this.#now());
    this.#break(index, path, reason);
  }

  override add(kind: Task, target: number, load: unknown): void {
    switch (kind) {
      case task.serverOpened:
        return this.#opening(target, load);
      case task.deviceOpened: {
        const index = this.#links.deviceOn(target);
        const path = index === undefined ? undefined : this.#paths.get(index);
        if (index === undefined || path?.link !== target) return super.add(kind, target, load);
        if (!path.isBroken) this.#hold(index, path.downAt, kind, target, load, target);
        return;
      }
      case task.toServer:
        return this.#up(target, load as DeviceMessage);
      case task.toDevice:
        return this.#down(target, load as ServerMessage);
      case task.serverClosed: {
        const index = this.#links.ownerOf(target);
        const path = index === undefined ? undefined : this.#paths.get(index);
        if (index === undefined || path?.link !== target || path.isBroken) return super.add(kind, target, load);
        // What is on its way to the device arrives nowhere.
        this.#forget(index, (held) => held.link === target && isDownward(held.kind));
        return this.#hold(index, path.upAt, kind, target, load, target);
      }
      case task.deviceClosed: {
        const index = this.#links.deviceOn(target);
        const path = index === undefined ? undefined : this.#paths.get(index);
        if (index === undefined || path?.link !== target) return super.add(kind, target, load);
        return this.#hold(index, path.downAt, kind, target, load, target);
      }
      default:
        return super.add(kind, target, load);
    }
  }

  #opening(link: number, certificate: unknown): void {
    const index = this.#links.deviceOn(link);
    if (index === undefined || !this.faults.isOnLink(index)) return super.add(task.serverOpened, link, certificate);
    const now = this.#now();
    const opening = this.faults.open(index, now);
    const path: Path = { link, upAt: now, downAt: now, isBroken: opening === 'no-answer' || 'refused' in opening, isDownBroken: false };
    this.#paths.set(index, path);
    if (opening === 'no-answer') return;
    if ('refused' in opening) return this.#hold(index, now + opening.afterMs, task.deviceClosed, link, opening.refused, link);
    path.upAt = now + opening.upMs;
    path.downAt = path.upAt + opening.downMs;
    this.#hold(index, path.upAt, task.serverOpened, link, certificate, link);
  }

  #up(link: number, message: DeviceMessage): void {
    const index = this.#links.ownerOf(link);
    const path = index === undefined ? undefined : this.#pathOf(index, link);
    if (index === undefined || path === undefined) return super.add(task.toServer, link, message);
    if (path.isBroken) return;
    const now = this.#now();
    const fate = this.faults.isOnLink(index) ? this.faults.up(index, message as Frame, now) : { delayMs: 0 };
    if ('ends' in fate) return this.#break(index, path, fate.ends);
    path.upAt = Math.max(path.upAt, now + fate.delayMs);
    this.#hold(index, path.upAt, task.toServer, link, message, link);
  }

  #down(link: number, message: ServerMessage): void {
    const index = this.#links.deviceOn(link);
    if (index === undefined) return super.add(task.toDevice, link, message);
    const now = this.#now();
    const path = this.#pathOf(index, link);
    if (path?.isBroken === true || path?.isDownBroken === true) return;
    const fate = path !== undefined && this.faults.isOnLink(index) ? this.faults.down(index, message as Frame, now) : { delayMs: 0 };
    if (path !== undefined && 'ends' in fate) {
      // The device has what was sent before, and may have answered it, when the link breaks.
      path.isDownBroken = true;
      return super.add(task.linkBroken, link, fate.ends);
    }
    if (path !== undefined && 'delayMs' in fate) path.downAt = Math.max(path.downAt, now + fate.delayMs);
    const at = path?.downAt ?? now;
    const meets = message.type === 'command' && message.command.type === 'wipe' ? this.faults.wipe(index, message.commandId, now) : null;
    if (meets === 'unreported') return this.#hold(index, at, task.unreportedWipe, link, message, link);
    if (meets === null) return this.#hold(index, at, task.toDevice, link, message, link);
    this.#hold(index, at, task.powerLost, index, null, link);
    this.#hold(index, at + meets.offForMs, task.powerBack, index, null, 0);
  }

  /** undefined: nothing was ever held up on this link, and nothing is to be. */
  #pathOf(index: number, link: number): Path | undefined {
    const path = this.#paths.get(index);
    if (path?.link === link) return path;
    return this.faults.isOnLink(index) ? this.#begin(index, link) : undefined;
  }

  #begin(index: number, link: number): Path {
    const begun: Path = { link, upAt: this.#now(), downAt: this.#now(), isBroken: false, isDownBroken: false };
    this.#paths.set(index, begun);
    return begun;
  }

  /** Both ends hear of it, and nothing that was on its way arrives. */
  #break(index: number, path: Path, reason: string): void {
    path.isBroken = true;
    this.#forget(index, ({ link }) => link === path.link);
    super.add(task.deviceClosed, path.link, reason);
    super.add(task.serverClosed, path.link, null);
  }

  #hold(index: number, at: number, kind: Task, target: number, load: unknown, link: number): void {
    const held = this.#held.get(index) ?? [];
    // What is due in this very instant, and was not let through yet, goes first.
    if (at <= this.#now() && !held.some((one) => one.link === link && one.at <= at)) return super.add(kind, target, load);
    const place = held.findIndex((one) => one.at > at);
    held.splice(place < 0 ? held.length : place, 0, { at, kind, target, load, link });
    this.#held.set(index, held);
    this.#isHeld(index);
  }

  #forget(index: number, which: (held: Held) => boolean): void {
    const left = this.#heldOf(index).filter((held) => !which(held));
    if (left.length === 0) this.#held.delete(index);
    else this.#held.set(index, left);
  }

  #heldOf(index: number): readonly Held[] {
    return this.#held.get(index) ?? nothing;
  }
}

function isDownward(kind: Task): boolean {
  return (
    kind === task.toDevice ||
    kind === task.deviceOpened ||
    kind === task.deviceClosed ||
    kind === task.unreportedWipe ||
    kind === task.powerLost
  );
}

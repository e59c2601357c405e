/**
 * What goes wrong: for each device, what is at work now, and what becomes of the next thing that it meets. The same in virtual time and
 * live: drivers ask, and do what they are told. Each draw is a hash of the fault, the device's key and how often this fault was asked about
 * this device, so that it depends on nothing that happens to others.
 */
import type { DeviceState } from '../../../agent/device/state.ts';
import type { CommandType } from '../../../protocol/commands.ts';
import { drawDuration } from '../../../runtime/distribution.ts';
import { hourMs, minuteMs, secondMs } from '../../../runtime/duration.ts';
import { hash32, hashUnit } from '../../../runtime/random.ts';
import type { PushTrouble } from '../../../server-stub/core/settings.ts';
import type { Fault, FaultKind, FaultWhat, FrameScope } from '../../scenarios/fault.ts';
import { FaultCalendar } from './calendar.ts';
import { type FaultEffect, type FaultsFound, FaultTally } from './fault-tally.ts';

/** A frame as faults see it: of either side's messages. */
export interface Frame {
  type: string;
  commandId?: string | undefined;
  command?: { type: CommandType } | undefined;
}

/** What becomes of a frame: it arrives so much later, or its link ends with this reason; `reset`: where there is a socket, in its middle. */
export type Fate = { delayMs: number } | { ends: string; how?: 'reset' };

/** What becomes of an attempt to open a link: it takes so long each way, is refused, or is never answered. */
export type Opening = { upMs: number; downMs: number } | { refused: string; afterMs: number } | 'no-answer';

/** What a wipe meets: no power for so long, or nobody left to report it. */
export type Interruption = { offForMs: number } | 'unreported';

export interface FaultListener {
  /** A fault begins or ends for this device. */
  turned?(index: number, fault: Fault, begins: boolean, now: number): void;
  /** It did something. */
  atWork?(index: number, fault: Fault, effect: FaultEffect, now: number): void;
}

/** A device gives an answer up after a minute: longer delays than this are all alike. */
const delayMsMax = hourMs;
const skewLabel = 0x736b6577;
const downLabel = 0x646f776e;

/** While one of these is at work for a device, each of its check-ins may come to something: none is skipped. */
const disturbing: ReadonlySet<FaultKind> = new Set([
  'latency',
  'jitter',
  'loss',
  'reset',
  'partition',
  'unavailable',
  'throttled',
  'slow',
  'clockSkew',
]);

/** A link that is lost without a word of the other side. */
const lost = 'lost';
/** The service is there, and takes nobody. */
const unavailable = 'service-unavailable';

/** What the beginning of a fault does to a link that is there; of the others, nothing. */
const endings: Partial<Record<FaultKind, string>> = {
  partition: lost,
  unavailable,
  halfOpen: lost,
  slowReader: lost,
  slowWriter: lost,
};
/** The link falls silent, without an end: only where links are sockets. */
export const silent = 'silent';
/** What the beginning does there, in place of it. */
const endingsOfSockets: Partial<Record<FaultKind, string | null>> = { ...endings, halfOpen: silent, slowReader: null, slowWriter: null };

interface Affected {
  key: number;
  /** Places of the faults at work, in the scenario's order. */
  places: number[];
  isDisturbed: boolean;
  /** What is said of some action may be held up or lost. */
  isOnLink: boolean;
  skewMs: number;
  /** Times that each fault was asked about it: by place, and each way for itself, because the two ways go on at the same time. */
  asked: Map<number, number>;
  /** The actions that commands delivered to it belong to. */
  actions: Map<string, CommandType>;
  /** Wipes that were interrupted. */
  interrupted: Set<string>;
  /** The minute in which check-ins are counted, and how many there were. */
  minute: number;
  checkIns: number;
}

type Of<K extends FaultKind> = Extract<FaultWhat, { kind: K }>;

export class Faults {
  readonly #calendar: FaultCalendar;
  readonly #tally: FaultTally;
  readonly #listener: FaultListener;
  readonly #devices: Affected[] = [];
  readonly #hasSockets: boolean;

  /** @param hasSockets whether links are connections, whose bytes the driver can hold up */
  constructor({ seed, faults }: { seed: string; faults: readonly Fault[] }, listener: FaultListener = {}, hasSockets = false) {
    this.#calendar = new FaultCalendar(seed, faults);
    this.#tally = new FaultTally(faults);
    this.#listener = listener;
    this.#hasSockets = hasSockets;
  }

  /** One more device. */
  addDevice(device: Pick<DeviceState, 'key' | 'inventory'>, group: string): void {
    this.#calendar.addDevice(device, group);
    this.#devices.push({
      key: device.key,
      places: [],
      isDisturbed: false,
      isOnLink: false,
      skewMs: 0,
      asked: new Map(),
      actions: new Map(),
      interrupted: new Set(),
      minute: -1,
      checkIns: 0,
    });
  }

  /** When the next fault begins or ends for this device; Infinity where none does. */
  nextAt(index: number): number {
    return this.#calendar.nextAt(index);
  }

  /**
   * Takes the next turn.
   * Returns with which reason its link breaks by it, or `silent`; null: it does not.
   */
  pass(index: number, now: number): string | null {
    const { place, begins } = this.#calendar.pass(index);
    const device = this.#of(index);
    const fault = this.#fault(place);
    device.places = begins ? [...device.places, place].sort((a, b) => a - b) : device.places.filter((one) => one !== place);
    const disturbances = device.places.map((one) => this.#fault(one).what).filter(({ kind }) => disturbing.has(kind));
    device.isOnLink = disturbances.length > 0;
    // A check-in that finds nothing is about no action.
    device.isDisturbed = disturbances.some((what) => !('on' in what) || what.on === null);
    device.skewMs = device.places.reduce((sum, one) => sum + this.#skewOf(device, one), 0);
    this.#listener.turned?.(index, fault, begins, now);
    if (!begins) return null;
    if (fault.what.kind === 'clockSkew') this.#did(index, place, 'clockOff', now);
    return (this.#hasSockets ? endingsOfSockets : endings)[fault.what.kind] ?? null;
  }

  /** Nothing is wrong with it any more. */
  end(index: number): void {
    Object.assign(this.#of(index), { places: [], isDisturbed: false, isOnLink: false, skewMs: 0 });
  }

  /** The link of this device was there, and is not any more, because of what `pass` returned. */
  cut(index: number, now: number): void {
    const endingsHere = this.#hasSockets ? endingsOfSockets : endings;
    const place = this.#of(index).places.find((one) => typeof endingsHere[this.#fault(one).what.kind] === 'string');
    if (place === undefined) return;
    this.#did(index, place, this.#hasSockets && this.#fault(place).what.kind === 'halfOpen' ? 'linkSilent' : 'linkCut', now);
  }

  /**
   * How many bytes in a second its connection takes; null: as many as come.
   * @param slowedAt when a connection begins to be slow by it; null: nothing begins
   */
  rates(index: number, slowedAt: number | null): { read: number | null; write: number | null } {
    const rates = { read: Number.POSITIVE_INFINITY, write: Number.POSITIVE_INFINITY };
    for (const [place, { kind, bytesPerSecond }] of this.#atWork(index, 'slowReader', 'slowWriter')) {
      const way = kind === 'slowReader' ? 'read' : 'write';
      rates[way] = Math.min(rates[way], bytesPerSecond);
      if (slowedAt !== null) this.#did(index, place, 'linkSlowed', slowedAt);
    }
    const orNull = (rate: number) => (rate === Number.POSITIVE_INFINITY ? null : rate);
    return { read: orNull(rates.read), write: orNull(rates.write) };
  }

  /** Whether a check-in that finds nothing may be another one than usual. */
  isDisturbed(index: number): boolean {
    return this.#of(index).isDisturbed;
  }

  /** Whether any frame may be. */
  isOnLink(index: number): boolean {
    return this.#of(index).isOnLink;
  }

  /** How far its clock is ahead; below 0: behind. */
  skewMs(index: number): number {
    return this.#of(index).skewMs;
  }

  open(index: number, now: number): Opening {
    for (const [place] of this.#atWork(index, 'partition')) {
      this.#did(index, place, 'noAnswer', now);
      return 'no-answer';
    }
    const upMs = this.#delay(index, 'up', null, now);
    const downMs = this.#delay(index, 'down', null, now);
    const refuse = (place: number, effect: FaultEffect, refused: string): Opening => {
      this.#did(index, place, effect, now);
      return { refused, afterMs: upMs + downMs };
    };
    for (const [place] of this.#atWork(index, 'unavailable')) return refuse(place, 'refused', unavailable);
    for (const direction of ['up', 'down'] as const) {
      const place = this.#losing(index, direction, null);
      if (place !== undefined) return refuse(place, 'frameLost', lost);
    }
    return { upMs, downMs };
  }

  /** A frame that the device sends. */
  up(index: number, frame: Frame, now: number): Fate {
    const action = this.#actionOf(index, frame);
    if (frame.type === 'check-in') {
      const ends = this.#throttled(index, now);
      if (ends !== null) return { ends };
    }
    const place = this.#losing(index, 'up', action);
    if (place !== undefined) {
      this.#did(index, place, 'frameLost', now);
      return { ends: lost };
    }
    for (const [reset, { share, on }] of this.#atWork(index, 'reset')) {
      if (!isWithin({ direction: 'up', on }, 'up', action) || this.#draw(index, reset) >= share) continue;
      this.#did(index, reset, 'linkReset', now);
      return { ends: lost, how: 'reset' };
    }
    return { delayMs: this.#delay(index, 'up', action, now) + this.#slowness(index, action, now) };
  }

  /** A frame that the service sends. */
  down(index: number, frame: Frame, now: number): Fate {
    const action = this.#actionOf(index, frame);
    const place = this.#losing(index, 'down', action);
    if (place === undefined) return { delayMs: this.#delay(index, 'down', action, now) };
    this.#did(index, place, 'frameLost', now);
    return { ends: lost };
  }

  /** What this wipe meets when it comes to the device; null: nothing. Once per wipe. */
  wipe(index: number, commandId: string, now: number): Interruption | null {
    for (const [place, { unreported, offFor }] of this.#atWork(index, 'interruptedWipe')) {
      const { interrupted } = this.#of(index);
      if (interrupted.has(commandId)) return null;
      interrupted.add(commandId);
      const isUnreported = this.#draw(index, place) < unreported;
      this.#did(index, place, isUnreported ? 'wipeUnreported' : 'wipeInterrupted', now);
      return isUnreported ? 'unreported' : { offForMs: Math.max(secondMs, drawDuration(offFor, this.#draw(index, place))) };
    }
    return null;
  }

  /** Whether the next certificate that it asks for is not signed. */
  failsRenewal(index: number, now: number): boolean {
    for (const [place, { share }] of this.#atWork(index, 'failedRenewal')) {
      if (this.#draw(index, place) >= share) continue;
      this.#did(index, place, 'renewalFailed', now);
      return true;
    }
    return false;
  }

  /** Whether the mail server takes nothing about this device. */
  isMailDown(index: number, now: number): boolean {
    for (const [place] of this.#atWork(index, 'mail')) {
      this.#did(index, place, 'mailPutOff', now);
      return true;
    }
    return false;
  }

  /** What a push to this device meets beside the weather of its tenant. */
  push(index: number, now: number): PushTrouble {
    let lateMs = 0;
    for (const [place, { lost: lostShare, late }] of this.#atWork(index, 'push')) {
      if (lostShare !== null && this.#draw(index, place) < lostShare) {
        this.#did(index, place, 'pushLost', now);
        return 'lost';
      }
      if (late === null || this.#draw(index, place) >= late.share) continue;
      this.#did(index, place, 'pushLate', now);
      lateMs += drawDuration(late.by, this.#draw(index, place));
    }
    return { lateMs };
  }

  found(): FaultsFound {
    return this.#tally.found(this.#calendar.devices);
  }

  #of(index: number): Affected {
    return this.#devices[index] as Affected;
  }

  #fault(place: number): Fault {
    return this.#calendar.faults[place] as Fault;
  }

  *#atWork<K extends FaultKind>(index: number, ...kinds: K[]): Generator<[place: number, what: Of<K>]> {
    for (const place of this.#of(index).places) {
      const { what } = this.#fault(place);
      if ((kinds as FaultKind[]).includes(what.kind)) yield [place, what as Of<K>];
    }
  }

  /** In [0, 1). */
  #draw(index: number, place: number, way: 'up' | 'down' = 'up'): number {
    const { key, asked } = this.#of(index);
    const lane = place * 2 + (way === 'up' ? 0 : 1);
    const count = asked.get(lane) ?? 0;
    asked.set(lane, count + 1);
    return hashUnit(hash32((this.#calendar.labels[place] as number) ^ (way === 'up' ? 0 : downLabel), key), count);
  }

  #did(index: number, place: number, effect: FaultEffect, now: number): void {
    this.#tally.count(index, place, effect);
    this.#listener.atWork?.(index, this.#fault(place), effect, now);
  }

  #skewOf({ key }: Affected, place: number): number {
    const { what } = this.#fault(place);
    if (what.kind !== 'clockSkew') return 0;
    const unit = hashUnit(hash32((this.#calendar.labels[place] as number) ^ skewLabel, key), 0);
    return Math.round(what.fromMs + unit * (what.untilMs - what.fromMs));
  }

  #delay(index: number, direction: 'up' | 'down', action: CommandType | null, now: number): number {
    let sum = 0;
    for (const [place, what] of this.#atWork(index, 'latency', 'jitter')) {
      if (!isWithin(what, direction, action)) continue;
      const ms = Math.min(delayMsMax, drawDuration(what.delay, this.#draw(index, place, direction)));
      if (ms > 0) this.#did(index, place, 'delayed', now);
      sum += ms;
    }
    return sum;
  }

  #slowness(index: number, action: CommandType | null, now: number): number {
    let sum = 0;
    for (const [place, what] of this.#atWork(index, 'slow')) {
      if (!isWithin({ direction: 'up', on: what.on }, 'up', action)) continue;
      const ms = Math.min(delayMsMax, drawDuration(what.delay, this.#draw(index, place)));
      if (ms > 0) this.#did(index, place, 'slowed', now);
      sum += ms;
    }
    return sum;
  }

  /** The fault by which a frame is lost. */
  #losing(index: number, direction: 'up' | 'down', action: CommandType | null): number | undefined {
    for (const [place, what] of this.#atWork(index, 'loss')) {
      if (isWithin(what, direction, action) && this.#draw(index, place, direction) < what.share) return place;
    }
    return undefined;
  }

  #throttled(index: number, now: number): string | null {
    for (const [place, { perMinute, refused, retryAfterMs }] of this.#atWork(index, 'throttled')) {
      const device = this.#of(index);
      const minute = Math.floor(now / minuteMs);
      if (device.minute !== minute) {
        device.minute = minute;
        device.checkIns = 0;
      }
      const isTooMany = perMinute !== null && device.checkIns >= perMinute;
      if (isTooMany || (refused > 0 && this.#draw(index, place) < refused)) {
        this.#did(index, place, 'throttled', now);
        return throttledFor(retryAfterMs);
      }
      device.checkIns += 1;
    }
    return null;
  }

  /** The action that a frame is about. */
  #actionOf(index: number, { commandId, command }: Frame): CommandType | null {
    if (commandId === undefined) return null;
    const { actions } = this.#of(index);
    if (command !== undefined) actions.set(commandId, command.type);
    return actions.get(commandId) ?? null;
  }
}

function isWithin({ direction, on }: FrameScope, way: 'up' | 'down', action: CommandType | null): boolean {
  return (direction === 'both' || direction === way) && (on === null || (action !== null && on.includes(action)));
}

/** The reason with which a service that has too much to do closes a link. */
function throttledFor(retryAfterMs: number): string {
  return `throttled; retry-after=${Math.ceil(retryAfterMs / secondMs)}`;
}

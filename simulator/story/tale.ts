/** The timeline of a story, as it happens: what steps did, and what devices and the service said. Of small fleets only. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { TimelineEntry } from '../result.ts';
import type { Fault } from '../scenarios/fault.ts';
import type { Step } from '../scenarios/scenario.ts';
import { faultSentence } from './fault-words.ts';
import type { Outcome } from './perform.ts';
import { deviceSentence, type Sentence, serverSentence, stepSentence } from './telling.ts';

/** In a larger fleet nobody follows single devices. */
export const devicesToldMax = 20;
/** Years of renewals would bury the story: after so many, and the rest of that instant, it stops, and says so. */
const entriesMax = 1000;

export class Tale {
  readonly entries: TimelineEntry[] = [];
  readonly #names: readonly string[];
  #isOver = false;

  /** @param names of the devices, by number; none where there are too many to tell of */
  constructor(names: readonly string[]) {
    this.#names = names.length > devicesToldMax ? [] : names;
  }

  /**
   * A step and what came of it, told before what it has set off meanwhile.
   * @param index null: about no device
   * @param place how many entries there were before it
   */
  step(index: number | null, step: Step, by: string, outcome: Outcome, now: number, place: number): void {
    if (this.#names.length > 0) this.#add(index, stepSentence(step, by, outcome), now, place);
  }

  /** The network of a device came or went by itself. */
  network(index: number, available: boolean, now: number): void {
    if (this.#names.length > 0) this.#add(index, { who: 'network', what: available ? 'the network is back' : 'the network is gone' }, now);
  }

  /** Something begins to go wrong for a device, or is well again. */
  fault(index: number, fault: Fault, begins: boolean, now: number): void {
    if (this.#names.length > 0) this.#add(index, faultSentence(fault, begins), now);
  }

  deviceSaid(index: number, note: DeviceNote, now: number): void {
    if (this.#names.length > 0) this.#add(index, deviceSentence(note), now);
  }

  serverSaid(index: number, note: ServerNote, now: number): void {
    if (this.#names.length > 0) this.#add(index, serverSentence(note), now);
  }

  #add(index: number | null, sentence: Sentence | null, now: number, place = this.entries.length): void {
    if (sentence === null || this.#isOver) return;
    const at = formatInstant(now);
    // An instant is told in full: within it the two drivers hear of things in different orders, and have to stop at the same one.
    if (this.entries.length >= entriesMax && this.entries.at(-1)?.at !== at) {
      this.#isOver = true;
      const what = `more happened: the timeline stops here, after ${this.entries.length} entries`;
      this.entries.push({ at, who: 'service', device: null, what });
      return;
    }
    const device = index === null ? null : (this.#names[index] ?? null);
    this.entries.splice(place, 0, { at, device, ...sentence });
  }
}

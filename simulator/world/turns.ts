/**
 * What becomes of devices by themselves, apart from their network: they stop keeping the rules and keep them again, take a new version of
 * their system, run empty, make place for a new device. Drawn before the run, lived one by one, by every driver in the same way.
 */
import type { DeviceInput } from '../../agent/device/effects.ts';
import type { DeviceState, Possessions } from '../../agent/device/state.ts';
import type { DeviceChange } from '../../protocol/hands.ts';
import type { Inventory } from '../../protocol/messages.ts';

export type Doing =
  /** `begin`: of a managed device, and what undoes it later is only done if this was. `end`: undoes it. */
  | { kind: 'change'; part: 'begin' | 'end' | 'alone'; change: DeviceChange }
  /** It runs empty, and is charged. */
  | { kind: 'power'; part: 'begin' | 'end' }
  /** Its user sets another passcode, where there is one. */
  | { kind: 'passcode'; passcode: string }
  /** Its user, or an administrator where it has none, ends the management. */
  | { kind: 'ask'; action: 'retire' | 'wipe' }
  /** Its user gets another device, and enrols it. */
  | { kind: 'replaced'; by: Inventory; has: Readonly<Possessions> };

export interface Turn {
  at: number;
  /** What belongs together has the same number; of one device. */
  spell: number;
  doing: Doing;
}

/** What is to be done to a device at a turn of its life: facts to tell it, or something to ask the service for. */
interface TurnWishes {
  /** Facts, each of which follows from what the one before made of the device: tell one before taking the next. */
  facts: Iterable<DeviceInput>;
  ask: 'retire' | 'wipe' | null;
}

const nothing: TurnWishes = { facts: [], ask: null };

export class Turns {
  readonly #turns: (readonly Turn[])[] = [];
  /** How many have passed, by device. */
  readonly #passed: number[] = [];
  /** Spells that began and came to something, by device; null: none. */
  readonly #open: (Set<number> | null)[] = [];

  /** One more device. @param turns in the order of time */
  addDevice(turns: readonly Turn[]): void {
    this.#turns.push(turns);
    this.#passed.push(0);
    this.#open.push(null);
  }

  /** The next one; Infinity where none is left. */
  nextAt(index: number): number {
    return this.#turns[index]?.[this.#passed[index] as number]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next one. @param token the tenant's enrollment token */
  pass(index: number, state: DeviceState, token: string | undefined): TurnWishes {
    const passed = this.#passed[index] as number;
    this.#passed[index] = passed + 1;
    const { spell, doing } = (this.#turns[index] as readonly Turn[])[passed] as Turn;
    if (doing.kind === 'ask') return { facts: [], ask: doing.action };
    if (doing.kind === 'passcode') {
      const isThere = state.phase === 'enrolled' && state.has.passcode !== null;
      return isThere ? { facts: [{ type: 'changed', change: { passcode: doing.passcode } }], ask: null } : nothing;
    }
    if (doing.kind === 'replaced') {
      this.#open[index] = null;
      return { facts: replacing(doing, token), ask: null };
    }
    if (doing.part === 'alone') return { facts: [{ type: 'changed', change: doing.change }], ask: null };
    if (doing.part === 'begin') {
      // What is not managed, or is off already, is left alone.
      if (state.phase !== 'enrolled' || (doing.kind === 'power' && state.power !== 'on')) return nothing;
      this.#opened(index).add(spell);
      return { facts: [doing.kind === 'power' ? { type: 'power', on: false } : { type: 'changed', change: doing.change }], ask: null };
    }
    if (this.#open[index]?.delete(spell) !== true) return nothing;
    if (doing.kind === 'power') return { facts: charging(state), ask: null };
    // What was reset in the meantime has nothing of it any more.
    const isReset = state.phase === 'wiped' || state.phase === 'set-up';
    return isReset ? nothing : { facts: [{ type: 'changed', change: doing.change }], ask: null };
  }

  #opened(index: number): Set<number> {
    const open = this.#open[index] ?? new Set<number>();
    this.#open[index] = open;
    return open;
  }
}

/** Somebody switches it on, and unlocks it: an iPhone has no network before (reference §2.5). */
function* charging(state: DeviceState): Iterable<DeviceInput> {
  yield { type: 'power', on: true };
  const { passcode } = state.has;
  if (state.screen === 'locked' && passcode !== null) yield { type: 'user-input', input: { press: 'unlock', values: { passcode } } };
}

function* replacing({ by, has }: Extract<Doing, { kind: 'replaced' }>, token: string | undefined): Iterable<DeviceInput> {
  yield { type: 'replaced', inventory: by, has };
  if (token !== undefined) yield { type: 'enroll', token };
}

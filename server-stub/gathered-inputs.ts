/**
 * What the network brings within one turn of the event loop is taken as one transaction: one commit, and one wait for the disk, for
 * all of it. Its effects still come after the commit, each input's in its order; nothing is told that could be lost.
 * A commit that fails (a full disk) fails for all of them: nobody is answered, the error is nobody's to catch, and `serve` ends with it.
 * The devices send again what was not answered.
 */
import type { ServerInput } from './core/server-core.ts';

/** Of one transaction; a longer one would keep those waiting who come after it. */
const inputsMax = 256;

export interface GatheredInput {
  /** Asked for within the transaction, when those before it were taken; null: there is nothing for the core after all. */
  input(): ServerInput | null;
  /** After the commit and its effects. */
  done?(): void;
}

/** Calls back when the turn is over. */
export type Later = (work: () => void) => void;

export class GatheredInputs {
  readonly #take: (inputs: Iterable<ServerInput>) => void;
  #waiting: GatheredInput[] = [];
  #isDue = false;

  /** @param take one transaction and its effects */
  constructor(take: (inputs: Iterable<ServerInput>) => void) {
    this.#take = take;
  }

  add(one: GatheredInput, later: Later): void {
    this.#waiting.push(one);
    if (this.#isDue) return;
    this.#isDue = true;
    later(() => {
      this.#isDue = false;
      this.takeAll();
    });
  }

  /** Now: whoever comes by another way comes after what is here already. */
  takeAll(): void {
    while (this.#waiting.length > 0) {
      const these = this.#waiting.splice(0, inputsMax);
      this.#take(inputsOf(these));
      for (const { done } of these) done?.();
    }
  }
}

function* inputsOf(gathered: readonly GatheredInput[]): Iterable<ServerInput> {
  for (const one of gathered) {
    const input = one.input();
    if (input !== null) yield input;
  }
}

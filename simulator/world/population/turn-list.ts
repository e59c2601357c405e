/** The turns of one device while they are drawn. */
import type { Doing, Turn } from '../turns.ts';

const none: readonly Turn[] = [];

export class TurnList {
  readonly #turns: Turn[] = [];
  #spells = 0;

  /** Something that nothing undoes. */
  add(at: number, doing: Doing): void {
    this.#turns.push({ at, spell: this.#spells++, doing });
  }

  /** Something, and what undoes it. */
  spell(from: number, begin: Doing, until: number, end: Doing): void {
    const spell = this.#spells++;
    this.#turns.push({ at: from, spell, doing: begin }, { at: until, spell, doing: end });
  }

  /** In the order of time; of one instant in the order in which they were drawn. */
  inOrder(): readonly Turn[] {
    return this.#turns.length === 0 ? none : this.#turns.sort((a, b) => a.at - b.at);
  }
}

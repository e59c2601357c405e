/** Sentences for a user, of thousands of devices that all say the same: each once, and again after a while with how often it came. */

const quietMs = 10_000;
/** Kinds of sentences that are told apart; more than this say nothing new. */
const kindsMax = 50;

export class TroubleList {
  readonly #say: (sentence: string) => void;
  readonly #now: () => number;
  readonly #kinds = new Map<string, { saidAt: number; more: number }>();

  constructor(say: (sentence: string) => void, now: () => number = () => performance.now()) {
    this.#say = say;
    this.#now = now;
  }

  say(sentence: string): void {
    // Of several addresses, ports and ids of devices the first stands for all.
    const kind = sentence.replace(/[0-9a-f-]{36}|\d+/g, '#');
    const now = this.#now();
    const known = this.#kinds.get(kind);
    if (known === undefined) {
      if (this.#kinds.size >= kindsMax) return;
      this.#kinds.set(kind, { saidAt: now, more: 0 });
      return this.#say(sentence);
    }
    known.more += 1;
    if (now - known.saidAt < quietMs) return;
    this.#say(`${sentence} (${known.more} times more)`);
    known.saidAt = now;
    known.more = 0;
  }
}

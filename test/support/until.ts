/** Waiting for something to become true, instead of sleeping: as short as it takes, and with words when it never comes. */

const everyMs = 5;
/** Real processes share a few cores with every other test. */
export const patienceMs = 40_000;

/** Nothing that can be promised: a promise would count as found before it is kept. */
type Settled<T> = [Extract<T, PromiseLike<unknown>>] extends [never] ? unknown : never;

/** The first answer of `look` that is neither undefined nor false. @throws Error (rejects) naming `what`, and what `describe` says, after the deadline */
export async function until<T>(
  what: string,
  look: (() => T | undefined | false) & Settled<T>,
  describe: () => string = () => '',
  ms = patienceMs,
): Promise<T> {
  const giveUpAt = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > giveUpAt) throw new Error(`Not within ${ms} ms: ${what}. ${describe()}`);
    await afterMs(everyMs);
  }
}

/** The same for what has to be asked for: the next question goes out when the last one was answered. @throws Error (rejects) likewise */
export async function untilAnswered<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  describe: () => string = () => '',
  ms = patienceMs,
): Promise<T> {
  const giveUpAt = Date.now() + ms;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > giveUpAt) throw new Error(`Not within ${ms} ms: ${what}. ${describe()}`);
    await afterMs(everyMs);
  }
}

/** For tests whose very matter is a moment in real time (a kill so many milliseconds later). */
export function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

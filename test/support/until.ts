/** Waiting for something to become true, instead of sleeping: as short as it takes, and with words when it never comes. */

const everyMs = 5;
/** Real processes share a few cores with every other test. */
export const patienceMs = 40_000;

/** The first answer of `look` that is neither undefined nor false. @throws Error (rejects) naming `what`, and what `describe` says, after the deadline */
export async function until<T>(
  what: string,
  look: () => T | undefined | false,
  describe: () => string = () => '',
  ms = patienceMs,
): Promise<T> {
  const giveUpAt = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > giveUpAt) throw new Error(`Not within ${ms} ms: ${what}. ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** For tests whose very matter is a moment in real time (a kill so many milliseconds later). */
export function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

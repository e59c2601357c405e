/**
 * Instants that are fixed before anything happens: a load that waits for the server's answers would be the slower, the slower the server
 * is (coordinated omission). They are evenly spaced, each of them up to half a space earlier or later.
 */
import { hashUnit } from '../../runtime/random.ts';

export interface Rate {
  /** Of a clock of the caller's, ms. */
  from: number;
  until: number;
  /** A second, at the begin and at the end: in between it grows evenly. */
  perSecondFrom: number;
  perSecondTo: number;
  /** Of so many processes, which deal the instants out among them, this one has every `of`-th, from `number` on. */
  number: number;
  of: number;
  seed: number;
}

/** The instants of a rate, in ms, in their order (jitter aside). */
export function* instantsOf({ from, until, perSecondFrom, perSecondTo, number, of, seed }: Rate): Generator<number> {
  const seconds = (until - from) / 1000;
  const total = Math.round(((perSecondFrom + perSecondTo) / 2) * seconds);
  for (let nth = number; nth < total; nth += of) {
    const jitter = hashUnit(seed, nth) - 0.5;
    yield from + 1000 * timeOf(Math.max(0, nth + 0.5 + jitter), perSecondFrom, perSecondTo, seconds);
  }
}

/** When so many have begun: `a t + (b - a) t² / 2s = count`. */
function timeOf(count: number, a: number, b: number, seconds: number): number {
  const growth = (b - a) / seconds;
  // The form that does not lose its digits where it hardly grows.
  return (2 * count) / (a + Math.sqrt(Math.max(0, a * a + 2 * growth * count)));
}

/** Hands each instant out when it has come, or as soon after it as this process can. Returns how to end it. */
export function handOut(instants: Iterator<number>, now: () => number, due: (instant: number) => void, over: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = instants.next();
  const turn = () => {
    while (next.done !== true && next.value <= now()) {
      due(next.value);
      next = instants.next();
    }
    if (next.done === true) over();
    else timer = setTimeout(turn, Math.max(1, Math.min(next.value - now(), 1000)));
  };
  timer = setTimeout(turn, 0);
  return () => clearTimeout(timer);
}

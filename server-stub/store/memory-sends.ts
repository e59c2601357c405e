/** When custom notifications were sent, in memory. Adding and forgetting cost the same however many there are, as long as time goes forward. */
import type { SendStore } from './store.ts';

interface Send {
  to: string;
  at: number;
}

export function createMemorySends(): SendStore {
  /** Earliest first, of each and of all. */
  const ofEach = new Map<string, number[]>();
  let all: Send[] = [];
  /** Those before it are forgotten. */
  let first = 0;

  function forget({ to, at }: Send): void {
    const sends = ofEach.get(to) ?? [];
    sends.splice(sends.indexOf(at), 1);
    if (sends.length === 0) ofEach.delete(to);
  }

  return {
    sendsAfter: (to, after) => (ofEach.get(to) ?? []).filter((at) => at > after),
    addSend(to, at) {
      let place = all.length;
      while (place > first && (all[place - 1] as Send).at > at) place -= 1;
      all.splice(place, 0, { to, at });
      const sends = ofEach.get(to) ?? [];
      ofEach.set(to, sends);
      sends.push(at);
      if ((sends.at(-2) ?? at) > at) sends.sort((a, b) => a - b);
    },
    forgetSends(after, until) {
      for (let last = all.at(-1); last !== undefined && all.length > first && last.at > until; last = all.at(-1)) {
        forget(last);
        all.pop();
      }
      for (let send = all[first]; send !== undefined && send.at <= after; send = all[first]) {
        forget(send);
        first += 1;
      }
      // Half of it at least is forgotten.
      if (first * 2 > all.length) {
        all = all.slice(first);
        first = 0;
      }
    },
  };
}

/** What became of a story's expectations: one verdict per entry and name, over all devices and repetitions. */
import { formatDuration } from '../../runtime/duration.ts';
import type { Verdict } from '../result.ts';
import type { Scenario, TimelineEvent } from '../scenarios/scenario.ts';

/** What became of one expectation, over all its devices and repetitions, of the whole fleet or of a shard of it. */
export interface StoryRow {
  name: string;
  /** Its first instant. */
  at: number;
  judged: number;
  /** The first few. */
  devices: string[];
  /** One sentence per device and moment at which it was not so, in the order of time; the first ones. */
  misses: { at: number; sentence: string }[];
  missed: number;
  /** Instants at which no device was selected. */
  nobody: number[];
}

const missesShown = 5;
const devicesShown = 4;

/** Of shards, together. @param rows of the same scenario, by shard */
export function mergedRows(rows: readonly (readonly StoryRow[])[]): StoryRow[] {
  const [first = [], ...others] = rows;
  return first.map((row, place) => others.reduce((sum, one) => together(sum, one[place] as StoryRow), row));
}

function together(one: StoryRow, other: StoryRow): StoryRow {
  const misses = [...one.misses, ...other.misses].sort((a, b) => a.at - b.at);
  const elsewhere = new Set(other.nobody);
  return {
    name: one.name,
    at: one.at,
    judged: one.judged + other.judged,
    devices: [...new Set([...one.devices, ...other.devices])].slice(0, devicesShown + 1),
    misses: misses.slice(0, missesShown),
    missed: one.missed + other.missed,
    // Nobody at all: in no shard.
    nobody: one.nobody.filter((at) => elsewhere.has(at)),
  };
}

export class StoryVerdicts {
  readonly #rows = new Map<string, StoryRow>();
  readonly #startAt: number;

  constructor({ timeline, startAt }: Pick<Scenario, 'timeline' | 'startAt'>, rows: readonly StoryRow[] = []) {
    this.#startAt = startAt;
    for (const { entry, step, at } of timeline) {
      if (step.kind !== 'expect') continue;
      step.all.forEach(({ name }, position) => {
        const key = `${entry}/${position}`;
        if (this.#rows.has(key)) return;
        this.#rows.set(key, rows[this.#rows.size] ?? { name, at, judged: 0, devices: [], misses: [], missed: 0, nobody: [] });
      });
    }
  }

  judged({ entry, at }: TimelineEvent, device: string, results: readonly { name: string; misses: readonly string[] }[]): void {
    results.forEach(({ misses }, position) => {
      const row = this.#rows.get(`${entry}/${position}`);
      if (row === undefined) return;
      row.judged += 1;
      if (row.devices.length <= devicesShown && !row.devices.includes(device)) row.devices.push(device);
      if (misses.length === 0) return;
      row.missed += 1;
      if (row.misses.length < missesShown) {
        row.misses.push({ at, sentence: `${device} after ${this.#since(at)}: ${misses.join(', ')}` });
      }
    });
  }

  /** No device was selected: what is expected of nobody is not met. */
  nobody({ entry, at, step }: TimelineEvent): void {
    if (step.kind !== 'expect') return;
    step.all.forEach((_, position) => {
      this.#rows.get(`${entry}/${position}`)?.nobody.push(at);
    });
  }

  /** As it stands, to be put together with that of other shards. */
  rows(): StoryRow[] {
    return [...this.#rows.values()];
  }

  /** What was expected up to now; what lies ahead is not among it. */
  soFar(): Verdict[] {
    return this.#verdictsOf(
      this.rows().filter(({ judged, nobody }) => judged > 0 || nobody.length > 0),
      null,
    );
  }

  /** @param whyNot why nothing can be said of what did not come to pass (the run was made smaller); null: it counts as missed */
  verdicts(whyNot: string | null): Verdict[] {
    return this.#verdictsOf(this.rows(), whyNot);
  }

  #verdictsOf(rows: readonly StoryRow[], whyNot: string | null): Verdict[] {
    return rows.map(({ name, judged, devices, misses, missed, nobody, at }): Verdict => {
      if (whyNot !== null) return { name, passed: true, judged: false, detail: `not judged: ${whyNot}` };
      const absences = nobody.map((at) => ({ at, sentence: `after ${this.#since(at)} no device is selected` }));
      const all = [...misses, ...absences].sort((a, b) => a.at - b.at).map(({ sentence }) => sentence);
      const count = missed + nobody.length;
      if (count > 0) {
        const more = count > missesShown ? `; and ${count - missesShown} more` : '';
        return { name, passed: false, detail: `${all.slice(0, missesShown).join('; ')}${more}` };
      }
      if (judged === 0) return { name, passed: false, detail: `never judged: it was expected after ${this.#since(at)}` };
      const whose = devices.length > devicesShown ? 'many devices' : devices.join(', ');
      const times = judged > devices.length ? `, judged ${judged} times` : '';
      return { name, passed: true, detail: `${whose} after ${this.#since(at)}${times}` };
    });
  }

  #since(at: number): string {
    return formatDuration(at - this.#startAt);
  }
}

/** What became of a story's expectations: one verdict per entry and name, over all devices and repetitions. */
import { formatDuration } from '../../runtime/duration.ts';
import type { Verdict } from '../result.ts';
import type { Scenario, TimelineEvent } from '../scenarios/scenario.ts';

interface Row {
  name: string;
  judged: number;
  devices: Set<string>;
  /** One sentence per device and moment at which it was not so. */
  misses: string[];
  at: number;
}

const missesShown = 5;
const devicesShown = 4;

export class StoryVerdicts {
  readonly #rows = new Map<string, Row>();
  readonly #startAt: number;

  constructor({ timeline, startAt }: Pick<Scenario, 'timeline' | 'startAt'>) {
    this.#startAt = startAt;
    for (const { entry, step, at } of timeline) {
      if (step.kind !== 'expect') continue;
      step.all.forEach(({ name }, position) => {
        const key = `${entry}/${position}`;
        if (!this.#rows.has(key)) this.#rows.set(key, { name, judged: 0, devices: new Set(), misses: [], at });
      });
    }
  }

  judged({ entry, at }: TimelineEvent, device: string, results: readonly { name: string; misses: readonly string[] }[]): void {
    results.forEach(({ misses }, position) => {
      const row = this.#rows.get(`${entry}/${position}`);
      if (row === undefined) return;
      row.judged += 1;
      if (row.devices.size <= devicesShown) row.devices.add(device);
      if (misses.length > 0) row.misses.push(`${device} after ${this.#since(at)}: ${misses.join(', ')}`);
    });
  }

  /** No device was selected: what is expected of nobody is not met. */
  nobody({ entry, at, step }: TimelineEvent): void {
    if (step.kind !== 'expect') return;
    step.all.forEach((_, position) => {
      const row = this.#rows.get(`${entry}/${position}`);
      row?.misses.push(`after ${this.#since(at)} no device is selected`);
    });
  }

  /** What was expected up to now; what lies ahead is not among it. */
  soFar(): Verdict[] {
    return this.#verdictsOf(
      [...this.#rows.values()].filter(({ judged, misses }) => judged > 0 || misses.length > 0),
      null,
    );
  }

  /** @param whyNot why nothing can be said of what did not come to pass (the run was made smaller); null: it counts as missed */
  verdicts(whyNot: string | null): Verdict[] {
    return this.#verdictsOf([...this.#rows.values()], whyNot);
  }

  #verdictsOf(rows: readonly Row[], whyNot: string | null): Verdict[] {
    return rows.map(({ name, judged, devices, misses, at }): Verdict => {
      if (whyNot !== null) return { name, passed: true, judged: false, detail: `not judged: ${whyNot}` };
      if (misses.length > 0) {
        const more = misses.length > missesShown ? `; and ${misses.length - missesShown} more` : '';
        return { name, passed: false, detail: `${misses.slice(0, missesShown).join('; ')}${more}` };
      }
      if (judged === 0) return { name, passed: false, detail: `never judged: it was expected after ${this.#since(at)}` };
      const whose = devices.size > devicesShown ? 'many devices' : [...devices].join(', ');
      const times = judged > devices.size ? `, judged ${judged} times` : '';
      return { name, passed: true, detail: `${whose} after ${this.#since(at)}${times}` };
    });
  }

  #since(at: number): string {
    return formatDuration(at - this.#startAt);
  }
}

/** Whether the generator itself was at its end: then its latencies are its own, and not the server's. */
import { cpuShare } from './counts.ts';
import type { GeneratorFigures } from './load-figures.ts';

/** Of one core, by one process, over a while: from here on it cannot be told who is slow. */
const shareMax = 0.9;
const stallMsMax = 100;
/** A second alone says little: the fleet may have come in it. */
const whileMs = 4_500;

export class GeneratorLimit {
  readonly #heard = new Map<number, GeneratorFigures[]>();
  #busiest = 0;
  readonly #latest = new Map<number, GeneratorFigures>();

  /** Share of one core that the busiest process has used, over the whole run. */
  get share(): number {
    return [...this.#latest.values()].reduce((most, figures) => Math.max(most, cpuShare(figures)), 0);
  }

  heard(process: number, figures: GeneratorFigures): void {
    this.#latest.set(process, figures);
    const all = this.#heard.get(process) ?? [];
    all.push(figures);
    while (all.length > 1 && figures.wallMs - (all[1] as GeneratorFigures).wallMs >= whileMs) all.shift();
    this.#heard.set(process, all);
    const first = all[0] as GeneratorFigures;
    const wallMs = figures.wallMs - first.wallMs;
    if (wallMs >= whileMs) this.#busiest = Math.max(this.#busiest, (figures.cpuMs - first.cpuMs) / wallMs);
  }

  /** null: nothing speaks for it. */
  sentence(): string | null {
    const why: string[] = [];
    if (this.#busiest > shareMax) why.push(`a process of the load generator used ${Math.round(this.#busiest * 100)} % of a core`);
    const stallMs = [...this.#latest.values()].reduce((most, { stallMsP99 }) => Math.max(most, stallMsP99), 0);
    if (stallMs > stallMsMax) why.push(`its event loop stood still for ${Math.round(stallMs)} ms (p99)`);
    if (why.length === 0) return null;
    return `The generator, and not the server, may be the limit: ${why.join(', and ')}. Use more processes, more machines, or less load.`;
  }
}

/** What a process of a load run uses itself: whoever measures a server with a generator that is at its own end measures the generator. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { GeneratorFigures } from './load-figures.ts';

/** The monitor looks as often as this, and counts the pause in between as well. */
const resolutionMs = 10;

export class GeneratorMeter {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #rssBytesBefore = process.memoryUsage.rss();
  #cpuBefore = process.cpuUsage();
  #begunAt = performance.now();

  /** The run begins now: what getting ready took does not count. */
  begin(): void {
    this.#cpuBefore = process.cpuUsage();
    this.#begunAt = performance.now();
    this.#delay.enable();
  }

  found(): GeneratorFigures {
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    const stall = (ns: number) => (this.#delay.count === 0 ? 0 : Math.max(0, Math.round(ns / 1e5) / 10 - resolutionMs));
    return {
      cpuMs: Math.round((user + system) / 1000),
      wallMs: Math.round(performance.now() - this.#begunAt),
      rssBytes: process.memoryUsage.rss(),
      rssBytesBefore: this.#rssBytesBefore,
      stallMsMax: stall(this.#delay.max),
      stallMsP99: stall(this.#delay.percentile(99)),
    };
  }

  close(): void {
    this.#delay.disable();
  }
}

/** Counts what a run is asked about, as it happens: states now, actions by outcome, certificates, removals, check-ins. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { StateSeries } from '../result.ts';

export class Tally {
  readonly actions: Record<string, Record<string, number>> = {};
  readonly certificates = { issued: 0, renewed: 0, expired: 0 };
  recordsRemoved = 0;
  checkInsLived = 0;
  /** State of each device's record, as an index into `states`. */
  readonly #stateOf: Uint8Array;
  readonly #states: string[] = ['not-enrolled'];
  readonly #counts: number[];
  readonly #samples: number[][] = [];

  constructor(devices: number) {
    this.#stateOf = new Uint8Array(devices);
    this.#counts = [devices];
  }

  deviceSaid(note: DeviceNote): void {
    if (note.kind === 'check-in') this.checkInsLived += 1;
    else if (note.kind === 'quiet-check-ins') this.checkInsLived += note.count;
  }

  serverSaid(note: ServerNote): void {
    if (note.kind === 'command-finished') {
      this.count(note.action, 'open', -1);
      this.count(note.action, note.status, 1);
    } else if (note.kind === 'command-queued') this.count(note.action, 'open', 1);
    else if (note.kind === 'certificate-issued') {
      this.certificates.issued += 1;
      if (note.purpose === 'renew') this.certificates.renewed += 1;
    } else if (note.kind === 'certificate-expired') this.certificates.expired += 1;
    else if (note.kind === 'record-removed' && note.why === 'expired') this.recordsRemoved += 1;
  }

  count(action: string, outcome: string, by: number): void {
    this.actions[action] ??= {};
    const outcomes = this.actions[action];
    outcomes[outcome] = (outcomes[outcome] ?? 0) + by;
    if (outcomes[outcome] === 0) delete outcomes[outcome];
  }

  /** The record of device `index` is in this state now. */
  setState(index: number, state: string): void {
    let code = this.#states.indexOf(state);
    if (code < 0) {
      code = this.#states.push(state) - 1;
      this.#counts.push(0);
    }
    const before = this.#stateOf[index] as number;
    if (before === code) return;
    this.#counts[before] = (this.#counts[before] as number) - 1;
    this.#counts[code] = (this.#counts[code] as number) + 1;
    this.#stateOf[index] = code;
  }

  /** Takes a sample of the states for the chart. */
  sample(): void {
    this.#samples.push([...this.#counts]);
  }

  /** State → devices, now. States that no device is in are left out. */
  states(): Record<string, number> {
    const entries = this.#states.map((name, code) => [name, this.#counts[code] as number] as const);
    return Object.fromEntries(entries.filter(([, count]) => count > 0));
  }

  series(startAt: number, stepMs: number): StateSeries {
    const states = this.#states.map((name, code) => ({ name, counts: this.#samples.map((sample) => sample[code] ?? 0) }));
    return { startAt, stepMs, states };
  }
}

/** Everyone who only listens to a run: the tally, the trace, the checkers. What they hear never changes what happens. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { Verdict } from '../result.ts';
import { allCheckers, type Checker } from './checkers.ts';
import { Tally } from './tally.ts';
import { Trace } from './trace.ts';

type DeviceListener = NonNullable<Checker['device']>;
type ServerListener = NonNullable<Checker['server']>;

export class Watch {
  readonly tally: Tally;
  readonly trace: Trace;
  readonly #checkers: readonly Checker[];
  /** Who listens to which side, and to its check-ins: most notes are of those, and few listen to them. */
  readonly #device: readonly DeviceListener[];
  readonly #server: readonly ServerListener[];
  readonly #deviceCheckIns: readonly DeviceListener[];
  readonly #serverCheckIns: readonly ServerListener[];

  constructor(devices: number) {
    this.tally = new Tally(devices);
    this.trace = new Trace(devices);
    this.#checkers = allCheckers(devices);
    const ofCheckIns = this.#checkers.filter(({ hearsCheckIns }) => hearsCheckIns === true);
    this.#device = this.#checkers.flatMap(({ device }) => device ?? []);
    this.#server = this.#checkers.flatMap(({ server }) => server ?? []);
    this.#deviceCheckIns = ofCheckIns.flatMap(({ device }) => device ?? []);
    this.#serverCheckIns = ofCheckIns.flatMap(({ server }) => server ?? []);
  }

  /** Before the first event, once per device that has apps: those of its user, by name. */
  start(index: number, apps: readonly string[]): void {
    for (const checker of this.#checkers) checker.start?.(index, apps);
  }

  deviceSaid(index: number, note: DeviceNote, now: number): void {
    this.tally.deviceSaid(note);
    if (note.kind === 'check-in') {
      for (const hear of this.#deviceCheckIns) hear(index, note, now);
      return;
    }
    this.trace.deviceSaid(index, note, now);
    for (const hear of this.#device) hear(index, note, now);
  }

  serverSaid(index: number, note: ServerNote, now: number): void {
    if (note.kind === 'checked-in') {
      for (const hear of this.#serverCheckIns) hear(index, note, now);
      return;
    }
    this.tally.serverSaid(note);
    this.trace.serverSaid(index, note, now);
    for (const hear of this.#server) hear(index, note, now);
  }

  /** At the end of the run: the checkers compare with what the store holds. `deviceIds[index]`: the device's latest record. */
  end(store: Store, deviceIds: readonly (string | null)[], now: number): void {
    for (const checker of this.#checkers) checker.end?.(store, deviceIds, now);
  }

  verdicts(): Verdict[] {
    return this.#checkers.map((checker) => checker.verdict());
  }
}

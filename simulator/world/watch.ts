/** Everyone who only listens to a run: the tally, the measures, the trace, the checkers. What they hear never changes what happens. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { Verdict } from '../result.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { allCheckers, type Watched } from './checkers.ts';
import type { Checker, CheckerFound } from './findings.ts';
import { Measures } from './measures.ts';
import type { OnlineBehavior } from './online-behavior.ts';
import type { Roster } from './roster.ts';
import { Tally } from './tally.ts';
import { Trace } from './trace.ts';

type DeviceListener = NonNullable<Checker['device']>;
type ServerListener = NonNullable<Checker['server']>;

const none: readonly string[] = [];

export class Watch {
  readonly tally: Tally;
  readonly measures: Measures;
  readonly trace: Trace;
  readonly #checkers: readonly Checker[];
  readonly #starts: readonly NonNullable<Checker['start']>[];
  /** Who listens to which side, and to its check-ins: most notes are of those, and few listen to them. */
  readonly #device: readonly DeviceListener[];
  readonly #server: readonly ServerListener[];
  readonly #tenant: readonly NonNullable<Checker['tenant']>[];
  readonly #deviceCheckIns: readonly DeviceListener[];
  readonly #serverCheckIns: readonly ServerListener[];

  /** @param stateOf a device as it is now */
  constructor(scenario: Watched & Pick<Scenario, 'startAt' | 'days'>, stateOf: (index: number) => DeviceState) {
    const { devices } = scenario;
    this.tally = new Tally(devices);
    this.measures = new Measures(scenario);
    this.trace = new Trace(devices);
    this.#checkers = allCheckers(scenario, stateOf);
    this.#starts = this.#checkers.flatMap(({ start }) => start ?? []);
    const ofCheckIns = this.#checkers.filter(({ hearsCheckIns }) => hearsCheckIns === true);
    this.#device = this.#checkers.flatMap(({ device }) => device ?? []);
    this.#server = this.#checkers.flatMap(({ server }) => server ?? []);
    this.#tenant = this.#checkers.flatMap(({ tenant }) => tenant ?? []);
    this.#deviceCheckIns = ofCheckIns.flatMap(({ device }) => device ?? []);
    this.#serverCheckIns = ofCheckIns.flatMap(({ server }) => server ?? []);
  }

  /** Before the first event, once per device. */
  start(index: number, group: string, { inventory, has }: Pick<DeviceState, 'inventory' | 'has'>, online: OnlineBehavior): void {
    const { platform, enrollment, userPrincipalName: user } = inventory;
    this.measures.start(index, platform, online);
    const apps = has.apps.length === 0 ? none : has.apps.map(({ name }) => name);
    const begun = { group, platform, enrollment, user, apps };
    for (const start of this.#starts) start(index, begun);
  }

  deviceSaid(index: number, note: DeviceNote, now: number): void {
    this.tally.deviceSaid(index, note);
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
    this.tally.serverSaid(note, now);
    this.measures.serverSaid(note, now);
    this.trace.serverSaid(index, note, now);
    for (const hear of this.#server) hear(index, note, now);
  }

  /** What the service said of no device of the fleet: of it all, messages to groups count. They are in no device's life, and so in no digest. */
  tenantSaid(note: ServerNote, now: number): void {
    if (note.kind !== 'notification-sent' && note.kind !== 'notification-refused') return;
    this.tally.serverSaid(note, now);
    for (const hear of this.#tenant) hear(note, now);
  }

  /** At the end of the run: the checkers compare with what the store holds. */
  end(store: Store, roster: Roster, now: number): void {
    const deviceIds = roster.newest();
    this.measures.end(store, roster, now);
    for (const checker of this.#checkers) checker.end?.(store, deviceIds, now);
  }

  found(): CheckerFound[] {
    return this.#checkers.map((checker) => checker.found());
  }

  verdicts(): Verdict[] {
    return this.#checkers.map((checker) => checker.verdict());
  }
}

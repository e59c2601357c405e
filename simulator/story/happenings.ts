/**
 * Lets an entry of the timeline happen: selects its devices, does to each what is to be done, tells the tale and keeps the verdicts.
 * The same in virtual time and live; a driver lends it its fleet, and finishes what was set off before the next entry.
 */
import type { DeviceState } from '../../agent/device/state.ts';
import type { GraphTenant, Initiator } from '../../server-stub/graph/tenant.ts';
import type { Scenario, Step, TimelineEvent } from '../scenarios/scenario.ts';
import type { DirectorySeed } from '../tenant/seed.ts';
import { drawLabel, isDrawn, isSelected } from '../world/selection.ts';
import { notifyGroups, whyNotAllowed } from './custom-notifications.ts';
import type { Notebook } from './notebook.ts';
import { administer, expectationsMissed, type Outcome, perform, type StoryDevice, tooMany } from './perform.ts';
import type { Tale } from './tale.ts';
import { StoryVerdicts } from './verdicts.ts';

type ActionStep = Extract<Step, { kind: 'action' }>;

const notifyAction = 'sendCustomNotificationToCompanyPortal';
/** Groups: whatever was sent to them is about each device. */
const everybody = -1;
const recordGone = 'the record is not there any more';

/** The administrator where an entry names none. */
const administrator = 'admin@contoso.example';

/** Hears of each step that was done to a device, and what came of it; afterwards, when what it set off at once was heard already. */
export interface StepListener {
  /** What `step` needs to put it before that. */
  readonly mark: number;
  step(index: number, step: Step, by: string, outcome: Outcome, now: number, mark: number): void;
}

export interface StoryFleet {
  devices: number;
  state(index: number): DeviceState;
  group(index: number): string;
  /** The newest record of the device; null before its first. */
  idOf(index: number): string | null;
  hold(index: number): Omit<StoryDevice, 'notebook' | 'refused'>;
  /** Something was done to this device. */
  touched(index: number): void;
  /** An action was greyed out. */
  refused(action: string): void;
  /** Whoever keeps what was done to devices. */
  steps?: StepListener | undefined;
  /** The administrator changes people, groups or policies of the tenant. */
  plant(seed: DirectorySeed, by: Initiator): void;
}

export class Happenings {
  readonly verdicts: StoryVerdicts;
  readonly #scenario: Scenario;
  readonly #tale: Tale;
  readonly #fleet: StoryFleet;
  readonly #notebooks = new Map<number, Notebook>();
  /** What came of the latest request about each device, and to groups; null: no expectation asks for it. */
  readonly #asks: Map<number, { order: number; outcome: Outcome }> | null;
  #asksSoFar = 0;
  /** Of each device; empty before they are first asked for. */
  #keys = new Uint32Array(0);

  constructor(scenario: Scenario, tale: Tale, fleet: StoryFleet) {
    this.#scenario = scenario;
    this.#tale = tale;
    this.#fleet = fleet;
    this.verdicts = new StoryVerdicts(scenario);
    const isAsked = scenario.timeline.some(({ step }) => step.kind === 'expect' && step.all.some(({ refused }) => refused !== undefined));
    this.#asks = isAsked ? new Map() : null;
  }

  /** Returns how many devices it happened to. */
  happen(event: TimelineEvent, tenant: GraphTenant, now: number): number {
    const { step, to } = event;
    const by = event.by ?? administrator;
    if (step.kind === 'tenant') {
      const place = this.#tale.entries.length;
      if (Object.keys(step.change).length > 0) tenant.configure(step.change, { name: by, isUser: false });
      if (step.seed !== null) this.#fleet.plant(step.seed, { name: by, isUser: false });
      this.#tale.step(null, step, by, null, now, place);
      return 1;
    }
    if (step.kind === 'notify') {
      const place = this.#tale.entries.length;
      const outcome = notifyGroups(tenant, step, by, now);
      this.#tale.step(null, step, by, outcome, now, place);
      this.#asked(everybody, outcome);
      return 1;
    }
    const label = drawLabel(this.#scenario.seed, event);
    const keys = this.#keysOfDevices();
    let count = 0;
    for (let index = 0; index < keys.length; index++) {
      // First of all, because nothing of the device is read for it and few are left: entries × devices is the longest walk of a run.
      if (!isDrawn(to, keys[index] as number, label)) continue;
      const state = this.#fleet.state(index);
      // Before its first enrollment an administrator knows nothing of a device.
      if (step.kind === 'action' && this.#fleet.idOf(index) === null) continue;
      if (!isSelected(to, state, this.#fleet.group(index))) continue;
      if (this.#happenTo(index, event, by, tenant, now)) count += 1;
    }
    if (step.kind === 'expect' && count === 0) this.verdicts.nobody(event);
    return count;
  }

  #happenTo(index: number, event: TimelineEvent, by: string, tenant: GraphTenant, now: number): boolean {
    const { step } = event;
    const place = this.#tale.entries.length;
    const { steps } = this.#fleet;
    const mark = steps?.mark ?? 0;
    if (step.kind === 'tenant' || step.kind === 'notify') return false;
    if (step.kind === 'action') {
      const outcome = this.#administer(this.#fleet.idOf(index) ?? '', step, by, tenant, now);
      this.#tale.step(index, step, by, outcome, now, place);
      if (outcome === recordGone) return false;
      steps?.step(index, step, by, outcome, now, mark);
      this.#asked(index, outcome);
      this.#fleet.touched(index);
      return true;
    }
    const held = this.#fleet.hold(index);
    const device: StoryDevice = { ...held, notebook: this.#notebook(index), refused: this.#refused(index) };
    if (step.kind === 'expect') {
      const name = this.#fleet.state(index).inventory.deviceName;
      this.verdicts.judged(event, name, expectationsMissed(step, device, tenant, now));
      return true;
    }
    const outcome = perform(step, device, tenant, by, now);
    this.#tale.step(index, step, by, outcome, now, place);
    steps?.step(index, step, by, outcome, now, mark);
    this.#fleet.touched(index);
    return true;
  }

  /** By the thousand: nothing is allocated that this device does not need. */
  #administer(id: string, { do: action, parameters }: ActionStep, by: string, tenant: GraphTenant, now: number): Outcome {
    if (action === notifyAction) {
      const whyNot = whyNotAllowed(tenant, id, parameters, by, now);
      if (whyNot !== null) return whyNot;
    }
    const done = administer(tenant, id, action, parameters, { name: by, isUser: false });
    if (done === null) return recordGone;
    if (done.refused !== null) this.#fleet.refused(action);
    return tooMany(done.tryAgainAt) ?? (done.refused === null ? null : `greyed out: ${done.refused}`);
  }

  /** @param whom a device, or `everybody` */
  #asked(whom: number, outcome: Outcome): void {
    if (this.#asks === null) return;
    this.#asksSoFar += 1;
    this.#asks.set(whom, { order: this.#asksSoFar, outcome });
  }

  #refused(index: number): string | false | undefined {
    const [own, ofAll] = [this.#asks?.get(index), this.#asks?.get(everybody)];
    const latest = (own?.order ?? 0) > (ofAll?.order ?? 0) ? own : ofAll;
    return latest === undefined ? undefined : (latest.outcome ?? false);
  }

  /** What the administrator has noted of each device. */
  get notebooks(): ReadonlyMap<number, Readonly<Notebook>> {
    return this.#notebooks;
  }

  #keysOfDevices(): Uint32Array {
    const { devices } = this.#fleet;
    if (this.#keys.length !== devices) this.#keys = Uint32Array.from({ length: devices }, (_, index) => this.#fleet.state(index).key);
    return this.#keys;
  }

  #notebook(index: number): Notebook {
    const known = this.#notebooks.get(index);
    if (known !== undefined) return known;
    const fresh: Notebook = {};
    this.#notebooks.set(index, fresh);
    return fresh;
  }
}

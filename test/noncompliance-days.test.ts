/**
 * NC-03, NC-04, NC-06, NC-08: the arithmetic of days. Random schedules, random spells, jumps of the clock, a stub that is off for days, restarts and
 * changes of policies, against a plain reference: it knows the whole life beforehand and works each spell out by itself.
 */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreBench, type Enrolled, newPhone } from '../server-stub/core/core.fixture.ts';
import type { CompliancePolicyRecord, ScheduledAction } from '../server-stub/core/policy-records.ts';
import type { ComplianceState } from '../server-stub/core/records.ts';
import { createMemoryStore } from '../server-stub/store/memory-store.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import type { Store } from '../server-stub/store/store.ts';
import { scratch } from './support/scratch.ts';

const hour = 3_600_000;
const day = 24 * hour;
const by = { name: 'admin@contoso.example', isUser: false };

/** What each policy can ask, and which fact of the device it is about. */
const asks = { passcodeRequired: 'passcode', securityBlockJailbrokenDevices: 'notJailbroken' } as const;
type Ask = keyof typeof asks;
interface Facts {
  passcode: boolean;
  notJailbroken: boolean;
}

interface Act {
  type: 'notification' | 'pushNotification' | 'remoteLock' | 'retire' | 'noAction';
  hours: number;
}

interface Schedule {
  graceHours: number;
  acts: Act[];
}

type Step =
  /** The clock goes on, and everything is done when it is due. */
  | { kind: 'pass'; ms: number }
  /** The stub is off meanwhile, and started again; then the next step comes before it has looked at its timers, or after. */
  | { kind: 'off'; ms: number; isFirst: boolean }
  | { kind: 'checkIn'; facts: Facts }
  | { kind: 'restart' }
  | { kind: 'reschedule'; policy: number; schedule: Schedule }
  | { kind: 'ask'; policy: number; ask: Ask }
  | { kind: 'assign'; policy: number; isAssigned: boolean }
  | { kind: 'actions'; areOn: boolean };

interface Life {
  policies: { ask: Ask; schedule: Schedule }[];
  steps: Step[];
}

interface Fired {
  policy: number;
  type: string;
  at: number;
}

const hours = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0, 6, 24, 48, 72, 120, 240) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 8760 }) },
);
const type = fc.constantFrom('notification', 'pushNotification', 'remoteLock', 'retire', 'noAction') satisfies fc.Arbitrary<Act['type']>;
const schedule: fc.Arbitrary<Schedule> = fc.record({
  graceHours: hours,
  acts: fc.array(fc.record({ type, hours }), { maxLength: 4 }),
});
const ask = fc.constantFrom('passcodeRequired', 'securityBlockJailbrokenDevices') satisfies fc.Arbitrary<Ask>;
const facts = fc.record({ passcode: fc.boolean(), notJailbroken: fc.boolean() });
/** To the hour now and then, so that a step comes at the very instant at which something is due. */
const ms = fc.oneof(
  fc.integer({ min: 0, max: 240 }).map((n) => n * hour),
  fc.integer({ min: 0, max: 12 * day }),
  fc.integer({ min: 0, max: 60 * day }),
);
const policy = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('checkIn' as const), facts }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('off' as const), ms, isFirst: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reschedule' as const), policy, schedule }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const), policy, ask }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('assign' as const), policy, isAssigned: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('actions' as const), areOn: fc.boolean() }) },
);
const life: fc.Arbitrary<Life> = fc.record({
  policies: fc.array(fc.record({ ask, schedule }), { minLength: 1, maxLength: 3 }),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

/** The life as it is lived by the core: what fired, and what the device counted as after each step. */
class Lived {
  readonly fired: Fired[] = [];
  /** null: what is due has not been looked at yet. */
  readonly states: (ComplianceState | null)[] = [];
  /** Instants at which each step was done. */
  readonly instants: number[] = [];
  readonly #restarted: (store: Store) => Store;
  readonly #policyIds: string[];
  #bench: CoreBench;
  #device: Enrolled;
  #renewals = 0;

  constructor(life: Life, store: Store, restarted: (store: Store) => Store) {
    this.#restarted = restarted;
    this.#bench = new CoreBench({ seed: 'days' }, store);
    this.#device = this.#bench.enroll();
    this.#policyIds = life.policies.map((_policy, index) => `00000000-0000-4000-8000-00000000000${index}`);
    const { tenant } = this.#bench;
    tenant.directory.save('notificationTemplate', template);
    tenant.setComplianceSettings({ validityDays: 120 }, by);
    for (const [index, one] of life.policies.entries()) this.#save(index, { ...recordOf(this.#policyIds[index] as string, one) });
  }

  live(steps: readonly Step[]): void {
    for (const step of steps) {
      this.#do(step);
      this.instants.push(this.#bench.now);
      const isBehind = this.#bench.core.nextDeadline() <= this.#bench.now;
      this.states.push(isBehind ? null : (this.#bench.record(this.#device)?.complianceState ?? 'unknown'));
    }
    this.#bench.pass(0);
    this.#listen();
  }

  /** What came of those actions that leave something behind. */
  traces() {
    const { store } = this.#bench;
    const mails = [...store.mails()].reverse().map(({ at }) => at);
    const locks = store.commandsOf(this.#device.id).filter(({ action }) => action === 'remoteLock').length;
    return { mails, locks };
  }

  close(): void {
    this.#bench.store.close();
  }

  #do(step: Step): void {
    const bench = this.#bench;
    switch (step.kind) {
      case 'pass':
        return bench.pass(step.ms);
      case 'off':
        return this.#start(step.ms, step.isFirst);
      case 'restart':
        return this.#start(0, false);
      case 'checkIn':
        return this.#checkIn(step.facts);
      case 'reschedule':
        return this.#change(step.policy, (before) => ({ ...before, rules: rulesOf(step.schedule, `${this.instants.length}`) }));
      case 'ask':
        return this.#change(step.policy, (before) => ({ ...before, settings: { [step.ask]: true } }));
      case 'assign':
        return this.#change(step.policy, (before) => ({ ...before, assignments: step.isAssigned ? forEveryone : [] }));
      case 'actions':
        bench.pass(0);
        return bench.tenant.setComplianceSettings({ isScheduledActionEnabled: step.areOn }, by);
    }
  }

  #start(off: number, isFirst: boolean): void {
    this.#listen();
    const { now, store } = this.#bench;
    this.#bench = new CoreBench({ seed: 'days' }, this.#restarted(store));
    this.#bench.now = now + off;
    if (!isFirst) this.#bench.pass(0);
  }

  #checkIn({ passcode, notJailbroken }: Facts): void {
    const bench = this.#bench;
    const link = bench.open(this.#device.peer);
    bench.tell(link, this.#device, { ...newPhone, passcode, jailBroken: !notJailbroken });
    bench.checkIn(link, this.#device);
    this.#renewals += 1;
    bench.say(link, { type: 'renew', deviceId: this.#device.id, requestId: `renewal-${this.#renewals}`, csr: 'csr' });
    const renewed = bench.sign().at(-1);
    if (renewed?.type !== 'renewed') throw new Error(`not renewed, but ${JSON.stringify(renewed)}`);
    const { serialNumber, notBefore, notAfter } = renewed;
    bench.close(link);
    this.#device = { ...this.#device, peer: { ...this.#device.peer, serialNumber, notBefore, notAfter } };
  }

  #change(index: number, change: (before: CompliancePolicyRecord) => CompliancePolicyRecord): void {
    const before = this.#bench.store.entry('compliancePolicy', this.#policyIds[index] ?? '');
    if (before !== undefined) this.#save(index, change(before));
  }

  #save(_index: number, policy: CompliancePolicyRecord): void {
    this.#bench.tenant.savePolicy({ ...policy, version: policy.version + 1 }, 'patch', by);
  }

  #listen(): void {
    for (const note of this.#bench.notes) {
      if (note.kind !== 'noncompliance-action') continue;
      const policy = this.#policyIds.indexOf(note.policyId);
      if (policy >= 0) this.fired.push({ policy, type: note.action, at: note.dueAt });
    }
    this.#bench.notes = [];
  }
}

const template = {
  id: '11111111-1111-4111-8111-111111111111',
  displayName: 'Warning',
  description: null,
  defaultLocale: 'en-us',
  branding: [],
  roleScopeTagIds: ['0'],
  modifiedAt: 0,
  messages: [{ locale: 'en-us', subject: 'Not compliant', messageTemplate: 'Please see to it.', isDefault: true, modifiedAt: 0 }],
};

const forEveryone: CompliancePolicyRecord['assignments'] = [{ id: 'a', target: { kind: 'allUsers' } }];

function recordOf(id: string, { ask, schedule }: Life['policies'][number]): CompliancePolicyRecord {
  return {
    id,
    type: 'iosCompliancePolicy',
    displayName: `Policy ${id}`,
    description: null,
    createdAt: 0,
    modifiedAt: 0,
    version: 0,
    settings: { [ask]: true },
    roleScopeTagIds: ['0'],
    assignments: forEveryone,
    rules: rulesOf(schedule, 'first'),
  };
}

/** Ids are new each time: what is equal must be known by what it is. */
function rulesOf({ graceHours, acts }: Schedule, label: string): CompliancePolicyRecord['rules'] {
  const action = (type: ScheduledAction['type'], hours: number, place: number): ScheduledAction => {
    return { id: `${label}/${place}`, type, hours, templateId: type === 'notification' ? template.id : '', ccGroups: [] };
  };
  const actions = [action('block', graceHours, 0), ...acts.map(({ type, hours }, index) => action(type, hours, index + 1))];
  return [{ id: `${label}/rule`, ruleName: null, actions }];
}

/** What should have come of it. `instants`: when each step was done. */
function expected({ policies, steps }: Life, instants: readonly number[]) {
  const chronicles = policies.map((one, index) => chronicle(one, index, steps, instants));
  const fired = chronicles.flatMap(({ fired }) => fired);
  const isEvaluated = steps.map((_step, index) => steps.slice(0, index + 1).some(({ kind }) => kind === 'checkIn'));
  const states = steps.map((_step, index): ComplianceState => {
    const of = chronicles.map(({ states }) => states[index]);
    if (of.includes('marked')) return 'noncompliant';
    if (of.includes('grace')) return 'inGracePeriod';
    return isEvaluated[index] ? 'compliant' : 'unknown';
  });
  return { fired, states };
}

/** One policy's: cut into stretches of time within which nothing is decided, by device or administrator. */
function chronicle(first: Life['policies'][number], policy: number, steps: readonly Step[], instants: readonly number[]) {
  const fired: Fired[] = [];
  const states: ('marked' | 'grace' | 'none')[] = [];
  let { ask, schedule } = first;
  let isAssigned = true;
  let areOn = true;
  let spell: { since: number; done: { type: string; hours: number }[] } | null = null;
  let at = instants[0] === undefined ? 0 : Number.NEGATIVE_INFINITY;

  const everything = () => [{ type: 'block', hours: schedule.graceHours }, ...schedule.acts];
  const leftOf = (done: readonly { type: string; hours: number }[]) => {
    const left = everything();
    for (const one of done) {
      const place = left.findIndex(({ type, hours }) => type === one.type && hours === one.hours);
      if (place >= 0) left.splice(place, 1);
    }
    return left;
  };
  const liveUntil = (until: number) => {
    if (spell !== null) {
      for (const one of leftOf(spell.done)) {
        const due = spell.since + one.hours * hour;
        if (due > until || (one.type !== 'block' && !areOn)) continue;
        fired.push({ policy, type: one.type, at: Math.max(due, at) });
        spell.done.push(one);
      }
    }
    at = until;
  };

  for (const [index, step] of steps.entries()) {
    const now = instants[index] as number;
    liveUntil(now);
    if (step.kind === 'checkIn') {
      const isBroken = isAssigned && !step.facts[asks[ask]];
      spell = isBroken ? (spell ?? { since: now, done: [] }) : null;
    } else if (step.kind === 'actions') areOn = step.areOn;
    else if ('policy' in step && step.policy === policy) {
      if (step.kind === 'reschedule') {
        schedule = step.schedule;
        // What the new schedule has not is forgotten with the old one.
        const kept = everything();
        spell?.done.splice(0, spell.done.length, ...spell.done.filter((one) => takeOut(kept, one)));
      } else if (step.kind === 'ask') ask = step.ask;
      else {
        isAssigned = step.isAssigned;
        if (!isAssigned) spell = null;
      }
    }
    liveUntil(now);
    states.push(spell === null ? 'none' : now >= spell.since + schedule.graceHours * hour ? 'marked' : 'grace');
  }
  return { fired, states };
}

function takeOut(from: { type: string; hours: number }[], one: { type: string; hours: number }): boolean {
  const place = from.findIndex(({ type, hours }) => type === one.type && hours === one.hours);
  if (place >= 0) from.splice(place, 1);
  return place >= 0;
}

const inOrder = (fired: readonly Fired[]) => fired.map(({ policy, type, at }) => `${new Date(at).toISOString()} ${policy} ${type}`).sort();

/** With a check-in before it would count as out of touch: that is another rule. */
function inTouch({ policies, steps }: Life): Life {
  const all: Step[] = [];
  let latest: Facts = { passcode: true, notJailbroken: true };
  let hasBeen = false;
  let away = 0;
  for (const step of steps) {
    if ('ms' in step && away + step.ms > 100 * day) {
      if (hasBeen) all.push({ kind: 'checkIn', facts: latest });
      away = 0;
    }
    if ('ms' in step) away = hasBeen ? away + step.ms : 0;
    if (step.kind === 'checkIn') {
      latest = step.facts;
      hasBeen = true;
      away = 0;
    }
    // Before its first check-in a device has no state at all.
    if (hasBeen || !('ms' in step)) all.push(step);
  }
  return { policies, steps: all };
}

function check(drawn: Life, store: Store, restarted: (store: Store) => Store): void {
  const life = inTouch(drawn);
  const lived = new Lived(life, store, restarted);
  try {
    lived.live(life.steps);
    const { fired, states } = expected(life, lived.instants);
    expect(inOrder(lived.fired)).toEqual(inOrder(fired));
    expect(lived.states).toEqual(states.map((state, index) => (lived.states[index] === null ? null : state)));
    const dates = lived.fired.map(({ at }) => at);
    expect(dates, 'in the order of time').toEqual([...dates].sort((a, b) => a - b));
    const of = (type: string) => lived.fired.filter((one) => one.type === type).map(({ at }) => at);
    const { mails, locks } = lived.traces();
    expect(mails, 'one mail each, dated on its day').toEqual(of('notification'));
    expect(locks, 'one lock each').toBe(of('remoteLock').length);
  } finally {
    lived.close();
  }
}

const passcode = (passcode: boolean): Step => ({ kind: 'checkIn', facts: { passcode, notJailbroken: true } });
const twoMails: Life['policies'][number] = {
  ask: 'passcodeRequired',
  schedule: {
    graceHours: 72,
    acts: [
      { type: 'notification', hours: 48 },
      { type: 'notification', hours: 120 },
    ],
  },
};
const examples: [Life][] = [
  [
    {
      policies: [twoMails],
      steps: [passcode(false), { kind: 'pass', ms: 6 * day }, passcode(true), passcode(false), { kind: 'pass', ms: 3 * day }],
    },
  ],
  // Off over both days; the device is the first to come back, and keeps the policy by now.
  [{ policies: [twoMails], steps: [passcode(false), { kind: 'off', ms: 6 * day, isFirst: true }, passcode(true)] }],
  // Off over the first day; the first that comes is an administrator who takes the e-mails out, or the policy away.
  [
    {
      policies: [twoMails],
      steps: [
        passcode(false),
        { kind: 'off', ms: 3 * day, isFirst: true },
        { kind: 'reschedule', policy: 0, schedule: { graceHours: 72, acts: [] } },
      ],
    },
  ],
  [
    {
      policies: [twoMails],
      steps: [passcode(false), { kind: 'off', ms: 3 * day, isFirst: true }, { kind: 'assign', policy: 0, isAssigned: false }],
    },
  ],
  [
    {
      policies: [twoMails, { ...twoMails, ask: 'securityBlockJailbrokenDevices' }],
      steps: [
        { kind: 'checkIn', facts: { passcode: false, notJailbroken: false } },
        { kind: 'pass', ms: 4 * day },
        { kind: 'reschedule', policy: 0, schedule: { graceHours: 240, acts: twoMails.schedule.acts.slice(0, 1) } },
        { kind: 'actions', areOn: false },
        { kind: 'pass', ms: 4 * day },
        { kind: 'actions', areOn: true },
        { kind: 'assign', policy: 1, isAssigned: false },
      ],
    },
  ],
];

describe('NC-04 NC-06 NC-08 every action fires once in a spell, on its day', () => {
  it('whatever happens to the device, its policies, the clock and the stub', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(life, (drawn) => check(drawn, createMemoryStore(), (store) => store)),
      { numRuns: 400, examples },
    );
  });

  it('in a file that is closed and opened again', { timeout: 180_000 }, () => {
    const folder = scratch();
    let files = 0;
    fc.assert(
      fc.property(life, (drawn) => {
        const path = join(folder, `${files++}.db`);
        check(drawn, openSqliteStore(path), (store) => {
          store.close();
          return openSqliteStore(path);
        });
      }),
      { numRuns: 10, examples },
    );
  });
});

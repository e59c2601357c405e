/** How often custom notifications may be sent: at the edges, and against a plain list of all that were ever sent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../runtime/duration.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { openSqliteStore } from '../../store/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { administrator, CoreBench, type Enrolled } from '../core.fixture.ts';

const text = { title: 'Snow', body: 'The building is closed.' };

function withGroup(store: Store = createMemoryStore()) {
  const bench = new CoreBench({}, store);
  const group = { id: 'g1', displayName: 'All', description: null, mailNickname: 'all', mailEnabled: false, securityEnabled: true };
  bench.tenant.directory.save('group', { ...group, createdAt: bench.now });
  return bench;
}

/** null: it was sent. */
const toGroup = (bench: CoreBench) => bench.tenant.notifyGroups(['g1'], text, administrator).tryAgainAt;

function toDevice(bench: CoreBench, { id }: Enrolled): number | null {
  const parameters = { notificationTitle: text.title, notificationBody: text.body };
  const issued = bench.tenant.issue(id, { type: 'sendCustomNotificationToCompanyPortal', parameters }, administrator);
  expect(issued.refused).toBeNull();
  return issued.tryAgainAt ?? null;
}

describe('to groups', () => {
  it('CN-07 the 25th within an hour passes, the 26th is refused; each makes room for another one exactly an hour after it', () => {
    const bench = withGroup();
    const first = bench.now;
    for (let sent = 0; sent < 25; sent++) {
      expect(toGroup(bench), `the ${sent + 1}th`).toBeNull();
      bench.now += minuteMs;
    }
    expect(bench.now - first).toBe(25 * minuteMs);
    expect(toGroup(bench)).toBe(first + hourMs);
    bench.now = first + hourMs - 1;
    expect(toGroup(bench)).toBe(first + hourMs);
    bench.now += 1;
    expect(toGroup(bench)).toBeNull();
    expect(toGroup(bench), 'the hour slides').toBe(first + minuteMs + hourMs);
    bench.now = first + minuteMs + hourMs;
    expect(toGroup(bench)).toBeNull();
    expect(toGroup(bench)).toBe(first + 2 * minuteMs + hourMs);
  });

  it('CN-07 what is refused does not count, and leaves nothing: no audit entry, no message on its way', () => {
    const bench = withGroup();
    for (let sent = 0; sent < 25; sent++) toGroup(bench);
    const audits = bench.audits().length;
    expect(audits).toBe(25);
    for (let refused = 0; refused < 30; refused++) expect(toGroup(bench)).toBe(bench.now + hourMs);
    expect(bench.audits()).toHaveLength(audits);
    expect(bench.notes.filter(({ kind }) => kind === 'notification-sent')).toHaveLength(25);
    bench.now += hourMs;
    for (let sent = 0; sent < 25; sent++) expect(toGroup(bench)).toBeNull();
  });

  it('CN-07 25 in one instant, to several groups each, are 25; to single devices counts apart', () => {
    const bench = withGroup();
    const phone = bench.enroll();
    for (let sent = 0; sent < 25; sent++) {
      expect(bench.tenant.notifyGroups(['g1', 'g2', 'g3'], text, administrator).tryAgainAt).toBeNull();
    }
    for (let sent = 0; sent < 10; sent++) expect(toDevice(bench, phone)).toBeNull();
    expect([toGroup(bench), toDevice(bench, phone)]).toEqual([bench.now + hourMs, bench.now + hourMs]);
  });
});

describe('to a device', () => {
  it('CN-08 the 10th within an hour passes, the 11th is refused, an hour after the first one passes again; another device has its own', () => {
    const bench = new CoreBench();
    const phone = bench.enroll('request-1');
    const tablet = bench.enroll('request-2', { serialNumber: 'MF2' });
    const first = bench.now;
    for (let sent = 0; sent < 10; sent++) {
      expect(toDevice(bench, phone)).toBeNull();
      bench.pass(secondMs);
    }
    expect(toDevice(bench, phone)).toBe(first + hourMs);
    for (let sent = 0; sent < 10; sent++) expect(toDevice(bench, tablet)).toBeNull();
    bench.now = first + hourMs - 1;
    expect(toDevice(bench, phone)).toBe(first + hourMs);
    bench.now += 1;
    expect(toDevice(bench, phone)).toBeNull();
    expect(toDevice(bench, phone)).toBe(first + secondMs + hourMs);
  });
});

describe('the clock', () => {
  it('sends of a future that is not any more do not count, nor when it comes again', () => {
    const bench = withGroup();
    bench.now += dayMs;
    for (let sent = 0; sent < 25; sent++) toGroup(bench);
    bench.now -= 30 * minuteMs;
    expect(toGroup(bench)).toBeNull();
    bench.now += 31 * minuteMs;
    for (let sent = 0; sent < 24; sent++) expect(toGroup(bench)).toBeNull();
    expect(toGroup(bench)).toBe(bench.now - 31 * minuteMs + hourMs);
  });

  it('a clock that was set back and forward again, with nothing sent meanwhile, changes nothing', () => {
    const bench = withGroup();
    const first = bench.now;
    for (let sent = 0; sent < 25; sent++) toGroup(bench);
    bench.now -= dayMs;
    bench.now += dayMs + minuteMs;
    expect(toGroup(bench)).toBe(first + hourMs);
  });
});

it.each([
  ['memory', createMemoryStore],
  ['SQLite', () => openSqliteStore(':memory:')],
])(
  'CN-07, CN-08 whatever is sent, jumped, set back and restarted (%s): refused is what a look at all sends of that hour would refuse',
  (_name, open) => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('send' as const),
          to: fc.constantFrom('groups', 'phone'),
          times: fc.integer({ min: 1, max: 14 }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 20 * minuteMs, hourMs - 1, hourMs, 2 * hourMs) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), ms: fc.constantFrom(1, 30 * minuteMs, 90 * minuteMs) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    );
    type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
    const edge: Step[] = [
      { kind: 'send', to: 'groups', times: 14 },
      { kind: 'send', to: 'groups', times: 14 },
      { kind: 'pass', ms: 2 * hourMs },
      { kind: 'send', to: 'groups', times: 1 },
      { kind: 'back', ms: 90 * minuteMs },
      { kind: 'restart' },
      { kind: 'send', to: 'groups', times: 14 },
      { kind: 'send', to: 'groups', times: 14 },
    ];
    const seen = { refused: 0, sent: 0 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = open();
        try {
          let bench = withGroup(store);
          const phone = bench.enroll();
          let all: { to: string; at: number }[] = [];
          for (const one of steps) {
            if (one.kind === 'pass') bench.now += one.ms;
            else if (one.kind === 'back') bench.now -= one.ms;
            else if (one.kind === 'restart') {
              const { now } = bench;
              bench = new CoreBench({}, store);
              bench.now = now;
            } else {
              for (let time = 0; time < one.times; time++) {
                const { now } = bench;
                const ofHour = all.filter(({ to, at }) => to === one.to && at > now - hourMs && at <= now).map(({ at }) => at);
                const max = one.to === 'groups' ? 25 : 10;
                const expected = ofHour.length < max ? null : (ofHour.sort((a, b) => b - a)[max - 1] as number) + hourMs;
                expect(one.to === 'groups' ? toGroup(bench) : toDevice(bench, phone)).toBe(expected);
                seen[expected === null ? 'sent' : 'refused'] += 1;
                // What is later than a send that counts is a future that did not come; what is an hour before it is over, also where the clock
                // is set back later.
                if (expected === null) all = [...all.filter(({ at }) => at > now - hourMs && at <= now), { to: one.to, at: now }];
              }
            }
          }
        } finally {
          store.close();
        }
      }),
      {
        numRuns: 60,
        examples: [[edge]],
      },
    );
    expect(Math.min(seen.refused, seen.sent)).toBeGreaterThan(2);
  },
);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import { Bench } from './machine.fixture.ts';
import { nextSignIn } from './sign-ins.ts';
import type { SignInPlan } from './state.ts';
import { nextDeadline, nextNoteworthy } from './step.ts';

const fourHourly: SignInPlan = { apps: ['outlook', 'teams'], everyMs: 4 * hourMs };
const allowed = (token: string) => ({ allowed: true, token }) as const;

function bench(plan: SignInPlan = fourHourly): Bench {
  return new Bench({}, undefined, {}, [], plan).enrolled();
}

/** The app that asked last. */
function appOf({ asked }: Bench): string | undefined {
  const request = asked.at(-1)?.request;
  return request?.service === 'sign-in' ? request.app : undefined;
}

/** Its apps sign in at their next instant, and are answered. */
function signedIn(one: Bench): Bench {
  one.now = nextSignIn(one.state);
  one.tell({ type: 'deadline' });
  // A check-in may be due by then, too.
  if (one.state.exchange === 'check-in') one.done();
  while (one.state.asked !== null) one.answer(allowed(`token of ${appOf(one)}`));
  return one;
}

describe('apps that sign in by themselves', () => {
  it('ask one after the other, in the background, and no screen says so', () => {
    const one = bench();
    const { screenNumber } = one.state;
    signedIn(one);
    expect(one.asked.map(({ request }) => request)).toMatchObject([
      { service: 'sign-in', app: 'outlook', deviceId: 'device-1', token: null, background: true },
      { service: 'sign-in', app: 'teams', deviceId: 'device-1', token: null, background: true },
    ]);
    expect(one.state).toMatchObject({ notice: null, screenNumber, access: { outlook: 'allowed', teams: 'allowed' } });
    expect(
      signedIn(one)
        .asked.slice(2)
        .map(({ request }) => request),
    ).toMatchObject([{ token: 'token of outlook' }, { token: 'token of teams' }]);
  });

  it('count as noteworthy until their answers can be told beforehand, and again whenever those may be others', () => {
    const one = bench();
    expect(nextNoteworthy(one.state, false, false)).toBe(nextSignIn(one.state));
    // The first time they get a token, the second time they show it.
    signedIn(signedIn(one));
    expect(nextNoteworthy(one.state, false, false)).toBeGreaterThan(nextSignIn(one.state));
    expect(nextNoteworthy(one.state, false, true)).toBe(nextSignIn(one.state));
    one.obeys({ type: 'retire', parameters: {} });
    expect(one.state.phase).toBe('retired');
    expect(nextNoteworthy(one.state, false, false)).toBe(nextSignIn(one.state));
  });

  it('TD-10 go on with their tokens once the device is retired, not once it is wiped', () => {
    const gone = (type: 'retire' | 'wipe') => signedIn(bench()).obeys({ type, parameters: {} });
    const retired = gone('retire');
    expect(retired.state.phase).toBe('retired');
    expect(signedIn(retired).asked.at(-1)?.request).toMatchObject({ app: 'teams', deviceId: null, token: 'token of teams' });
    const wiped = gone('wipe');
    expect(wiped.state.phase).toBe('wiped');
    expect(nextSignIn(wiped.state)).toBe(Number.POSITIVE_INFINITY);
  });

  it('pause without a network, and go on with the first instant after it is back', () => {
    const one = signedIn(bench());
    one.tell({ type: 'network', available: false });
    expect(nextSignIn(one.state)).toBe(Number.POSITIVE_INFINITY);
    one.now += 3 * dayMs;
    one.tell({ type: 'network', available: true });
    expect(nextSignIn(one.state)).toBeGreaterThanOrEqual(one.now);
    expect(nextSignIn(one.state)).toBeLessThan(one.now + 4.5 * hourMs);
  });

  it('wait for a question that is under way, and ask again for one that a person’s own attempt took the place of', () => {
    const one = bench();
    one.press('open-sharepoint');
    one.now = nextSignIn(one.state);
    one.tell({ type: 'deadline' });
    expect(one.asked).toHaveLength(1);
    one.answer(allowed('first'));
    expect(one.asked.at(-1)?.request).toMatchObject({ app: 'outlook', background: true });
    one.press('open-sharepoint');
    one.answer(allowed('second'));
    expect(one.asked.at(-1)?.request).toMatchObject({ app: 'outlook', background: true });
  });

  it('never settle on an answer that was none', () => {
    const one = bench({ apps: ['outlook'], everyMs: hourMs });
    one.now = nextSignIn(one.state);
    one.tell({ type: 'deadline' });
    if (one.state.exchange === 'check-in') one.done();
    one.answer({ allowed: false, reason: 'unreachable' });
    expect(nextNoteworthy(one.state, false, false)).toBeLessThanOrEqual(nextSignIn(one.state));
  });

  it('make up for one attempt where several were missed, and follow a clock that is set back', () => {
    const one = signedIn(signedIn(bench()));
    const before = one.asked.length;
    one.now += 10 * dayMs;
    one.tell({ type: 'deadline' });
    while (one.state.asked !== null) one.answer(allowed('t'));
    expect(one.asked.length - before).toBe(2);
    expect(nextSignIn(one.state)).toBeGreaterThan(one.now);
    one.now -= 10 * dayMs;
    one.tell({ type: 'clock-set-back' });
    expect(nextSignIn(one.state)).toBeLessThan(one.now + 4.5 * hourMs);
  });

  it('M-03 has instants that depend on the device and their number alone, however many were skipped on the way', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }).map((n) => n * 30 * minuteMs),
        fc.array(fc.integer({ min: 1, max: 5 * dayMs }), { minLength: 1, maxLength: 6 }),
        (everyMs, pauses) => {
          const plan: SignInPlan = { apps: ['outlook'], everyMs };
          const [each, skipped] = [bench(plan), bench(plan)];
          let until = each.now;
          for (const pause of pauses) {
            until += pause;
            while (nextSignIn(each.state) < until) {
              const at = nextSignIn(each.state);
              each.now = at;
              each.tell({ type: 'quiet-until', before: at + 1 });
              expect(nextSignIn(each.state)).toBeGreaterThan(at);
              expect(nextSignIn(each.state)).toBeLessThanOrEqual(at + 1.1 * everyMs);
            }
            skipped.now = until;
            skipped.tell({ type: 'quiet-until', before: until });
            expect(nextSignIn(skipped.state)).toBe(nextSignIn(each.state));
          }
          expect(nextDeadline(skipped.state)).toBeLessThanOrEqual(nextSignIn(skipped.state));
        },
      ),
    );
  });
});

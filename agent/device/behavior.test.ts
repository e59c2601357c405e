import { describe, expect, it } from 'vitest';
import { type Behavior, behaviorsMax } from '../../protocol/hands.ts';
import { hourMs, minuteMs } from '../../runtime/duration.ts';
import { takeBehavior } from './behavior.ts';
import { idle } from './check-in.ts';
import { Bench, habit } from './machine.fixture.ts';
import { nextDeadline, nextNoteworthy } from './step.ts';

const lock = { type: 'remoteLock', parameters: {} } as const;
const sync = { type: 'syncDevice', parameters: {} } as const;
const wipe = { type: 'wipe', parameters: {} } as const;

const withHabits = (...behaviors: Behavior[]) => new Bench({}, undefined, {}, behaviors).enrolled();

describe('a habit', () => {
  it('not now: puts the command off, which is carried out when it comes again', () => {
    const bench = withHabits(habit('remoteLock', 'not-now', { times: 1 }));
    expect(bench.checkIn().command('c', lock).sent).toMatchObject([{ status: 'not-now' }]);
    expect(bench.notes.map(({ kind }) => kind)).not.toContain('executed');
    bench.done();
    expect(bench.state).toMatchObject({ screen: 'home', executed: [], behaviors: [] });
    expect(bench.obeys(lock).sent).toMatchObject([{ status: 'acknowledged' }]);
    expect(bench.state).toMatchObject({ screen: 'locked', putOff: {} });
  });

  it('fails with its code, or with 1, and does nothing', () => {
    const bench = withHabits(habit('remoteLock', 'fail', { errorCode: 12 }), habit('any', 'fail'));
    expect(bench.obeys(lock, 'c1').sent).toMatchObject([{ status: 'failed', errorCode: 12 }]);
    expect(bench.obeys(sync, 'c2').sent).toMatchObject([{ status: 'failed', errorCode: 1 }]);
    expect(bench.obeys(wipe, 'c3').state).toMatchObject({ phase: 'enrolled', screen: 'home' });
  });

  it('not supported: says so of what it could do', () => {
    expect(withHabits(habit('any', 'not-supported')).obeys(lock).sent).toMatchObject([{ status: 'not-supported' }]);
  });

  it('silent: a wipe is never reported, and nothing else is silent', () => {
    const bench = withHabits(habit('any', 'silent'));
    expect(bench.obeys(lock).sent).toMatchObject([{ status: 'acknowledged' }]);
    expect(bench.checkIn().command('w', wipe).wishes).toEqual(['close-link wiped', 'erase-identity']);
    expect(bench.notes).toContainEqual({ kind: 'wiped', reported: false });
  });

  it('the first one that fits decides, and one with times wears off', () => {
    const bench = withHabits(
      habit('wipe', 'fail'),
      habit('any', 'fail', { errorCode: 2, times: 2 }),
      habit('any', 'fail', { errorCode: 3 }),
    );
    const codes = ['c1', 'c2', 'c3'].map((id) => bench.obeys(lock, id).sent[0]);
    expect(codes).toMatchObject([{ errorCode: 2 }, { errorCode: 2 }, { errorCode: 3 }]);
    expect(bench.state.behaviors).toEqual([habit('wipe', 'fail'), habit('any', 'fail', { errorCode: 3 })]);
  });

  it('is one of a hundred at most: whoever adds one more loses the last', () => {
    const bench = withHabits(habit('wipe', 'fail'));
    for (let errorCode = 1; errorCode <= behaviorsMax; errorCode++) bench.change({ behavior: habit('any', 'fail', { errorCode }) });
    expect(bench.state.behaviors).toHaveLength(behaviorsMax);
    expect([bench.state.behaviors[0], bench.state.behaviors.at(-1)]).toMatchObject([{ errorCode: behaviorsMax }, { errorCode: 1 }]);
  });

  it('can be put in front of the others at any time, or take the place of all', () => {
    const bench = withHabits(habit('any', 'fail'));
    const once = habit('remoteLock', 'not-supported', { times: 1 });
    bench.change({ behavior: once });
    expect(bench.obeys(lock, 'c1').sent).toMatchObject([{ status: 'not-supported' }]);
    expect(bench.obeys(lock, 'c2').sent).toMatchObject([{ status: 'failed' }]);
    bench.change({ behaviors: [] });
    expect(bench.obeys(lock, 'c3').sent).toMatchObject([{ status: 'acknowledged' }]);
  });

  it('does not change arrays that devices share', () => {
    const shared = Object.freeze([Object.freeze(habit('any', 'fail', { times: 2 }))]);
    const bench = new Bench({}, undefined, {}, shared).enrolled();
    bench.obeys(lock, 'c1').obeys(lock, 'c2');
    expect(shared).toEqual([habit('any', 'fail', { times: 2 })]);
  });

  it('by chance: drawn for each delivery, the same every time it is asked', () => {
    const { state } = withHabits(habit('any', 'fail', { chance: 0.3 }));
    const drawn = (id: string) => takeBehavior(state, id, lock) !== undefined;
    const ids = Array.from({ length: 4_000 }, (_, n) => `c${n}`);
    const share = ids.filter(drawn).length / ids.length;
    expect(share).toBeGreaterThan(0.27);
    expect(share).toBeLessThan(0.33);
    expect(ids.filter(drawn)).toEqual(ids.filter(drawn));
    // Put off by chance, a command is not put off for ever.
    const bench = withHabits(habit('any', 'not-now', { chance: 0.5 }));
    const deliveries = ids.slice(0, 200).map((id) => {
      for (let n = 1; n < 100; n++) {
        if (
          bench
            .checkIn()
            .command(id, sync)
            .sent.some((one) => one.type === 'command-result' && one.status === 'acknowledged')
        )
          return n;
        bench.done();
      }
      return Number.POSITIVE_INFINITY;
    });
    const mean = deliveries.reduce((sum, n) => sum + n, 0) / deliveries.length;
    expect(mean).toBeGreaterThan(1.7);
    expect(mean).toBeLessThan(2.4);
    expect(bench.state.putOff).toEqual({});
  });
});

describe('a slow device', () => {
  const slow = habit('remoteLock', 'slow', { delayMs: 10 * minuteMs, times: 1 });

  it('carries the command out when its time is over, within the same check-in', () => {
    const bench = withHabits(slow);
    expect(bench.checkIn().command('c', lock).sent).toEqual([]);
    expect(bench.state.screen).toBe('home');
    expect(idle(bench.state)).toBe(false);
    expect([nextDeadline(bench.state), nextNoteworthy(bench.state, true, false)]).toEqual([
      bench.now + 10 * minuteMs,
      bench.now + 10 * minuteMs,
    ]);
    bench.now += minuteMs;
    expect(bench.tell({ type: 'deadline' }).sent).toEqual([]);
    bench.wait();
    expect(bench.sent).toMatchObject([{ type: 'command-result', commandId: 'c', status: 'acknowledged' }]);
    expect(bench.state).toMatchObject({ screen: 'locked', slow: null });
    expect(nextDeadline(bench.done().state)).toBeGreaterThan(bench.now);
  });

  it('M-04 loses its link meanwhile: drops it, and carries it out when it comes again', () => {
    const bench = withHabits(slow).checkIn().command('c', lock).tell({ type: 'link-closed', reason: 'lost' });
    expect(bench.state).toMatchObject({ slow: null, screen: 'home' });
    bench.wait().tell({ type: 'link-opened' });
    expect(bench.command('c', lock).notes).toMatchObject([
      { kind: 'check-in' },
      { redelivered: false },
      { kind: 'executed' },
      { kind: 'screen' },
    ]);
  });

  it('M-03 lets scheduled check-ins pass unlived while it is busy', () => {
    const bench = withHabits(habit('any', 'slow', { delayMs: 3 * hourMs }));
    bench.checkIn().command('c', lock).wait();
    const { checkIns } = bench.done().state;
    expect(nextDeadline(bench.state)).toBeGreaterThanOrEqual(bench.now);
    bench.tell({ type: 'quiet-until', before: bench.now });
    expect(bench.state.checkIns).toBe(checkIns);
  });

  it('M-03 does not wait for a time that was set back', () => {
    const bench = withHabits(slow).checkIn().command('c', lock);
    bench.now -= 24 * hourMs;
    bench.tell({ type: 'clock-set-back' });
    expect(nextDeadline(bench.state)).toBe(bench.now);
    expect(bench.wait().sent).toMatchObject([{ type: 'command-result', status: 'acknowledged' }]);
  });

  it('nudged meanwhile, checks in afterwards', () => {
    const bench = withHabits(slow).checkIn().command('c', lock);
    expect(bench.hear({ type: 'nudge' }).wishes).toEqual([]);
    expect(bench.wait().done().sent.at(-1)).toMatchObject({ type: 'check-in', trigger: 'push' });
  });
});

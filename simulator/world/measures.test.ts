import { describe, expect, it } from 'vitest';
import { dayMs } from '../../runtime/duration.ts';
import type { CommandRecord } from '../../server-stub/core/records.ts';
import { certificateStepDays, type MeasuresFound } from '../result.ts';
import { type Run, type RunOptions, runScenario } from '../run.ts';
import { findScenario } from '../scenarios/catalogue.ts';
import { type OnlineBehavior, onlineBehaviorOf, onlineBehaviors } from './online-behavior.ts';
import { countOf, spanCounts } from './time-buckets.ts';

const lifecycle = findScenario('fleet-lifecycle');

async function lived<T>(look: (run: Run) => T, options: RunOptions = {}): Promise<T> {
  const run = await runScenario(lifecycle, { devices: 300, days: 420, seed: 'measures', shards: 1, workers: 1, ...options });
  try {
    return look(run);
  } finally {
    run.close();
  }
}

const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);
const totals = (family: Record<string, number[]> | undefined) =>
  Object.fromEntries(Object.entries(family ?? {}).map(([name, counts]) => [name, sum(counts)]));

/** Without what is 0. */
const there = (counts: Record<string, number>) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

function ofAction(measures: MeasuresFound, action: string): number {
  return sum(Object.values(measures.timeToDone[action] ?? {}).flatMap((byOnline) => Object.values(byOnline).map(countOf)));
}

describe('measures', () => {
  it('add up to the figures of the result, day by day and action by action', async () => {
    await lived(({ result, measures }) => {
      const { daily } = measures;
      expect(totals(daily.certificates)).toEqual(there(result.certificates));
      expect(totals(daily.removed).expired ?? 0).toBe(result.recordsRemoved);
      const { queued = 0, ...mails } = totals(daily.mails);
      const { queued: waiting = 0, ...ended } = result.mails;
      expect(mails).toEqual(ended);
      expect(queued).toBe(waiting + sum(Object.entries(ended).map(([state, count]) => (state === 'not-sent' ? 0 : count))));
      for (const counts of Object.values(daily).flatMap((names) => Object.values(names))) expect(counts).toHaveLength(420);
      for (const [action, { refused: _, acknowledged = 0, ...others }] of Object.entries(result.actions)) {
        expect(ofAction(measures, action), action).toBe(acknowledged);
        expect(result.timeToDone[action]?.count ?? 0, action).toBe(acknowledged);
        expect(totals(daily.asked)[action] ?? 0, action).toBe(acknowledged + sum(Object.values(others)));
        expect(totals(daily.done)[action] ?? 0, action).toBe(acknowledged);
      }
      expect(sum(result.pendingByAge.map(({ queued: open, delivered }) => open + delivered))).toBe(
        sum(Object.values(result.actions).map(({ open = 0 }) => open)),
      );
      const { ended: past, current } = result.certificatesLeft;
      const records = sum(Object.entries(result.states).map(([state, count]) => (/^(removed|not-enrolled)$/.test(state) ? 0 : count)));
      expect(past + sum(current.map(({ count }) => count))).toBe(records);
      expect(result.lived).toMatchObject({ devices: 300 - (result.states['not-enrolled'] ?? 0), days: 420, deviceDays: 300 * 420 });
    });
  });

  it('are those of the rows: how long each command took or waits, and what is left of each certificate', async () => {
    await lived(({ measures, rows, until, result }) => {
      const commands = [...(rows?.commands() ?? [])];
      const devices = [...(rows?.devices() ?? [])];
      const done = commands.filter((command): command is CommandRecord & { finishedAt: number } => command.status === 'acknowledged');
      const spans = (took: readonly number[]) => {
        const bounds = result.pendingByAge.map(({ upToMs }) => upToMs ?? Number.POSITIVE_INFINITY);
        return bounds.map((bound, index) => took.filter((ms) => ms <= bound && ms > (bounds[index - 1] ?? -1)).length);
      };
      const counts = Object.values(measures.timeToDone).flatMap((byPlatform) => Object.values(byPlatform).flatMap(Object.values));
      const found = counts.map(spanCounts).reduce((all, one) => all.map((count, span) => count + (one[span] as number)));
      expect(done.length).toBeGreaterThan(50);
      expect(found).toEqual(spans(done.map(({ requestedAt, finishedAt }) => finishedAt - requestedAt)));
      const ages = (status: string) => spans(commands.filter((one) => one.status === status).map(({ requestedAt }) => until - requestedAt));
      expect(result.pendingByAge.map(({ queued }) => queued)).toEqual(ages('queued'));
      expect(result.pendingByAge.map(({ delivered }) => delivered)).toEqual(ages('delivered'));
      const lefts = devices.flatMap(({ record }) =>
        record === null ? [] : [(record.nextCertificate ?? record.certificate).notAfter - until],
      );
      expect(result.certificatesLeft.ended).toBe(lefts.filter((left) => left <= 0).length);
      for (const { fromDays, untilDays, count } of result.certificatesLeft.current) {
        expect(untilDays - fromDays).toBe(certificateStepDays);
        const within = lefts.filter((left) => left > 0 && left >= fromDays * dayMs && left < untilDays * dayMs);
        expect(count).toBe(within.length);
      }
    });
  });

  it.each<[string, RunOptions]>([
    ['every check-in is executed', { everyCheckIn: true }],
    ['the store is SQLite', { store: 'sqlite' }],
  ])('are the same where %s', async (_, options) => {
    const small = { devices: 60, days: 300 };
    const plain = await lived(({ measures }) => measures, small);
    expect(await lived(({ measures }) => measures, { ...small, ...options })).toEqual(plain);
  });
});

describe('online behaviour', () => {
  it('is what its plan says', () => {
    const of = (outages: number[]) => onlineBehaviorOf({ outages, hours: null });
    const expected: [number[], OnlineBehavior][] = [
      [[], 'always-on'],
      [[1, 2], 'sometimes-away'],
      [[1, 2, 3], 'lost'],
    ];
    for (const [outages, behavior] of expected) expect(of(outages)).toBe(behavior);
    expect(onlineBehaviors[0]).toBe('always-on');
  });
});

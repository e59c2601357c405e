/** What takes long goes on while pushes arrive all the time. */
import { expect, it } from 'vitest';
import { CoreBench } from '../core.fixture.ts';
import { pushAtOnce } from '../settings.ts';
import { addGroup, notify, phoneOf, pushed } from './notifications.fixture.ts';

it('CN-18 a notification to groups goes on while those of another one arrive in every millisecond', () => {
  const people = 600;
  const bench = new CoreBench({ push: { ...pushAtOnce, latency: { kind: 'uniform', fromMs: 0, untilMs: 200 } } });
  const names = Array.from({ length: people }, (_, index) => `person-${index}`);
  for (const name of names) phoneOf(bench, name);
  addGroup(bench, 'field', names);
  notify(bench, 'field');
  notify(bench, 'field');
  // As on a clock that runs: each look at it takes a millisecond.
  const inputs = 60;
  for (let input = 0; input < inputs; input++) {
    bench.now += 1;
    bench.core.receive({ type: 'deadline' }, bench.now, bench.out);
  }
  expect(pushed(bench)).toHaveLength(2 * people);
});

/** How pushes come through is one line of text each in the console's form: what is shown can be sent again and means the same. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readDistribution } from '../../runtime/distribution-words.ts';
import { changeOf, type DurationWords, durationText, durationWords, textOf } from '../../server-stub/console/notifications/weather.ts';
import type { PushSettings } from '../../server-stub/core/settings.ts';
import { readPushWords } from '../../server-stub/push-words.ts';

const duration = fc
  .integer({ min: 0, max: 500 })
  .chain((count) => fc.constantFrom('ms', 's', 'm', 'h', 'd').map((unit) => `${count}${unit}`));
const words: fc.Arbitrary<DurationWords> = fc.oneof(
  duration,
  duration.map((mean) => ({ exponential: mean })),
  fc.integer({ min: 1, max: 500 }).map((count) => ({ uniform: ['1s', `${count}s`] })),
  fc.tuple(duration, duration).map(([mean, deviation]) => ({ normal: { mean, deviation } })),
);

it('says the same as it is shown', () => {
  fc.assert(
    fc.property(words, (some) => {
      expect(durationWords(durationText(some))).toEqual(some);
      expect(readDistribution(durationWords(` ${durationText(some)} `))).toEqual(readDistribution(some));
    }),
  );
});

it('a form sends what was written in it, and nothing else', () => {
  const share = fc.integer({ min: 0, max: 1000 }).map((count) => count / 1000);
  fc.assert(
    fc.property(share, share, words, words, (lost, late, latency, by) => {
      const settings = { lost, latency, late: { share: late, by }, keptFor: '1d', notificationsKeptFor: '28d', membershipLag: latency };
      const shown = textOf({ ...settings, notifications: { underWay: 0, kept: 0 } });
      expect(changeOf(shown, {})).toEqual({});
      expect(Object.keys(changeOf(shown, { lateBy: shown.lateBy, latency: '1s' }))).toEqual(['latency', 'late']);
      const again = readPushWords(changeOf(shown, shown)) as PushSettings;
      expect(again).toEqual({
        ...(readPushWords(settings) as PushSettings),
        // Of a percentage the last digit may be lost.
        lost: expect.closeTo(lost, 9),
        late: { share: expect.closeTo(late, 9), by: readDistribution(by) },
      });
    }),
  );
});

it.each(['', '1s..2s..3s', '{"broken"', 'soon', 'exponential:'])('what cannot be read (%s) is left to the stub, which says why', (text) => {
  expect(readPushWords({ latency: durationWords(text) })).toMatch(/^latency: write a duration such as/);
});

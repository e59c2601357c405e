import { describe, expect, it } from 'vitest';
import { stepOf } from '../world/scenario.fixture.ts';
import { StoryVerdicts } from './verdicts.ts';

const hourMs = 3_600_000;
const event = stepOf(
  2 * hourMs,
  {
    kind: 'expect',
    all: [
      { name: 'first', screen: 'home' },
      { name: 'second', screen: 'home' },
    ],
  },
  0,
);
const open = () => new StoryVerdicts({ timeline: [event], startAt: 0 });
const met = [
  { name: 'first', misses: [] },
  { name: 'second', misses: [] },
];

describe('the verdicts of a story', () => {
  it('are one per expectation, over all devices', () => {
    const verdicts = open();
    verdicts.judged(event, 'a', met);
    verdicts.judged(event, 'b', [
      { name: 'first', misses: [] },
      { name: 'second', misses: ['the screen is "off", expected "home"', 'more'] },
    ]);
    expect(verdicts.verdicts(null)).toEqual([
      { name: 'first', passed: true, detail: 'a, b after 2h' },
      { name: 'second', passed: false, detail: 'b after 2h: the screen is "off", expected "home", more' },
    ]);
  });

  it('fail for what was never judged, and for what was expected of nobody', () => {
    expect(
      open()
        .verdicts(null)
        .map(({ passed }) => passed),
    ).toEqual([false, false]);
    const verdicts = open();
    verdicts.judged(event, 'a', met);
    verdicts.nobody(event);
    expect(verdicts.verdicts(null)[0]).toMatchObject({ passed: false, detail: 'after 2h no device is selected' });
  });

  it('can be asked for in the middle, when only some were judged', () => {
    const later = stepOf(3 * hourMs, { kind: 'expect', all: [{ name: 'never judged by its name', screen: 'home' }] }, 1);
    const verdicts = new StoryVerdicts({ timeline: [event, later], startAt: 0 });
    expect(verdicts.soFar()).toEqual([]);
    verdicts.judged(event, 'a', met);
    expect(verdicts.soFar().map(({ name }) => name)).toEqual(['first', 'second']);
    verdicts.nobody(later);
    expect(verdicts.soFar()[2]).toEqual({ name: 'never judged by its name', passed: false, detail: 'after 3h no device is selected' });
  });

  it('say nothing of a run that was made smaller', () => {
    expect(open().verdicts('the run has 1 of 2 devices')[0]).toEqual({
      name: 'first',
      passed: true,
      judged: false,
      detail: 'not judged: the run has 1 of 2 devices',
    });
  });
});

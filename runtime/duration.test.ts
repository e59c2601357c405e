import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatInstant, parseDuration, parseInstant } from './duration.ts';

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['8h', 28_800_000],
    ['366d', 31_622_400_000],
    ['2w', 1_209_600_000],
    ['500ms', 500],
    ['1.5d', 129_600_000],
    ['0.001s', 1],
    [' 8h ', 28_800_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '8', 'h', '-8h', '8 h', '8H', '8h30m', '1e3s', '.5h', '8y', '1234567890s', '1.2345s', 'Infinityd', '８h'])(
    '"%s" is none',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );

  it.each([
    [86_400_000, '1d'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [5_400_000, '90m'],
    [1, '1ms'],
    [0, '0ms'],
    [1_001, '1001ms'],
  ])('%i ms is written %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('are read as they were written', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), (ms) => parseDuration(formatDuration(ms)) === ms));
    fc.assert(fc.property(fc.string(), (text) => (parseDuration(text) ?? 0) >= 0));
  });
});

it.each([
  [Date.UTC(2030, 0, 1, 9, 30), '2030-01-01T09:30:00Z'],
  [Date.UTC(2030, 0, 1, 9, 30, 0, 1), '2030-01-01T09:30:00.001Z'],
  [Date.UTC(2030, 0, 1, 9, 30, 0, 500), '2030-01-01T09:30:00.500Z'],
])('instant %i is written %s, as Graph does', (ms, text) => expect(formatInstant(ms)).toBe(text));

describe('instants', () => {
  it.each([
    ['2027-01-31', Date.UTC(2027, 0, 31)],
    ['2027-01-31T08:00Z', Date.UTC(2027, 0, 31, 8)],
    ['2027-01-31T08:00:01.5Z', Date.UTC(2027, 0, 31, 8, 0, 1, 500)],
  ])('%s is %i', (text, ms) => expect(parseInstant(text)).toBe(ms));

  it.each(['', 'tomorrow', '2027', '2027-02-30', '2027-13-01', '2027-01-31T08:00', '2027-01-31T25:00Z', '2027-01-31 08:00Z'])(
    '"%s" is none',
    (text) => expect(parseInstant(text)).toBeUndefined(),
  );
});

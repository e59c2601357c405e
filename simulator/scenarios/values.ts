/**
 * The values that scenario files are made of: durations, shares, instants, distributions, names.
 * Convention for all of this folder's schemas: an error's message says what is ALLOWED; what was found, and where, is put before it
 * by `explain.ts`. `allowed()` and `written()` are the two ways to say it; a whole sentence goes through `refuse()`.
 */
import { z } from 'zod';
import type { Distribution } from '../../runtime/distribution.ts';
import { areSteps } from '../../runtime/distribution-words.ts';
import { formatDuration, parseDuration, parseInstant } from '../../runtime/duration.ts';
import { isTimeZone, timeZoneNames } from '../../runtime/time-zone.ts';
import type { Passcodes, Span } from './scenario.ts';

export type ValueCode = 'scenario-missing' | 'scenario-type' | 'scenario-value' | 'scenario-range';

/** Longest duration anywhere in a file: a hundred years. */
const durationMaxMs = 36_500 * 86_400_000;

export const allowed = (phrase: string) => ({ error: () => phrase });

interface Context {
  issues: z.core.$ZodRawIssue[];
}

/** Reports a whole sentence (`sentence`) or a phrase of what is allowed, at `path` below the value being read. */
export function refuse(
  context: Context,
  problem: { code: ValueCode; message: string; input: unknown; path?: (string | number)[]; sentence?: boolean },
): never {
  const { code, message, input, path = [], sentence = true } = problem;
  // What is missing stands there under a key that nobody knows: one slip, one issue.
  const isSlip = code === 'scenario-missing' && context.issues.some((issue) => issue.code === 'unrecognized_keys');
  context.issues.push({ code: 'custom', message, input, path: [...path], params: { code, sentence, isSlip } });
  return z.NEVER;
}

/** The code that `refuse` put into an issue; `undefined` for zod's own issues. */
export function codeOf(issue: z.core.$ZodIssue | undefined): ValueCode | undefined {
  return issue?.code === 'custom' ? (issue.params?.code as ValueCode | undefined) : undefined;
}

/** What a reader of a written value answers: the compiled value, or why not. */
type Reading<T> = { value: T } | { code: ValueCode };

/** A value with a notation of its own. `shape` is its JSON Schema, `read` compiles it. */
function written<T>(shape: Record<string, unknown>, phrase: string, read: (input: unknown) => Reading<T>) {
  return z
    .unknown()
    .meta(shape)
    .transform((input, context): T => {
      const reading = read(input);
      if ('value' in reading) return reading.value;
      return refuse(context, { code: reading.code, message: phrase, input, sentence: false });
    });
}

/** Milliseconds of `90s`, `15m`, `8h`, `30d`, `2w`, within the bounds. */
export function duration(minMs = 0, maxMs = durationMaxMs) {
  const bounds = minMs === 0 && maxMs === durationMaxMs ? '' : `, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
  const phrase = `a duration, a number with its unit: 90s, 15m, 8h, 30d, 2w${bounds}`;
  return written({ type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h|d|w)$' }, phrase, (input) => {
    if (typeof input !== 'string') return { code: 'scenario-type' };
    const ms = parseDuration(input);
    if (ms === undefined) return { code: /^-\d/.test(input) ? 'scenario-range' : 'scenario-value' };
    return ms < minMs || ms > maxMs ? { code: 'scenario-range' } : { value: ms };
  });
}

/** Whole days, as hours: `3d`, `2w`. Nothing finer (NC-04). */
export function wholeDays(min: number, max: number) {
  const phrase = `whole days from ${min}d to ${max}d, such as 3d`;
  return written({ type: 'string', pattern: '^\\d{1,4}(d|w)$' }, phrase, (input) => {
    if (typeof input !== 'string') return { code: 'scenario-type' };
    const [, count, unit] = /^(-?\d{1,9})(d|w)$/.exec(input) ?? [];
    if (count === undefined) return { code: 'scenario-value' };
    const days = Number(count) * (unit === 'w' ? 7 : 1);
    return days < min || days > max ? { code: 'scenario-range' } : { value: days * 24 };
  });
}

const shareShapes = [
  { type: 'string', pattern: '^(100(\\.0+)?|\\d{1,2}(\\.\\d{1,6})?)%$' },
  { type: 'number', minimum: 0, maximum: 1 },
  { type: 'boolean' },
];

/** 0..1, of `5%` or `0.05`; true is all of them, false none. */
export function share() {
  return written({ anyOf: shareShapes }, 'a share of 0% to 100%, or of 0 to 1 (half is 50% or 0.5)', readShare);
}

function readShare(input: unknown): Reading<number> {
  if (typeof input === 'boolean') return { value: input ? 1 : 0 };
  if (typeof input !== 'number' && typeof input !== 'string') return { code: 'scenario-type' };
  if (typeof input === 'string' && !/^-?\d{1,9}(\.\d{1,6})?%$/.test(input)) return { code: 'scenario-value' };
  const value = typeof input === 'number' ? input : Number(input.slice(0, -1)) / 100;
  return value >= 0 && value <= 1 ? { value } : { code: 'scenario-range' };
}

/** A passcode as text, or the share of those that have one. */
export function passcodes() {
  const phrase = 'a passcode as text of 1 to 64 characters ("246810"), or a share such as 90%';
  const shape = { anyOf: [{ type: 'string', minLength: 1, maxLength: 64 }, ...shareShapes.slice(1)] };
  return written(shape, phrase, (input): Reading<Passcodes> => {
    if (typeof input === 'string' && !/^-?[\d.]+%$/.test(input)) {
      return input.length >= 1 && input.length <= 64 ? { value: { text: input } } : { code: 'scenario-range' };
    }
    const reading = readShare(input);
    return 'value' in reading ? { value: { share: reading.value } } : reading;
  });
}

export function yesOrNo() {
  return z.boolean(allowed('true or false'));
}

/** `on` or `off`, as the switch is labelled. */
export function onOrOff() {
  return oneOf(['on', 'off']).transform((value): boolean => value === 'on');
}

/** Milliseconds since 1970 of an ISO 8601 instant with its zone, in the years 1970 to 2199. */
export function instant() {
  const pattern = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,3})?)?(Z|[+-]\\d\\d:\\d\\d)$';
  return written({ type: 'string', pattern }, 'an instant such as 2026-01-01T00:00:00Z, from 1970 to 2199', (input) => {
    if (typeof input !== 'string') return { code: 'scenario-type' };
    if (!new RegExp(pattern).test(input)) return { code: 'scenario-value' };
    const at = Date.parse(input);
    // Date.parse turns 30 February into 2 March: the date part alone must survive the round trip.
    const date = input.slice(0, 10);
    if (Number.isNaN(at) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date) return { code: 'scenario-value' };
    return at >= 0 && at < Date.UTC(2200, 0) ? { value: at } : { code: 'scenario-range' };
  });
}

export function wholeNumber(min: number, max: number) {
  const phrase = `a whole number from ${min} to ${max}`;
  return z.int(allowed(phrase)).min(min, phrase).max(max, phrase);
}

/** Relative to its neighbours. */
export function weight() {
  const phrase = 'a number above 0, up to 1000000';
  return z.number(allowed(phrase)).positive(phrase).max(1_000_000, phrase);
}

export function text(max: number) {
  const phrase = `text of 1 to ${max} characters`;
  return z.string(allowed(phrase)).trim().min(1, phrase).max(max, phrase);
}

export function kebabName() {
  const phrase = 'a name of 1 to 64 lower-case letters, digits and single dashes, beginning with a letter, such as my-scenario';
  return z
    .string(allowed(phrase))
    .max(64, phrase)
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, phrase);
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, allowed(values.join(', ')));
}

export function list<T extends z.ZodType>(item: T, min: number, max: number, of: string) {
  const phrase = `a list of ${min} to ${max} ${of}`;
  return z.array(item, allowed(phrase)).min(min, phrase).max(max, phrase);
}

/** A mapping with these keys and no others. The message of an unknown key is the list of the known ones. */
export function mapping<T extends z.core.$ZodLooseShape>(shape: T) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? keys : `a mapping with the keys ${keys}`) });
}

/** A mapping with any of these keys, whose values are alike. `about`: help on each of them. */
export function table<K extends string, T extends z.ZodType>(keys: readonly K[], value: T, about: string) {
  const member = value.optional().describe(about);
  const shape = Object.fromEntries(keys.map((key) => [key, member])) as unknown as Record<K, z.ZodOptional<T>>;
  return mapping(shape);
}

/** `[from, until]`, both included, from ≤ until. */
function pair(item: z.ZodType<number>, phrase: string) {
  return pairOf(item, item, phrase).transform(([from, until], context): { from: number; until: number } => {
    if (from > until) {
      const message = 'the range runs backwards: its first value is above its second; allowed: [from, until] with from ≤ until';
      return refuse(context, { code: 'scenario-range', message, input: [from, until] });
    }
    return { from, until };
  });
}

export function countRange(max: number) {
  return pair(wholeNumber(0, max), `a range of two whole numbers from 0 to ${max}, such as [1, 3]`);
}

export function span() {
  return pair(duration(), 'a range of two durations, such as [10d, 500d]').transform(
    ({ from, until }): Span => ({ fromMs: from, untilMs: until }),
  );
}

const distributionPhrase =
  'a duration such as 20d, {uniform: [1d, 5d]}, {exponential: 20d}, {normal: {mean: 8h, deviation: 2h}}, {lognormal: {median: 3d, p90: 20d}}, ' +
  '{steps: [[50%, 4h], [100%, 30d]]} or {weighted: [{weight: 3, of: 2d}, {weight: 1, of: {exponential: 20d}}]}';

/** The same in few words, for the help of a key. */
export const distributionHelp =
  'a duration, or {uniform: [a, b]}, {exponential: mean}, {normal: …}, {lognormal: …}, {steps: …}, {weighted: …}';

const step = pairOf(share(), duration(), 'a share and a duration, such as [50%, 4h]').transform(([share, ms]) => ({ share, ms }));

/** Each kind under its own key. */
const drawn = {
  uniform: mapping({ uniform: span() }).transform((value): Distribution => ({ kind: 'uniform', ...value.uniform })),
  exponential: mapping({ exponential: duration() }).transform(
    (value): Distribution => ({ kind: 'exponential', meanMs: value.exponential }),
  ),
  normal: mapping({
    normal: mapping({
      mean: duration().describe('Its mean; what would be below 0 is 0.'),
      deviation: duration().describe('Its standard deviation: two thirds of all are within the mean plus or minus this.'),
    }),
  }).transform(({ normal }): Distribution => ({ kind: 'normal', meanMs: normal.mean, deviationMs: normal.deviation })),
  lognormal: mapping({
    lognormal: mapping({
      median: duration(1).describe('Half of them are no longer than this.'),
      p90: duration(1).describe('Nine tenths of them are no longer than this; now and then one is very long.'),
    }),
  }).transform(({ lognormal: { median, p90 } }, context): Distribution => {
    if (p90 >= median) return { kind: 'lognormal', medianMs: median, p90Ms: p90 };
    const message = '"p90" lies below "median"; allowed: a duration that is not shorter than "median"';
    return refuse(context, { code: 'scenario-range', message, input: p90, path: ['lognormal', 'p90'] });
  }),
  steps: mapping({ steps: list(step, 1, 50, 'steps such as [50%, 4h]') }).transform(({ steps }, context): Distribution => {
    if (areSteps(steps)) return { kind: 'steps', points: steps };
    const message = 'shares and durations of the steps must rise, and the last share be 100%; allowed: such as [[50%, 4h], [100%, 30d]]';
    return refuse(context, { code: 'scenario-range', message, input: steps, path: ['steps'] });
  }),
};

const oneDistribution = oneOfShapes({ ...drawn });

const weighted = mapping({
  weighted: list(
    mapping({
      weight: weight().describe('How often this one is drawn, relative to the others.'),
      of: oneDistribution.describe('How long it takes then: like any other, but not weighted again.'),
    }),
    1,
    50,
    'choices such as {weight: 3, of: 2d}',
  ),
}).transform(({ weighted: choices }): Distribution => ({ kind: 'weighted', choices }));

/** Stands once in the JSON Schema, however often it is used. */
const anyDistribution = oneOfShapes({ ...drawn, weighted }).meta({ id: 'distribution' });

/** A duration, or from what it is drawn. Which kind is tried follows from the value, so that errors are to the point. */
export function distribution() {
  return anyDistribution;
}

function oneOfShapes(kinds: Readonly<Record<string, z.ZodType<Distribution>>>) {
  const constant = duration().transform((ms): Distribution => ({ kind: 'constant', ms }));
  const shapes = [constant, ...Object.values(kinds)].map((schema) => {
    const { $schema: _, ...shape } = z.toJSONSchema(schema, { io: 'input' });
    return shape;
  });
  return z
    .unknown()
    .meta({ anyOf: shapes })
    .transform((input, context): Distribution => {
      const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
      const known = isObject ? Object.keys(kinds).find((kind) => Object.hasOwn(input, kind)) : undefined;
      if (isObject && known === undefined) {
        return refuse(context, { code: 'scenario-value', message: distributionPhrase, input, sentence: false });
      }
      const result = (known === undefined ? constant : (kinds[known] as z.ZodType<Distribution>)).safeParse(input);
      if (result.success) return result.data;
      if (!isObject) {
        const code = codeOf(result.error.issues[0]) ?? 'scenario-value';
        return refuse(context, { code, message: distributionPhrase, input, sentence: false });
      }
      context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]));
      return z.NEVER;
    });
}

/** Of two values, one of each kind. */
function pairOf<A, B>(first: z.ZodType<A>, second: z.ZodType<B>, phrase: string) {
  return z.tuple([first, second], allowed(phrase));
}

/** Milliseconds since midnight, of `08:00`; up to `24:00`. */
export function timeOfDay() {
  const phrase = 'a time of day in quotes or plain, from 00:00 to 24:00, such as 08:30';
  return written({ type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$' }, phrase, (input) => {
    if (typeof input !== 'string') return { code: 'scenario-type' };
    const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(input) ?? [];
    if (hours === undefined) return { code: 'scenario-value' };
    const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return ms <= 86_400_000 ? { value: ms } : { code: 'scenario-range' };
  });
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Days of the week: 0 is Sunday. */
export function daysOfWeek() {
  return list(oneOf(weekdays), 1, 7, 'days of the week (mon, tue, wed, thu, fri, sat, sun)').transform((days) =>
    [...new Set(days.map((day) => weekdays.indexOf(day)))].sort((a, b) => a - b),
  );
}

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** month × 100 + day of `12-24`: a day of every year. */
export function dayOfYear() {
  const shape = { type: 'string', pattern: '^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' };
  return written(shape, 'a day of the year, month and day, such as 12-24', readDayOfYear);
}

function readDayOfYear(input: unknown): Reading<number> {
  if (typeof input !== 'string') return { code: 'scenario-type' };
  const [, month, day] = /^(\d\d)-(\d\d)$/.exec(input) ?? [];
  if (month === undefined) return { code: 'scenario-value' };
  const isDay = Number(day) >= 1 && Number(day) <= (daysInMonth[Number(month) - 1] ?? 0);
  return isDay ? { value: Number(month) * 100 + Number(day) } : { code: 'scenario-range' };
}

/** `12-24` (of every year: month × 100 + day) or `2026-12-24` (days since 1970). */
export function dayOrDate() {
  const shapes = [
    { type: 'string', pattern: '^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' },
    { type: 'string', format: 'date', pattern: '^\\d{4}-\\d\\d-\\d\\d$' },
  ];
  const phrase = 'a day: 12-24 (of every year) or 2026-12-24';
  return written({ anyOf: shapes }, phrase, (input): Reading<{ isYearly: boolean; day: number }> => {
    if (typeof input === 'string' && /^\d{4}-\d\d-\d\d$/.test(input)) {
      const at = parseInstant(input);
      return at === undefined ? { code: 'scenario-range' } : { value: { isYearly: false, day: at / 86_400_000 } };
    }
    const reading = readDayOfYear(input);
    return 'value' in reading ? { value: { isYearly: true, day: reading.value } } : reading;
  });
}

/** A time zone by its name, or a fixed offset. */
export function timeZone() {
  const shape = { anyOf: [{ enum: timeZoneNames }, { type: 'string', pattern: '^UTC[+-]\\d\\d:\\d\\d$' }] };
  const phrase = `a time zone (${timeZoneNames.join(', ')}) or a fixed offset such as UTC+05:30`;
  return written(shape, phrase, (input) => {
    if (typeof input !== 'string') return { code: 'scenario-type' };
    return isTimeZone(input) ? { value: input } : { code: 'scenario-value' };
  });
}

/** 0 to `max`, fractions too. */
export function rate(max: number) {
  const phrase = `a number from 0 to ${max}`;
  return z.number(allowed(phrase)).min(0, phrase).max(max, phrase);
}

/** A mapping, or a text that stands for one. `shape` is the JSON Schema of the text; `expand` answers undefined for one that stands for none. */
export function orText<T extends z.ZodType>(
  full: T,
  shape: Record<string, unknown>,
  phrase: string,
  expand: (text: string) => object | undefined,
) {
  const { $schema: _, ...whole } = z.toJSONSchema(full, { io: 'input' });
  return z
    .unknown()
    .meta({ anyOf: [shape, whole] })
    .transform((input, context): z.output<T> => {
      const isText = typeof input === 'string';
      const isMapping = typeof input === 'object' && input !== null && !Array.isArray(input);
      const meant = isText ? expand(input) : isMapping ? input : undefined;
      if (meant === undefined) {
        return refuse(context, { code: isText ? 'scenario-value' : 'scenario-type', message: phrase, input, sentence: false });
      }
      const result = full.safeParse(meant);
      if (result.success) return result.data;
      if (isText) return refuse(context, { code: 'scenario-value', message: phrase, input, sentence: false });
      context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]));
      return z.NEVER;
    });
}

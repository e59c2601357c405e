/** The `faults` of a scenario file: what goes wrong, for which devices, and when. `faultsOf()` makes instants of it. */
import { z } from 'zod';
import { commandTypes } from '../../protocol/commands.ts';
import { enrollmentTypes, platforms } from '../../protocol/platforms.ts';
import type { Distribution } from '../../runtime/distribution.ts';
import { dayMs, formatDuration, minuteMs, parseDuration } from '../../runtime/duration.ts';
import { type Fault, type FaultSelector, type FaultWhat, faultDirections } from './fault.ts';
import { allowed, distribution, duration, kebabName, list, mapping, oneOf, refuse, share, wholeNumber } from './values.ts';

const faultsMax = 100;
const windowsMax = 10_000;
/** An hour: a device gives an answer up after a minute, so that longer delays are all alike. */
const delayMsMax = 60 * minuteMs;
const skewMsMax = 3650 * dayMs;
/** No run is longer. */
const endlessMs = 36_500 * dayMs;

const selector = mapping({
  share: share().prefault(1).describe('Share of the devices that match, drawn for each device.'),
  platforms: list(oneOf(platforms), 1, platforms.length, 'platforms').optional().describe('Only devices of these platforms.'),
  enrollments: list(oneOf(enrollmentTypes), 1, enrollmentTypes.length, 'enrollment types')
    .optional()
    .describe('Only devices that were enrolled in one of these ways.'),
  groups: list(kebabName(), 1, 1000, 'names of groups').optional().describe('Only devices of these groups of the fleet.'),
}).transform(
  (value): FaultSelector => ({
    ...value,
    platforms: value.platforms ?? null,
    enrollments: value.enrollments ?? null,
    groups: value.groups ?? null,
  }),
);

const every = mapping({
  from: duration().default(0).describe('The first time, since the start.'),
  until: duration().optional().describe('No time begins later than this, since the start; without it: to the end.'),
  each: duration(minuteMs).describe('From the beginning of one to that of the next; at least 1m.'),
  lasts: duration(1).describe('How long it is at work each time; shorter than `each`.'),
});

const thrice = mapping({
  perMinute: wholeNumber(0, 1000)
    .optional()
    .describe('So many check-ins of one device are answered within a minute; each device is counted for itself.'),
  refused: share().default(0).describe('Share of the other check-ins that is refused as well.'),
  retryAfter: duration(0, dayMs).prefault('1m').describe('How long a device that was refused waits at least before it tries again.'),
}).transform((value, context): FaultWhat => {
  const { perMinute = null, refused, retryAfter } = value;
  if (perMinute === null && refused === 0) {
    const message = 'it refuses nothing; allowed: one or both of "perMinute" and "refused"';
    return refuse(context, { code: 'scenario-missing', message, input: value });
  }
  return { kind: 'throttled', perMinute, refused, retryAfterMs: retryAfter };
});

const push = mapping({
  lost: share().optional().describe('Share of the pushes that never arrive.'),
  late: mapping({
    share: share().prefault(1).describe('So many of the pushes that arrive are held up on the way,'),
    by: distribution().describe('for so long, beside the latency.'),
  })
    .optional()
    .describe('Pushes that come late: { share: 20%, by: { uniform: [1h, 8h] } }.'),
}).transform((value, context): FaultWhat => {
  const { lost = null, late = null } = value;
  if (lost !== null || late !== null) return { kind: 'push', lost, late };
  return refuse(context, {
    code: 'scenario-missing',
    message: 'it does nothing; allowed: one or both of "lost" and "late"',
    input: value,
  });
});

const skewPhrase = 'a duration with its sign, such as 3d or -3d (behind), up to 3650d, or {uniform: [-3d, 3d]}';
const skewPattern = '^[+-]?\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h|d|w)$';
const signed = { type: 'string', pattern: skewPattern };

function signedMs(input: unknown): number | undefined {
  if (typeof input !== 'string') return undefined;
  const ms = parseDuration(input.replace(/^[+-]/, ''));
  if (ms === undefined || ms > skewMsMax) return undefined;
  return input.startsWith('-') ? -ms : ms;
}

const clockSkew = z
  .unknown()
  .meta({
    anyOf: [
      signed,
      {
        type: 'object',
        properties: { uniform: { type: 'array', items: signed, minItems: 2, maxItems: 2 } },
        required: ['uniform'],
        additionalProperties: false,
      },
    ],
  })
  .transform((input, context): FaultWhat => {
    const isRange = typeof input === 'object' && input !== null && 'uniform' in input && Object.keys(input).length === 1;
    const ends = isRange ? (input as { uniform: unknown }).uniform : [input, input];
    const [from, until] = Array.isArray(ends) && ends.length === 2 ? ends.map(signedMs) : [];
    if (from !== undefined && until !== undefined && from <= until) return { kind: 'clockSkew', fromMs: from, untilMs: until };
    return refuse(context, {
      code: typeof input === 'string' || isRange ? 'scenario-value' : 'scenario-type',
      message: skewPhrase,
      input,
      sentence: false,
    });
  });

const interruptedWipe = mapping({
  unreported: share().prefault('50%').describe('Share of the interrupted wipes after which the device is wiped, without having said so.'),
  offFor: distribution()
    .prefault({ uniform: ['5m', '1h'] })
    .describe('How long the others are without power; then they are as they were, and the wipe is delivered again.'),
}).transform(({ unreported, offFor }): FaultWhat => ({ kind: 'interruptedWipe', unreported, offFor }));

/** `true`, which stands for all defaults, or a mapping. */
function orTrue<T extends z.ZodType>(full: T) {
  const { $schema: _, ...whole } = z.toJSONSchema(full, { io: 'input' });
  return z
    .unknown()
    .meta({ anyOf: [{ const: true }, whole] })
    .transform((input, context): z.output<T> => {
      const result = full.safeParse(input === true ? {} : input);
      if (result.success) return result.data;
      context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]));
      return z.NEVER;
    });
}

function trueAlone(kind: 'partition' | 'unavailable' | 'halfOpen') {
  return z.literal(true, allowed('true')).transform((): FaultWhat => ({ kind }));
}

/** The keys of which a fault has exactly one: what is wrong. */
const kinds = [
  'latency',
  'jitter',
  'loss',
  'reset',
  'halfOpen',
  'slowReader',
  'slowWriter',
  'partition',
  'unavailable',
  'throttled',
  'slow',
  'push',
  'mail',
  'clockSkew',
  'interruptedWipe',
  'failedRenewal',
] as const;
/** Those that are about single frames of a link. */
const ofFrames: readonly string[] = ['latency', 'jitter', 'loss'];
/** Those that can be about single actions. */
const ofActions: readonly string[] = [...ofFrames, 'reset', 'slow'];
/** Faster is not slow: 1 GiB. */
const bytesPerSecondMax = 2 ** 30;

const fault = mapping({
  name: kebabName().optional().describe('What reports call it; without it: its kind, in lower case.'),
  to: selector.prefault({}).describe('Which devices it concerns: all conditions must hold. Without it: all.'),
  from: duration().optional().describe('When it begins, since the start; without it: at the start.'),
  until: duration().optional().describe('When it is over, since the start; without it: never.'),
  every: every.optional().describe('Again and again: {from: 10d, until: 100d, each: 7d, lasts: 2h}. In place of `from` and `until`.'),
  direction: oneOf(faultDirections)
    .optional()
    .describe('Of latency, jitter and loss: only frames to the service (up), only those to the device (down), or both. Default: both.'),
  on: list(oneOf(commandTypes), 1, commandTypes.length, 'actions')
    .optional()
    .describe('Of latency, jitter, loss, reset and slow: only what is said of these actions, from the delivery on. Default: everything.'),
  latency: distribution()
    .optional()
    .describe('How long each frame takes, and the opening of a link each way: 200ms, {uniform: [100ms, 2s]}.'),
  jitter: duration(1, delayMsMax).optional().describe('Each frame takes up to so long, evenly drawn. It adds to latency.'),
  loss: share().optional().describe('Share of the frames that is lost. A link that loses one breaks, and the device opens another.'),
  reset: share()
    .optional()
    .describe(
      'Share of the device’s frames that break off in their middle, with a reset of the connection. Over sockets (mockfleet load); in a run they are lost.',
    ),
  halfOpen: trueAlone('halfOpen')
    .optional()
    .describe(
      'true: as it begins, the link that is there falls silent, and neither end hears of it. Over sockets (mockfleet load); in a run the link breaks.',
    ),
  slowReader: wholeNumber(1, bytesPerSecondMax)
    .optional()
    .describe('The device reads only so many bytes in a second. Over sockets (mockfleet load); in a run its link breaks as it begins.'),
  slowWriter: wholeNumber(1, bytesPerSecondMax)
    .optional()
    .describe(
      'The device sends only so many bytes in a second, a frame in pieces. Over sockets (mockfleet load); in a run its link breaks as it begins.',
    ),
  partition: trueAlone('partition')
    .optional()
    .describe('true: the service is out of reach, and nobody says so. The device’s own network is there.'),
  unavailable: trueAlone('unavailable').optional().describe('true: the service closes every link and refuses each attempt at once.'),
  throttled: thrice.optional().describe('The service answers only some check-ins: {perMinute: 2}, {refused: 30%}.'),
  slow: distribution().optional().describe('The service gets to each message only so long after it arrived: {exponential: 5s}.'),
  push: push.optional().describe('Pushes are lost or late: {lost: 50%}, {late: {share: 20%, by: 4h}}.'),
  mail: oneOf(['down']).optional().describe('down: the mail server takes no mails about these devices; they are tried again.'),
  clockSkew: clockSkew.optional().describe('The device’s clock is ahead by so much, or behind: 3d, -3d, {uniform: [-3d, 3d]}.'),
  interruptedWipe: orTrue(interruptedWipe)
    .optional()
    .describe('The battery is empty in the middle of a wipe: true, or {unreported: 50%, offFor: 20m}.'),
  failedRenewal: share().optional().describe('Share of the renewals that the service fails to sign: true, 50%.'),
})
  .meta({ allOf: [{ oneOf: kinds.map((name) => ({ required: [name] })) }] })
  .transform((value, context) => {
    const given = kinds.filter((name) => value[name] !== undefined);
    const [kind] = given;
    if (given.length !== 1 || kind === undefined) {
      const found = given.length === 0 ? 'it does not say what is wrong' : `${given.map((name) => `"${name}"`).join(' and ')} are given`;
      const message = `${found}; allowed: exactly one of ${kinds.join(', ')}`;
      return refuse(context, { code: given.length === 0 ? 'scenario-missing' : 'scenario-value', message, input: value });
    }
    for (const key of ['direction', 'on'] as const) {
      const fitting = key === 'on' ? ofActions : ofFrames;
      if (value[key] === undefined || fitting.includes(kind)) continue;
      const message = `"${key}" does not go with "${kind}"; allowed with ${fitting.join(', ')}`;
      return refuse(context, { code: 'scenario-value', message, input: value[key], path: [key] });
    }
    const { name, to, every, from, until } = value;
    if (every !== undefined && (from !== undefined || until !== undefined)) {
      const message = '"every" has "from" and "until" of its own; allowed: either "every", or "from" and "until"';
      return refuse(context, { code: 'scenario-value', message, input: value });
    }
    if (every !== undefined) {
      const { from: firstMs, until: lastMs = endlessMs, each, lasts } = every;
      if (lasts >= each) {
        const message = `it would last until the next one begins; allowed: shorter than each (${formatDuration(each)})`;
        return refuse(context, { code: 'scenario-range', message, input: lasts, path: ['every', 'lasts'] });
      }
      if (firstMs > lastMs) {
        const message = '"until" lies before "from"; allowed: a duration that is not shorter than "from"';
        return refuse(context, { code: 'scenario-range', message, input: lastMs, path: ['every', 'until'] });
      }
      return { name, to, what: whatOf(kind, value), every: { firstMs, lastMs, eachMs: each, lastsMs: lasts } };
    }
    const span = { fromMs: from ?? 0, untilMs: until ?? endlessMs };
    if (span.fromMs >= span.untilMs) {
      const message = `it is over before it begins; allowed: later than "from" (${formatDuration(span.fromMs)})`;
      return refuse(context, { code: 'scenario-range', message, input: until, path: ['until'] });
    }
    return { name, to, what: whatOf(kind, value), span };
  });

interface Said {
  direction?: (typeof faultDirections)[number] | undefined;
  on?: (typeof commandTypes)[number][] | undefined;
  latency?: Distribution | undefined;
  jitter?: number | undefined;
  loss?: number | undefined;
  reset?: number | undefined;
  halfOpen?: FaultWhat | undefined;
  slowReader?: number | undefined;
  slowWriter?: number | undefined;
  slow?: Distribution | undefined;
  partition?: FaultWhat | undefined;
  unavailable?: FaultWhat | undefined;
  throttled?: FaultWhat | undefined;
  push?: FaultWhat | undefined;
  clockSkew?: FaultWhat | undefined;
  interruptedWipe?: FaultWhat | undefined;
  failedRenewal?: number | undefined;
}

function whatOf(kind: (typeof kinds)[number], said: Said): FaultWhat {
  const { direction = 'both', on = null } = said;
  switch (kind) {
    case 'latency':
      return { kind, delay: said.latency as Distribution, direction, on };
    case 'jitter':
      return { kind, delay: { kind: 'uniform', fromMs: 0, untilMs: said.jitter as number }, direction, on };
    case 'loss':
      return { kind, share: said.loss as number, direction, on };
    case 'reset':
      return { kind, share: said.reset as number, on };
    case 'slowReader':
    case 'slowWriter':
      return { kind, bytesPerSecond: said[kind] as number };
    case 'slow':
      return { kind, delay: said.slow as Distribution, on };
    case 'mail':
      return { kind };
    case 'failedRenewal':
      return { kind, share: said.failedRenewal as number };
    default:
      return said[kind] as FaultWhat;
  }
}

export const faultsSchema = list(fault, 0, faultsMax, 'faults').transform((faults, context) => {
  const names = new Set<string>();
  return faults.map((one, index) => {
    const own = one.name ?? one.what.kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    // Two faults of a kind need no names of their own.
    let name = own;
    for (let count = 2; one.name === undefined && names.has(name); count++) name = `${own}-${count}`;
    if (names.has(name)) {
      const message = `"${name}" is already the name of another fault; allowed: a name that no other fault has`;
      return refuse(context, { code: 'scenario-value', message, input: name, path: [index, 'name'] });
    }
    names.add(name);
    return { ...one, name };
  });
});

/** Their windows as instants. */
export function faultsOf(said: z.output<typeof faultsSchema>, startAt: number): Fault[] {
  return said.map(({ every, span, ...rest }): Fault => {
    if (every === undefined) {
      const { fromMs, untilMs } = span;
      return { ...rest, windows: [{ from: startAt + fromMs, until: startAt + untilMs }] };
    }
    const { firstMs, lastMs, eachMs, lastsMs } = every;
    const times = Math.min(windowsMax, Math.floor((lastMs - firstMs) / eachMs) + 1);
    const windows = Array.from({ length: times }, (_, index) => {
      const from = startAt + firstMs + index * eachMs;
      return { from, until: from + lastsMs };
    });
    return { ...rest, windows };
  });
}

/** Groups that a fault names and the fleet does not have. */
export function unknownGroups(faults: z.output<typeof faultsSchema>, groups: readonly string[]) {
  return faults.flatMap(({ to }, index) =>
    (to.groups ?? []).flatMap((name, position) =>
      groups.includes(name) ? [] : [{ name, path: ['faults', index, 'to', 'groups', position] }],
    ),
  );
}

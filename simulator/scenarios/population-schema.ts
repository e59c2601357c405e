/** What a fleet's devices go through by themselves, as files write it: how they come, when they have a network, and what becomes of them over the years. */
import { z } from 'zod';
import { platforms } from '../../protocol/platforms.ts';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import {
  type BatteryPlan,
  type DeviceModel,
  type EnrollmentWave,
  type FleetGroup,
  type Holiday,
  type Leave,
  type OsUpdate,
  oldDeviceEnds,
  type Replacement,
  type Shift,
  type Storm,
} from './scenario.ts';
import {
  dayOfYear,
  dayOrDate,
  daysOfWeek,
  distribution,
  distributionHelp,
  duration,
  kebabName,
  list,
  mapping,
  oneOf,
  orText,
  rate,
  refuse,
  share,
  text,
  timeOfDay,
  timeZone,
  weight,
} from './values.ts';

/** Entries of a list; each costs every device a draw. */
const entriesMax = 100;
/** A day's hours with their jitter leave a pause, or there would be no day after them. */
const hoursMax = 22 * hourMs;
/** Shares are written in decimals, whose sum may be a hair beside 1. */
const hair = 1e-9;

const wave = mapping({
  at: duration().prefault('0s').describe('When the first of them comes, since the start.'),
  within: duration().prefault('0s').describe('The others follow evenly over so long. 0s: all at once.'),
  share: share().prefault(1).describe('Share of the group that comes in this wave; those of all waves are 100% together.'),
}).transform(({ at, within, share }): EnrollmentWave => ({ share, fromMs: at, untilMs: at + within }));

export const enrollsSchema = list(wave, 1, entriesMax, 'waves such as {at: 30d, within: 7d, share: 40%}').transform(
  (waves, context): EnrollmentWave[] => {
    const all = waves.reduce((sum, { share }) => sum + share, 0);
    if (Math.abs(all - 1) <= hair) return waves;
    const message = `the shares of the waves are ${Math.round(all * 10_000) / 100}% together; allowed: 100%`;
    return refuse(context, { code: 'scenario-range', message, input: waves });
  },
);

const zoneWeights = z
  .record(z.string(), weight())
  .transform((zones, context): FleetGroup['timeZones'] => {
    const entries = Object.entries(zones);
    for (const [zone] of entries) {
      const reading = timeZone().safeParse(zone);
      if (reading.success) continue;
      const phrase = reading.error.issues[0]?.message ?? '';
      refuse(context, { code: 'scenario-value', message: `there is no such time zone; allowed: ${phrase}`, input: zones, path: [zone] });
    }
    return entries.map(([zone, weight]) => ({ zone, weight }));
  })
  .refine((zones) => zones.length > 0, 'one time zone or more with its weight, such as {Europe/Berlin: 3, America/New_York: 1}');

const zonePhrase = 'the name of a time zone such as Europe/Berlin, a fixed offset such as UTC+05:30, or several with weights';

export const timeZonesSchema = orText(zoneWeights, { type: 'string' }, zonePhrase, (zone) => ({ [zone]: 1 }));

const shiftKeys = {
  from: timeOfDay().optional().describe('The day begins, local time: 08:00.'),
  until: timeOfDay().optional().describe('It ends; a time before `from` is of the next day: 22:00 to 06:00.'),
  days: daysOfWeek().optional().describe('Days of the week. Without it: [mon, tue, wed, thu, fri].'),
  jitter: duration(0, 12 * hourMs)
    .prefault('0s')
    .describe('Each day begins and ends up to so much later, drawn for each device and day.'),
};

interface WrittenShift {
  from?: number | undefined;
  until?: number | undefined;
  days?: readonly number[] | undefined;
  jitter: number;
}

type Context = Parameters<typeof refuse>[0];

function shiftOf(value: WrittenShift, weight: number, context: Context): Shift {
  const { from, until, days = [1, 2, 3, 4, 5], jitter } = value;
  if (from === undefined || until === undefined) {
    const message = `it does not say when the day ${from === undefined ? 'begins' : 'ends'}; allowed: "from" and "until", such as {from: 08:00, until: 18:00}`;
    return refuse(context, { code: 'scenario-missing', message, input: value });
  }
  const length = until > from ? until - from : until + dayMs - from;
  if (length + jitter > hoursMax) {
    const message =
      'the day and its jitter are longer than 22h; allowed: up to 22h together, or no "hours" for devices that are always there';
    return refuse(context, { code: 'scenario-range', message, input: value });
  }
  if (jitter >= length) {
    const message = '"jitter" is as long as the day itself; allowed: less than from "from" to "until"';
    return refuse(context, { code: 'scenario-range', message, input: value, path: ['jitter'] });
  }
  return { weight, fromMs: from, untilMs: until, days, jitterMs: jitter };
}

const shift = mapping({
  ...shiftKeys,
  weight: weight().default(1).describe('How common this shift is, relative to the others.'),
}).transform(({ weight, ...value }, context): Shift => shiftOf(value, weight, context));

export const hoursSchema = mapping({
  share: share().prefault(1).describe('Share of the devices that keep these hours; the others are always there.'),
  ...shiftKeys,
  shifts: list(shift, 1, 20, 'shifts such as {from: 06:00, until: 14:00}')
    .optional()
    .describe('Several shifts, of which each device keeps one, drawn by weight. In place of `from`, `until`, `days` and `jitter`.'),
})
  .meta({ oneOf: [{ required: ['from', 'until'] }, { required: ['shifts'] }] })
  .transform(({ share, shifts, ...value }, context): NonNullable<FleetGroup['hours']> => {
    if (shifts === undefined) return { share, shifts: [shiftOf(value, 1, context)] };
    if (value.from === undefined && value.until === undefined && value.days === undefined && value.jitter === 0) return { share, shifts };
    const message = '"shifts" have hours of their own; allowed: either "shifts", or "from", "until", "days" and "jitter"';
    return refuse(context, { code: 'scenario-value', message, input: value });
  });

const holidayKeys = {
  from: dayOrDate().describe('Its first day: 12-24 (of every year) or 2026-12-24.'),
  until: dayOrDate().describe('Its last day, written alike; of every year, one before `from` is of the next year.'),
  name: text(120).optional().describe('What it is, for people.'),
};

function holidayOf({ from, until }: { from: { isYearly: boolean; day: number }; until: typeof from }, context: Context): Holiday {
  if (from.isYearly !== until.isYearly) {
    const message = 'one of its days is of every year, the other one of one year; allowed: both written alike';
    return refuse(context, { code: 'scenario-value', message, input: { from, until } });
  }
  if (!from.isYearly && until.day < from.day) {
    const message = '"until" lies before "from"; allowed: the same day, or a later one';
    return refuse(context, { code: 'scenario-range', message, input: until, path: ['until'] });
  }
  return { isYearly: from.isYearly, from: from.day, until: until.day };
}

const holidayPhrase = 'a day such as 12-25 (of every year) or 2026-12-25, or {from: 12-24, until: 01-01}';
const dayShape = { type: 'string', pattern: '^(\\d{4}-)?\\d\\d-\\d\\d$' };
const oneDay = (day: string) => ({ from: day, until: day });

const holiday = orText(mapping(holidayKeys).transform(holidayOf), dayShape, holidayPhrase, oneDay);

export const holidaysSchema = list(holiday, 0, entriesMax, 'holidays');

const groupsKey = list(kebabName(), 1, 1000, 'names of groups')
  .optional()
  .describe('Only for devices of these groups of the fleet. Without it: for all.');

export const sharedHolidaysSchema = list(
  orText(
    mapping({ ...holidayKeys, groups: groupsKey }).transform(({ groups, ...value }, context) => ({
      groups: groups ?? null,
      is: holidayOf(value, context),
    })),
    dayShape,
    holidayPhrase,
    oneDay,
  ),
  0,
  entriesMax,
  'holidays',
);

const leave = mapping({
  share: share().describe('Share of the devices whose users take this leave, drawn for each year.'),
  between: mapping({
    from: dayOfYear().describe('The first day of the season, such as 06-15.'),
    until: dayOfYear().describe('Its last day; one before `from` is of the next year.'),
  })
    .optional()
    .describe('It begins within this part of the year: {from: 06-15, until: 09-01}. Without it: at any time.'),
  length: distribution().describe(`How long it lasts: ${distributionHelp}.`),
}).transform(({ share, between, length }): Leave => ({ share, season: between ?? null, length }));

export const leavesSchema = list(leave, 0, entriesMax, 'leaves such as {share: 80%, length: {uniform: [1w, 3w]}}');

const stormKeys = {
  at: duration().describe('When they lose their network, since the start.'),
  away: duration(minuteMs).describe('How long they have none.'),
  share: share().prefault(1).describe('Share of the devices that it comes to.'),
  backWithin: duration().prefault('15m').describe('They come back one after the other, over so long.'),
};

interface WrittenStorm {
  at: number;
  away: number;
  share: number;
  backWithin: number;
}

function stormOf({ at, away, share, backWithin }: WrittenStorm): Storm {
  return { share, atMs: at, awayMs: away, backWithinMs: backWithin };
}

export const stormsSchema = list(mapping(stormKeys).transform(stormOf), 0, entriesMax, 'storms such as {at: 60d, away: 3d}');

export const sharedStormsSchema = list(
  mapping({ ...stormKeys, groups: groupsKey }).transform(({ groups, ...value }) => ({ groups: groups ?? null, is: stormOf(value) })),
  0,
  entriesMax,
  'storms such as {at: 60d, away: 3d}',
);

/** @param models those of a group's `models` */
export function replacedSchema(models: z.ZodType<DeviceModel[]>) {
  return mapping({
    share: share().prefault(1).describe('Share of the devices that are ever replaced.'),
    every: distribution().describe(`How old a device gets: ${distributionHelp}. Those of the start are of any age.`),
    old: oneOf(oldDeviceEnds)
      .default('drawer')
      .describe(
        'What becomes of the old device: it goes into a drawer, and its record stays until the cleanup; or it is retired or wiped first, by its user, or by an administrator where it has none.',
      ),
    pause: distribution()
      .prefault('1d')
      .describe(`From the retire or wipe of the old one (or from the drawer) to the enrollment of the new one: ${distributionHelp}.`),
    models: models.optional().describe('What the new devices are. Without it: the same as the group.'),
  }).transform(({ models, ...rest }): Replacement => ({ ...rest, models: models ?? null }));
}

const updateKeys = {
  version: text(256).describe('The version, as text in quotes: "18.1".'),
  at: duration().describe('When it comes out, since the start.'),
  share: share().prefault(1).describe('Share of the devices that ever take it.'),
  adoptedWithin: distribution().prefault('0s').describe(`How long after that a device takes it: ${distributionHelp}.`),
  models: list(text(256), 1, entriesMax, 'names of models').optional().describe('Only for these models. Without it: for any.'),
};

interface WrittenUpdate {
  version: string;
  at: number;
  share: number;
  adoptedWithin: OsUpdate['adoptedWithin'];
  models?: readonly string[] | undefined;
}

function updateOf({ at, models, ...rest }: WrittenUpdate): OsUpdate {
  return { ...rest, atMs: at, models: models ?? null };
}

export const osUpdatesSchema = list(mapping(updateKeys).transform(updateOf), 0, entriesMax, 'versions such as {version: "18.1", at: 30d}');

export const sharedOsUpdatesSchema = list(
  mapping({ platform: oneOf(platforms).describe('Of which platform it is a version.'), ...updateKeys, groups: groupsKey }).transform(
    ({ platform, groups, ...value }) => ({ platform, groups: groups ?? null, is: updateOf(value) }),
  ),
  0,
  entriesMax,
  'versions such as {platform: ios, version: "18.1", at: 30d}',
);

export const passcodeChangesSchema = mapping({
  every: distribution().describe(`Time from one new passcode to the next: ${distributionHelp}.`),
});

export const batterySchema = mapping({
  emptyPerMonth: rate(30).describe('How many times within 30 days it runs empty, on average: 0.5 is every other month.'),
  off: distribution().describe(`How long the device is off then: ${distributionHelp}.`),
}).transform((value): BatteryPlan => value);

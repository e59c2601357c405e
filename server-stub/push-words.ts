/** How the push service is, in the words of scenario files: `{ lost: '5%', latency: { uniform: ['1s', '10s'] }, membershipLag: '15m' }`. */
import { z } from 'zod';
import type { Distribution } from '../runtime/distribution.ts';
import { formatDuration, parseDuration } from '../runtime/duration.ts';
import type { PushSettings } from './core/settings.ts';
import { wrongField } from './wrong-field.ts';

/** A duration such as `5s`, or from what it is drawn. */
export type DistributionWords = string | { uniform: readonly [string, string] } | { exponential: string };

/** 0 to 1, or `5%`. */
export type ShareWords = number | string;

export interface PushWords {
  /** Share of the pushes that never arrive. */
  lost: ShareWords;
  /** How long a push takes to an online device. */
  latency: DistributionWords;
  /** So many of those that arrive are held up on the way, for so long beside the latency. */
  late: { share: ShareWords; by: DistributionWords };
  /** How long a nudge is kept for a device that is away; the newest wins. */
  keptFor: string;
  /** How long a notification is kept for a device that is away; each is kept. */
  notificationsKeptFor: string;
  /** How late custom notifications see who left or joined a group, or is not enrolled any more. */
  membershipLag: DistributionWords;
}

/** A hundred years, as in scenario files. */
const durationMaxMs = 36_500 * 86_400_000;

/** What is allowed, for messages. */
const phrases = {
  share: 'write a share from 0 to 1, or 0% to 100%',
  duration: 'write a duration such as 90s, 15m, 8h or 28d',
  distribution: 'write a duration such as 5s, {"uniform":["1s","10s"]} with the shorter one first, or {"exponential":"20m"}',
} as const;

function written<T>(phrase: string, read: (words: unknown) => T | undefined) {
  return z.unknown().transform((words, context): T => {
    const value = read(words);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: phrase });
    return z.NEVER;
  });
}

const share = written(phrases.share, readShare);
const duration = written(phrases.duration, readDuration);
const distribution = written(phrases.distribution, readDistribution);

const change = z
  .strictObject({
    lost: share,
    latency: distribution,
    late: z.strictObject(
      { share, by: distribution },
      { error: ({ code }) => (code === 'invalid_type' ? 'write {"share":"5%","by":"2h"}' : undefined) },
    ),
    keptFor: duration,
    notificationsKeptFor: duration,
    membershipLag: distribution,
  })
  .partial();

export const pushNames = Object.keys(change.shape);

/** What changes; text: what is wrong with the words, with the member named. */
export function readPushWords(words: unknown): Partial<PushSettings> | string {
  const parsed = change.safeParse(words);
  if (!parsed.success) return wrongField(words, parsed.error);
  const { keptFor, notificationsKeptFor, ...rest } = parsed.data;
  const read = { ...rest, keptForMs: keptFor, notificationsKeptForMs: notificationsKeptFor };
  // What is absent stays as it is.
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

export function pushWords(settings: PushSettings): PushWords {
  const { lost, latency, late, keptForMs, notificationsKeptForMs, membershipLag } = settings;
  return {
    lost,
    latency: distributionWords(latency),
    late: { share: late.share, by: distributionWords(late.by) },
    keptFor: formatDuration(keptForMs),
    notificationsKeptFor: formatDuration(notificationsKeptForMs),
    membershipLag: distributionWords(membershipLag),
  };
}

function distributionWords(of: Distribution): DistributionWords {
  switch (of.kind) {
    case 'constant':
      return formatDuration(of.ms);
    case 'uniform':
      return { uniform: [formatDuration(of.fromMs), formatDuration(of.untilMs)] };
    case 'exponential':
      return { exponential: formatDuration(of.meanMs) };
  }
}

function readShare(words: unknown): number | undefined {
  const value = typeof words === 'string' && /^\d{1,3}(\.\d{1,6})?%$/.test(words) ? Number(words.slice(0, -1)) / 100 : words;
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;
}

function readDuration(words: unknown): number | undefined {
  const ms = typeof words === 'string' ? parseDuration(words) : undefined;
  return ms === undefined || ms > durationMaxMs ? undefined : ms;
}

function readDistribution(words: unknown): Distribution | undefined {
  if (typeof words !== 'object' || words === null) {
    const ms = readDuration(words);
    return ms === undefined ? undefined : { kind: 'constant', ms };
  }
  const [[kind, value] = [], ...others] = Object.entries(words);
  if (others.length > 0) return undefined;
  if (kind === 'exponential') {
    const meanMs = readDuration(value);
    return meanMs === undefined ? undefined : { kind, meanMs };
  }
  if (kind !== 'uniform' || !Array.isArray(value) || value.length !== 2) return undefined;
  const [fromMs, untilMs] = value.map(readDuration);
  return fromMs === undefined || untilMs === undefined || fromMs > untilMs ? undefined : { kind, fromMs, untilMs };
}

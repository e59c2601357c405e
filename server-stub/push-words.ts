/** How the push service is, in the words of scenario files: `{ lost: '5%', latency: { uniform: ['1s', '10s'] }, membershipLag: '15m' }`. */
import { z } from 'zod';
import { type DistributionWords, distributionWords, readDistribution, readDuration, readShare } from '../runtime/distribution-words.ts';
import { formatDuration } from '../runtime/duration.ts';
import type { PushSettings } from './core/settings.ts';
import { wrongField } from './wrong-field.ts';

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

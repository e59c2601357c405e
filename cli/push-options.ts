/** The push service's settings as a command line writes them: `5%`, `1s..10s`, `exponential:20m`. */
import type { DistributionWords } from '../runtime/distribution-words.ts';
import type { PushSettings } from '../server-stub/core/settings.ts';
import { type PushWords, readPushWords, type ShareWords } from '../server-stub/push-words.ts';
import { wrongUse } from './errors.ts';

export interface PushTexts {
  lost?: string | undefined;
  latency?: string | undefined;
  late?: string | undefined;
  lateBy?: string | undefined;
  membershipLag?: string | undefined;
  notificationsKeptFor?: string | undefined;
  keptFor?: string | undefined;
}

/** Words that were read here. */
export function pushSettingsOf(words: Partial<PushWords>): Partial<PushSettings> {
  const read = readPushWords(words);
  if (typeof read === 'string') throw wrongUse(read);
  return read;
}

/** How each is called on this command line. */
export type PushOptionNames = { readonly [Name in keyof PushTexts]?: string };

const takes = {
  share: 'a share such as 5% or 0.05',
  duration: 'a duration such as 90s, 15m, 8h or 28d',
  distribution: 'a duration such as 5s, a range such as 1s..10s, or exponential:20m',
} as const;

/** In the words of scenario files; what is not given is not there. @throws CommandError `wrong-use` that names the option */
export function readPushOptions(texts: PushTexts, names: PushOptionNames): Partial<PushWords> {
  const read = <T>(name: keyof PushTexts, kind: keyof typeof takes, wordsOf: (text: string) => T): T | undefined => {
    const text = texts[name];
    if (text === undefined) return undefined;
    const words = wordsOf(text.trim());
    // Whether they fit is asked in the place of a member of their kind.
    const member = { share: 'lost', duration: 'keptFor', distribution: 'latency' }[kind];
    if (typeof readPushWords({ [member]: words }) !== 'string') return words;
    throw wrongUse(`--${names[name]} takes ${takes[kind]}; "${text}" is none.`);
  };
  const words = {
    lost: read('lost', 'share', shareWords),
    latency: read('latency', 'distribution', distributionWords),
    late: lateWords(read('late', 'share', shareWords), read('lateBy', 'distribution', distributionWords), names),
    membershipLag: read('membershipLag', 'distribution', distributionWords),
    notificationsKeptFor: read('notificationsKeptFor', 'duration', String),
    keptFor: read('keptFor', 'duration', String),
  };
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
}

function lateWords(
  share: ShareWords | undefined,
  by: DistributionWords | undefined,
  names: PushOptionNames,
): PushWords['late'] | undefined {
  if (share === undefined && by === undefined) return undefined;
  if (share === undefined) throw wrongUse(`--${names.lateBy} goes with --${names.late}: how many of them are late.`);
  if (by !== undefined) return { share, by };
  if (share === 0 || share === '0%') return { share, by: '0s' };
  throw wrongUse(`--${names.late} goes with --${names.lateBy}: how late they are, such as 1h..8h.`);
}

function shareWords(text: string): ShareWords {
  return /^[\d.]+$/.test(text) ? Number(text) : text;
}

function distributionWords(text: string): DistributionWords {
  const [, mean] = /^exponential:(.+)$/.exec(text) ?? [];
  if (mean !== undefined) return { exponential: mean };
  const [from, until, ...more] = text.split('..');
  return until === undefined || from === undefined || more.length > 0 ? text : { uniform: [from, until] };
}

/** As it would be written here. */
export function distributionText(words: DistributionWords): string {
  if (typeof words === 'string') return words === '0ms' ? 'at once' : words;
  if ('uniform' in words) return words.uniform.join('..');
  return 'exponential' in words ? `exponential:${words.exponential}` : JSON.stringify(words);
}

export function shareText(share: ShareWords): string {
  return typeof share === 'string' ? share : `${Number((share * 100).toFixed(6))}%`;
}

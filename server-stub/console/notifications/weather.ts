/** How pushes come through: the words of `/mockfleet/push`, and one line of text for each that people can write. */

/** A duration, or from what it is drawn. */
export type DurationWords = string | Readonly<Record<string, unknown>>;

export interface PushView {
  lost: number | string;
  latency: DurationWords;
  late: { share: number | string; by: DurationWords };
  keptFor: string;
  notificationsKeptFor: string;
  membershipLag: DurationWords;
  notifications: { underWay: number; kept: number };
}

export type PushText = Record<'lost' | 'latency' | 'lateShare' | 'lateBy' | 'keptFor' | 'notificationsKeptFor' | 'membershipLag', string>;

/** `5s`, `1s..10s`, `exponential:20s`; anything rarer as it is, in JSON. */
export function durationText(words: DurationWords): string {
  if (typeof words === 'string') return words;
  const { uniform, exponential } = words;
  if (Array.isArray(uniform)) return uniform.join('..');
  return typeof exponential === 'string' ? `exponential:${exponential}` : JSON.stringify(words);
}

/** What cannot be read is sent as it is: the stub says what is wrong with it. */
export function durationWords(text: string): DurationWords {
  const written = text.trim();
  const [from, until, ...more] = written.split('..');
  if (until !== undefined && more.length === 0) return { uniform: [from?.trim(), until.trim()] };
  const exponential = /^exponential:(.*)$/.exec(written)?.[1];
  if (exponential !== undefined) return { exponential: exponential.trim() };
  if (!written.startsWith('{')) return written;
  try {
    return JSON.parse(written) as DurationWords;
  } catch {
    return written;
  }
}

export function shareText(share: number | string): string {
  return typeof share === 'string' ? share : `${Math.round(share * 1e6) / 1e4}%`;
}

export function textOf({ lost, latency, late, keptFor, notificationsKeptFor, membershipLag }: PushView): PushText {
  return {
    lost: shareText(lost),
    latency: durationText(latency),
    lateShare: shareText(late.share),
    lateBy: durationText(late.by),
    keptFor,
    notificationsKeptFor,
    membershipLag: durationText(membershipLag),
  };
}

/** What is sent for what was written; what was not is left as it is, whoever has changed it meanwhile. */
export function changeOf(shown: PushText, written: Partial<PushText>): object {
  const { lost, latency, lateShare, lateBy, keptFor, notificationsKeptFor, membershipLag } = { ...shown, ...written };
  const whole = {
    lost: shareWords(lost),
    latency: durationWords(latency),
    late: { share: shareWords(lateShare), by: durationWords(lateBy) },
    keptFor: keptFor.trim(),
    notificationsKeptFor: notificationsKeptFor.trim(),
    membershipLag: durationWords(membershipLag),
  };
  const names = new Set(Object.keys(written).map((name) => (name.startsWith('late') && name !== 'latency' ? 'late' : name)));
  return Object.fromEntries(Object.entries(whole).filter(([name]) => names.has(name)));
}

/** `5%`, or a number from 0 to 1. */
function shareWords(text: string): number | string {
  const written = text.trim();
  return /^[\d.]+$/.test(written) ? Number(written) : written;
}

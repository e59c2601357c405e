/** What a screen lists of notifications, told apart from its other paragraphs: a screen has lines of text alone, and each list its own words before a title. */
import type { DeviceView } from './device-view.ts';

export interface ListedNotification {
  title: string;
  /** Paragraphs. */
  body: string[];
  /** Button that dismisses it; null: there is none here. */
  dismiss: string | null;
}

export interface ScreenText {
  notifications: ListedNotification[];
  /** The other paragraphs. */
  rest: string[];
}

/** Where the list begins, and what stands before a title. Lists come last, but in Company Portal after the device's name. */
const places: Readonly<Record<string, { from: 'end' | 1; before: RegExp; inApp: boolean }>> = {
  locked: { from: 'end', before: /^Company Portal: /, inApp: false },
  'notification-centre': { from: 'end', before: /^\d+\. Company Portal: /, inApp: false },
  'company-portal': { from: 1, before: /^\d+\. \S+ /, inApp: true },
};

/** What does not look as expected stays a paragraph: nothing of a screen is ever left out. */
export function screenText({ screen, notifications, lockScreenNotifications }: DeviceView): ScreenText {
  const { kind, lines, buttons } = screen;
  const asItIs = { notifications: [], rest: lines };
  const place = places[kind];
  if (place === undefined || (kind === 'locked' && lockScreenNotifications === 'hidden')) return asItIs;
  const isShort = kind === 'locked' && lockScreenNotifications === 'content-hidden';
  const heights = notifications
    .filter(({ shown }) => (shown === 'in-app') === place.inApp)
    .map(({ body }) => (isShort ? 1 : 1 + body.split(/\r\n?|\n/).length));
  const height = heights.reduce((sum, one) => sum + one, 0);
  const start = place.from === 'end' ? lines.length - height : place.from;
  if (height === 0 || start < 0 || start + height > lines.length) return asItIs;
  const listed: ListedNotification[] = [];
  let at = start;
  for (const [index, lineCount] of heights.entries()) {
    const [title = '', ...body] = lines.slice(at, at + lineCount);
    if (!place.before.test(title)) return asItIs;
    const dismiss = buttons.find(({ name }) => name === `dismiss-${index + 1}`)?.name ?? null;
    listed.push({ title: title.replace(place.before, ''), body, dismiss });
    at += lineCount;
  }
  return { notifications: listed, rest: [...lines.slice(0, start), ...lines.slice(at)] };
}

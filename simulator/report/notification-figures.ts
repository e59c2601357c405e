/** What every kind of report says of custom notifications, in the same words. */
import { formatDuration } from '../../runtime/duration.ts';
import type { NotificationFigures, RunResult } from '../result.ts';
import { formatCount, type StateShare } from './figures.ts';

/** The families of what becomes of a push, from the best to the worst: one colour each. */
export const pushFamilies = ['push-shown', 'push-not-shown', 'push-lost', 'push-waiting'] as const;

export interface PushShare extends StateShare {
  family: (typeof pushFamilies)[number];
}

/** Whether any custom notification was asked for. */
export function hasNotifications({ notifications: { sent, refused } }: RunResult): boolean {
  return sent.device + sent.groups + refused.device + refused.groups > 0;
}

/** `18 to groups, 240 to single devices`. */
export function sentFigures({ notifications: { sent } }: RunResult): string {
  const parts = [
    ...(sent.groups > 0 ? [`${formatCount(sent.groups)} to groups`] : []),
    ...(sent.device > 0 ? [`${formatCount(sent.device)} to single devices`] : []),
  ];
  return parts.length === 0 ? 'none sent' : parts.join(', ');
}

/** `3 refused: too many within an hour`; empty where none was. */
export function refusedFigures({ notifications: { refused } }: RunResult): string {
  const count = refused.device + refused.groups;
  return count === 0 ? '' : `${formatCount(count)} refused: too many within an hour`;
}

const inWords: Readonly<Record<keyof NotificationFigures['shown'] | keyof NotificationFigures['notShown'], string>> = {
  banner: 'shown as a banner',
  'lock-screen': 'shown on the lock screen',
  'in-app': 'shown in Company Portal',
  'notification-centre': 'in the notification centre alone',
  'no-app': 'no Company Portal',
  'not-allowed': 'notifications not allowed',
  'no-google-play': 'no Google Play services',
  ignored: 'ignored by the device',
};

/** What became of the pushes, in words: first what was seen, then what came to a device and to nothing, then what never came. */
export function finalPushes({ notifications }: RunResult): PushShare[] {
  const { pushes, shown, notShown, lost, expired, gone, waiting } = notifications;
  const said = (counts: NotificationFigures['shown'] | NotificationFigures['notShown'], family: PushShare['family']) =>
    Object.entries(counts).map(([end, count]) => ({ name: inWords[end as keyof typeof inWords], count, family }));
  return [
    ...said(shown, 'push-shown'),
    ...said(notShown, 'push-not-shown'),
    { name: 'lost on the way', count: lost, family: 'push-lost' as const },
    { name: 'device away for too long', count: expired, family: 'push-lost' as const },
    { name: 'device not managed any more', count: gone, family: 'push-lost' as const },
    { name: 'waiting at the end', count: waiting, family: 'push-waiting' as const },
  ]
    .filter(({ count }) => count > 0)
    .map((row) => ({ ...row, share: row.count / pushes }));
}

/** How long it took from sending to being shown, in words; from the shortest that came about to the longest. */
export function delayShares({ notifications: { delays } }: RunResult): StateShare[] {
  const all = delays.reduce((total, { count }) => total + count, 0);
  const rows = delays.map(({ upToMs, count }, index) => ({
    name: upToMs === null ? `over ${formatDuration(delays[index - 1]?.upToMs ?? 0)}` : `up to ${formatDuration(upToMs)}`,
    count,
    share: count / all,
  }));
  const isThere = ({ count }: StateShare) => count > 0;
  return rows.slice(Math.max(0, rows.findIndex(isThere)), rows.findLastIndex(isThere) + 1);
}

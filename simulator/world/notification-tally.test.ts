/** The figures of custom notifications: each push counts in one place, from when it was sent until it came to its end. */
import { expect, it } from 'vitest';
import type { ReasonNotShown, WayToShow } from '../../protocol/notifications.ts';
import { hourMs, secondMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import { NotificationTally } from './notification-tally.ts';

type Outcome = Extract<ServerNote, { kind: 'notification-pushed' }>['outcome'];

function begun() {
  const tally = new NotificationTally();
  tally.sent({ kind: 'notification-sent', deviceId: null, notificationId: 'many', groups: 2 }, 5);
  tally.sent({ kind: 'notification-sent', deviceId: 'd1', notificationId: 'one', groups: 0 }, 7);
  const said = (outcome: Outcome, notificationId = 'many') =>
    tally.pushed({ kind: 'notification-pushed', deviceId: 'd1', notificationId, outcome });
  const shown = (how: WayToShow | ReasonNotShown, afterMs: number, notificationId = 'many') =>
    tally.shown({ kind: 'notification', notificationId, shown: how, afterMs });
  return { tally, said, shown };
}

it('each push is in one place: waiting, at its end, or ignored by a device that says nothing', () => {
  const { tally, said, shown } = begun();
  for (let push = 0; push < 7; push++) said('pushed');
  expect(tally.figures()).toMatchObject({ sent: { device: 1, groups: 1 }, pushes: 7, waiting: 7 });
  for (const outcome of ['lost', 'kept', 'kept', 'gone'] as const) said(outcome);
  expect(tally.figures()).toMatchObject({ lost: 1, gone: 1, expired: 0, waiting: 5 });
  for (const outcome of ['expired', 'delivered', 'delivered', 'delivered'] as const) said(outcome);
  expect(tally.figures()).toMatchObject({ expired: 1, waiting: 1, notShown: { ignored: 3 } });
  shown('banner', secondMs);
  shown('not-allowed', secondMs);
  const figures = tally.figures();
  expect(figures).toMatchObject({ pushes: 7, waiting: 1, shown: { banner: 1, 'in-app': 0 }, notShown: { 'not-allowed': 1, ignored: 1 } });
  const { lost, expired, gone, waiting, shown: ways, notShown } = figures;
  const all = [lost, expired, gone, waiting, ...Object.values(ways), ...Object.values(notShown)];
  expect(all.reduce((sum, count) => sum + count)).toBe(figures.pushes);
});

it('CN-13 what was shown is counted by how long it took, up to and with each bound; what was not shown is not', () => {
  const { tally, said, shown } = begun();
  for (const afterMs of [0, secondMs, secondMs + 1, hourMs, 365 * 24 * hourMs]) {
    said('pushed');
    said('delivered');
    shown('lock-screen', afterMs);
  }
  said('pushed');
  said('delivered');
  shown('no-app', 0);
  const counted = tally.figures().delays.filter(({ count }) => count > 0);
  expect(counted).toEqual([
    { upToMs: secondMs, count: 2 },
    { upToMs: 10 * secondMs, count: 1 },
    { upToMs: hourMs, count: 1 },
    { upToMs: null, count: 1 },
  ]);
});

it('CN-07, CN-08 refusals, and each message by itself', () => {
  const { tally, said, shown } = begun();
  tally.refused(null);
  tally.refused('d1');
  tally.refused('d1');
  said('pushed', 'one');
  said('delivered', 'one');
  shown('in-app', 0, 'one');
  // Of what was never sent nothing counts.
  said('pushed', 'unknown');
  shown('banner', 0, 'unknown');
  expect(tally.figures()).toMatchObject({ refused: { device: 2, groups: 1 }, pushes: 1, waiting: 0, shown: { banner: 0, 'in-app': 1 } });
  expect([...tally.messages()]).toMatchObject([
    { id: 'many', sentAt: 5, deviceId: null, groups: 2, pushes: 0 },
    { id: 'one', sentAt: 7, deviceId: 'd1', groups: 0, pushes: 1, outcomes: { 'in-app': 1, ignored: 0 } },
  ]);
});

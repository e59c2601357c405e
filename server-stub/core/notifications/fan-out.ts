/**
 * A notification to groups, on its way to whoever is in them: people, at any depth, and of each all iOS and Android devices that they
 * enrolled (CN-09, CN-10). It is worked on piece by piece, so that a hundred thousand recipients hold nobody up, and several at once in
 * turns. Those who join shortly after it was sent may get it too: it looks again when the lag of memberships is over (CN-17).
 *
 * Groups, people and devices are looked up when their turn comes: who was renamed, deleted or hidden meanwhile counts as what they are then.
 */
import type { Platform } from '../../../protocol/platforms.ts';
import type { ServerOut } from '../effects.ts';
import type { Core } from '../sessions.ts';
import { pushNotification } from './deliver.ts';
import type { FanOut } from './fan-outs.ts';
import type { Notification } from './push-service.ts';
import { beginWalk, nextPeople } from './walk.ts';

/** CN-01. */
const notifiedPlatforms: readonly Platform[] = ['ios', 'android'];

/** So many members are looked at in one piece, which takes a live stub some milliseconds. */
const membersPerPiece = 128;

/** Sends it on its way. @param lagMs of memberships, for this notification */
export function startFanOut(core: Core, notification: Notification, groupIds: readonly string[], lagMs: number, now: number): void {
  const againAt = lagMs === 0 ? null : now + lagMs;
  core.fanOuts.addReady({ notification, groupIds, againAt, walk: null, reached: new Set() }, now);
}

/** Works on the one whose turn it is, for one piece. */
export function proceed(core: Core, now: number, out: ServerOut): void {
  const fanOut = core.fanOuts.take(now);
  if (fanOut === undefined) return;
  fanOut.walk ??= beginWalk(fanOut.groupIds);
  const people = nextPeople(core, fanOut.walk, membersPerPiece, now);
  if (people !== null) {
    notifyPeople(core, people, fanOut, now, out);
    core.fanOuts.addReady(fanOut, now);
  } else if (fanOut.againAt !== null) {
    core.fanOuts.addLater({ ...fanOut, againAt: null, walk: null }, fanOut.againAt);
  }
}

function notifyPeople(core: Core, userIds: readonly string[], { notification, reached }: FanOut, now: number, out: ServerOut): void {
  const names: string[] = [];
  for (const id of userIds) {
    const user = core.store.entry('user', id);
    if (user !== undefined) names.push(user.userPrincipalName.toLowerCase());
  }
  if (names.length === 0) return;
  for (const id of core.store.deviceIdsOf(names, notifiedPlatforms)) notify(id);
  for (const id of core.left.devicesOf(names)) notify(id);

  function notify(deviceId: string): void {
    if (reached.has(deviceId)) return;
    reached.add(deviceId);
    pushNotification(core, deviceId, notification, now, out);
  }
}

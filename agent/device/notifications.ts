/**
 * Notifications of Company Portal (or the Intune app): notices of noncompliance, which come within a check-in, and custom ones, which come at
 * any time. Each stands in the notification centre, or on iOS in the open app itself (CN-14), until its user dismisses it (CN-19).
 * One that may not be shown comes to nothing, and nobody is told (CN-03, CN-04).
 */
import type { ServerMessage } from '../../protocol/messages.ts';
import type { ReasonNotShown, WayToShow } from '../../protocol/notifications.ts';
import { platformTraits } from '../platforms.ts';
import { checkInAnswered } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import { hearsPushes } from './push.ts';
import type { DeviceNotification, DeviceState } from './state.ts';

type NoticeMessage = Extract<ServerMessage, { type: 'notice' }>;
type NotificationMessage = Extract<ServerMessage, { type: 'notification' }>;

/** Of each list: so many entries, with so many code units of text in all of them, so that a view of it fits a frame (protocol/hands.ts). */
const entriesMax = 50;
const unitsMax = 64 * 1024;
/** Ids that were dismissed and are remembered, in case that their frame comes again. */
const dismissedMax = 50;

/** Comes within a check-in; one that was shown before is shown no second time. */
export function noticeArrived(state: DeviceState, { noticeId, at, title, body }: NoticeMessage, now: number, out: DeviceOut): void {
  checkInAnswered(state, now, out);
  if (state.exchange === 'check-in') state.replyBy = now + state.replyMs;
  if (wasShown(state, noticeId, Number.NEGATIVE_INFINITY) || whyNotShown(state) !== null) return;
  show(state, { id: noticeId, at, from: 'compliance', title, body, shown: wayToShow(state) }, now);
  out.note({ kind: 'notice', title });
}

/** A push, at any time. */
export function notificationArrived(state: DeviceState, message: NotificationMessage, now: number, out: DeviceOut): void {
  const { notificationId, sentAt, title, body } = message;
  if (wasShown(state, notificationId, sentAt)) return;
  const why = whyNotShown(state);
  const shown = wayToShow(state);
  if (why === null) show(state, { id: notificationId, at: now, from: 'custom', title, body, shown }, now);
  out.note({ kind: 'notification', notificationId, shown: why ?? shown, afterMs: Math.max(0, now - sentAt) });
}

/** Why a notification comes to nothing on this device; null: it is shown. */
export function whyNotShown({ inventory, has }: Pick<DeviceState, 'inventory' | 'has'>): ReasonNotShown | null {
  if (!hearsPushes({ inventory, has })) return 'no-google-play';
  const { installed, permission } = has.companyApp;
  if (!installed || !platformTraits[inventory.platform].takesNotifications) return 'no-app';
  return permission === 'allowed' ? null : 'not-allowed';
}

/** Whether the app can be opened: elsewhere than where it shows notifications it is always there. */
export function hasCompanyPortal({ inventory, has }: Pick<DeviceState, 'inventory' | 'has'>): boolean {
  return has.companyApp.installed || !platformTraits[inventory.platform].takesNotifications;
}

/** Those in the notification centre, or those in Company Portal itself; oldest first. */
export function standingIn({ notifications }: DeviceState, place: 'notification-centre' | 'company-portal'): DeviceNotification[] {
  return notifications.filter(({ shown }) => (shown === 'in-app') === (place === 'company-portal'));
}

/** Its user has seen enough of these. The others change places on the screen, so that the same button means another one: a new screen. */
export function dismiss(state: DeviceState, gone: readonly DeviceNotification[]): void {
  state.notifications = state.notifications.filter((one) => !gone.includes(one));
  state.notificationUnits = unitsOf(state.notifications);
  state.dismissed = [...state.dismissed, ...gone.map(({ id }) => id)].slice(-dismissedMax);
  state.screenNumber += 1;
}

/** What the app has shown goes with it. What another app has read stays with that one. */
export function forgetNotifications(state: DeviceState): void {
  state.notifications = [];
  state.notificationUnits = 0;
  state.banner = null;
  state.dismissed = [];
}

/** Its frame came before. @param since no frame of it came before this instant */
function wasShown({ notifications, dismissed }: DeviceState, id: string, since: number): boolean {
  if (dismissed.includes(id)) return true;
  for (let index = notifications.length - 1; index >= 0; index--) {
    const one = notifications[index] as DeviceNotification;
    if (one.id === id) return true;
    // A notice says when it was due, which may be long ago.
    if (one.from === 'custom' && one.at < since) return false;
  }
  return false;
}

function show(state: DeviceState, notification: DeviceNotification, now: number): void {
  const { id, title, body, shown } = notification;
  const { list, units } = withOneMore(state.notifications, notification, state.notificationUnits);
  state.notifications = list;
  state.notificationUnits = units;
  if (shown === 'banner') state.banner = id;
  const { reader } = state.has.companyApp;
  if (reader === null || !platformTraits[state.inventory.platform].sharesNotifications) return;
  state.read = withOneMore(state.read, { app: reader, at: now, title, body }, unitsOf(state.read)).list;
}

function wayToShow({ screen, has, inventory }: DeviceState): WayToShow {
  switch (screen) {
    case 'locked':
      return has.companyApp.lockScreen === 'hidden' ? 'notification-centre' : 'lock-screen';
    case 'company-portal':
      return platformTraits[inventory.platform].notifiesInApp ? 'in-app' : 'banner';
    case 'home':
    case 'notification-centre':
      return 'banner';
    default:
      // Whatever asks for an answer, or bars the device, is not covered.
      return 'notification-centre';
  }
}

interface Text {
  title: string;
  body: string;
}

/**
 * Within the bounds: the oldest ones go, never the newest.
 * @param units of all texts in the list
 */
function withOneMore<T extends Text>(list: readonly T[], entry: T, units: number): { list: readonly T[]; units: number } {
  let left = units + entry.title.length + entry.body.length;
  let from = 0;
  while (from < list.length && (list.length - from >= entriesMax || left > unitsMax)) {
    const { title, body } = list[from] as T;
    left -= title.length + body.length;
    from += 1;
  }
  return { list: [...list.slice(from), entry], units: left };
}

/** Code units of text. */
export function unitsOf(list: readonly Text[]): number {
  return list.reduce((units, { title, body }) => units + title.length + body.length, 0);
}

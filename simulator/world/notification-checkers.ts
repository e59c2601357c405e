/**
 * What must hold in every run in which custom notifications are sent. As the other checkers (checkers.ts), these hear what both sides say and
 * share no code with what they watch; of a device they also look at what it has when it shows something.
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import type { Platform } from '../../protocol/platforms.ts';
import { formatInstant, hourMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type Begun, type Checker, findings } from './findings.ts';
import { type Audience, Audiences } from './notification-audience.ts';
import { NotificationCopies } from './notification-copies.ts';

type Sent = Extract<ServerNote, { kind: 'notification-sent' }>;
type Refused = Extract<ServerNote, { kind: 'notification-refused' }>;
type StateOf = (index: number) => DeviceState;

/** Whether a device says nothing after this of what was on its way to it. */
function silences(note: DeviceNote): boolean {
  switch (note.kind) {
    case 'wiped':
    case 'unenrolled':
    case 'refused':
    case 'link-lost':
    case 'power':
    case 'enrolled':
      return true;
    case 'executed':
      return note.command === 'wipe' || note.command === 'retire';
    default:
      return false;
  }
}

/** A device gets a message once at most, and each that was pushed comes to one end: nothing comes twice, and nothing vanishes (CN-13). */
function oneCopyEach(lagMs: number, stateOf: StateOf): Checker {
  const found = findings('notifications-once', 'pushes of notifications, each accounted for and none twice');
  const copies = new NotificationCopies(lagMs);
  return {
    ...found,
    device(index, note, now) {
      if (note.kind === 'notification') {
        if (!copies.answered(index, note.notificationId)) {
          found.violation(index, now, `${note.notificationId} was shown, or not, though none was delivered`);
        }
      } else if (silences(note)) copies.excuse(index);
    },
    server(index, note, now) {
      if (note.kind === 'enrolled') copies.enrolled(index, note.deviceId);
      else if (note.kind === 'notification-sent') copies.sent(note.notificationId, true, now);
      else if (note.kind === 'notification-pushed') {
        if (note.outcome === 'pushed') found.saw();
        const before = copies.step(index, { notificationId: note.notificationId, deviceId: note.deviceId }, note.outcome);
        if (before !== null) found.violation(index, now, `${note.notificationId} is ${note.outcome} though it is ${before}`);
        // On its way out it listens to nothing but what ends its management.
        if (note.outcome === 'delivered' && stateOf(index).phase === 'leaving') copies.excuse(index);
      }
    },
    tenant(note, now) {
      if (note.kind === 'notification-sent') copies.sent(note.notificationId, false, now);
    },
    end(_store, _deviceIds, now) {
      for (const { index, notificationId } of copies.unanswered()) {
        found.violation(index, now, `${notificationId} was delivered, and nothing came of it`);
      }
    },
  };
}

/** iOS and Android alone; a message to a device that device, one to groups the devices of people who are in them (CN-01, CN-10, CN-11, CN-17). */
function onlyWhoIsMeant(devices: number, audiences: Audiences): Checker {
  const found = findings('notifications-to-their-people', 'pushes of notifications, all to whom they are meant for');
  const begun: (Pick<Begun, 'platform' | 'user' | 'group'> | undefined)[] = new Array(devices);
  /** By message: the record that it was sent to, or the people. */
  const meant = new Map<string, string | Audience>();
  const goneAt = new Map<string, number>();
  const isUserOf = (user: string, { users, fleets }: Audience) =>
    user !== '' && (users.has(user) || begun.some((other) => other?.user === user && fleets.has(other.group)));
  return {
    ...found,
    start(index, { platform, user, group }) {
      begun[index] = { platform, user: user.toLowerCase(), group };
    },
    server(index, note, now) {
      if (note.kind === 'record-removed') goneAt.set(note.deviceId, now);
      else if (note.kind === 'notification-sent') meant.set(note.notificationId, note.deviceId as string);
      else if (note.kind === 'notification-pushed' && note.outcome === 'pushed') {
        found.saw();
        const { notificationId, deviceId } = note;
        const { platform = '', user = '', group = '' } = begun[index] ?? {};
        if (platform !== 'ios' && platform !== 'android') found.violation(index, now, `${notificationId} went to ${platform}`);
        const to = meant.get(notificationId);
        // A second one would be another checker's finding.
        if (typeof to === 'string') meant.delete(notificationId);
        if (typeof to === 'string' && to !== deviceId) found.violation(index, now, `${notificationId} was sent to another device`);
        if (typeof to === 'object' && !(user !== '' && to.fleets.has(group)) && !isUserOf(user, to)) {
          found.violation(
            index,
            now,
            `${notificationId} went to ${user === '' ? 'a device without a user' : `${user}, who is in none of its groups`}`,
          );
        }
        if (now - (goneAt.get(deviceId) ?? now) > audiences.lagMs) {
          found.violation(index, now, `${notificationId} went to a device that has not been enrolled for long`);
        }
      }
    },
    tenant(note, now) {
      const audience = note.kind === 'notification-sent' ? audiences.of(now) : undefined;
      if (note.kind === 'notification-sent' && audience !== undefined) meant.set(note.notificationId, audience);
    },
  };
}

/** Nothing is seen without the app, its permission and, on Android, Google Play services; and nothing is kept back that could be (CN-03, CN-04). */
function shownWhereAllowed(stateOf: StateOf): Checker {
  const found = findings('notifications-where-allowed', 'notifications that came to devices, shown where they may be');
  return {
    ...found,
    device(index, note, now) {
      if (note.kind !== 'notification') return;
      found.saw();
      const { inventory, has } = stateOf(index);
      const { installed, permission } = has.companyApp;
      const mayBe = installed && permission === 'allowed' && canShow(inventory.platform, has.security.googlePlayServices !== false);
      const isShown = note.shown !== 'no-app' && note.shown !== 'not-allowed' && note.shown !== 'no-google-play';
      if (isShown && !mayBe) found.violation(index, now, `${note.notificationId} was shown (${note.shown}) where it may not be`);
      if (!isShown && mayBe) found.violation(index, now, `${note.notificationId} was kept back (${note.shown}) where it may be shown`);
      if (note.shown === 'in-app' && inventory.platform !== 'ios') found.violation(index, now, `shown in the app on ${inventory.platform}`);
    },
  };
}

function canShow(platform: Platform, hasGooglePlay: boolean): boolean {
  return platform === 'ios' || (platform === 'android' && hasGooglePlay);
}

const toGroupsMax = 25;
const toDeviceMax = 10;
/** In place of a device's number. */
const ofTenant = -1;

/** In no hour are more sent than 25 to groups, or 10 to a device; and none is refused that is not too many (CN-07, CN-08). */
function withinTheHour(): Checker {
  const found = findings('notifications-within-limits', 'messages sent or refused, as the limits of an hour have it');
  /** In the order of time; '' stands for groups. Those before `first` are of an earlier hour. */
  let recent: { to: string; at: number }[] = [];
  let first = 0;
  /** When it was, by to whom, within the last hour. */
  const times = new Map<string, number[]>();
  function forget(now: number): void {
    for (let one = recent[first]; one !== undefined && one.at <= now - hourMs; one = recent[++first]) {
      const left = times.get(one.to)?.slice(1) ?? [];
      if (left.length === 0) times.delete(one.to);
      else times.set(one.to, left);
    }
    if (first <= recent.length / 2) return;
    recent = recent.slice(first);
    first = 0;
  }
  function hear(index: number, note: Sent | Refused, now: number): void {
    if (index === ofTenant) found.sawOfTenant();
    else found.saw();
    forget(now);
    const to = note.deviceId ?? '';
    const max = note.deviceId === null ? toGroupsMax : toDeviceMax;
    const sent = times.get(to) ?? [];
    if (note.kind === 'notification-sent') {
      if (sent.length >= max) found.violation(index, now, `message ${sent.length + 1} within an hour was sent`);
      recent.push({ to, at: now });
      times.set(to, [...sent, now]);
    } else if (sent.length < max) found.violation(index, now, `refused after ${sent.length} within the hour`);
    else if (note.againAt !== (sent.at(-max) as number) + hourMs) {
      found.violation(index, now, `said to be possible again at ${formatInstant(note.againAt)}`);
    }
  }
  return {
    ...found,
    server(index, note, now) {
      if (note.kind === 'notification-sent' || note.kind === 'notification-refused') hear(index, note, now);
    },
    tenant(note, now) {
      if (note.kind === 'notification-sent' || note.kind === 'notification-refused') hear(ofTenant, note, now);
    },
  };
}

/** Those that a scenario gives reason for. */
export function notificationCheckers(scenario: Pick<Scenario, 'devices' | 'tenant' | 'timeline'>, stateOf: StateOf): Checker[] {
  const isNotified = scenario.timeline.some(
    ({ step }) => step.kind === 'notify' || (step.kind === 'action' && step.do === 'sendCustomNotificationToCompanyPortal'),
  );
  if (!isNotified) return [];
  const audiences = new Audiences(scenario);
  return [oneCopyEach(audiences.lagMs, stateOf), onlyWhoIsMeant(scenario.devices, audiences), shownWhereAllowed(stateOf), withinTheHour()];
}

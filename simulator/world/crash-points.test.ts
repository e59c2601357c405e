/**
 * M-11 by exhaustion: each story is lived once whole, then once for every step and every mishap, with that mishap right after that
 * step. However it was broken, it must end as the whole one did.
 */
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs, secondMs } from '../../runtime/duration.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import type { Store } from '../../server-stub/store/store.ts';
import { type Mishap, mishaps, Pair, type PairOptions } from './pair.fixture.ts';

interface Story {
  title: string;
  options: PairOptions;
  live(pair: Pair): void;
}

function enrolAndLock(pair: Pair): void {
  pair.enroll();
  pair.pass(10 * hourMs);
  pair.network(false);
  pair.issue('remoteLock');
  pair.issue('syncDevice');
  pair.pass(10 * hourMs);
  pair.network(true);
  pair.pass(10 * hourMs);
}

function renew(pair: Pair): void {
  pair.passQuietlyUntil((pair.device.certificate?.renewFrom ?? 0) - 1);
  pair.pass(10 * hourMs);
}

const inSeconds = { kind: 'constant', ms: 5 * secondMs } as const;

const stories: Story[] = [
  {
    title: 'enrol, lock, renew, wipe',
    options: {},
    live(pair) {
      enrolAndLock(pair);
      renew(pair);
      pair.issue('wipe');
      pair.pass(dayMs);
    },
  },
  {
    title: 'enrol, lock, retire',
    options: { platform: 'macos', enrollment: 'automated' },
    live(pair) {
      enrolAndLock(pair);
      pair.issue('retire');
      pair.pass(dayMs);
    },
  },
  {
    title: 'enrol, renew, delete, which wipes',
    options: { platform: 'android', enrollment: 'fully-managed' },
    live(pair) {
      enrolAndLock(pair);
      renew(pair);
      pair.delete();
      pair.pass(dayMs);
    },
  },
  {
    title: 'enrol, wipe in silence, delete, enrol anew',
    options: { wipesSilently: true },
    live(pair) {
      enrolAndLock(pair);
      pair.issue('wipe');
      pair.pass(dayMs);
      pair.delete();
      pair.enroll();
      pair.pass(dayMs);
    },
  },
  {
    title: 'wiped twice over, on Windows, keeping the enrollment',
    options: { platform: 'windows', enrollment: 'joined' },
    live(pair) {
      enrolAndLock(pair);
      pair.issue('wipe', { keepEnrollmentData: true });
      pair.issue('wipe', { keepEnrollmentData: true });
      pair.pass(dayMs);
      pair.issue('syncDevice');
      pair.pass(dayMs);
    },
  },
  {
    title: 'enrol, notified while there and while away, retire, and still notified for a while',
    options: { settings: { push: { ...pushAtOnce, latency: inSeconds, membershipLag: { kind: 'constant', ms: 15 * minuteMs } } } },
    live(pair) {
      pair.enroll();
      pair.pass(10 * hourMs);
      pair.notify('While there');
      pair.pass(hourMs);
      pair.network(false);
      pair.notify('While away');
      pair.issue('remoteLock');
      pair.pass(10 * hourMs);
      pair.network(true);
      pair.pass(10 * hourMs);
      pair.issue('syncDevice');
      pair.pass(hourMs);
      pair.issue('retire');
      pair.notify('On its way');
      pair.pass(dayMs);
    },
  },
];

/** What must not depend on any mishap. Times, serial numbers and numbers of deliveries may. */
function outcome(pair: Pair) {
  const { phase, screen, certificate, leaving, refusal } = pair.device;
  const removed = pair.serverNotes.flatMap((note) => (note.kind === 'record-removed' ? [note.why] : []));
  const states = [...pair.store.devicesAfter(null)].map(({ id, managementState }) => `${id} ${managementState}`);
  // Whether one comes at all may depend on them: it is sent once, and not again.
  const shown = pair.deviceNotes.flatMap((note) => (note.kind === 'notification' ? [note.notificationId] : []));
  const ids = pair.serverNotes.flatMap((note) => (note.kind === 'enrolled' ? [note.deviceId] : []));
  return {
    device: { phase, screen, managed: certificate !== null, leaving, refusal },
    executed: pair.deviceNotes.flatMap((note) => (note.kind === 'executed' ? [note.commandId] : [])),
    commands: ids.flatMap((id) => pair.store.commandsOf(id).map((one) => `${one.action} ${one.id} ${one.status}`)),
    ids,
    removed,
    states,
    enrolled: pair.deviceNotes.filter((note) => note.kind === 'enrolled').length,
    renewed: pair.deviceNotes.filter((note) => note.kind === 'renewed').length,
    shownTwice: shown.filter((id, index) => shown.indexOf(id) !== index),
    left: pair.deviceNotes.filter((note) => note.kind === 'wiped' || note.kind === 'unenrolled').length,
    audits: [...pair.store.audits()].map(({ activity }) => activity),
  };
}

function live(story: Story, broken: { at: number; mishap: Mishap } | null, store?: Store): Pair {
  const pair = new Pair({ ...story.options, ...(store === undefined ? {} : { store }) });
  if (broken !== null) pair.planMishap(broken.at, broken.mishap);
  story.live(pair);
  return pair;
}

describe.each(stories)('$title', (story) => {
  const whole = live(story, null);
  const expected = outcome(whole);

  it('ends well when nothing goes wrong', () => {
    expect(new Set(expected.executed).size).toBe(expected.executed.length);
    expect(expected.executed.length).toBeGreaterThanOrEqual(3);
    expect(expected.device.refusal).toBeNull();
    expect(whole.steps).toBeGreaterThan(40);
  });

  it.each(mishaps)('M-11 ends the same with any step followed by: %s', (mishap) => {
    for (let at = 1; at <= whole.steps; at++) {
      expect(outcome(live(story, { at, mishap })), `after step ${at} of ${whole.steps}`).toEqual(expected);
    }
  });
});

it('CN-13, CN-17 what is sent is shown while nothing goes wrong: there, away, and just retired', () => {
  const story = stories.find(({ title }) => title.includes('notified')) as Story;
  const { device } = live(story, null);
  expect(device.notifications.map(({ title }) => title)).toEqual(['While there', 'While away', 'On its way']);
});

it('M-11 ends the same when the store is SQLite', () => {
  const story = stories[0] as Story;
  const whole = live(story, null);
  for (let at = 1; at <= whole.steps; at++) {
    const store = openSqliteStore(':memory:');
    try {
      expect(outcome(live(story, { at, mishap: 'server killed, nothing arrives' }, store)), `after step ${at}`).toEqual(outcome(whole));
    } finally {
      store.close();
    }
  }
});

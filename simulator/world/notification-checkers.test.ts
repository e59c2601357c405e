/** Each checker of custom notifications hears a sequence that it must pass, and a smallest one that it must not: no check that cannot fail. */
import { describe, expect, it } from 'vitest';
import type { DeviceNote } from '../../agent/device/effects.ts';
import { type DeviceState, newDevice, type Possessions } from '../../agent/device/state.ts';
import type { ReasonNotShown, WayToShow } from '../../protocol/notifications.ts';
import type { Platform } from '../../protocol/platforms.ts';
import type { Distribution } from '../../runtime/distribution.ts';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { nothingPlanted } from '../tenant/seed.ts';
import { notificationCheckers } from './notification-checkers.ts';
import { notifyStep, scenarioOf, scenarioStart, stepOf, tenantGroupOf } from './scenario.fixture.ts';

const deviceId = 'device-1';
const anew = 'device-1-anew';
const notificationId = 'notification/1';

type Outcome = Extract<ServerNote, { kind: 'notification-pushed' }>['outcome'];
type Said = [note: DeviceNote | ServerNote, afterMs?: number];

const enrolled = (id: string): ServerNote => ({ kind: 'enrolled', deviceId: id, serialNumber: 'S' });
const toGroups: ServerNote = { kind: 'notification-sent', deviceId: null, notificationId, groups: 1 };
const toDevice: ServerNote = { kind: 'notification-sent', deviceId, notificationId, groups: 0 };
const pushed = (outcome: Outcome, id = deviceId): ServerNote => ({ kind: 'notification-pushed', deviceId: id, notificationId, outcome });
const shown = (how: WayToShow | ReasonNotShown): DeviceNote => ({ kind: 'notification', notificationId, shown: how, afterMs: 0 });
const refused = (againAt: number, id: string | null = null): ServerNote => ({ kind: 'notification-refused', deviceId: id, againAt });
const removed: ServerNote = { kind: 'record-removed', deviceId, why: 'retired', notAfter: 0 };
const leftAlone: DeviceNote = { kind: 'link-lost', reason: 'gone', retryAt: 0 };

const begin = [[enrolled(deviceId)], [toGroups]] satisfies Said[];
const delivered = [...begin, [pushed('pushed')], [pushed('delivered')]] satisfies Said[];

/** Sent on the third day to `Staff`, in which `Field` is; who is in that changes on the second and on the fourth day. */
const sentAt = scenarioStart + 2 * dayMs;
const changeAt = (day: number, members: string[], leave: string[]) => {
  const users = (names: string[]) => names.map((name) => ({ kind: 'user' as const, name }));
  const groups = [tenantGroupOf('Field', users(members), users(leave))];
  return stepOf(scenarioStart + day * dayMs, { kind: 'tenant', change: {}, seed: { ...nothingPlanted, groups } }, day);
};

function scenario(membershipLag: Distribution) {
  const planted = [
    tenantGroupOf('Staff', [
      { kind: 'usersOf', name: 'phones' },
      { kind: 'group', name: 'Field' },
      { kind: 'device', name: 'MF1' },
    ]),
    tenantGroupOf('Field', [
      { kind: 'user', name: 'Always@contoso.example' },
      { kind: 'user', name: 'leaver@contoso.example' },
    ]),
    tenantGroupOf('Others', [{ kind: 'user', name: 'other@contoso.example' }]),
  ];
  const base = scenarioOf();
  return scenarioOf({
    tenant: { ...base.tenant, push: { ...base.tenant.push, membershipLag }, planted: { ...nothingPlanted, groups: planted } },
    timeline: [
      changeAt(1, [], ['leaver@contoso.example']),
      stepOf(sentAt, notifyStep('staff'), 2),
      changeAt(3, ['joiner@contoso.example'], []),
    ],
  });
}

interface Row {
  checker: string;
  fails: string;
  passing: Said[];
  failing: Said[];
  platform?: Platform;
  user?: string;
  group?: string;
  has?: Partial<Possessions>;
  phase?: DeviceState['phase'];
  lagMs?: number;
}

const once = 'notifications-once';
const people = 'notifications-to-their-people';
const allowed = 'notifications-where-allowed';
const limits = 'notifications-within-limits';
const repeated = (note: ServerNote, count: number, at = 0) => Array.from({ length: count }, (): Said => [note, at]);
const companyApp = { installed: true, permission: 'allowed', lockScreen: 'shown', reader: null } as const;

const rows: Row[] = [
  {
    checker: once,
    fails: 'a second copy',
    passing: [...delivered, [shown('banner')]],
    failing: [...delivered, [shown('banner')], [pushed('pushed')]],
  },
  {
    checker: once,
    fails: 'a second end',
    passing: [...begin, [pushed('pushed')], [pushed('lost')]],
    failing: [...begin, [pushed('pushed')], [pushed('lost')], [pushed('delivered')]],
  },
  {
    checker: once,
    fails: 'a second delivery',
    passing: [...delivered, [leftAlone]],
    failing: [...delivered, [pushed('delivered')], [leftAlone]],
  },
  {
    checker: once,
    fails: 'a loss of what was kept',
    passing: [...begin, [pushed('pushed')], [pushed('kept')], [pushed('gone')]],
    failing: [...begin, [pushed('pushed')], [pushed('kept')], [pushed('lost')]],
  },
  { checker: once, fails: 'a delivery of what was never pushed', passing: begin, failing: [...begin, [pushed('delivered')]] },
  {
    checker: once,
    fails: 'a push of what was never sent',
    passing: [...delivered, [shown('no-app')]],
    failing: [[enrolled(deviceId)], [pushed('pushed')]],
  },
  {
    checker: once,
    fails: 'an expiry of what was never kept',
    passing: [...begin, [pushed('pushed')], [pushed('kept')], [pushed('expired')]],
    failing: [...begin, [pushed('pushed')], [pushed('expired')]],
  },
  { checker: once, fails: 'a delivery of which nothing comes', passing: [...delivered, [shown('not-allowed')]], failing: delivered },
  {
    checker: once,
    fails: 'something shown twice',
    passing: [...delivered, [shown('banner')]],
    failing: [...delivered, [shown('banner')], [shown('banner')]],
  },
  {
    checker: once,
    fails: 'something shown that was only lost',
    passing: [...delivered, [leftAlone]],
    failing: [...begin, [pushed('pushed')], [pushed('lost')], [shown('banner')]],
  },
  {
    checker: once,
    fails: 'a second copy for a new record of the device',
    passing: [...delivered, [shown('banner')], [enrolled(anew)], [pushed('pushed', anew)], [pushed('delivered', anew)]],
    failing: [
      ...delivered,
      [shown('banner')],
      [enrolled(anew)],
      [pushed('pushed', anew)],
      [pushed('lost', anew)],
      [pushed('pushed', anew)],
    ],
  },
  {
    checker: once,
    fails: 'a second copy of a message to one device',
    passing: [[toDevice], [pushed('pushed')], [pushed('gone')]],
    failing: [[toDevice], [pushed('pushed')], [pushed('gone')], [pushed('pushed')]],
  },
  {
    checker: once,
    fails: 'a late copy of a message that is long over',
    passing: [...delivered, [shown('banner')], [{ ...toGroups, notificationId: 'notification/2' }, dayMs]],
    failing: [...delivered, [shown('banner')], [{ ...toGroups, notificationId: 'notification/2' }, dayMs], [pushed('pushed', anew), dayMs]],
  },
  {
    checker: people,
    fails: 'a Mac',
    passing: [[toGroups], [pushed('lost')]],
    failing: [[toGroups], [pushed('pushed')]],
    platform: 'macos',
  },
  { checker: people, fails: 'a PC, also by itself', passing: [[toDevice]], failing: [[toDevice], [pushed('pushed')]], platform: 'windows' },
  {
    checker: people,
    fails: 'another device than the one',
    passing: [[toDevice], [pushed('pushed')]],
    failing: [[toDevice], [pushed('pushed', anew)]],
  },
  {
    checker: people,
    fails: 'somebody in no group',
    passing: [[toDevice], [pushed('pushed')]],
    failing: [[toGroups], [pushed('pushed')]],
    user: 'other@contoso.example',
    group: 'tablets',
  },
  {
    checker: people,
    fails: 'a device without a user',
    passing: [[toDevice], [pushed('pushed')]],
    failing: [[toGroups], [pushed('pushed')]],
    user: '',
  },
  {
    checker: people,
    fails: 'somebody who left a day ago',
    passing: [[toDevice], [pushed('pushed')]],
    failing: [[toGroups], [pushed('pushed')]],
    user: 'leaver@contoso.example',
    group: 'tablets',
    lagMs: hourMs,
  },
  {
    checker: people,
    fails: 'somebody who joins a day later',
    passing: [[toDevice], [pushed('pushed')]],
    failing: [[toGroups], [pushed('pushed')]],
    user: 'joiner@contoso.example',
    group: 'tablets',
    lagMs: hourMs,
  },
  {
    checker: people,
    fails: 'a device that has not been enrolled for longer than the lag',
    passing: [[toGroups], [removed], [pushed('pushed'), hourMs]],
    failing: [[toGroups], [removed], [pushed('pushed'), hourMs + 1]],
    lagMs: hourMs,
  },
  {
    checker: allowed,
    fails: 'one that is shown without the app',
    passing: [[shown('no-app')]],
    failing: [[shown('banner')]],
    has: { companyApp: { ...companyApp, installed: false } },
  },
  {
    checker: allowed,
    fails: 'one that is shown without permission',
    passing: [[shown('not-allowed')]],
    failing: [[shown('lock-screen')]],
    has: { companyApp: { ...companyApp, permission: 'denied' } },
  },
  {
    checker: allowed,
    fails: 'one that is shown before the user was asked',
    passing: [[shown('not-allowed')]],
    failing: [[shown('in-app')]],
    has: { companyApp: { ...companyApp, permission: 'not-asked' } },
  },
  {
    checker: allowed,
    fails: 'one that is shown without Google Play services',
    passing: [[shown('no-google-play')]],
    failing: [[shown('banner')]],
    platform: 'android',
    has: { security: { googlePlayServices: false } },
  },
  { checker: allowed, fails: 'one that is kept back without a reason', passing: [[shown('banner')]], failing: [[shown('not-allowed')]] },
  {
    checker: allowed,
    fails: 'one inside the app on Android',
    passing: [[shown('banner')]],
    failing: [[shown('in-app')]],
    platform: 'android',
  },
  { checker: allowed, fails: 'one on a PC', passing: [[shown('no-app')]], failing: [[shown('banner')]], platform: 'windows' },
  { checker: limits, fails: 'the 26th to groups', passing: repeated(toGroups, 25), failing: repeated(toGroups, 26) },
  {
    checker: limits,
    fails: 'the 26th a millisecond before the hour is over',
    passing: [...repeated(toGroups, 25), [toGroups, hourMs]],
    failing: [...repeated(toGroups, 25), [toGroups, hourMs - 1]],
  },
  {
    checker: limits,
    fails: 'two where one has become free',
    passing: [[toGroups], ...repeated(toGroups, 24, minuteMs), [toGroups, hourMs]],
    failing: [[toGroups], ...repeated(toGroups, 24, minuteMs), [toGroups, hourMs], [toGroups, hourMs]],
  },
  {
    checker: limits,
    fails: 'the 11th to a device',
    passing: [...repeated(toDevice, 10), ...repeated(toGroups, 25)],
    failing: repeated(toDevice, 11),
  },
  {
    checker: limits,
    fails: 'a refusal of the 25th',
    passing: [...repeated(toGroups, 25), [refused(sentAt + hourMs)]],
    failing: [...repeated(toGroups, 24), [refused(sentAt + hourMs)]],
  },
  {
    checker: limits,
    fails: 'a refusal of the 10th to a device',
    passing: [...repeated(toDevice, 10), [refused(sentAt + hourMs, deviceId)]],
    failing: [...repeated(toDevice, 9), [refused(sentAt + hourMs, deviceId)]],
  },
  {
    checker: limits,
    fails: 'a wrong word about when it is possible again',
    passing: [[toGroups], ...repeated(toGroups, 24, minuteMs), [refused(sentAt + hourMs), minuteMs]],
    failing: [[toGroups], ...repeated(toGroups, 24, minuteMs), [refused(sentAt + hourMs + minuteMs), minuteMs]],
  },
];

const ofDevice = new Set(['notification', 'link-lost', 'executed', 'power', 'unenrolled', 'wiped']);

function verdictOf(
  { checker: name, platform = 'ios', user = 'always@contoso.example', group = 'phones', has = {}, phase, lagMs = 0 }: Row,
  said: Said[],
) {
  const inventory = {
    platform,
    enrollment: 'device' as const,
    serialNumber: 'S',
    deviceName: 'phone',
    manufacturer: '',
    model: '',
    osVersion: '17',
    userPrincipalName: user,
  };
  const state: DeviceState = { ...newDevice(inventory, 1, { wipesSilently: false }, has), phase: phase ?? 'enrolled' };
  const checker = notificationCheckers(scenario({ kind: 'constant', ms: lagMs }), () => state).find((one) => one.name === name);
  if (checker === undefined) throw new Error(`There is no checker ${name}.`);
  checker.start?.(1, { group, platform, enrollment: 'device', user, apps: [] });
  for (const [note, afterMs = 0] of said) {
    if (ofDevice.has(note.kind)) checker.device?.(1, note as DeviceNote, sentAt + afterMs);
    else if ('deviceId' in note && note.deviceId === null) checker.tenant?.(note as ServerNote, sentAt + afterMs);
    else checker.server?.(1, note as ServerNote, sentAt + afterMs);
  }
  checker.end?.(createMemoryStore(), [null, deviceId], sentAt + 2 * dayMs);
  return checker.verdict();
}

describe('checkers of custom notifications', () => {
  it.each(rows)('CN-13 $checker fails for $fails', (row) => {
    expect(verdictOf(row, row.passing)).toMatchObject({ name: row.checker, passed: true });
    const verdict = verdictOf(row, row.failing);
    expect(verdict).toMatchObject({ name: row.checker, passed: false });
    expect(verdict.detail).toMatch(/^1 violations: device -?1 at .+Z: /);
  });

  const said: Said[] = [[toGroups], [pushed('pushed')]];
  it.each([
    { who: 'a user of a group of the fleet', user: 'anybody@contoso.example' },
    { who: 'a member of a group in the group, in whatever case', user: 'ALWAYS@contoso.example', group: 'tablets' },
    { who: 'somebody who left within the lag', user: 'leaver@contoso.example', group: 'tablets', lagMs: dayMs },
    { who: 'somebody who joins within the lag', user: 'joiner@contoso.example', group: 'tablets', lagMs: dayMs },
  ])('CN-10 CN-17 let $who get it', ({ who: _, ...row }) => {
    expect(verdictOf({ checker: people, fails: '', passing: [], failing: [], ...row }, said)).toMatchObject({ passed: true });
  });

  it('CN-13 expects no word of a device that is leaving', () => {
    const row: Row = { checker: once, fails: '', passing: [], failing: [], phase: 'leaving' };
    expect(verdictOf(row, delivered)).toMatchObject({ passed: true });
  });

  const executed = (command: 'retire' | 'wipe' | 'syncDevice'): DeviceNote => ({
    kind: 'executed',
    commandId: 'c',
    command,
    status: 'acknowledged',
  });
  const silenced: DeviceNote[] = [
    { kind: 'wiped', reported: true },
    { kind: 'unenrolled', by: 'retire' },
    { kind: 'power', power: 'off' },
    leftAlone,
    executed('wipe'),
    executed('retire'),
  ];
  it.each(silenced)('CN-13 expect no word of a device after %j', (note) => {
    const row: Row = { checker: once, fails: '', passing: [], failing: [] };
    expect(verdictOf(row, [...delivered, [note]])).toMatchObject({ passed: true });
    expect(verdictOf(row, [[note], ...delivered]), 'what is delivered after it is heard of').toMatchObject({ passed: false });
    expect(verdictOf(row, [...delivered, [executed('syncDevice')]])).toMatchObject({ passed: false });
  });

  it('have each been seen to fail, and are there where anything is sent', () => {
    const looksAtNone = (): never => {
      throw new Error('Nothing was shown.');
    };
    const names = notificationCheckers(scenario({ kind: 'constant', ms: 0 }), looksAtNone).map(({ name }) => name);
    expect(new Set(rows.map(({ checker }) => checker))).toEqual(new Set(names));
    expect(notificationCheckers(scenarioOf(), looksAtNone)).toEqual([]);
    const action = { kind: 'action', do: 'sendCustomNotificationToCompanyPortal', parameters: {} } as const;
    expect(notificationCheckers(scenarioOf({ timeline: [stepOf(sentAt, action, 0)] }), looksAtNone)).toHaveLength(names.length);
  });
});

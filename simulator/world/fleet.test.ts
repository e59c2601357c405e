import { describe, expect, it } from 'vitest';
import { companyAppDefault } from '../../agent/device/state.ts';
import { dayMs } from '../../runtime/duration.ts';
import { type FleetGroup, lapseKinds } from '../scenarios/scenario.ts';
import { member } from './fleet.ts';
import { groupOf, nothingMore, scenarioOf, scenarioStart } from './scenario.fixture.ts';
import type { Turn } from './turns.ts';

const counted = groupOf({ name: 'phone', count: 1, weight: 1 });
const tablets = groupOf({ name: 'tablet', count: 2, weight: 2, user: 'kim@contoso.example' });
const crowd = groupOf({ name: 'crowd', platform: 'android', enrollment: 'personal-work-profile' });

/** Changes with what undoes them, in the order in which they begin. */
function spellsOf(turns: readonly Turn[]) {
  return turns.flatMap(({ at: from, spell, doing }) => {
    const end = turns.find((one) => one.spell === spell && one.at > from);
    if (end === undefined || doing.kind !== 'change' || end.doing.kind !== 'change') return [];
    return [{ from, until: end.at, change: doing.change, undo: end.doing.change }];
  });
}

describe('the members of a fleet', () => {
  it('M-09 are the counted ones first, by name, then the others by weight', () => {
    const scenario = scenarioOf({ fleet: [crowd, counted, tablets], devices: 5 });
    const names = Array.from({ length: 5 }, (_, index) => member(scenario, index).device.inventory.deviceName);
    expect(names).toEqual(['phone', 'tablet-1', 'tablet-2', 'crowd-0000004', 'crowd-0000005']);
    expect(member(scenario, 1).device.inventory.userPrincipalName).toBe('kim@contoso.example');
    expect(member(scenario, 3).device.inventory.userPrincipalName).toBe('user0000004@contoso.example');
  });

  it('M-09 of a run that is larger than its counts are dealt by them', () => {
    const scenario = scenarioOf({ fleet: [counted, tablets], devices: 40 });
    const groups = Array.from({ length: 40 }, (_, index) => member(scenario, index).group);
    expect(groups.slice(0, 3)).toEqual(['phone', 'tablet', 'tablet']);
    expect(new Set(groups.slice(3))).toEqual(new Set(['phone', 'tablet']));
  });

  it('M-09 draw each trait by itself: another one changes nothing about the first', () => {
    const of = (has: Partial<typeof nothingMore>) =>
      Array.from(
        { length: 200 },
        (_, index) => member(scenarioOf({ fleet: [{ ...crowd, has: { ...nothingMore, ...has } }] }), index).device,
      );
    const half = { jailBroken: 0.5 };
    const alone = of(half).map(({ has, key }) => [key, has.jailBroken]);
    const among = of({ ...half, passcode: { share: 0.5 }, esim: 0.5, encrypted: 0.5, workProfilePasscode: { share: 0.5 } });
    expect(among.map(({ has, key }) => [key, has.jailBroken])).toEqual(alone);
    for (const yes of [
      among.filter(({ has }) => has.jailBroken),
      among.filter(({ has }) => has.passcode !== null),
      among.filter(({ has }) => has.esim),
    ]) {
      expect(yes.length).toBeGreaterThan(60);
      expect(yes.length).toBeLessThan(140);
    }
    expect(new Set(among.map(({ has }) => has.passcode)).size).toBeGreaterThan(60);
    expect(among.some(({ has }) => has.workProfile?.passcode !== null)).toBe(true);
  });

  it('CN-03 CN-15 CN-16 have Company Portal, let it notify, and have a reader, each drawn by itself', () => {
    const of = (has: Partial<typeof nothingMore>, group = crowd) =>
      Array.from(
        { length: 400 },
        (_, index) => member(scenarioOf({ fleet: [{ ...group, has: { ...nothingMore, ...has } }] }), index).device.has,
      );
    const chances = {
      companyPortal: 0.5,
      notifications: { allowed: 0.5, notAsked: 0.25 },
      lockScreenNotifications: 'hidden' as const,
      notificationReader: { share: 0.5, app: 'Diary' },
    };
    const apps = of(chances).map(({ companyApp }) => companyApp);
    const shareOf = (isSo: (app: (typeof apps)[number]) => boolean) => apps.filter(isSo).length / apps.length;
    expect(shareOf(({ installed }) => installed)).toBeCloseTo(0.5, 0.9);
    expect(shareOf(({ permission }) => permission === 'allowed')).toBeCloseTo(0.5, 0.9);
    expect(shareOf(({ permission }) => permission === 'not-asked')).toBeCloseTo(0.25, 0.9);
    expect(shareOf(({ permission }) => permission === 'denied')).toBeCloseTo(0.25, 0.9);
    expect(shareOf(({ reader }) => reader === 'Diary')).toBeCloseTo(0.5, 0.9);
    expect(new Set(apps.map((app) => `${app.installed} ${app.permission} ${app.reader}`)).size).toBe(12);
    expect(apps.every(({ lockScreen }) => lockScreen === 'hidden')).toBe(true);
    // Another trait changes nothing about these, nor these about another one.
    expect(of({ ...chances, jailBroken: 0.5 }).map(({ companyApp }) => companyApp)).toEqual(apps);
    expect(of({ ...chances, jailBroken: 0.5 }).map(({ jailBroken }) => jailBroken)).toEqual(
      of({ jailBroken: 0.5 }).map(({ jailBroken }) => jailBroken),
    );
    // No other app of an iPhone reads notifications; a Mac has no Company Portal that shows them.
    expect(of(chances, counted).every(({ companyApp }) => companyApp.reader === null)).toBe(true);
    expect(of(chances, groupOf({ platform: 'macos' })).every(({ companyApp }) => companyApp === companyAppDefault)).toBe(true);
    expect(of({}).every(({ companyApp }) => companyApp === companyAppDefault)).toBe(true);
  });

  it('share what they have in common', () => {
    const apps = [{ id: 'Chess', name: 'Chess', source: 'user' as const }];
    const scenario = scenarioOf({ fleet: [groupOf({ has: { ...nothingMore, apps } })] });
    expect(member(scenario, 0).device.has.apps).toBe(member(scenario, 1).device.has.apps);
    expect(member(scenario, 0).device.behaviors).toBe(member(scenario, 1).device.behaviors);
  });

  it('M-09 lapse in the months that are drawn for them, and in a longer run in the same ones and more', () => {
    const lapses = { perMonth: 0.5, lasts: { kind: 'uniform', fromMs: dayMs, untilMs: 40 * dayMs }, of: lapseKinds } as const;
    const fleet = [groupOf({ lapses, has: { ...nothingMore, passcode: { text: '246810' } } })];
    const kinds = new Set<string>();
    let months = 0;
    for (let index = 0; index < 200; index++) {
      // A lapse that begins within the shorter run ends when it does in the longer one.
      const short = spellsOf(member(scenarioOf({ fleet, days: 300 }), index).turns);
      const long = spellsOf(member(scenarioOf({ fleet, days: 600 }), index).turns);
      expect(long.slice(0, short.length)).toEqual(short);
      for (const [place, { from, until, change, undo }] of long.entries()) {
        expect(from).toBeGreaterThanOrEqual(long[place - 1]?.until ?? scenarioStart);
        expect(until).toBeGreaterThan(from);
        expect(Object.keys(undo)).toEqual(Object.keys(change));
        kinds.add(Object.keys(change).join());
      }
      months += short.filter(({ from }) => from < scenarioStart + 30 * dayMs).length;
    }
    // Half of them, give or take chance, and all of what an iPhone can have.
    expect(months).toBeGreaterThan(75);
    expect(months).toBeLessThan(125);
    expect([...kinds].sort()).toEqual(['encrypted', 'jailBroken', 'osVersion', 'passcode', 'security']);
    expect(member(scenarioOf({ fleet: [groupOf()] }), 0).turns).toEqual([]);
  });

  it('M-09 are never given a lapse that they cannot have', () => {
    const lapses = { perMonth: 1, lasts: { kind: 'constant', ms: dayMs } as const };
    const of = (of: (typeof lapseKinds)[number], change: Partial<FleetGroup>) =>
      member(scenarioOf({ days: 300, fleet: [groupOf({ ...change, lapses: { ...lapses, of: [of] } })] }), 0).turns.length / 2;
    expect(of('passcode', {})).toBe(0);
    expect(of('passcode', { has: { ...nothingMore, passcode: { text: '246810' } } })).toBeGreaterThan(5);
    expect(of('encryption', { platform: 'windows', enrollment: 'joined', has: { ...nothingMore, encrypted: 0 } })).toBe(0);
    expect(of('jailbreak', { platform: 'windows', enrollment: 'joined' })).toBe(0);
    expect(of('jailbreak', { has: { ...nothingMore, jailBroken: 1 } })).toBe(0);
  });
});

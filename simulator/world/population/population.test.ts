/** Populations: what is drawn for a device, held to what the file says in plain calculations of its own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../runtime/duration.ts';
import { parseScenario } from '../../scenarios/load.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { type FleetMember, member } from '../fleet.ts';
import { Outages } from '../outages.ts';
import type { Turn } from '../turns.ts';

const startAt = Date.UTC(2026, 0);

/** Each key of a group that has a say in it. */
const keys = {
  enrolls: '[{ within: 5d, share: 60% }, { at: 40d, within: 20d, share: 40% }]',
  timeZones: '{ Europe/Berlin: 2, America/New_York: 1 }',
  hours: '{ from: 08:00, until: 17:00, jitter: 45m, share: 80% }',
  holidays: '[12-25, { from: 2026-02-02, until: 2026-02-06 }]',
  leaves: '[{ share: 70%, between: { from: 02-01, until: 03-15 }, length: { uniform: [5d, 15d] } }, { share: 30%, length: 60d }]',
  storms: '[{ at: 30d, away: 2d, share: 60%, backWithin: 15m }]',
  replaced: '{ every: { normal: { mean: 60d, deviation: 20d } }, old: retired, pause: 1d }',
  osUpdates:
    '[{ version: "18.1", at: 20d, share: 90%, adoptedWithin: { lognormal: { median: 5d, p90: 30d } } }, { version: "18.2", at: 60d }]',
  passcodeChanges: '{ every: { uniform: [10d, 30d] } }',
  battery: '{ emptyPerMonth: 1.5, off: { lognormal: { median: 3h, p90: 12h } } }',
  lapses: '{ perMonth: 30%, lasts: 3d }',
  absences: '{ share: 50%, count: [1, 3], between: [1d, 80d], length: { exponential: 2d } }',
  lostForEver: '{ share: 10%, between: [10d, 90d] }',
} as const;
type Key = keyof typeof keys;
const allKeys = Object.keys(keys) as Key[];

function scenarioWith(some: readonly Key[], { days = 120, devices = 10, more = '' } = {}): Scenario {
  const lines = some.map((key) => `, ${key}: ${keys[key]}`).join('');
  const group = `{ name: phones, weight: 1, platform: ios, has: { passcode: true }${lines} }`;
  return parseScenario(`name: p\ntitle: P\ndays: ${days}\ndevices: ${devices}\n${more}fleet: [${group}]\n`, 'p.yaml');
}

/** The instants at which the network goes and comes, by the door that drivers use. */
function comings({ outages, hours }: FleetMember, until: number): number[] {
  const all = new Outages();
  all.addDevice(outages, hours, startAt);
  const instants: number[] = [];
  while (all.nextAt(0) < until) {
    instants.push(all.nextAt(0));
    expect(all.pass(0)).toBe(instants.length % 2 === 0);
  }
  return instants;
}

/** Everything that was drawn. */
function drawn(scenario: Scenario, index: number) {
  const one = member(scenario, index);
  const { device, enrollAt, outages, turns } = one;
  return { inventory: device.inventory, has: device.has, enrollAt, outages, turns, comings: comings(one, startAt + 120 * dayMs) };
}

const some = fc.subarray(allKeys);

describe('the population of a fleet', () => {
  it('M-09 is drawn per device: neither the number of devices nor another plan changes what was drawn', () => {
    fc.assert(
      fc.property(some, fc.constantFrom(...allKeys), fc.integer({ min: 0, max: 9 }), (plans, other, index) => {
        const alone = drawn(scenarioWith(plans), index);
        expect(drawn(scenarioWith(plans, { devices: 5_000 }), index)).toEqual(alone);
        const more = drawn(scenarioWith([...new Set([...plans, other])]), index);
        expect(more.has).toEqual(alone.has);
        expect(more.inventory).toEqual(alone.inventory);
        if (other !== 'enrolls') expect(more.enrollAt).toBe(alone.enrollAt);
        // A plan of turns adds its own to those that were there; a first replacement counts from the enrollment.
        if (other === 'battery' || other === 'lapses' || other === 'storms' || other === 'hours') {
          const there = more.turns.map(({ at, doing }) => `${at} ${JSON.stringify(doing)}`);
          for (const { at, doing } of alone.turns) expect(there).toContain(`${at} ${JSON.stringify(doing)}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('M-09 of a longer run begins as that of a shorter one', () => {
    const until = startAt + 60 * dayMs;
    const earlier = (turns: readonly Turn[]) => turns.filter(({ at }) => at < until).map(({ at, doing }) => ({ at, doing }));
    for (let index = 0; index < 40; index++) {
      const [short, long] = [60, 400].map((days) => member(scenarioWith(allKeys, { days }), index)) as [FleetMember, FleetMember];
      expect(comings(long, until)).toEqual(comings(short, until));
      expect(earlier(long.turns)).toEqual(earlier(short.turns));
    }
  });

  it('M-09 has a network within its hours, by local clocks through the change of them, and on no holiday', () => {
    const text = `fleet: [{ name: pcs, weight: 1, platform: windows, timeZones: Europe/Berlin, hours: { from: 08:00, until: 17:00, jitter: 30m }, holidays: [04-06, { from: 12-24, until: 01-01 }] }]`;
    const scenario = parseScenario(`name: p\ntitle: P\ndays: 400\ndevices: 3\n${text}\n`, 'p.yaml');
    for (let index = 0; index < 3; index++) {
      const instants = comings(member(scenario, index), startAt + 365 * dayMs);
      // New Year's Day is a holiday: it begins without a network.
      expect(instants[0]).toBe(startAt);
      const days = new Set<string>();
      for (let place = 1; place + 1 < instants.length; place += 2) {
        const [from, until] = [instants[place], instants[place + 1]] as [number, number];
        const summer = from >= Date.UTC(2026, 2, 29, 1) && from < Date.UTC(2026, 9, 25, 1) ? 2 : 1;
        const local = new Date(from + summer * hourMs);
        const midnight = Math.floor(local.getTime() / dayMs) * dayMs - summer * hourMs;
        expect(from - midnight).toBeGreaterThanOrEqual(8 * hourMs);
        expect(from - midnight).toBeLessThan(8.5 * hourMs);
        expect(until - midnight).toBeGreaterThanOrEqual(17 * hourMs);
        expect(until - midnight).toBeLessThan(17.5 * hourMs);
        expect([1, 2, 3, 4, 5]).toContain(local.getUTCDay());
        days.add(local.toISOString().slice(5, 10));
      }
      for (const holiday of ['01-01', '04-06', '12-24', '12-31']) expect(days.has(holiday), holiday).toBe(false);
      for (const day of ['01-02', '04-07', '12-23']) expect(days.has(day), day).toBe(true);
      expect(days.size).toBe(253);
    }
  });

  it('M-09 works at night and in shifts', () => {
    const text = `fleet: [{ name: pcs, weight: 1, platform: windows, hours: { shifts: [{ from: 22:00, until: 06:00, days: [sun] }, { from: 06:00, until: 14:00, days: [wed] }] } }]`;
    const scenario = parseScenario(`name: p\ntitle: P\ndays: 30\ndevices: 40\n${text}\n`, 'p.yaml');
    const seen = new Set<string>();
    for (let index = 0; index < 40; index++) {
      const [, from = 0, until = 0] = comings(member(scenario, index), startAt + 20 * dayMs);
      seen.add(`${new Date(from).toISOString().slice(0, 13)} ${new Date(until).toISOString().slice(0, 13)}`);
    }
    expect([...seen].sort()).toEqual(['2026-01-04T22 2026-01-05T06', '2026-01-07T06 2026-01-07T14']);
  });

  it('M-09 within hours and in no absence, however they meet: as minute by minute', () => {
    const scenario = scenarioWith(['hours', 'timeZones', 'holidays', 'leaves', 'storms', 'absences', 'lostForEver'], { days: 120 });
    const without = scenarioWith(['hours', 'timeZones', 'holidays'], { days: 120 });
    for (let index = 0; index < 25; index++) {
      const one = member(scenario, index);
      const instants = comings(one, startAt + 120 * dayMs);
      // By the hours alone; the absences are those of the member.
      const atWork = comings(member(without, index), startAt + 120 * dayMs);
      const isThere = (marks: readonly number[], at: number) => marks.filter((mark) => mark <= at).length % 2 === 0;
      for (let at = startAt; at < startAt + 120 * dayMs; at += 191 * minuteMs) {
        const expected = one.hours === null ? isThere(one.outages, at) : isThere(atWork, at) && isThere(one.outages, at);
        expect(isThere(instants, at), `${index} ${new Date(at).toISOString()}`).toBe(expected);
      }
    }
  });

  it('M-09 enrols in its waves', () => {
    const scenario = scenarioWith(['enrolls']);
    const days = Array.from({ length: 600 }, (_, index) => (member(scenario, index).enrollAt - startAt) / dayMs);
    const first = days.filter((day) => day < 5);
    expect(first.length).toBeGreaterThan(300);
    expect(first.length).toBeLessThan(420);
    expect(days.filter((day) => day >= 5 && (day < 40 || day >= 60))).toEqual([]);
  });

  it('M-09 loses its network in a storm, and has it again within minutes', () => {
    const scenario = scenarioWith(['storms']);
    const away = Array.from({ length: 400 }, (_, index) => member(scenario, index).outages).filter(({ length }) => length > 0);
    expect(away.length).toBeGreaterThan(200);
    expect(away.length).toBeLessThan(280);
    for (const [from = 0, until = 0] of away) {
      expect(from).toBe(startAt + 30 * dayMs);
      expect(until - from - 2 * dayMs).toBeGreaterThanOrEqual(0);
      expect(until - from - 2 * dayMs).toBeLessThan(15 * minuteMs);
    }
  });

  it('M-09 takes new versions of its system, and never an older one', () => {
    const scenario = scenarioWith(['osUpdates', 'replaced', 'lapses']);
    let later = 0;
    for (let index = 0; index < 200; index++) {
      let version = '';
      for (const { at, doing } of member(scenario, index).turns) {
        if (doing.kind === 'replaced') version = doing.by.osVersion;
        if (doing.kind === 'change' && doing.part === 'alone') {
          const next = String(doing.change.osVersion);
          expect(['18.1', '18.2']).toContain(next);
          expect(version === '18.2' || version === next).toBe(false);
          version = next;
        }
        if (doing.kind === 'replaced' && at > startAt + 60 * dayMs) {
          later += 1;
          // It comes with what is out.
          expect(doing.by.osVersion).toBe('18.2');
        }
      }
    }
    expect(later).toBeGreaterThan(50);
  });

  it('M-09 makes place for new devices, each with a serial number of its own', () => {
    const scenario = scenarioWith(['replaced']);
    const serials = new Set<string>();
    let count = 0;
    for (let index = 0; index < 200; index++) {
      const { turns, device, enrollAt } = member(scenario, index);
      serials.add(device.inventory.serialNumber);
      for (const { at, doing } of turns) {
        expect(at).toBeGreaterThanOrEqual(enrollAt);
        if (doing.kind !== 'replaced') continue;
        count += 1;
        serials.add(doing.by.serialNumber);
        // Retired a day before.
        expect(turns).toContainEqual(expect.objectContaining({ at: at - dayMs, doing: { kind: 'ask', action: 'retire' } }));
      }
    }
    expect(count).toBeGreaterThan(200);
    expect(serials.size).toBe(200 + count);
  });

  it('M-09 runs empty so often, and is off for as long as is drawn', () => {
    const scenario = scenarioWith(['battery'], { days: 300 });
    const spells = Array.from({ length: 100 }, (_, index) => member(scenario, index).turns.length / 2);
    const perMonth = spells.reduce((sum, one) => sum + one, 0) / 100 / 10;
    expect(perMonth).toBeGreaterThan(1.35);
    expect(perMonth).toBeLessThan(1.6);
  });

  it('M-09 holidays, storms and versions of the whole file are those of each group that it names', () => {
    const text =
      'holidays: [01-02, { from: 01-05, until: 01-06, groups: [b] }]\nstorms: [{ at: 9d, away: 1h, backWithin: 0s, groups: [a] }]\nosUpdates: [{ platform: ios, version: "18.1", at: 2d }]\n' +
      'fleet: [{ name: a, count: 1, platform: ios, holidays: [01-09] }, { name: b, count: 1, platform: android }]\n';
    const scenario = parseScenario(`name: p\ntitle: P\ndays: 30\n${text}`, 'p.yaml');
    const day = (at: number) => (at - startAt) / dayMs;
    expect(member(scenario, 0).outages.map(day)).toEqual([1, 2, 8, 9 + 1 / 24]);
    expect(member(scenario, 1).outages.map(day)).toEqual([1, 2, 4, 6]);
    expect(member(scenario, 0).turns).toHaveLength(1);
    expect(member(scenario, 1).turns).toEqual([]);
  });
});

/**
 * A population with all that devices go through by themselves, in virtual time and by real agents: hours, holidays, storms and leaves, new
 * devices in place of old ones, new versions, new passcodes, empty batteries and lapses end the same on both sides.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { liveScenario } from '../simulator/live-run.ts';
import { type Run, runScenario } from '../simulator/run.ts';
import { parseScenario } from '../simulator/scenarios/load.ts';
import { told } from './support/lived-story.ts';
import { root } from './support/program.ts';

const keys = join(root, 'node_modules/.cache/mockfleet/live-keys');

const text = `
name: parity-population
title: All that devices go through by themselves
days: 35
devices: 6
holidays: [01-06, { from: 2026-01-19, until: 2026-01-20 }]
storms: [{ at: 8d, away: 30h, share: 60%, backWithin: 15m }]
osUpdates: [{ platform: ios, version: "18.1", at: 6d, adoptedWithin: { lognormal: { median: 4d, p90: 20d } } }]
tenant:
  compliancePolicies:
    - displayName: iPhones
      type: iosCompliancePolicy
      settings: { passcodeRequired: true, osMinimumVersion: "17.0" }
      assignTo: [all users]
      actions: [{ do: block, after: 1d }, { do: pushNotification }]
fleet:
  - name: phones
    count: 3
    platform: ios
    enrollment: automated
    enrolls: [{ within: 2d, share: 70% }, { at: 10d, within: 3d, share: 30% }]
    has: { passcode: true }
    battery: { emptyPerMonth: 3, off: { uniform: [2h, 2d] } }
    passcodeChanges: { every: { uniform: [5d, 12d] } }
    replaced: { every: { normal: { mean: 18d, deviation: 6d } }, old: wiped, pause: { weighted: [{ weight: 1, of: 10h }, { weight: 1, of: { exponential: 2d } }] } }
    signIns: { apps: [outlook], every: 9h }
    lapses: { perMonth: 100%, lasts: 3d, of: [passcode, osVersion] }
    leaves: [{ share: 60%, between: { from: 01-10, until: 01-25 }, length: { uniform: [2d, 6d] } }]
  - name: pcs
    count: 2
    platform: windows
    timeZones: { America/New_York: 1, "UTC+05:30": 1 }
    hours: { from: 08:00, until: 18:00, jitter: 90m }
    replaced: { every: 20d, old: drawer }
  - name: night
    count: 1
    platform: android
    enrollment: personal-work-profile
    hours: { shifts: [{ from: 22:00, until: 06:00, days: [sun, mon, tue], jitter: 10m }] }
    replaced: { every: 24d, old: retired }
    battery: { emptyPerMonth: 2, off: 5h }
timeline:
  - every: { from: 5d, until: 33d, each: 7d }
    do: remoteLock
    to: { platforms: [ios, android] }
  - { at: 12d, do: wipe, to: { groups: [phones], share: 40% } }
`;

function found(run: Run) {
  const { states, actions, certificates, checkInsLived, compliance, mails, notices, access, checkers } = run.result;
  return {
    ...{ states, actions, certificates, checkInsLived, compliance, mails, notices, access },
    failed: checkers.filter(({ passed }) => !passed),
    told: told(run.result),
    devices: [...(run.rows?.devices() ?? [])].map(({ serialNumber, phase, checkIns }) => ({ serialNumber, phase, checkIns })),
  };
}

it.each(['1', 'second'])('M-09 M-10 a population is the same in virtual time and live: seed %s', async (seed) => {
  const scenario = { ...parseScenario(text, 'population.yaml'), seed };
  const virtual = await runScenario({ scenario, text });
  const live = await liveScenario({ scenario, text }, { links: 'memory', keys });
  try {
    const expected = found(virtual);
    expect(found(live)).toEqual(expected);
    expect(expected.failed).toEqual([]);
    // It is not the silence that is the same.
    const all = expected.told.join('\n');
    for (const part of ['is another one from now on', 'the network is gone', 'shows off', 'Wipe']) expect(all).toContain(part);
    expect(expected.devices.filter(({ serialNumber }) => /-\d$/.test(serialNumber)).length).toBeGreaterThan(1);
    expect(expected.certificates.issued).toBeGreaterThan(8);
  } finally {
    virtual.close();
    live.close();
  }
});

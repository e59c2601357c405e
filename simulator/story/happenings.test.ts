/** Stories in virtual time: every kind of step, the same life in every mode, and a verdict that can fail. */
import { describe, expect, it } from 'vitest';
import { type RunOptions, runScenario } from '../run.ts';
import { iphoneStory, mixedStory, story } from './stories.fixture.ts';

async function lived(body: string, options: RunOptions = {}) {
  const run = await runScenario(story(body), options);
  const { result } = run;
  const devices = [...(run.rows?.devices() ?? [])];
  const commands = [...(run.rows?.commands() ?? [])];
  run.close();
  return {
    result,
    devices,
    commands,
    missed: result.expectations.filter(({ passed }) => !passed).map(({ name, detail }) => `${name}: ${detail}`),
  };
}

describe('stories', () => {
  it.each([
    ['TD-01 TD-03 TD-04 TD-07 TD-13 an iPhone from its enrollment to its second one', iphoneStory],
    ['TD-18 M-07 M-08 PINs, passcodes, habits and the power button', mixedStory],
  ])('%s: all expectations are met, in every mode with the same life', async (_, body) => {
    const plain = await lived(body);
    expect(plain.missed).toEqual([]);
    expect(plain.result.checkers.filter(({ passed }) => !passed)).toEqual([]);
    for (const options of [{ everyCheckIn: true }, { codec: true }, { store: 'sqlite' as const }]) {
      const other = await lived(body, options);
      expect(other.missed, JSON.stringify(options)).toEqual([]);
      expect(other.result.digest, JSON.stringify(options)).toBe(plain.result.digest);
      expect(other.result.timeline).toEqual(plain.result.timeline);
    }
  });

  it('keep all records of a device that was enrolled again: commands, ids, the newest one’s end', async () => {
    const { devices, commands, result } = await lived(iphoneStory);
    expect(new Set(commands.map(({ deviceId }) => deviceId)).size).toBe(1);
    expect(commands.map(({ action, status }) => `${action} ${status}`).sort()).toEqual(
      ['bypassActivationLock acknowledged', 'remoteLock acknowledged', 'wipe acknowledged', 'wipe canceled'].sort(),
    );
    const [phone] = devices;
    expect(commands[0]?.deviceId).not.toBe(phone?.deviceId);
    expect(phone).toMatchObject({ phase: 'enrolled', removedAt: null, removedWhy: null, record: { managementState: 'managed' } });
    expect(result.states).toEqual({ managed: 1 });
  });

  it('TD-12 keep the earlier record of a device that wiped in silence and came back as another one', async () => {
    const { devices, commands, result, missed } = await lived(`days: 800
tenant: { push: { lost: 0%, latency: 1s } }
fleet: [{ name: phone, count: 1, platform: ios, enrollment: device, behaviors: [{ on: wipe, then: silent }] }]
timeline:
  - { at: 1d, do: wipe }
  - { at: 2d, expect: [{ name: wiped, screen: set-up-assistant, graph: { managementState: wipePending } }] }
  - { at: 3d, user: { press: enroll } }
  - { at: 4d, expect: [{ name: new, graph: { managementState: managed } }] }
`);
    expect(missed).toEqual([]);
    expect(commands).toHaveLength(1);
    expect(devices[0]?.record?.managementState).toBe('managed');
    // The earlier record went 180 days after its certificate, while the device lives on as another one.
    expect(result).toMatchObject({ recordsRemoved: 1, states: { managed: 1 } });
    expect(result.checkers.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('fail for an expectation that is not so, and name the device, the moment and both values', async () => {
    const { result } = await lived(iphoneStory.replace('graph: { managementState: wipePending }', 'graph: { managementState: managed }'));
    expect(result.passed).toBe(false);
    expect(result.expectations.filter(({ passed }) => !passed)).toEqual([
      { name: 'the wipe waits', passed: false, detail: 'phone after 4d: managementState is "wipePending", expected "managed"' },
    ]);
  });

  it('fail where nobody is selected, and are not judged in a run that was made shorter', async () => {
    const body = mixedStory.replace('to: { groups: [profile] }, expect', 'to: { groups: [profile], network: offline }, expect');
    expect((await lived(body)).missed).toEqual(['it asks for consent: after 1d no device is selected']);
    const shorter = await lived(iphoneStory, { days: 5 });
    expect(shorter.missed).toEqual([]);
    expect(shorter.result.expectations.every(({ judged }) => judged === false)).toBe(true);
  });

  it('tell who did what to whom, and no secret', async () => {
    const { result } = await lived(iphoneStory);
    const told = result.timeline.map(({ at, who, what }) => `${at} ${who} ${what}`);
    expect(told).toContain('2026-03-05T08:00:00Z administrator erin@contoso.example asks for Wipe');
    expect(told).toContain('2026-03-06T08:00:00Z administrator alex@contoso.example takes Wipe back');
    expect(told).toContain('2026-03-04T08:00:00Z network the network is gone');
    expect(told).toContain('2026-03-03T10:00:00Z user types 6 characters into "passcode" and presses "unlock": refused');
    expect(told.join('\n')).not.toMatch(/246810|111111|apple-secret/);
    expect(result.timeline.map(({ at }) => at)).toEqual(result.timeline.map(({ at }) => at).toSorted());
    const larger = await runScenario(story(iphoneStory), { devices: 21, days: 2 });
    expect(larger.result.timeline).toEqual([]);
    larger.close();
  });
});

/** The same stories by real agents over real sockets against a real stub: they end as in virtual time, device by device. */
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAuthority, createAuthorityCertificate } from '../certs/authority.ts';
import { openKeyPool } from '../certs/key-pool.ts';
import { ScaledClock } from '../runtime/clock.ts';
import { dayMs } from '../runtime/duration.ts';
import { silentLog } from '../runtime/log.ts';
import { createMemoryStore } from '../server-stub/store/memory-store.ts';
import { createStub, type Stub } from '../server-stub/stub.ts';
import { liveScenario } from './live-run.ts';
import { LiveStory } from './live-story.ts';
import { type Run, runScenario } from './run.ts';
import { Pause } from './shards/pause.ts';
import { iphoneStory, mixedStory, story } from './story/stories.fixture.ts';
import { coreSettings } from './world/settings.ts';

const keys = join(fileURLToPath(new URL('..', import.meta.url)), 'node_modules/.cache/mockfleet/live-keys');

/** All that both kinds of run know, but for what only one of them has. */
function ends({ result, rows }: Pick<Run, 'result' | 'rows'>) {
  if (rows === null) throw new Error('lived in several shards');
  const { states, actions, certificates, recordsRemoved, checkInsLived, checkers, expectations } = result;
  return {
    states,
    actions,
    certificates,
    recordsRemoved,
    checkInsLived,
    verdicts: [...checkers, ...expectations].map(({ name, passed }) => `${name}: ${passed}`),
    devices: [...rows.devices()].map(({ deviceId, phase, checkIns, removedWhy, record }) => ({
      deviceId,
      phase,
      checkIns,
      removedWhy,
      state: record?.managementState ?? null,
    })),
    commands: [...rows.commands()].map(({ action, status, deliveries, initiatedBy }) => ({ action, status, deliveries, initiatedBy })),
  };
}

const silentStory = `days: 560
tenant: { push: { lost: 0%, latency: 1s } }
fleet:
  - { name: silent, count: 1, platform: ios, enrollment: device, behaviors: [{ on: wipe, then: silent }] }
  - { name: lost, count: 1, platform: windows, lostForEver: { share: true, between: [20d, 20d] } }
  - { name: kept, count: 1, platform: android, enrollment: fully-managed, absences: { share: true, count: [1, 1], between: [30d, 30d], length: 40d } }
timeline:
  - { at: 10d, to: { groups: [silent] }, do: wipe }
  - { at: 40d, do: remoteLock }
  - { at: 50d, to: { groups: [kept] }, expect: [{ name: the lock waits, action: { remoteLock: pending } }] }
  - { at: 80d, to: { groups: [kept] }, expect: [{ name: and comes, action: { remoteLock: done } }] }
  - { at: 559d, to: { groups: [lost] }, expect: [{ name: its record went, record: gone }] }
`;

// Its user enrols a phone in the very instant in which it would do so itself; and the tenant changes in that of its check-ins.
const sharedInstants = `days: 2
tenant: { push: { lost: 50%, latency: { uniform: [1s, 3h] } } }
fleet: [{ name: phone, count: 12, platform: ios }]
timeline:
  - { at: 0s, device: { enroll: true } }
  - { at: 30m, tenant: { passcodeRequired: true } }
  - { at: 105m, tenant: { passcodeRequired: false } }
`;

describe('a stub that is opened at a moment of a story', () => {
  const opened = async (sinceStart: number) => {
    const { scenario } = story(iphoneStory);
    const at = scenario.startAt + sinceStart;
    const key = createPrivateKey(await openKeyPool(join(keys, 'authority'), 1).keyAt(0));
    const authority = createAuthority(key, createAuthorityCertificate(key, { now: at, serialNumber: '4D0F' }));
    const stub = createStub({
      store: createMemoryStore(),
      authority,
      clock: new ScaledClock(),
      settings: coreSettings(scenario, 'letmein'),
      adminToken: 'administrator',
      log: silentLog,
    });
    const opening = new LiveStory({ stub, authority, scenario, keys, token: 'letmein' });
    return { stub, at, opening, there: opening.handOverAt(at) };
  };
  const call = async (stub: Stub, method: string, path: string, body?: object) => {
    const headers = { authorization: 'Bearer administrator', 'content-type': 'application/json' };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await stub.fetch(new Request(`https://stub${path}`, { method, headers, ...text }))).json() as Promise<Record<string, unknown>>;
  };

  it('M-10 stands there, its devices can be held, and it goes on by hand', async () => {
    const { stub, at, opening, there } = await opened(9 * dayMs);
    await there;
    const { timeline, verdicts } = opening;
    expect(stub.clock.now()).toBe(at);
    expect(verdicts.length).toBeGreaterThan(8);
    expect(verdicts.filter(({ passed }) => !passed)).toEqual([]);
    expect(timeline.at(-1)?.at).toBe(new Date(at).toISOString().replace('.000Z', 'Z'));
    expect(await call(stub, 'GET', '/mockfleet/devices/phone')).toMatchObject({ phase: 'wiped', screen: { kind: 'activation-lock' } });
    await call(stub, 'POST', '/mockfleet/devices/phone/act', {
      input: { press: 'unlock', values: { appleId: 'adele@contoso.example', password: 'apple-secret' } },
    });
    await stub.clock.advanceTo(at + 1000);
    expect(await call(stub, 'GET', '/mockfleet/devices/phone')).toMatchObject({ screen: { kind: 'set-up-assistant' } });
    opening.close();
    stub.close();
  });

  it('cannot be opened after its end', async () => {
    const { stub, opening, there } = await opened(20 * dayMs);
    await expect(there).rejects.toMatchObject({ code: 'live-after-end', message: expect.stringContaining('2026-03-02') });
    opening.close();
    stub.close();
  });
});

describe('a live run', () => {
  it.each([
    ['TD-03 M-10 an iPhone', iphoneStory, 'websocket'],
    ['M-10 PINs, passcodes, restarts', mixedStory, 'websocket'],
    ['TD-12 TD-16 M-09 lost and silent for 560 days', silentStory, 'memory'],
    ['M-10 steps in the instants of enrollments and check-ins', sharedInstants, 'memory'],
  ] as const)('%s: ends as in virtual time', { timeout: 60_000 }, async (_, body, links) => {
    const virtual = await runScenario(story(body));
    const live = await liveScenario(story(body), { links, keys });
    expect(live.result.expectations.filter(({ passed }) => !passed)).toEqual([]);
    expect(ends(live)).toEqual(ends(virtual));
    expect(live.result).toMatchObject({ live: true, digest: null, passed: true });
    expect(live.result.timeline.map(({ who, what }) => `${who} ${what}`).toSorted()).toEqual(
      virtual.result.timeline.map(({ who, what }) => `${who} ${what}`).toSorted(),
    );
    live.close();
    virtual.close();
  });

  it('judges: an expectation that is not so is missed', async () => {
    const body = iphoneStory.replace('name: it is locked, screen: locked', 'name: it is locked, screen: home');
    const run = await runScenario(story(body), { live: true });
    expect(run.result.expectations.filter(({ passed }) => !passed).map(({ detail }) => detail)).toEqual([
      'phone after 26h: the screen is "locked", expected "home"',
    ]);
    run.close();
  });

  it.each([
    ['between two hops', {}],
    ['in the middle of a day, on a scaled clock', { speed: 200_000 }],
  ])('is held and let go %s, and ended where it was held', async (_, how) => {
    const [pause, controller] = [new Pause(), new AbortController()];
    const told: number[] = [];
    const midway = new Promise<void>((resolve) => {
      pause.listen((isHeld) => isHeld && resolve());
    });
    const onProgress = ({ at }: { at: number }) => {
      told.push(at);
      if (told.length === 3) pause.hold();
    };
    const running = liveScenario(story(iphoneStory), { ...how, links: 'memory', keys, pause, signal: controller.signal, onProgress });
    await midway;
    // Whatever else is due in this thread comes first.
    for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
    expect(told).toHaveLength(3);
    pause.release();
    pause.hold();
    controller.abort();
    const run = await running;
    run.close();
    expect(told).toHaveLength(3);
    expect(run.result).toMatchObject({ live: true, stopped: true, passed: true, livedUntil: expect.any(String) });
    expect(Date.parse(run.result.livedUntil)).toBeGreaterThanOrEqual(told.at(-1) as number);

    const before = liveScenario(story(iphoneStory), { links: 'memory', keys, signal: AbortSignal.abort() });
    await expect(before).rejects.toMatchObject({ code: 'run-stopped' });
  });

  it('refuses a fleet that is too large, and says what to do', async () => {
    await expect(liveScenario(story(iphoneStory), { devices: 201, keys })).rejects.toMatchObject({
      code: 'live-too-many',
      message: expect.stringContaining('--devices'),
    });
  });
});

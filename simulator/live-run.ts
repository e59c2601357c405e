/** Scenarios with real agents, lived to their end and judged (`run --live`). In pieces: live-story.ts. */
import { createPrivateKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, createAuthority, createAuthorityCertificate } from '../certs/authority.ts';
import { openKeyPool } from '../certs/key-pool.ts';
import { serialBytes, serialFromBytes } from '../certs/serial.ts';
import { ScaledClock } from '../runtime/clock.ts';
import { dayMs } from '../runtime/duration.ts';
import { silentLog } from '../runtime/log.ts';
import { listen } from '../server-stub/node-server.ts';
import { createMemoryStore } from '../server-stub/store/memory-store.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import type { Store } from '../server-stub/store/store.ts';
import { createStub } from '../server-stub/stub.ts';
import { inMemory, overSockets } from './live/agents.ts';
import { LiveWorld } from './live/live-world.ts';
import { partPath, writePart } from './report/run-part.ts';
import type { Run, RunOptions } from './run-options.ts';
import { type FleetProgress, RunStopped } from './run-progress.ts';
import { overridden, resultOf } from './run-result.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { rowsOf } from './shards/rows.ts';
import { outcomeOf } from './world/outcome.ts';
import { Recorder } from './world/recorder.ts';
import { coreSettings, enrollmentToken } from './world/settings.ts';

export { liveDevicesMax } from './live/live-world.ts';

/** Devices share a few keys: one of its own costs each a third of a second. */
const keysShared = 2;

export interface LiveOptions extends RunOptions {
  /** How devices reach the stub: real WebSockets with mutual TLS, or memory. */
  links?: 'websocket' | 'memory';
  /** Folder in which the devices' keys are kept; without one they are made for this run alone. */
  keys?: string;
}

/**
 * Lives a scenario with real agents against a stub of its own, and judges it as a run in virtual time. Stopped by its signal it comes to
 * what was lived up to there.
 * @throws LiveError (rejects): too many devices, or something never came to rest; RunStopped where nothing was lived yet
 */
export async function liveScenario({ scenario, text }: { scenario: Scenario; text: string }, options: LiveOptions = {}): Promise<Run> {
  const asked = overridden(scenario, options);
  const { links = 'websocket', signal, pause, onProgress, replay = '' } = options;
  const store = options.store === 'sqlite' ? openSqliteStore(':memory:') : createMemoryStore();
  const begunAt = performance.now();
  const ownKeys = options.keys === undefined ? mkdtempSync(join(tmpdir(), 'mockfleet-live-')) : null;
  const keys = options.keys ?? (ownKeys as string);
  try {
    const authority = await createOwnAuthority(keys, asked.startAt);
    const stub = createStub({
      store,
      authority,
      clock: new ScaledClock({ anchorReal: Date.now(), anchor: asked.startAt, speed: 0 }),
      settings: coreSettings(asked),
      adminToken: randomBytes(24).toString('base64url'),
      log: silentLog,
    });
    const server = links === 'websocket' ? await listen({ stub, authority, log: silentLog, port: 0, host: '127.0.0.1' }) : null;
    try {
      const way = server === null ? inMemory(stub, authority) : overSockets(server, authority);
      const identities = openKeyPool(join(keys, 'keys'), keysShared);
      const progress = (world: LiveWorld, at: number): FleetProgress => ({
        shards: 1,
        shardsLived: 0,
        at,
        daysLived: (at - world.startAt) / dayMs,
        share: (at - world.startAt) / (world.until - world.startAt),
        eventsExecuted: world.hops,
        checkInsLived: world.watch.tally.checkInsLived,
      });
      const recorder = new Recorder({ first: 0, count: asked.devices }, asked.startAt, { events: options.events ?? true });
      const world = new LiveWorld({
        scenario: asked,
        stub,
        way,
        identities,
        token: enrollmentToken,
        speed: options.speed,
        recorder,
        signal,
        pause,
        onProgress: (at) => onProgress?.(progress(world, at)),
      });
      try {
        if (signal?.aborted === true) throw new RunStopped();
        await world.live(world.until);
        return finished(world, {
          recorder,
          asked,
          scenario,
          text,
          store,
          options,
          replay,
          wallMs: Math.round(performance.now() - begunAt),
        });
      } finally {
        world.close();
      }
    } finally {
      stub.close();
      await server?.close();
    }
  } catch (error) {
    store.close();
    throw error;
  } finally {
    if (ownKeys !== null) rmSync(ownKeys, { recursive: true, force: true });
  }
}

interface Lived {
  recorder: Recorder;
  asked: Scenario;
  scenario: Scenario;
  text: string;
  store: Store;
  options: RunOptions;
  replay: string;
  wallMs: number;
}

function finished(world: LiveWorld, { recorder, asked, scenario, text, store, options, replay, wallMs }: Lived): Run {
  const { watch, roster, happenings, tale, groups } = world;
  watch.end(store, roster, world.livedUntil);
  const devices = world.agents.map(({ state }, index) => outcomeOf(index, groups[index] as string, structuredClone(state), roster, store));
  const found = {
    live: true,
    livedUntil: world.livedUntil,
    devicesLived: asked.devices,
    digest: null,
    eventsExecuted: world.hops,
    wallMs,
    tally: watch.tally.found(world.startAt, dayMs),
    measures: watch.measures.found(),
    checkers: watch.found(),
    story: happenings.verdicts.rows(),
    timeline: tale.entries,
    faults: world.faults?.faults.found() ?? {},
  };
  const rows = rowsOf(store, () => devices, watch.tally, recorder);
  if (options.parts !== undefined) writePart(partPath(options.parts, 0), rows);
  return {
    result: resultOf(found, asked, scenario, options),
    scenarioText: text,
    replay,
    from: world.startAt,
    until: world.until,
    series: found.tally.series,
    compliance: found.tally.complianceSeries,
    notificationsToGroups: found.tally.notifications.toGroups,
    measures: found.measures,
    rows,
    parts: options.parts === undefined ? [] : [partPath(options.parts, 0)],
    close: () => store.close(),
  };
}

async function createOwnAuthority(folder: string, now: number): Promise<Authority> {
  const key = createPrivateKey(await openKeyPool(join(folder, 'authority'), 1).keyAt(0));
  // Two minutes of clock skew do not matter: it is valid for decades around this instant.
  return createAuthority(key, createAuthorityCertificate(key, { now, serialNumber: serialFromBytes(randomBytes(serialBytes)) }));
}

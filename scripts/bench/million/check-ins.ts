/**
 * Every check-in an event: the same devices, and the same instants for everybody. mockfleet lives them once to say which they are. The
 * others only take each from their queue and count it; mockfleet's two machines also talk about it, and its checkers listen.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools.ts';
import type { Measured } from './package.ts';

export interface Beat {
  seconds: number;
  checkIns: number;
}

/** Name → one after the other. Missing: why one could not take part. */
export interface CheckIns {
  checkIns: number;
  beats: Record<string, Beat[]>;
  versions: Record<string, string>;
  missing: string[];
}

/** Of each device, its check-ins in milliseconds since the start. */
type Fleet = readonly Float64Array[];

const python = process.platform === 'linux' ? '/usr/bin/python3' : 'python3';
const simpyMissing = 'SimPy is missing: apt-get install python3-simpy3 (or pip install simpy==3.0.11)';
const noSimpy = 3;
const scenarioFile = join(import.meta.dirname, 'check-ins.yaml');

/** @throws Error when one of them did not live all of the check-ins */
export async function liveCheckIns(measured: Measured, size: { devices: number; days: number }, rounds: number): Promise<CheckIns> {
  const world = await worldOf(measured, size);
  const fleet = recorded(world, size.devices);
  const checkIns = fleet.reduce((sum, { length }) => sum + length, 0);
  const { TimingWheel } = (await measured.load(
    'simulator/world/timing-wheel',
  )) as typeof import('../../../simulator/world/timing-wheel.ts');
  const simjs = await simjsOf();
  const contenders: Record<string, () => Beat | null> = {
    'bare loop (timing wheel)': () => bareLoop(new TimingWheel(fleet.length, 0), fleet),
    simjs: () => simjsLoop(simjs, fleet),
    'SimPy 3': () => simpyLoop(fleet, versions),
    'mockfleet, both machines and all checkers': () => world(() => {}),
  };
  const versions: Record<string, string> = { simjs: packageVersion('simjs') };
  const beats: Record<string, Beat[]> = {};
  const missing: string[] = [];
  // One round more than is counted: in the first one the engine is still compiling.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, live] of Object.entries(contenders)) {
      const beat = live();
      if (beat === null) missing.push(simpyMissing);
      else if (beat.checkIns !== checkIns) throw new Error(`${name} lived ${beat.checkIns} check-ins of ${checkIns}.`);
      else if (round > 0) beats[name] = [...(beats[name] ?? []), beat];
    }
  }
  return { checkIns, beats, versions, missing: [...new Set(missing)] };
}

type LiveWorld = (onCheckIn: (index: number, at: number) => void) => Beat;

async function worldOf({ load }: Measured, { devices, days }: { devices: number; days: number }): Promise<LiveWorld> {
  const { World } = (await load('simulator/world/world')) as typeof import('../../../simulator/world/world.ts');
  const { createMemoryStore } = (await load(
    'server-stub/store/memory-store',
  )) as typeof import('../../../server-stub/store/memory-store.ts');
  const { loadScenarioFile } = (await load('simulator/scenarios/load')) as typeof import('../../../simulator/scenarios/load.ts');
  const { scenario } = loadScenarioFile(scenarioFile);
  const nothing = () => {};
  return (onCheckIn) => {
    const begun = performance.now();
    const world = new World(
      { ...scenario, devices, days },
      {
        store: createMemoryStore(),
        everyCheckIn: true,
        codec: false,
        listener: {
          deviceSaid(index, note, now) {
            if (note.kind === 'check-in') onCheckIn(index, now - scenario.startAt);
          },
          serverSaid: nothing,
          network: nothing,
          recordChanged: nothing,
        },
      },
    );
    while (!world.advance(100_000));
    return { seconds: (performance.now() - begun) / 1000, checkIns: world.tally.checkInsLived };
  };
}

function recorded(world: LiveWorld, devices: number): Fleet {
  const instants: number[][] = Array.from({ length: devices }, () => []);
  world((index, at) => instants[index]?.push(at));
  return instants.map((ofDevice) => Float64Array.from(ofDevice));
}

interface Wheel {
  set(index: number, at: number): void;
  nextAt(): number;
  take(): number;
}

function bareLoop(wheel: Wheel, fleet: Fleet): Beat {
  const begun = performance.now();
  const places = new Int32Array(fleet.length);
  fleet.forEach((instants, index) => {
    wheel.set(index, instants[0] ?? Number.POSITIVE_INFINITY);
  });
  let checkIns = 0;
  while (wheel.nextAt() < Number.POSITIVE_INFINITY) {
    const index = wheel.take();
    const place = (places[index] as number) + 1;
    places[index] = place;
    wheel.set(index, fleet[index]?.[place] ?? Number.POSITIVE_INFINITY);
    checkIns += 1;
  }
  return { seconds: (performance.now() - begun) / 1000, checkIns };
}

interface Simjs {
  Sim: new () => { addEntity(kind: unknown, name: string, ...more: unknown[]): void; simulate(until: number): void };
  Entity: new (...more: never[]) => { time(): number; setTimer(ms: number): { done(next: () => void, context: unknown): void } };
}

/** It looks for a browser's window. */
async function simjsOf(): Promise<Simjs> {
  const window: { Sim?: Simjs } = {};
  Object.assign(globalThis, { window });
  await import('simjs');
  Object.assign(globalThis, { window: undefined });
  if (window.Sim === undefined) throw new Error('simjs has not put its classes into the window.');
  return window.Sim;
}

function simjsLoop({ Sim, Entity }: Simjs, fleet: Fleet): Beat {
  let checkIns = 0;
  class Device extends Entity {
    #instants: Fleet[number] = new Float64Array(0);
    #place = 0;

    start(instants: Fleet[number]): void {
      this.#instants = instants;
      this.#wait();
    }

    #wait(): void {
      const at = this.#instants[this.#place];
      if (at !== undefined) this.setTimer(at - this.time()).done(this.checkIn, this);
    }

    checkIn(): void {
      checkIns += 1;
      this.#place += 1;
      this.#wait();
    }
  }
  const begun = performance.now();
  const sim = new Sim();
  fleet.forEach((instants, index) => {
    sim.addEntity(Device, `device ${index}`, instants);
  });
  sim.simulate(Number.MAX_SAFE_INTEGER);
  return { seconds: (performance.now() - begun) / 1000, checkIns };
}

/** null: it is not there. Without the start of Python, and without reading the instants. */
function simpyLoop(fleet: Fleet, versions: Record<string, string>): Beat | null {
  const file = join(tmpdir(), `mockfleet-check-ins-${process.pid}`);
  const numbers = [Float64Array.of(fleet.length), Float64Array.from(fleet, ({ length }) => length), ...fleet];
  writeFileSync(file, Buffer.concat(numbers.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))));
  const { status, stdout, stderr, error } = spawnSync(python, [join(import.meta.dirname, 'check_ins_simpy.py'), file], {
    encoding: 'utf8',
  });
  rmSync(file);
  if (status === noSimpy || error !== undefined) return null;
  if (status !== 0) throw new Error(`${python} ended with ${status}:\n${stderr}`);
  const { version, ...beat } = JSON.parse(stdout) as Beat & { version: string };
  versions['SimPy 3'] = version;
  return beat;
}

function packageVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
  return version;
}

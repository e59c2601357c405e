/**
 * How fast virtual time runs, beside what the machine could do at most: `node --import tsx scripts/bench/virtual-time.ts [--quick]`.
 *
 * The physical limit is the timing wheel alone, turned for as many devices at the same cadence, in the same process and the same round:
 * what a world costs beyond it is the work of the two machines. Rounds take turns, so that a machine that slows down slows all of them;
 * each figure is the median of its rounds. Ratios travel between machines, seconds do not.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { slotTime } from '../../agent/device/cadence.ts';
import { dayMs } from '../../runtime/duration.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { loadScenarioFile } from '../../simulator/scenarios/load.ts';
import type { Scenario, Step } from '../../simulator/scenarios/scenario.ts';
import { member } from '../../simulator/world/fleet.ts';
import { TimingWheel } from '../../simulator/world/timing-wheel.ts';
import { World } from '../../simulator/world/world.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = 3;
const devices = values.quick ? 1_000 : 5_000;
const quietDays = 600;
const everyDays = values.quick ? 30 : 100;
/** A slice of a world, as a run takes it between two looks at its progress. */
const sliceEvents = 100_000;

interface Lap {
  seconds: number;
  checkIns: number;
  /** Custom notifications on their way to devices. */
  pushes: number;
  events: number;
  heapMb: number;
}

const { scenario } = loadScenarioFile('simulator/scenarios/fleet-lifecycle.yaml');

function sized(devices: number, days: number): Scenario {
  const until = scenario.startAt + days * dayMs;
  return { ...scenario, devices, days, timeline: scenario.timeline.filter(({ at }) => at < until) };
}

/** The same with a custom notification to everybody, as often as that, in place of the scenario's own. null: none. */
function notified(devices: number, days: number, everyDays: number | null): Scenario {
  const quiet = sized(devices, days);
  const timeline = quiet.timeline.filter(({ step }) => !isNotification(step));
  const one = quiet.timeline.find(({ step }) => step.kind === 'notify');
  if (one === undefined) throw new Error('The scenario notifies nobody.');
  const times = everyDays === null ? 0 : Math.floor((days - 20) / everyDays);
  const messages = Array.from({ length: times }, (_, repetition) => {
    return { ...one, repetition, at: quiet.startAt + (20 + repetition * (everyDays ?? 0)) * dayMs };
  });
  return { ...quiet, timeline: [...timeline, ...messages].sort((a, b) => a.at - b.at) };
}

function isNotification(step: Step): boolean {
  return step.kind === 'notify' || (step.kind === 'action' && step.do === 'sendCustomNotificationToCompanyPortal');
}

function liveWorld(scenario: Scenario, everyCheckIn = false): Lap {
  const begun = performance.now();
  const world = new World(scenario, { store: createMemoryStore(), everyCheckIn, codec: false });
  while (!world.advance(sliceEvents));
  const seconds = (performance.now() - begun) / 1000;
  const broken = world.verdicts().find(({ passed }) => !passed);
  if (broken !== undefined) throw new Error(`${broken.name}: ${broken.detail}`);
  const { checkInsLived: checkIns, notifications } = world.tally;
  const heapMb = process.memoryUsage().heapUsed / 1e6;
  return { seconds, checkIns, pushes: notifications.figures().pushes, events: world.eventsExecuted, heapMb };
}

/** Each device's check-ins and nothing else: taken from the wheel, its next one computed, put back. */
function turnWheel(devices: number, days: number): Lap {
  const { startAt } = scenario;
  const until = startAt + days * dayMs;
  const schedules = Array.from({ length: devices }, (_, index) => {
    const { device, enrollAt } = member(scenario, index);
    return { platform: device.inventory.platform, key: device.key, enrolledAt: enrollAt };
  });
  const slots = new Int32Array(devices);
  const begun = performance.now();
  const wheel = new TimingWheel(devices, startAt);
  schedules.forEach((schedule, index) => {
    wheel.set(index, slotTime(schedule, 0));
  });
  let checkIns = 0;
  while (wheel.nextAt() < until) {
    const index = wheel.take();
    const slot = (slots[index] as number) + 1;
    slots[index] = slot;
    wheel.set(index, slotTime(schedules[index] as (typeof schedules)[number], slot));
    checkIns += 1;
  }
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, checkIns, pushes: 0, events: checkIns, heapMb: process.memoryUsage().heapUsed / 1e6 };
}

const cases: Record<string, () => Lap> = {
  [`wheel alone, ${devices} × ${everyDays} d`]: () => turnWheel(devices, everyDays),
  [`every check-in, ${devices} × ${everyDays} d`]: () => liveWorld(sized(devices, everyDays), true),
  [`quiet, ${devices} × ${quietDays} d`]: () => liveWorld(sized(devices, quietDays)),
  [`quiet, ${devices} × ${2 * quietDays} d`]: () => liveWorld(sized(devices, 2 * quietDays)),
  [`quiet, ${2 * devices} × ${quietDays} d`]: () => liveWorld(sized(2 * devices, quietDays)),
  [`no notification, ${devices} × 365 d`]: () => liveWorld(notified(devices, 365, null)),
  [`one a week to all, ${devices} × 365 d`]: () => liveWorld(notified(devices, 365, 7)),
};

function median(laps: readonly Lap[], figure: (lap: Lap) => number): number {
  return laps.map(figure).sort((a, b) => a - b)[Math.floor(laps.length / 2)] as number;
}

const laps = new Map<string, Lap[]>(Object.keys(cases).map((name) => [name, []]));
// One round more than is counted: in the first one the engine is still compiling.
for (let round = 0; round <= rounds; round++) {
  for (const [name, run] of Object.entries(cases)) {
    const lap = run();
    if (round > 0) laps.get(name)?.push(lap);
  }
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const big = (figure: number) => Math.round(figure).toLocaleString('en-US').padStart(14);

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}; medians of ${rounds} rounds`);
print(
  `${''.padEnd(34)}${'seconds'.padStart(9)}${'check-ins/s'.padStart(14)}${'events/s'.padStart(14)}${'events'.padStart(14)}${'heap MB'.padStart(9)}`,
);
const seconds: number[] = [];
const rates: number[] = [];
for (const [name, all] of laps) {
  const time = median(all, (lap) => lap.seconds);
  const rate = median(all, (lap) => lap.checkIns / lap.seconds);
  const heap = Math.round(median(all, (lap) => lap.heapMb));
  seconds.push(time);
  rates.push(rate);
  const events = all[0]?.events ?? 0;
  print(
    `${name.padEnd(34)}${time.toFixed(2).padStart(9)}${big(rate)}${big(median(all, (lap) => lap.events / lap.seconds))}${big(events)}${String(heap).padStart(9)}`,
  );
}
const ratio = (of: readonly number[], a: number, b: number) => ((of[a] as number) / (of[b] as number)).toFixed(2);
print(`check-ins per second, every check-in to the wheel alone: ${ratio(rates, 1, 0)}; quiet to the wheel alone: ${ratio(rates, 2, 0)}`);
print(`seconds in quiet mode, twice the days: × ${ratio(seconds, 3, 2)}; twice the devices: × ${ratio(seconds, 4, 2)}`);
const pushes = laps.get(`one a week to all, ${devices} × 365 d`)?.[0]?.pushes ?? 0;
const perPush = (((seconds[6] as number) - (seconds[5] as number)) / pushes) * 1e6;
print(
  `seconds with a notification a week to all phones, to none: × ${ratio(seconds, 6, 5)}; ${perPush.toFixed(1)} µs per push (${pushes} in all)`,
);

/**
 * Fleets of a million in virtual time, as `mockfleet run` lives them: `npm run bench` (about half an hour), or
 *
 *   tsx scripts/bench/million.ts [--devices 1000000] [--days 550] [--rounds 3] [--json] [--sources]
 *
 * Each fleet is a process of its own, from its start to its report; the smaller ones take turns and are medians of their rounds. Ratios
 * travel between machines, seconds do not. `--sources`: not what was built, for a look while working on it.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BareLap, bareQueue } from './million/bare-queue.ts';
import { type Beat, type CheckIns, liveCheckIns } from './million/check-ins.ts';
import { type Asked, type Lap, lap, profiled } from './million/command.ts';
import { measured } from './million/package.ts';
import type { Shares } from './million/profile.ts';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '550' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    sources: { type: 'boolean', default: false },
  },
});
const [devices, days, rounds] = [values.devices, values.days, values.rounds].map(Number) as [number, number, number];
if (![devices, days, rounds].every((figure) => Number.isInteger(figure) && figure >= 1) || devices < 100) {
  throw new Error('--devices takes a whole number from 100, --days and --rounds one from 1.');
}

const mockfleet = measured(values.sources);
const lifecycle = 'fleet-lifecycle';
const firstHalf = join(import.meta.dirname, 'million/happenings.yaml');
/** Of first-half: all that happens, and as many days again without anything. */
const busyDays = 165;
const tenth = Math.round(devices / 10);
const profiledDevices = Math.min(devices, 10_000);
/** The size at which the others were measured, too. */
const checkInDevices = Math.min(devices, 5_000);
const checkInDays = Math.min(days, 20);

interface Row extends Asked {
  name: string;
  rounds: number;
}

const rows = {
  whole: { name: 'the default scenario', scenario: lifecycle, devices, days, rounds: 1 },
  tenth: { name: 'a tenth of it', scenario: lifecycle, devices: tenth, days, rounds },
  twice: { name: 'twice that', scenario: lifecycle, devices: 2 * tenth, days, rounds },
  busy: { name: 'busy days alone', scenario: firstHalf, devices: tenth, days: busyDays, rounds },
  quiet: { name: 'and as many quiet ones', scenario: firstHalf, devices: tenth, days: 2 * busyDays, rounds },
  hardlyAny: { name: 'hardly any devices', scenario: lifecycle, devices: 100, days, rounds: 1 },
} satisfies Record<string, Row>;
type RowName = keyof typeof rows;

export interface MillionReport {
  machine: string;
  cores: number;
  node: string;
  rounds: number;
  fleets: Record<RowName, Lap & { name: string; microsecondsPerDevice: number; bytesPerDevice: number; eventsPerDevice: number }>;
  ratios: { twiceTheDevices: Ratio; twiceTheDays: Ratio };
  bareQueue: BareLap & { devices: number; microsecondsPerDevice: number };
  shares: Shares;
  everyCheckIn: CheckIns;
}

interface Ratio {
  seconds: number;
  cpuSeconds: number;
  peakBytes: number;
  allowed: number;
}

const laps: Record<RowName, Lap[]> = { whole: [], tenth: [], twice: [], busy: [], quiet: [], hardlyAny: [] };
for (let round = 0; round < rounds; round++) {
  for (const [name, row] of Object.entries(rows) as [RowName, Row][]) {
    if (round >= row.rounds) continue;
    say(`${row.devices} devices × ${row.days} days of ${row.name}`);
    laps[name].push(lap(mockfleet, row));
  }
}
const smallest = medianLap(laps.hardlyAny).peakBytes;
const fleets = Object.fromEntries(
  (Object.keys(rows) as RowName[]).map((name) => {
    const one = medianLap(laps[name]);
    return [
      name,
      {
        name: rows[name].name,
        ...one,
        microsecondsPerDevice: (one.seconds * 1e6) / one.devices,
        bytesPerDevice: Math.max(0, one.peakBytes - smallest) / one.devices,
        eventsPerDevice: one.events / one.devices,
      },
    ];
  }),
) as MillionReport['fleets'];
say('the queue alone');
const bare = await bareQueue(mockfleet, tenth, days, Math.max(1, Math.round(fleets.tenth.eventsPerDevice)));
say('a profile');
const shares = profiled(mockfleet, { scenario: lifecycle, devices: profiledDevices, days });
say(`every check-in of ${checkInDevices} devices × ${checkInDays} days`);
const everyCheckIn = await liveCheckIns(mockfleet, { devices: checkInDevices, days: checkInDays }, rounds);

const report: MillionReport = {
  machine: cpus()[0]?.model ?? 'unknown processor',
  cores: cpus().length,
  node: process.version,
  rounds,
  fleets,
  ratios: { twiceTheDevices: ratio(fleets.twice, fleets.tenth, 2.2), twiceTheDays: ratio(fleets.quiet, fleets.busy, 1.2) },
  bareQueue: { ...bare, devices: tenth, microsecondsPerDevice: (bare.seconds * 1e6) / tenth },
  shares,
  everyCheckIn,
};
print(values.json ? JSON.stringify(report, null, 2) : asText(report));

function asText({ machine, cores, node, fleets, ratios, bareQueue, shares, everyCheckIn }: MillionReport): string {
  const head = ['', 'devices', 'days', 'seconds', 'CPU s', 'µs/device', 'peak MB', 'B/device', 'events/device', 'check-ins'];
  const cells = Object.values(fleets).map((one) => [
    one.name,
    big(one.devices),
    String(one.days),
    one.seconds.toFixed(1),
    one.cpuSeconds.toFixed(1),
    one.microsecondsPerDevice.toFixed(0),
    big(one.peakBytes / 1e6),
    big(one.bytesPerDevice),
    one.eventsPerDevice.toFixed(1),
    big(one.checkIns),
  ]);
  return [
    `${machine}, ${cores} cores, node ${node}; medians of ${rounds} rounds (the largest and the smallest fleet: 1)`,
    '',
    ...table([head, ...cells]),
    '',
    `twice the devices: ${ratioText(ratios.twiceTheDevices)}`,
    `twice the days with the same happenings: ${ratioText(ratios.twiceTheDays)}`,
    '',
    `the queue and the cadence alone, ${big(bareQueue.devices)} devices with as many events: ${bareQueue.seconds.toFixed(2)} s, ${bareQueue.microsecondsPerDevice.toFixed(1)} µs/device`,
    `where the time goes (profile of ${big(profiledDevices)} devices on one thread):`,
    ...table(
      Object.entries(shares)
        .sort(([, a], [, b]) => b - a)
        .map(([name, share]) => [`  ${name}`, `${(100 * share).toFixed(1)} %`]),
    ),
    '',
    `every check-in an event: ${big(everyCheckIn.checkIns)} of ${big(checkInDevices)} devices in ${checkInDays} days, the same instants for all`,
    ...table([['', 'seconds', 'M/s', 'of the bare loop'], ...checkInRows(everyCheckIn)]),
    ...everyCheckIn.missing,
  ].join('\n');
}

function checkInRows({ beats, versions }: CheckIns): string[][] {
  const seconds = Object.entries(beats).map(([name, all]) => [name, median(all.map((beat: Beat) => beat.seconds))] as const);
  const bareSeconds = seconds[0]?.[1] ?? 1;
  return seconds.map(([name, time]) => {
    const rate = everyCheckIn.checkIns / time / 1e6;
    const version = versions[name] === undefined ? '' : ` (${versions[name]})`;
    return [`${name}${version}`, time.toFixed(2), rate.toFixed(2), `${((100 * bareSeconds) / time).toFixed(1)} %`];
  });
}

function ratioText({ seconds, cpuSeconds, peakBytes, allowed }: Ratio): string {
  const verdict = Math.max(seconds, peakBytes) <= allowed ? '' : `: MORE THAN ${allowed}`;
  return `× ${seconds.toFixed(2)} the time, × ${cpuSeconds.toFixed(2)} the CPU, × ${peakBytes.toFixed(2)} the memory${verdict}`;
}

function ratio(of: Lap, to: Lap, allowed: number): Ratio {
  const figures = { seconds: of.seconds / to.seconds, cpuSeconds: of.cpuSeconds / to.cpuSeconds, peakBytes: of.peakBytes / to.peakBytes };
  return { ...figures, allowed };
}

/** Of each figure its own median: they are read one by one. @throws Error when the same fleet had two lives */
function medianLap(all: readonly Lap[]): Lap {
  const [first] = all as readonly [Lap];
  const other = all.find(({ digest }) => digest !== first.digest);
  if (other !== undefined) throw new Error(`Two runs of the same fleet came to ${first.digest} and ${other.digest}.`);
  const of = (figure: 'seconds' | 'cpuSeconds' | 'peakBytes') => median(all.map((one) => one[figure]));
  return { ...first, seconds: of('seconds'), cpuSeconds: of('cpuSeconds'), peakBytes: of('peakBytes') };
}

function median(figures: number[]): number {
  return figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] as number;
}

/** Columns: the first one to the left, the others to the right. */
function table(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number))).join('  '),
  );
}

function big(figure: number): string {
  return Math.round(figure).toLocaleString('en-US');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What it is doing: half an hour is long. */
function say(text: string): void {
  process.stderr.write(`${text} …\n`);
}

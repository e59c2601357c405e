/**
 * Load over real sockets, beside the least that can be (`ws` on both sides) and beside two other tools, all on this machine and in one run:
 *
 *   tsx scripts/bench/load.ts [--devices 1000] [--full] [--seconds 8] [--artillery FOLDER] [--only bare,own,steps,tools,profile] [--json] [--sources]
 *
 * About six minutes; `--full` adds 10,000 devices, and ten minutes. Both sides share the machine, so ratios say more than figures. What a server
 * counts is counted in the server (counting.ts), in the same way for all. tsung is looked for in PATH, Artillery in the folder that
 * `npm install --prefix FOLDER artillery` has put it into. Linux.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findArtillery } from './load/artillery.ts';
import { driveBare, startBareServer } from './load/bare.ts';
import { bareHouse, enrolMany } from './load/identities.ts';
import type { Identity } from './load/messages.ts';
import { mockfleetAsTool, type OwnLap, ownLap, type Stub, startStub } from './load/mockfleet.ts';
import { sharesIn } from './load/profiles.ts';
import { asText } from './load/report.ts';
import { drive, type Tool } from './load/tool.ts';
import { findTsung } from './load/tsung.ts';
import type { LoadReport, Step, ToolRow } from './load/words.ts';
import { measured } from './million/package.ts';

const sections = ['bare', 'own', 'steps', 'tools', 'profile'] as const;

const usage =
  'tsx scripts/bench/load.ts [--devices 1000] [--full] [--seconds 8] [--artillery FOLDER] [--only bare,own,steps,tools,profile] [--json] [--sources]';

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    devices: { type: 'string', default: '1000' },
    full: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '8' },
    artillery: { type: 'string' },
    only: { type: 'string', default: sections.join() },
    json: { type: 'boolean', default: false },
    sources: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
const [devices, seconds] = [Number(values.devices), Number(values.seconds)];
if (![devices, seconds].every((figure) => Number.isInteger(figure) && figure >= 1)) {
  throw new Error('--devices and --seconds take a whole number from 1.');
}
const only = values.only.split(',');
const unknown = only.find((name) => !(sections as readonly string[]).includes(name));
if (unknown !== undefined) throw new Error(`--only takes some of ${sections.join()}, not ${unknown}.`);
const wants = (section: (typeof sections)[number]) => only.includes(section);

/** Under way at a time: connections begun, and check-ins. */
const concurrency = 100;
const inFlight = 256;
const sizeOfFull = 10_000;
/** More than anybody reaches here. */
const asFastAsItCan = 1_000;
const stepsAsked = [500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000];
/** Nobody's devices come back more slowly here. */
const slowestPerSecond = 100;
/** Beyond that its answers are late. */
const lateMs = 250;

const mockfleet = measured(values.sources);
const home = mkdtempSync(join(tmpdir(), 'mockfleet-bench-'));
const keys = join(home, 'keys');
const report: LoadReport = {
  machine: cpus()[0]?.model ?? 'unknown processor',
  cores: cpus().length,
  memoryBytes: totalmem(),
  node: process.version,
  openssl: process.versions.openssl,
  concurrency,
  inFlight,
  bare: {},
  own: {},
  steps: [],
  tools: [],
  missing: [],
  profile: null,
};
try {
  const sizes = values.full ? [devices, sizeOfFull] : [devices];
  for (const size of sizes) {
    if (wants('bare')) await measureBare(size);
    if (wants('own')) await measureOwn(size);
  }
  if (wants('steps')) await measureSteps();
  if (wants('tools')) await measureTools();
  if (wants('profile')) await measureProfile();
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : asText(report)}\n`);

async function measureBare(size: number): Promise<void> {
  say(`bare ws client and server, ${size} connections with mutual TLS`);
  const house = await bareHouse(folderOf('bare'), keys, size);
  const server = await startBareServer(house);
  try {
    const identities = identitiesFile(house.identities);
    report.bare[size] = await driveBare(server, house, { identities, concurrency, inFlight, seconds });
  } finally {
    await server.stop();
  }
}

async function measureOwn(size: number): Promise<void> {
  await withStub(async (stub) => {
    const all = [
      '--devices',
      String(size),
      '--keep',
      folderOf('keep'),
      '--rate',
      `${asFastAsItCan}/s`,
      '--concurrency',
      String(concurrency),
      '--jitter',
      '0s',
    ];
    const lap = (what: string, words: readonly string[], before = 0): Promise<OwnLap> => {
      say(`mockfleet load, ${size} devices: ${what}`);
      return ownLap(mockfleet, stub, [...all, ...words], { before });
    };
    const brief = ['--duration', `${seconds}s`];
    // The links break after a fifth of it; whoever is not back when it is over would not be counted.
    const stormy = ['--duration', `${Math.max(seconds, Math.ceil(size / slowestPerSecond))}s`];
    report.own[size] = {
      enrolment: await lap('they enrol', ['--shape', 'enrolment-storm', ...brief]),
      first: await lap('they connect', ['--shape', 'steady', '--check-ins', '0', ...brief]),
      again: await lap('they lose their links, and come back with a full handshake', [
        '--shape',
        'reconnect-storm',
        '--no-resumption',
        ...stormy,
      ]),
      resumed: await lap('they lose their links, and come back with their TLS session', ['--shape', 'reconnect-storm', ...stormy], size),
    };
  });
}

/** Up to where answers come late, some do not come, or fewer come than were asked for. */
async function measureSteps(): Promise<void> {
  await withStub(async (stub) => {
    const keep = [
      '--devices',
      String(devices),
      '--keep',
      folderOf('keep'),
      '--rate',
      `${asFastAsItCan}/s`,
      '--jitter',
      '0s',
      '--shape',
      'steady',
    ];
    say(`mockfleet load, ${devices} devices: check-ins by steps`);
    await ownLap(mockfleet, stub, [...keep, '--check-ins', '0', '--duration', '1s']);
    for (const asked of stepsAsked) {
      const { result, roundTripsPerSecond } = await ownLap(mockfleet, stub, [
        ...keep,
        '--check-ins',
        `${asked}/s`,
        '--duration',
        `${seconds}s`,
      ]);
      const { p50, p99 } = result.latencyMs['check-in'];
      const { errors, generator } = result;
      const reached = roundTripsPerSecond ?? 0;
      const step: Step = { asked, reached, p50Ms: p50, p99Ms: p99, errors, limit: generator.limit };
      report.steps.push(step);
      if (errors > 0 || p99 > lateMs || reached < 0.9 * asked) break;
    }
  });
}

/** All against one stub, one after the other; ours with the devices that it has enrolled itself. */
async function measureTools(): Promise<void> {
  const others = [findTsung(), findArtillery(values.artillery)];
  if (others[0] === null) report.missing.push('tsung is not installed: apt-get install tsung');
  if (others[1] === null) report.missing.push('Artillery is not there: npm install --prefix FOLDER artillery, and --artillery FOLDER');
  for (const sentence of report.missing) process.stderr.write(`NOT MEASURED: ${sentence}\n`);
  await withStub(async (stub) => {
    const keep = folderOf('keep');
    say(`${devices} devices enrol`);
    await ownLap(mockfleet, stub, [
      '--devices',
      String(devices),
      '--keep',
      keep,
      '--shape',
      'steady',
      '--check-ins',
      '0',
      '--duration',
      '1s',
    ]);
    const identities = await enrolMany({ url: stub.url, ca: stub.ca, token: stub.enrollmentToken }, keys, devices);
    await measureTool(bareTool(), stub, identities);
    for (const processes of new Set([1, cpus().length]))
      await measureTool(mockfleetAsTool(mockfleet, stub, keep, processes), stub, identities);
    for (const tool of others) if (tool !== null) await measureTool(tool, stub, identities);
  });
}

function bareTool(): Tool {
  const main = join(import.meta.dirname, 'load/bare-client.ts');
  return {
    name: 'a bare ws client',
    version: process.version,
    prepare: ({ url, ca, identities, talkSeconds }) => {
      const wishes = { url, ca, identities: identitiesFile(identities), concurrency, inFlight, seconds: talkSeconds + 10 };
      return [process.execPath, '--import', import.meta.resolve('tsx'), main, JSON.stringify(wishes)];
    },
  };
}

async function measureTool(tool: Tool, { server, url, ca }: Stub, identities: readonly Identity[]): Promise<void> {
  say(`${tool.name}: ${identities.length} devices connect to the stub, and check in as fast as they can`);
  const errand = { url, ca, identities, connectionsPerSecond: asFastAsItCan, holdSeconds: holdSeconds(), talkSeconds: seconds };
  const lap = await drive(tool, { ...errand, folder: folderOf('tool') }, server);
  const { name, version } = tool;
  report.tools.push({ name, version, ...lap } satisfies ToolRow);
  if (!lap.isComplete) process.stderr.write(`${name} connected ${lap.connected} of ${identities.length}:\n${lap.said}\n`);
}

/** For the slowest of them to connect all. */
function holdSeconds(): number {
  return Math.ceil(devices / 50) + 2;
}

async function measureProfile(): Promise<void> {
  const [stubFolder, laneFolder] = [folderOf('profile'), folderOf('profile')];
  const flags = (folder: string) => ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const asked = report.steps.findLast(({ p99Ms, errors }) => p99Ms <= lateMs && errors === 0)?.asked ?? 1_000;
  await withStub(async (stub) => {
    say(`a profile of ${devices} devices with ${asked} check-ins a second`);
    const words = ['--devices', String(devices), '--processes', '1', '--check-ins', `${asked}/s`, '--duration', `${2 * seconds}s`];
    await ownLap(mockfleet, stub, [...words, '--shape', 'steady', '--rate', `${asFastAsItCan}/s`], { flags: flags(laneFolder) });
  }, flags(stubFolder));
  report.profile = { devices, checkInsPerSecond: asked, stub: sharesIn(stubFolder), lane: sharesIn(laneFolder) };
}

async function withStub(work: (stub: Stub) => Promise<void>, flags: readonly string[] = []): Promise<void> {
  const stub = await startStub(mockfleet, folderOf('state'), flags);
  try {
    await work(stub);
  } finally {
    await stub.server.stop();
  }
}

function folderOf(name: string): string {
  return mkdtempSync(join(home, `${name}-`));
}

function identitiesFile(identities: readonly Identity[]): string {
  const file = join(folderOf('identities'), 'identities.json');
  writeFileSync(file, JSON.stringify(identities), { mode: 0o600 });
  return file;
}

/** What it is doing: minutes are long. */
function say(text: string): void {
  process.stderr.write(`${text} …\n`);
}

/**
 * The console on a large tenant: `tsx scripts/build.ts --quiet && node --import tsx scripts/bench/console.ts [--devices 100000] [--rounds 15]
 * [--days 30] [--seconds 60] [--json]`.
 *
 * Plants records into the database of a state folder, starts `mockfleet serve` on it, and asks what the console asks, over HTTPS, as it
 * does: medians of the rounds. Then the page itself in Chromium (where there is one), from its address to the first row; and a jump of the
 * clock, in which somebody asks every 50 ms, and which is stopped after so many seconds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { dayMs, secondMs } from '../../runtime/duration.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import { chromiumPath } from '../chromium.ts';
import { root } from '../tools.ts';
import { plantedDevice } from './planted-devices.ts';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '15' },
    days: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const devices = Number(values.devices);
const rounds = Number(values.rounds);
const everyMs = 50;
const list = '/beta/deviceManagement/managedDevices';
/** What the list of devices shows. */
const shown =
  'id,deviceName,operatingSystem,osVersion,userPrincipalName,managementState,complianceState,lastSyncDateTime,managementCertificateExpirationDate,model';

interface Lap {
  name: string;
  medianMs: number;
  worstMs: number;
}

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-bench-'));
let serving: ChildProcess | undefined;
try {
  await measure();
} finally {
  if (serving !== undefined && serving.exitCode === null) {
    serving.kill();
    await once(serving, 'exit');
  }
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<void> {
  const some = plantAll();
  const begun = performance.now();
  const { url, token } = await serve();
  const startMs = performance.now() - begun;
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const ask = (path: string, method = 'GET', body?: object) => answer(agent, url, token, path, method, body);

  const laps: Lap[] = [];
  for (const [name, path] of Object.entries(questions(some.inventory.deviceName))) laps.push(await lapsOf(name, () => ask(path)));
  const browser = await inBrowser(url, token);
  const jump = await jumped(ask);
  agent.destroy();

  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, node ${process.version}`;
  const report = { machine, devices, rounds, startMs, laps, browser, jump };
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : reportText(report));
}

/** Straight into the file: enrolling so many would take hours. Returns one of them. */
function plantAll() {
  const now = Date.now();
  const store = openSqliteStore(join(folder, 'stub.db'));
  store.transaction(() => {
    for (let number = 0; number < devices; number++) store.saveDevice(plantedDevice(number, now));
  });
  store.close();
  return plantedDevice(Math.floor(devices / 2), now);
}

async function serve(): Promise<{ url: string; token: string }> {
  const words = ['serve', '--port', '0', '--state', folder, '--json', '--log-level', 'error'];
  const child = spawn(process.execPath, [join(root, 'dist/cli/mockfleet.js'), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  serving = child;
  for await (const line of createInterface(child.stdout)) {
    const said = line.startsWith('{') ? JSON.parse(line) : {};
    if (said.ready === true) return said;
  }
  throw new Error('mockfleet serve ended before it was ready: build first (tsx scripts/build.ts).');
}

function questions(name: string): Record<string, string> {
  const page = (options: Record<string, string | number>) => {
    const query = Object.entries({ $select: shown, $top: 50, ...options }).map(
      ([option, value]) => `${option}=${encodeURIComponent(value)}`,
    );
    return `${list}?${query.join('&')}`;
  };
  const count = (filter: string) => `${list}/$count?$filter=${encodeURIComponent(filter)}`;
  const search = (text: string) =>
    `(contains(deviceName,'${text}') or contains(userPrincipalName,'${text}') or contains(serialNumber,'${text}'))`;
  const half = Math.floor(devices / 2);
  return {
    'first page, by name': page({ $orderby: 'deviceName' }),
    'by last check-in, latest first': page({ $orderby: 'lastSyncDateTime desc' }),
    'by compliance': page({ $orderby: 'complianceState' }),
    'by user': page({ $orderby: 'userPrincipalName' }),
    'by model': page({ $orderby: 'model' }),
    'page in the middle, by name': page({ $orderby: 'deviceName', $skip: half }),
    'page in the middle, by certificate': page({ $orderby: 'managementCertificateExpirationDate desc', $skip: half }),
    'search, one found': page({ $orderby: 'deviceName', $filter: search(name) }),
    'search, a tenth found, by last check-in': page({ $orderby: 'lastSyncDateTime desc', $filter: search('7') }),
    'five filters, by name': page({
      $orderby: 'deviceName',
      $filter: `${search('device')} and operatingSystem in ('iOS','iPadOS') and managementState eq 'managed' and complianceState eq 'noncompliant' and managedDeviceOwnerType eq 'company'`,
    }),
    'count of all': `${list}/$count`,
    'count of a search': count(search('7')),
    'tiles: overview': '/beta/deviceManagement/managedDeviceOverview',
    'tiles: compliance': '/beta/deviceManagement/deviceCompliancePolicyDeviceStateSummary',
    'tiles: wipes that wait': count("managementState eq 'wipePending'"),
    'one by serial number': `/mockfleet/devices/BN${half}/actions`,
    'one by name': `/mockfleet/devices/${name}/actions`,
  };
}

async function lapsOf(name: string, work: () => Promise<unknown>): Promise<Lap> {
  const taken: number[] = [];
  // The first rounds compile and fill caches.
  for (let round = -2; round < rounds; round++) {
    const begun = performance.now();
    await work();
    if (round >= 0) taken.push(performance.now() - begun);
  }
  return { name, ...figures(taken) };
}

function figures(taken: number[]): Pick<Lap, 'medianMs' | 'worstMs'> {
  const sorted = [...taken].sort((a, b) => a - b);
  return { medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, worstMs: sorted.at(-1) ?? 0 };
}

async function answer(agent: Agent, url: string, token: string, path: string, method: string, body?: object): Promise<string> {
  const sent = request(`${url}${path}`, {
    agent,
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(sent, 'response');
  const answered = await textOf(response);
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${answered}`);
  return answered;
}

/** From a reload of `#/devices` until its table has a row; null: there is no Chromium. */
async function inBrowser(url: string, token: string): Promise<Pick<Lap, 'medianMs' | 'worstMs'> | null> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) return null;
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--ignore-certificate-errors'],
  });
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.goto(`${url}/#/devices`);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const firstRow = () => page.locator('tbody tr').first().waitFor();
    await firstRow();
    return await lapsOf('', async () => {
      await page.reload({ waitUntil: 'commit' });
      await firstRow();
    });
  } finally {
    await browser.close();
  }
}

/** Whoever uses the console meanwhile: the clock in turn with a page of devices. */
async function jumped(ask: (path: string, method?: string, body?: object) => Promise<string>) {
  const clock = async () => JSON.parse(await ask('/mockfleet/clock')) as { now: string; advance: object | null };
  const from = Date.parse((await clock()).now);
  const begun = performance.now();
  await ask('/mockfleet/clock', 'POST', { advance: `${values.days}d`, wait: false });
  const page = Object.values(questions('device-1'))[0] as string;
  const taken: number[] = [];
  for (let turn = 0, isOver = false; !isOver; turn++) {
    const asked = performance.now();
    const text = await ask(turn % 2 === 0 ? '/mockfleet/clock' : page);
    taken.push(performance.now() - asked);
    isOver = turn % 2 === 0 && (JSON.parse(text) as { advance: object | null }).advance === null;
    if (performance.now() - begun > Number(values.seconds) * secondMs) await ask('/mockfleet/clock', 'POST', { stop: true });
    if (!isOver) await after(everyMs);
  }
  const seconds = (performance.now() - begun) / secondMs;
  return { days: (Date.parse((await clock()).now) - from) / dayMs, seconds, questions: taken.length, ...figures(taken) };
}

function reportText({
  machine,
  startMs,
  laps,
  browser,
  jump,
}: {
  machine: string;
  startMs: number;
  laps: readonly Lap[];
  browser: Pick<Lap, 'medianMs' | 'worstMs'> | null;
  jump: Awaited<ReturnType<typeof jumped>>;
}): string {
  const row = (name: string, { medianMs, worstMs }: Pick<Lap, 'medianMs' | 'worstMs'>) =>
    `${name.padEnd(44)}${medianMs.toFixed(0).padStart(8)}${worstMs.toFixed(0).padStart(8)}`;
  return [
    machine,
    `${devices} devices; the stub was ready after ${(startMs / 1000).toFixed(1)} s; ${rounds} rounds`,
    `${'over HTTPS, in ms'.padEnd(44)}${'median'.padStart(8)}${'worst'.padStart(8)}`,
    ...laps.map((lap) => row(lap.name, lap)),
    browser === null ? 'in Chromium: there is none here' : row('in Chromium, until the first row', browser),
    row(`during a jump of ${jump.days.toFixed(1)} days in ${jump.seconds.toFixed(1)} s`, jump),
    '',
  ].join('\n');
}

/**
 * How fast Graph lists a large tenant: `node --import tsx scripts/bench/graph-list.ts [--devices 100000] [--rounds 15]`.
 *
 * A live stub over a SQLite file, asked through its own door, beside the bare reading of the same rows from the same file in the same
 * round: the ratio travels between machines, milliseconds do not. Each figure is the median of its rounds.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { createAuthority, createAuthorityCertificate } from '../../certs/authority.ts';
import { ScaledClock } from '../../runtime/clock.ts';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import { createStub } from '../../server-stub/stub.ts';
import { plantedDevice } from './planted-devices.ts';

const { values } = parseArgs({ options: { devices: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '15' } } });
const devices = Number(values.devices);
const rounds = Number(values.rounds);
const startAt = Date.UTC(2030, 0, 1);
const adminToken = 'bench';

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-bench-'));
const path = join(folder, 'stub.db');
const store = openSqliteStore(path);
try {
  await measure();
} finally {
  store.close();
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<void> {
  store.transaction(() => {
    for (let number = 0; number < devices; number++) store.saveDevice(plantedDevice(number, startAt));
  });
  const quiet = () => {};
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stub = createStub({
    store,
    authority: createAuthority(privateKey, createAuthorityCertificate(privateKey, { now: startAt, serialNumber: '01' })),
    clock: new ScaledClock({ anchorReal: Date.now(), anchor: startAt, speed: 0 }),
    settings: {
      seed: 'bench',
      enrollmentToken: 'bench',
      renewalWindowMs: 30 * dayMs,
      push: pushAtOnce,
    },
    adminToken,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const list = 'https://stub.example/v1.0/deviceManagement/managedDevices';
  const ask = async (url: string): Promise<string> => {
    const response = await stub.fetch(new Request(url, { headers: { authorization: `Bearer ${adminToken}` } }));
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
    return text;
  };
  const next = async (url: string) => (JSON.parse(await ask(url)) as { '@odata.nextLink': string })['@odata.nextLink'];
  const second = await next(list);
  let deep = second;
  for (let page = 2; page < devices / 2000; page++) deep = await next(deep);
  const some = plantedDevice(Math.floor(devices / 2), startAt);
  const instant = (at: number) => new Date(at).toISOString();
  const filtered = (filter: string) => () => ask(`${list}?$filter=${encodeURIComponent(filter)}`);

  const reader = new Database(path, { readonly: true });
  const rows = reader.prepare('SELECT * FROM devices WHERE id > ? AND deleted = 0 AND hidden = 0 ORDER BY id LIMIT 1001');
  const cases: Record<string, () => unknown> = {
    'bare SQLite, 1,001 rows': () => rows.all(''),
    'first page': () => ask(list),
    'second page': () => ask(second),
    'page in the middle': () => ask(deep),
    'first page, three properties': () => ask(`${list}?$select=id,deviceName,complianceState`),
    'first page, beta': () => ask(list.replace('v1.0', 'beta')),
    $count: () => ask(`${list}/$count`),
    'one device': () => ask(`${list}/${some.id}`),
    'id eq': filtered(`id eq '${some.id}'`),
    'userPrincipalName eq': filtered(`userPrincipalName eq '${some.inventory.userPrincipalName.toUpperCase()}'`),
    'complianceState eq (a tenth)': filtered("complianceState eq 'noncompliant'"),
    'complianceState in (all)': filtered("complianceState in ('compliant','noncompliant')"),
    'operatingSystem eq (a quarter)': filtered("operatingSystem eq 'iPadOS'"),
    'managementState eq (a hundredth)': filtered("managementState eq 'wipePending'"),
    'lastSyncDateTime ge (an hour)': filtered(`lastSyncDateTime ge ${instant(startAt - hourMs)}`),
    'lastSyncDateTime ge (all)': filtered(`lastSyncDateTime ge ${instant(startAt - 11 * dayMs)}`),
    '$count, complianceState eq (a tenth)': () => ask(`${list}/$count?$filter=complianceState%20eq%20'noncompliant'`),
    'contains(deviceName) (one)': filtered(`contains(deviceName,'${some.inventory.deviceName}')`),
    '$orderby=deviceName': () => ask(`${list}?$orderby=deviceName`),
    '$orderby=manufacturer (no index)': () => ask(`${list}?$orderby=manufacturer`),
  };
  const laps = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
  // Two rounds more than are counted: in the first ones the engine is still compiling.
  for (let round = -2; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const begun = performance.now();
      await run();
      if (round >= 0) laps.get(name)?.push(performance.now() - begun);
    }
  }
  reader.close();
  stub.close();
  print(laps);
}

function print(laps: ReadonlyMap<string, number[]>): void {
  const line = (text: string) => process.stdout.write(`${text}\n`);
  line(`${cpus()[0]?.model ?? 'unknown processor'}, node ${process.version}; ${devices} devices, medians of ${rounds} rounds`);
  line(`${''.padEnd(40)}${'ms'.padStart(9)}${'worst'.padStart(9)}${'to bare'.padStart(9)}`);
  const median = (all: readonly number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  const bare = median([...laps.values()][0] ?? []);
  for (const [name, all] of laps) {
    const ms = median(all);
    const worst = Math.max(...all);
    line(`${name.padEnd(40)}${ms.toFixed(1).padStart(9)}${worst.toFixed(1).padStart(9)}${(ms / bare).toFixed(1).padStart(9)}`);
  }
}

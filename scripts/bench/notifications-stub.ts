/**
 * The stub of the notifications' bench, a process of its own: its event loop is what is measured, so nobody else may use it. It plants a
 * tenant into a SQLite file, opens it on a port, and tells its parent over IPC where it is, who its devices are, and what it counts.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { argv, cpuUsage, memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import { createAuthority, createAuthorityCertificate } from '../../certs/authority.ts';
import { createCsr } from '../../certs/csr.ts';
import { ScaledClock } from '../../runtime/clock.ts';
import { dayMs, secondMs } from '../../runtime/duration.ts';
import { silentLog } from '../../runtime/log.ts';
import { Random } from '../../runtime/random.ts';
import type { GroupRecord } from '../../server-stub/core/directory-records.ts';
import { newUser } from '../../server-stub/core/people.ts';
import { notEvaluated } from '../../server-stub/core/policy-records.ts';
import type { DeviceRecord } from '../../server-stub/core/records.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import { listen } from '../../server-stub/node-server.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import { createStub } from '../../server-stub/stub.ts';
import type { FromStub, LinkedDevice, StubWishes, ToStub } from './notifications-messages.ts';

const wishes = JSON.parse(argv[2] ?? '') as StubWishes;
/** Certificates say whole seconds. */
const now = Math.floor(Date.now() / secondMs) * secondMs;
const adminToken = 'bench';

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-bench-'));
const store = openSqliteStore(join(folder, 'stub.db'));
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const authority = createAuthority(privateKey, createAuthorityCertificate(privateKey, { now, serialNumber: '01' }));
const tell = (message: FromStub) => process.send?.(message);

const groupIds = plant();
const linked = identities();
const stub = createStub({
  store,
  authority,
  clock: new ScaledClock(),
  settings: {
    seed: 'bench',
    enrollmentToken: 'bench-devices',
    renewalWindowMs: 30 * dayMs,
    push: { ...pushAtOnce, latency: wishes.latency },
  },
  adminToken,
  log: silentLog,
});
const server = await listen({ stub, authority, log: silentLog, port: 0, host: '127.0.0.1' });
measure();
tell({
  type: 'open',
  url: server.url,
  devicesUrl: server.devices,
  ca: authority.certificatePem,
  adminToken,
  groupIds,
  linked,
  bareMs: bareLoop(),
});

/** Everybody has one device; each is a member of one group, which lies in a named one. Returns the ids of the named ones. */
function plant(): string[] {
  const { devices, groups, nestedPerGroup } = wishes;
  const named = Array.from({ length: groups }, (_, index) => new Random(`bench/group/${index}`).guid());
  const leaves = named.flatMap((id, index) =>
    nestedPerGroup === 0
      ? [id]
      : Array.from({ length: nestedPerGroup }, (_, nested) => new Random(`bench/group/${index}/${nested}`).guid()),
  );
  store.transaction(() => {
    for (const id of new Set([...named, ...leaves])) store.saveEntry('group', groupOf(id));
    if (nestedPerGroup > 0) {
      for (const [index, id] of leaves.entries())
        store.addMember(named[Math.floor(index / nestedPerGroup)] as string, { id, kind: 'group' });
    }
    for (let number = 0; number < devices; number++) {
      const record = recordOf(number);
      const user = newUser(record.inventory.userPrincipalName, now);
      store.saveEntry('user', user);
      store.addMember(leaves[number % leaves.length] as string, { id: user.id, kind: 'user' });
      store.saveDevice(record);
      store.setTimer(record.id, 'expiry', record.certificate.notAfter + 1);
    }
  });
  return named;
}

function groupOf(id: string): GroupRecord {
  const rest = { description: null, mailEnabled: false, securityEnabled: true, createdAt: now };
  return { id, displayName: id, mailNickname: id.slice(0, 8), ...rest };
}

function recordOf(number: number): DeviceRecord {
  const random = new Random(`bench/${number}`);
  const deviceName = `device-${number}`;
  const userPrincipalName = `user${number}@contoso.example`;
  const certificate = { serialNumber: `4${random.hex(31).toUpperCase()}`, notBefore: now - dayMs, notAfter: now + 364 * dayMs };
  const kind =
    number % 2 === 0
      ? ({ platform: 'ios', enrollment: 'device' } as const)
      : ({ platform: 'android', enrollment: 'fully-managed' } as const);
  return {
    id: random.guid(),
    inventory: {
      ...kind,
      serialNumber: `BN${number}`,
      deviceName,
      manufacturer: 'Contoso',
      model: 'One',
      osVersion: '17.5',
      userPrincipalName,
    },
    managedDeviceName: deviceName,
    enrolledAt: now - dayMs,
    lastSyncAt: now - Math.floor(random.unit() * dayMs),
    managementState: 'managed',
    complianceState: 'compliant',
    certificate,
    nextCertificate: null,
    deleted: false,
    nudgeKeptUntil: null,
    commandCount: 0,
    information: null,
    configuration: null,
    requestedApps: [],
    notes: null,
    owner: null,
    hidden: false,
    compliance: notEvaluated,
    access: {},
    notices: [],
  };
}

/** Of the devices that are there, spread over all groups; they share a key. */
function identities(): LinkedDevice[] {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const csr = createCsr({ subject: 'bench', privateKey: key });
  return Array.from({ length: wishes.links }, (_, index) => {
    const { id, certificate } = recordOf(Math.floor((index * wishes.devices) / wishes.links));
    store.saveCertificate(id, certificate, 'current');
    return { id, key, certificate: authority.issueForCsr({ csr, subject: id, ...certificate }) };
  });
}

/** The least that resolving can cost: the same rows read from the same file, and nothing done with them. In milliseconds. */
function bareLoop(): number {
  const reader = new Database(join(folder, 'stub.db'), { readonly: true });
  const pick = (sql: string) => reader.prepare<[string], { id: string; kind: string; name: string }>(sql);
  const members = pick('SELECT member_id AS id, member_kind AS kind FROM memberships WHERE group_id = ?');
  const user = pick("SELECT name, record FROM directory WHERE kind = 'user' AND id = ?");
  const devices = pick('SELECT * FROM devices WHERE user_key = ? AND deleted = 0 AND hidden = 0');
  const begun = performance.now();
  const open = [...groupIds];
  for (let groupId = open.shift(); groupId !== undefined; groupId = open.shift()) {
    for (const { id, kind } of members.all(groupId)) {
      if (kind === 'group') open.push(id);
      else devices.all(user.get(id)?.name ?? '');
    }
  }
  reader.close();
  return performance.now() - begun;
}

/** What it is asked over IPC. */
function measure(): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let usage = cpuUsage();
  let arrived = 0;
  let sentAt = 0;
  stub.inside.listen((note) => {
    if (note.kind === 'notification-sent') {
      arrived = 0;
      sentAt = performance.now();
    }
    // For one that is away, being kept is the end of it here.
    if (note.kind !== 'notification-pushed' || note.outcome === 'pushed' || ++arrived !== wishes.devices) return;
    tell({ type: 'arrived', ms: performance.now() - sentAt, ...stub.inside.tenant().pushCounts() });
  });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('message', ({ type }: ToStub) => {
    if (type === 'begin') {
      delay.reset();
      usage = cpuUsage();
      delay.enable();
      tell({ type: 'begun' });
    } else if (type === 'end') {
      delay.disable();
      const { user, system } = cpuUsage(usage);
      tell({ type: 'ended', stallMs: delay.max / 1e6, cpuMs: (user + system) / 1e3 });
    } else if (type === 'memory') {
      collect();
      tell({ type: 'memory', heapMb: memoryUsage().heapUsed / 1e6, rssMb: memoryUsage().rss / 1e6 });
    } else void close();
  });
  process.on('disconnect', () => void close());
}

async function close(): Promise<void> {
  stub.close();
  await server.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

/**
 * No text of a custom notification is written down by the stub: not in a file of its folder, not in a line of its log or output, not in
 * an answer to anybody else (CN-06, CN-18). A stub as a process is sent marked texts in every way there is, taken and refused, and all
 * that it has written is searched for them: while it runs, after a kill in the middle, and after its end.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readFileOrSay } from '../cli/state-folder.ts';
import { type GraphCall, makeGroup } from './support/notifications.ts';
import type { Program } from './support/program.ts';
import { type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { testKeys } from './support/tenant.ts';
import { TestAgent } from './support/test-agent.ts';
import { untilAnswered } from './support/until.ts';

const verb = 'sendCustomNotificationToCompanyPortal';
const devices = '/beta/deviceManagement/managedDevices';
const user = 'user@contoso.example';
const nobody = 'f9000000-0000-4000-8000-000000000009';

/** In each title and body; a word that nothing else has, and characters that are written otherwise in JSON, in UTF-16 and in addresses. */
const marks = ['quokkaTitle', 'quokkaBody', '\u{1F9A5}\u{1F9A4}', 'żółćżółć'];
const text = { notificationTitle: 'quokkaTitle \u{1F9A5}\u{1F9A4}', notificationBody: 'quokkaBody żółćżółć \u{1F9A5}\u{1F9A4}' };
/** Stored on purpose, so that a search that finds nothing of the others is known to find. */
const control = 'wombatNote żółtywombat';

/** Every way in which a text may stand in a file. */
function waysToWrite(mark: string): Buffer[] {
  const utf8 = Buffer.from(mark, 'utf8');
  const escaped = Array.from({ length: mark.length }, (_, at) => mark.charCodeAt(at)).map((unit) =>
    unit < 128 ? String.fromCharCode(unit) : `\\u${unit.toString(16).padStart(4, '0')}`,
  );
  // In Base64 what is in the middle depends on where it begins.
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), utf8])
      .toString('base64')
      .slice(4, -4),
  );
  return [
    utf8,
    Buffer.from(mark, 'utf16le'),
    Buffer.from(mark, 'utf16le').swap16(),
    ...[escaped.join(''), escaped.join('').toUpperCase().replaceAll('\\U', '\\u'), encodeURIComponent(mark), utf8.toString('hex')].map(
      (written) => Buffer.from(written),
    ),
    ...base64.map((written) => Buffer.from(written)),
  ];
}

function holds(bytes: Buffer, mark: string): boolean {
  return waysToWrite(mark).some((way) => bytes.includes(way));
}

interface Written {
  where: string;
  bytes: Buffer;
}

/** All that a stub has left behind: each file of its folder, and what it has printed. */
function writtenBy(stub: StubProgram, earlier: readonly Program[] = []): Written[] {
  const files = readdirSync(stub.state, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return [
    ...files.map(({ parentPath, name }) => ({ where: name, bytes: readFileSync(join(parentPath, name)) })),
    ...[...earlier, stub.program].flatMap(({ stdout, stderr }) => [
      { where: 'standard output', bytes: Buffer.from(stdout) },
      { where: 'log', bytes: Buffer.from(stderr) },
    ]),
  ];
}

/** Where a mark was found: `stub.db-wal: quokkaBody`. */
function found(written: readonly Written[], sought: readonly string[] = marks): string[] {
  return written.flatMap(({ where, bytes }) => sought.filter((mark) => holds(bytes, mark)).map((mark) => `${where}: ${mark}`));
}

/** A request as it is, with headers and a body of any kind. */
function raw(stub: StubProgram, method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const asked = request(
      `${stub.url}${path}`,
      {
        method,
        ca: readFileOrSay(stub.caFile, 'CA'),
        headers: { authorization: `Bearer ${stub.token}`, 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    // One that is far too large is not read to its end.
    asked.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve(0) : reject(error),
    );
    asked.end(body);
  });
}

interface World {
  stub: StubProgram;
  phone: string;
  away: string;
  pc: string;
  group: string;
}

async function open(): Promise<World & { agents: TestAgent[] }> {
  const stub = await startStub(['--speed', '0', '--log-level', 'debug']);
  const at = `${stub.url.replace('https:', 'wss:')}/devices`;
  const ca = readFileOrSay(stub.caFile, 'CA');
  const agents = (['ios', 'android', 'windows'] as const).map(
    (platform, number) =>
      new TestAgent(at, ca, number, { platform, token: stub.token, identities: testKeys, inventory: { userPrincipalName: user } }),
  );
  onTestFinished(() => {
    for (const agent of agents) agent.close();
  });
  for (const agent of agents) await agent.checkedIn();
  const [phone, away, pc] = agents.map(({ id }) => id) as [string, string, string];
  agents[1]?.close();
  // Whoever is connected lives this second: after it the stub knows who is not.
  await stub.clock({ advance: '1s' });
  const call: GraphCall = (method, path, body) => stub.call(method, path, body);
  const inner = await makeGroup(call, 'Inner', { users: [user] });
  const group = await makeGroup(call, 'Outer', { objects: [inner] });
  return { stub, phone, away, pc, group, agents };
}

/** Sends it in every way that is taken. */
async function sendAll({ stub, phone, away, pc, group }: World): Promise<void> {
  const toGroups = `/beta/deviceManagement/${verb}`;
  const bulk = { actionName: 'customTextNotification', deviceIds: [phone, away, pc, nobody], ...text };
  const item = (id: string, url: string, body: object) => ({
    id,
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  const statuses = [
    (await stub.call('POST', `${devices}/${phone}/${verb}`, text)).status,
    (await stub.call('POST', `${devices}/${away}/${verb}`, text)).status,
    (await stub.call('POST', toGroups, { ...text, groupsToNotify: [group] })).status,
    (await stub.call('POST', `${devices}/executeAction`, bulk)).status,
    (
      await stub.call('POST', '/beta/$batch', {
        requests: [
          item('1', `/deviceManagement/managedDevices/${phone}/${verb}`, text),
          item('2', `/deviceManagement/${verb}`, { ...text, groupsToNotify: [group] }),
          item('3', `/deviceManagement/${verb}`, { ...text, groupsToNotify: [nobody] }),
        ],
      })
    ).status,
  ];
  expect(statuses).toEqual([204, 204, 204, 200, 200]);
}

/** Sends it in every way that is refused. */
async function refuseAll({ stub, phone, pc, group }: World): Promise<void> {
  const toGroups = `/beta/deviceManagement/${verb}`;
  const toPhone = `${devices}/${phone}/${verb}`;
  const all = { ...text, groupsToNotify: [group] };
  const json = JSON.stringify(all);
  const statuses = [
    await raw(stub, 'POST', toGroups, JSON.stringify({ ...all, notificationTitle: text.notificationTitle.repeat(9) })),
    await raw(stub, 'POST', toGroups, JSON.stringify({ ...all, notificationBody: [text.notificationBody] })),
    await raw(stub, 'POST', toGroups, JSON.stringify({ ...all, notificationTitle: `${text.notificationTitle}\ud83d` })),
    await raw(stub, 'POST', toGroups, JSON.stringify({ ...all, [text.notificationBody]: 1 })),
    await raw(stub, 'POST', toGroups, JSON.stringify({ ...all, groupsToNotify: [text.notificationTitle] })),
    await raw(stub, 'POST', toGroups, json.slice(0, -1)),
    await raw(stub, 'POST', toGroups, json, { 'content-type': 'text/plain' }),
    await raw(stub, 'POST', toGroups, json, { authorization: 'Bearer nobody' }),
    await raw(stub, 'GET', `${toGroups}?notificationTitle=${encodeURIComponent(text.notificationTitle)}`),
    await raw(stub, 'POST', toGroups.replace('beta', 'v1.0'), json),
    await raw(stub, 'POST', toPhone, JSON.stringify({ ...text, notificationBody: text.notificationBody.repeat(99) })),
    await raw(stub, 'POST', `${devices}/${pc}/${verb}`, JSON.stringify(text)),
    await raw(stub, 'POST', `${devices}/${nobody}/${verb}`, JSON.stringify(text)),
    await raw(
      stub,
      'POST',
      `${devices}/executeAction`,
      JSON.stringify({
        actionName: 'customTextNotification',
        deviceIds: [phone],
        ...text,
        notificationBody: { [text.notificationBody]: 1 },
      }),
    ),
    await raw(stub, 'POST', '/beta/$batch', `{"requests":[{"id":"1","body":${json}}]}`),
    await raw(stub, 'POST', '/mockfleet/push', json),
  ];
  expect(statuses).toEqual([400, 400, 400, 400, 400, 400, 415, 401, 405, 400, 400, 400, 404, 400, 400, 400]);
  expect([0, 413]).toContain(
    await raw(stub, 'POST', toGroups, JSON.stringify({ ...all, notificationBody: text.notificationBody.repeat(200_000) })),
  );
  // Until both limits are reached, and over them.
  const last: number[] = [];
  for (let count = 0; count < 30; count += 1) last.push((await stub.call('POST', toGroups, all)).status);
  for (let count = 0; count < 12; count += 1) last.push((await stub.call('POST', toPhone, text)).status);
  expect(new Set(last)).toEqual(new Set([204, 429]));
}

describe('CN-06 CN-18 nothing of a custom notification is stored after it was sent', () => {
  it('the search finds what is there, however it is written', () => {
    for (const mark of marks) {
      for (const way of waysToWrite(mark))
        expect(found([{ where: 'x', bytes: Buffer.concat([Buffer.from('..'), way]) }])).toContain(`x: ${mark}`);
      const inJson = Buffer.from(JSON.stringify({ a: `${mark}"` }));
      expect(found([{ where: 'x', bytes: inJson }])).toEqual([`x: ${mark}`]);
    }
  });

  it('neither in the database nor in a log, while it runs, when it was killed, and when it has ended', async () => {
    const world = await open();
    const { stub, phone, away } = world;
    expect((await stub.call('PATCH', `/v1.0/deviceManagement/managedDevices/${phone}`, { notes: control })).status).toBe(200);
    await sendAll(world);
    // One lot arrives, another waits for who is away, and another is on its way.
    const counts = async () =>
      ((await stub.call('GET', '/mockfleet/push')).body as { notifications: { underWay: number; kept: number } }).notifications;
    await untilAnswered('some are kept', async () => (await counts()).kept === 4);
    expect((await stub.call('POST', '/mockfleet/push', { latency: '2h' })).status).toBe(200);
    await sendAll(world);
    await untilAnswered('some are on their way', async () => (await counts()).underWay === 9);
    await refuseAll(world);
    await world.agents[0]?.noted('notification');

    const running = writtenBy(stub);
    expect(running.map(({ where }) => where)).toEqual(expect.arrayContaining(['stub.db', 'stub.db-wal', 'log', 'standard output']));
    expect(found(running, ['wombatNote'])).not.toEqual([]);
    expect(found(running)).toEqual([]);
    // Nor does anybody read it there.
    const answers = [];
    for (const path of [`${devices}/${phone}`, `${devices}/${away}`, devices, ...whatIsRead])
      answers.push((await stub.call('GET', path)).body);
    expect(found([{ where: 'answers', bytes: Buffer.from(JSON.stringify(answers)) }])).toEqual([]);

    await stub.program.killed();
    expect(found(writtenBy(stub))).toEqual([]);
    const again = await startAgain(stub, ['--log-level', 'debug']);
    await again.clock({ advance: '3h' });
    await sendAll({ ...world, stub: again });
    again.program.kill('SIGTERM');
    await again.program.ended;
    expect(found(writtenBy(again, [stub.program]))).toEqual([]);
    expect(found(writtenBy(again), ['wombatNote'])).not.toEqual([]);
  });
});

const whatIsRead = [
  '/beta/deviceManagement/auditEvents',
  '/beta/deviceManagement/remoteActionAudits',
  '/beta/deviceManagement/managedDeviceOverview',
  '/beta/deviceManagement/notificationMessageTemplates',
  '/beta/groups',
  '/beta/users',
  '/beta/devices',
  '/beta/auditLogs/signIns',
  '/mockfleet/push',
  '/mockfleet/mail',
  '/mockfleet/outbox',
  '/mockfleet/configuration',
  '/mockfleet/tenant',
];

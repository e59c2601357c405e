/** Custom notifications with `mockfleet serve` and `mockfleet agent` as processes, which are killed and started again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type Answer, call } from '../cli/http.ts';
import { readFileOrSay } from '../cli/state-folder.ts';
import { formatInstant, hourMs, minuteMs, secondMs } from '../runtime/duration.ts';
import { newUser } from '../server-stub/core/people.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import { bodyText, type GraphCall, makeGroup, notifyDevice, notifyGroups } from './support/notifications.ts';
import { scratch } from './support/scratch.ts';
import { agentEvents, enrolled, type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { afterMs, untilAnswered } from './support/until.ts';

const user = 'user@contoso.example';
/** In each title and body, so that a search finds them. */
const marked = (title: string) => `Zebra ${title}`;
const body = `${bodyText} Zebra.`;

const callOf =
  (stub: StubProgram): GraphCall =>
  (method, path, sent) =>
    stub.call(method, path, sent);

interface Seen {
  screen: { kind: string; buttons: { name: string }[] };
  notifications: { title: string; at: number }[];
}

/** What a person sees of it; undefined: nobody reaches it now. */
async function seen(stub: StubProgram, name: string): Promise<Seen | undefined> {
  const { status, body: view } = await stub.call('GET', `/mockfleet/devices/${name}`);
  return status === 200 ? (view as Seen) : undefined;
}

const titlesOf = async (stub: StubProgram, name: string) => (await seen(stub, name))?.notifications.map(({ title }) => title);

async function untilShown(stub: StubProgram, name: string, titles: readonly string[]): Promise<void> {
  let last: string[] | undefined;
  await untilAnswered(
    `${name} shows ${titles}`,
    async () => {
      last = await titlesOf(stub, name);
      return JSON.stringify(last) === JSON.stringify(titles);
    },
    () => `It shows ${last}.`,
  );
}

async function press(stub: StubProgram, name: string, button: string): Promise<void> {
  const { status, body: answer } = await stub.call('POST', `/mockfleet/devices/${name}/act`, { input: { press: button } });
  expect([status, (answer as { outcome: string }).outcome]).toEqual([200, 'done']);
}

/** Of all files of a folder that the text is in. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

function sends(stub: StubProgram): number {
  const database = new Database(join(stub.state, 'stub.db'), { readonly: true, fileMustExist: true });
  try {
    return database.prepare('SELECT count(*) FROM notification_sends').pluck().get() as number;
  } finally {
    database.close();
  }
}

describe('the agent is killed', () => {
  it('CN-19 what was shown is still there, what was dismissed does not come back, what was sent meanwhile comes', {
    timeout: 120_000,
  }, async () => {
    const folder = scratch();
    const stub = await startStub(['--speed', '0']);
    const agent = stub.agent('phone', folder);
    const id = await enrolled(agent);
    for (const title of ['one', 'two', 'three']) expect(await notifyDevice(callOf(stub), id, marked(title), body)).toBe(204);
    await untilShown(stub, 'phone', ['one', 'two', 'three'].map(marked));
    await press(stub, 'phone', 'notifications');
    await press(stub, 'phone', 'dismiss-2');
    await agent.killed();
    await untilAnswered('the stub knows', async () => (await seen(stub, 'phone')) === undefined);
    expect(await notifyDevice(callOf(stub), id, marked('four'), body)).toBe(204);
    const again = stub.agent('phone', folder);
    await untilShown(stub, 'phone', ['one', 'three', 'four'].map(marked));
    // The process was killed, not the device: its notification centre is still open.
    await press(stub, 'phone', 'dismiss-all');
    await again.killed();
    const third = stub.agent('phone', folder);
    await third.line({ event: 'check-in' });
    await untilShown(stub, 'phone', []);
    // It has told and written down ids and ways, never a text; what it prints of a screen is the screen.
    const told = [agent, again, third].flatMap(({ lines }) => lines.filter(({ event }) => event !== 'screen' && event !== 'started'));
    expect(JSON.stringify([told, agentEvents(folder, 'phone')])).not.toContain('Zebra');
    expect(agent.lines.filter(({ event }) => event === 'notification')).toHaveLength(3);
  });

  it('CN-13 at any moment around the arrival: shown once or not at all, never twice', { timeout: 120_000 }, async () => {
    const folder = scratch();
    const stub = await startStub(['--speed', '0']);
    await Promise.all(
      [0, 3, 8, 20].map(async (ms, index) => {
        const name = `phone-${index}`;
        const agent = stub.agent(name, folder);
        const id = await enrolled(agent);
        expect(await notifyDevice(callOf(stub), id, marked('one'), body)).toBe(204);
        await afterMs(ms);
        await agent.killed();
        await stub.agent(name, folder).line({ event: 'check-in' });
        expect(await notifyDevice(callOf(stub), id, marked('two'), body)).toBe(204);
        await untilAnswered('the second is there', async () => (await titlesOf(stub, name))?.includes(marked('two')));
        const all = (await titlesOf(stub, name)) ?? [];
        expect(new Set(all).size, `${ms} ms: ${all}`).toBe(all.length);
      }),
    );
  });
});

describe('a phone that has just been retired', () => {
  it('CN-17 still shows what comes, and holds up nobody: its agent, a stub that stops, one that is killed', {
    timeout: 120_000,
  }, async () => {
    const folder = scratch();
    let stub = await startStub(['--speed', '0', '--membership-lag', '15m']);
    const agents = ['stopped', 'killed'].map((name) => stub.agent(name, folder, ['--stay']));
    const ids = await Promise.all(agents.map(enrolled));
    const group = await makeGroup(callOf(stub), 'All', { users: [user] });
    const retired = async (index: number, name: string) => {
      expect(await stub.act(String(ids[index]), 'retire')).toBe(204);
      await agents[index]?.line({ event: 'unenrolled' });
      await untilAnswered('its record is gone', async () => (await stub.device(name)) === undefined);
      await stub.clock({ advance: '5m' });
      expect(await notifyGroups(callOf(stub), [group], marked(name), body)).toBe(204);
      await untilAnswered('it has come', async () => (await titlesOf(stub, name))?.at(-1) === marked(name));
    };
    await retired(0, 'stopped');
    stub.program.kill('SIGTERM');
    expect(await stub.program.end()).toMatchObject({ code: 0 });
    stub = await startAgain(stub, ['--membership-lag', '15m']);
    await retired(1, 'killed');
    await stub.program.killed();
    stub = await startAgain(stub);
    // Nobody manages them any more, but their people still use them; what is sent now is not for them.
    expect(await notifyGroups(callOf(stub), [group], marked('later'), body)).toBe(204);
    await stub.clock({ advance: '1h' });
    await untilAnswered(
      'both are in reach',
      async () => (await seen(stub, 'stopped')) !== undefined && (await seen(stub, 'killed')) !== undefined,
    );
    expect((await titlesOf(stub, 'stopped'))?.at(-1)).toBe(marked('stopped'));
    expect((await titlesOf(stub, 'killed'))?.at(-1)).toBe(marked('killed'));
    for (const agent of agents) {
      agent.kill('SIGTERM');
      expect(await agent.end()).toMatchObject({ code: 0 });
    }
  });
});

describe('the stub is killed', () => {
  /** Of a send to the group: when it is possible again, or null. */
  async function tryToSend(stub: StubProgram, group: string): Promise<{ status: number; retryAfter: number | null; message: string }> {
    const stubAt = { url: stub.url, token: stub.token, ca: readFileOrSay(stub.caFile, 'CA') };
    const sent = { notificationTitle: marked('one of many'), notificationBody: body, groupsToNotify: [group] };
    const answer: Answer = await call(stubAt, 'POST', '/beta/deviceManagement/sendCustomNotificationToCompanyPortal', sent);
    const after = answer.headers['retry-after'];
    const message = (answer.body as { error: { message: string } } | undefined)?.error.message ?? '';
    return { status: answer.status, retryAfter: after === undefined ? null : Number(after), message };
  }

  it('CN-07 in the middle of the hour: 25 have passed, the 26th is refused until an hour after the first, and then one passes', {
    timeout: 120_000,
  }, async () => {
    let stub = await startStub(['--speed', '0']);
    const group = await makeGroup(callOf(stub), 'Nobody', {});
    const from = Date.parse((await stub.clock({ freeze: true })).now);
    for (let count = 0; count < 25; count++) {
      expect((await tryToSend(stub, group)).status, `send ${count + 1}`).toBe(204);
      await stub.clock({ advance: '1m' });
    }
    expect((await tryToSend(stub, group)).status).toBe(429);
    await stub.program.killed();
    stub = await startAgain(stub);
    expect(sends(stub)).toBe(25);
    const refused = await tryToSend(stub, group);
    expect(refused).toMatchObject({ status: 429, retryAfter: (35 * minuteMs) / secondMs });
    expect(refused.message).toContain(formatInstant(from + hourMs));
    await stub.clock({ set: formatInstant(from + hourMs - 1) });
    expect(await tryToSend(stub, group)).toMatchObject({ status: 429, retryAfter: 1 });
    await stub.program.killed();
    stub = await startAgain(stub);
    await stub.clock({ set: formatInstant(from + hourMs) });
    expect(await tryToSend(stub, group)).toMatchObject({ status: 204 });
    expect(await tryToSend(stub, group)).toMatchObject({ status: 429, retryAfter: 60 });
    await stub.clock({ advance: '1m' });
    expect(await tryToSend(stub, group)).toMatchObject({ status: 204 });
  });

  it('CN-06 CN-13 what waits in the push service is gone with it; nothing comes twice; no text is in a file or in the log', {
    timeout: 120_000,
  }, async () => {
    const folder = scratch();
    let stub = await startStub(['--speed', '0', '--log-level', 'debug']);
    const first = stub;
    const [here, away] = [stub.agent('here', folder), stub.agent('away', folder)];
    const [, awayId] = await Promise.all([enrolled(here), enrolled(away)]);
    const group = await makeGroup(callOf(stub), 'All', { users: [user] });
    await away.killed();
    await untilAnswered('the stub knows', async () => (await seen(stub, 'away')) === undefined);
    expect(await notifyGroups(callOf(stub), [group], marked('before'), body)).toBe(204);
    expect(await notifyDevice(callOf(stub), awayId, marked('for it alone'), body)).toBe(204);
    await untilShown(stub, 'here', [marked('before')]);
    expect(filesWith(stub.state, 'Zebra')).toEqual([]);
    await stub.program.killed();
    expect(filesWith(stub.state, 'Zebra')).toEqual([]);
    stub = await startAgain(stub, ['--log-level', 'debug']);
    await stub.agent('away', folder).line({ event: 'check-in' });
    await untilAnswered('both are there', async () => (await seen(stub, 'here')) !== undefined && (await seen(stub, 'away')) !== undefined);
    expect(await notifyGroups(callOf(stub), [group], marked('after'), body)).toBe(204);
    await untilShown(stub, 'here', [marked('before'), marked('after')]);
    await untilShown(stub, 'away', [marked('after')]);
    stub.program.kill('SIGTERM');
    expect(await stub.program.end()).toMatchObject({ code: 0 });
    expect(filesWith(stub.state, 'Zebra')).toEqual([]);
    for (const { program } of [first, stub]) expect(program.stdout + program.stderr).not.toContain('Zebra');
    // It is no empty log.
    expect(first.program.log.some(({ event }) => event === 'notification-sent')).toBe(true);
  });

  it('CN-07 CN-13 at any moment while it goes out to many: no phone gets it twice, and what was accepted counts once', {
    timeout: 180_000,
  }, async () => {
    const folder = scratch();
    let stub = await startStub(['--speed', '0']);
    const names = ['first', 'second'];
    const agents = names.map((name) => stub.agent(name, folder));
    await Promise.all(agents.map(enrolled));
    stub.program.kill('SIGTERM');
    await stub.program.end();
    const group = plantPeople(stub.state, 2_000);
    stub = await startAgain(stub);
    let accepted = 0;
    const sent: string[] = [];
    for (const ms of [0, 5, 20, 60]) {
      await untilAnswered('both are connected', async () =>
        (await Promise.all(names.map((name) => seen(stub, name)))).every((one) => one !== undefined),
      );
      const title = marked(`${ms} ms`);
      sent.push(title);
      const answer = notifyGroups(callOf(stub), [group], title, body).catch(() => 0);
      if (ms > 0) expect(await answer).toBe(204);
      await afterMs(ms);
      await stub.program.killed();
      if ((await answer) === 204) accepted += 1;
      stub = await startAgain(stub);
    }
    const counted = sends(stub);
    expect(counted).toBeGreaterThanOrEqual(accepted);
    expect(counted).toBeLessThanOrEqual(sent.length);
    await untilAnswered('both are connected', async () =>
      (await Promise.all(names.map((name) => seen(stub, name)))).every((one) => one !== undefined),
    );
    expect(await notifyGroups(callOf(stub), [group], marked('the last'), body)).toBe(204);
    for (const name of names) {
      await untilAnswered('the last has come', async () => (await titlesOf(stub, name))?.at(-1) === marked('the last'));
      const all = (await titlesOf(stub, name)) ?? [];
      expect(new Set(all).size, `${name}: ${all}`).toBe(all.length);
      expect(all.slice(0, -1).every((title) => sent.includes(title))).toBe(true);
    }
  });
});

/** A group of everybody who has a device, and of so many people whose phones are away. Returns its id. */
function plantPeople(state: string, count: number): string {
  const id = '00000000-0000-4000-8000-000000000001';
  const store = openSqliteStore(join(state, 'stub.db'));
  try {
    store.transaction(() => {
      const [sample] = [...store.devicesAfter(null)];
      if (sample === undefined) throw new Error('No device is enrolled.');
      const createdAt = sample.enrolledAt;
      const rest = { description: null, mailNickname: 'crowd', mailEnabled: false, securityEnabled: true, createdAt };
      store.saveEntry('group', { id, displayName: 'Crowd', ...rest });
      store.addMember(id, { id: newUser(user, 0).id, kind: 'user' });
      for (let number = 0; number < count; number++) {
        const person = newUser(`person${number}@contoso.example`, createdAt);
        store.saveEntry('user', person);
        store.addMember(id, { id: person.id, kind: 'user' });
        const deviceId = `10000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
        store.saveDevice({ ...sample, id: deviceId, inventory: { ...sample.inventory, userPrincipalName: person.userPrincipalName } });
      }
    });
    return id;
  } finally {
    store.close();
  }
}

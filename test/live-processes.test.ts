/** What goes wrong around processes: folders and ports in use, processes that hang or are killed at a bad moment, words that are wrong. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeStateFolder, openToken } from '../cli/state-folder.ts';
import { dayMs } from '../runtime/duration.ts';
import { mockfleet, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { enrolled, startAgain, startStub } from './support/stub-program.ts';
import { adminToken, enrollmentToken, openTenant, tenantStart } from './support/tenant.ts';
import { until } from './support/until.ts';

describe('M-11 one process per folder', () => {
  it('M-11 a second agent and a second stub are refused, and the first ones live on', async () => {
    const folder = scratch();
    const stub = await startStub();
    const agent = stub.agent('one', folder);
    const id = await enrolled(agent);
    const [second, stubToo] = await Promise.all([
      stub.agent('one', folder).end(),
      runMockfleet(['serve', '--port', '0', '--json', '--state', stub.state]),
    ]);
    for (const { code, stderr, stdout } of [second, stubToo]) {
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/in use by another process.*--state.*\[store-locked\]/);
    }
    expect(await stub.act(id, 'syncDevice')).toBe(204);
    await agent.line({ event: 'executed', command: 'syncDevice' });
    // The stub that was refused has not taken the announcement of the running one away.
    const found = await runMockfleet(['devices', 'list', '--json', '--state', stub.state]);
    expect(JSON.parse(found.stdout)).toMatchObject([{ id }]);
  });

  it('a port that is taken is said, at once, with exit code 1', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { code, stderr, stdout } = await mockfleet(['serve', '--port', String(port), '--state', join(scratch(), 's'), '--json']).end(
      20_000,
    );
    taken.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`127\\.0\\.0\\.1:${port} cannot be listened on.*EADDRINUSE.*Choose another --port.*\\[address-unavailable\\]`),
    );
  });
});

describe('the two tokens of a stub', () => {
  it('M-01 either enrols a device; the one for devices opens nothing else, and outlasts a restart', async () => {
    const folder = scratch();
    const stub = await startStub();
    const token = readFileSync(join(stub.state, 'enrollment-token'), 'utf8').trim();
    expect(token).not.toBe(stub.token);
    await enrolled(stub.agent('administrator', folder));
    await enrolled(stub.agent('person', folder, ['--token', token]));
    for (const path of ['/v1.0/deviceManagement/managedDevices', '/mockfleet/devices']) {
      expect((await stub.call('GET', path, undefined, token)).status).toBe(401);
      expect((await stub.call('GET', path)).status).toBe(200);
    }
    await stub.program.killed();
    const again = await startAgain(stub);
    expect(again.ready).toMatchObject({ token: stub.token, enrollmentToken: token });
  });
});

describe('the clock over a restart', () => {
  it('M-11 frozen stays frozen, at its instant, even when the stub was killed', async () => {
    const stub = await startStub();
    const frozen = await stub.clock({ freeze: true });
    const { now } = await stub.clock({ advance: '30d' });
    expect(Date.parse(now) - Date.parse(frozen.now)).toBe(30 * dayMs);
    await stub.program.killed();
    const again = await startAgain(stub);
    expect((await again.call('GET', '/mockfleet/clock')).body).toEqual({ now, speed: 0, mode: 'frozen', advancing: false, advance: null });
  });

  it('M-11 a stub that is killed in the middle of an advance comes back with its time running, not frozen', async () => {
    const folder = scratch();
    const stub = await startStub();
    const agent = stub.agent('stuck', folder);
    await enrolled(agent);
    // A device that does not answer holds the advance up: a moment that can be hit.
    agent.kill('SIGSTOP');
    const advance = stub.clock({ advance: '100d' }).catch(() => undefined);
    let advancing = false;
    while (!advancing) advancing = ((await stub.call('GET', '/mockfleet/clock')).body as { advancing: boolean }).advancing;
    expect((await stub.call('POST', '/mockfleet/clock', { freeze: true })).status).toBe(409);
    await stub.program.killed();
    await advance;
    agent.kill('SIGCONT');
    const again = await startAgain(stub);
    expect((await again.call('GET', '/mockfleet/clock')).body).toMatchObject({ speed: 1, mode: 'real', advancing: false });
    await again.clock({ advance: '1d' });
  });
});

it('M-10 an agent that hangs (SIGSTOP) loses its link and comes back afterwards; time went on without it', async () => {
  const tenant = await openTenant({ clockLimits: { answerMsMax: 500 } });
  try {
    const other = await tenant.enrolledAgent();
    const { url } = tenant.server;
    const ca = join(scratch(), 'ca.pem');
    writeFileSync(ca, tenant.authority.certificatePem);
    const words = ['agent', '--server', url, '--token', enrollmentToken, '--ca', ca, '--state', scratch(), '--name', 'hanging', '--json'];
    const agent = mockfleet(words);
    const id = await enrolled(agent);
    await until('it is idle', () => (tenant.store.device(id)?.lastSyncAt ?? 0) >= tenantStart && agent.lines.at(-1)?.event === 'check-in');
    agent.kill('SIGSTOP');
    await tenant.advance('100d');
    expect(tenant.refusals('clock-timeout')).toHaveLength(1);
    expect(other.runner.state.lastCheckInAt).toBeGreaterThan(tenantStart + 99 * dayMs);
    expect(tenant.store.device(id)?.lastSyncAt).toBe(tenantStart);
    agent.kill('SIGCONT');
    await until('it has checked in again', () => (tenant.store.device(id)?.lastSyncAt ?? 0) === tenantStart + 100 * dayMs);
    expect(agent.lines.filter(({ event }) => event === 'refused')).toMatchObject([{ code: 'clock-timeout', final: false }]);
  } finally {
    await tenant.close();
  }
});

it.each<[string, object, object]>([
  ['without a network', { network: false }, { network: true }],
  ['switched off', { power: false }, { power: true }],
])('M-11 an agent whose device waits for nothing outlives its stub, and is reached through the next one: %s', async (_what, away, back) => {
  const stub = await startStub();
  const agent = mockfleet(['agent', ...stub.named, '--state', scratch(), '--name', 'idle', '--json'], { typesInto: true });
  const id = await enrolled(agent);
  agent.type(away);
  await agent.line({ event: 'input', outcome: 'done' });
  // The end of its input ends nothing; with the stub goes the last thing that could keep the process.
  agent.type(null);
  await stub.program.killed();
  const again = await startAgain(stub);
  expect(await again.act(id, 'syncDevice')).toBe(204);
  while ((await again.call('POST', `/mockfleet/devices/${id}/act`, back)).status !== 200) expect(agent.hasEnded).toBe(false);
  await agent.line({ event: 'executed', command: 'syncDevice' });
});

it('M-10 no token can be mistaken for an option', () => {
  const tokens = Array.from({ length: 40 }, () => openToken(makeStateFolder(scratch())).token);
  expect(tokens.filter((token) => !/^[0-9a-f]{48}$/.test(token))).toEqual([]);
  expect(new Set(tokens).size).toBe(tokens.length);
});

describe('words that are wrong', () => {
  const nowhere = ['--server', 'https://127.0.0.1:1', '--token', adminToken];
  it.each<[string, string[], number, RegExp]>([
    ['an agent of a platform that is none', ['agent', '--platform', 'symbian', ...nowhere], 2, /symbian is not known. Allowed: ios, macos/],
    [
      'an enrollment of another platform',
      ['agent', '--platform', 'ios', '--enrollment', 'joined', ...nowhere],
      2,
      /joined does not fit ios. Allowed/,
    ],
    ['a name that leads out of the state folder', ['agent', '--name', '../../evil', ...nowhere], 2, /cannot name a folder/],
    ['a name that is empty', ['agent', '--name', '', ...nowhere], 2, /--name takes 1 to 256 characters/],
    ['a user too long for the wire', ['agent', '--user', 'u'.repeat(300), ...nowhere], 2, /--user takes 1 to 256 characters; that is 300/],
    ['no stub anywhere', ['devices', 'list', '--state', '/nonexistent'], 1, /No stub is running.*mockfleet serve.*\[stub-not-found\]/],
    ['a stub that is not there', ['devices', 'list', ...nowhere], 1, /cannot be reached.*\[stub-unreachable\]/],
    ['an address without TLS', ['devices', 'list', '--server', 'http://127.0.0.1:1', '--token', 'x'], 2, /begins with https/],
    ['a CA file that is not there', ['clock', 'show', ...nowhere, '--ca', '/nonexistent.pem'], 1, /cannot be read/],
    ['a duration that is none', ['clock', 'advance', 'soon', ...nowhere], 2, /"soon" is not a duration/],
    ['an instant that is none', ['clock', 'set', 'tomorrow', ...nowhere], 2, /"tomorrow" is not an instant/],
    ['a speed that is not one', ['clock', 'speed', 'fast', ...nowhere], 2, /A speed is a number/],
    ['a port that is none', ['serve', '--port', '70000'], 2, /--port takes a whole number/],
    ['a speed that is none', ['serve', '--speed', 'fast'], 2, /--speed takes a number/],
    ['a share above one', ['serve', '--push-loss', '2'], 2, /--push-loss takes a share/],
  ])('%s', async (_what, words, code, sentence) => {
    const ended = await runMockfleet(words, { cwd: scratch() });
    expect(ended.stderr).toMatch(sentence);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
  });
});

/** The stub and its agents as processes of their own, as a user runs them: the story of an offline device, told through Graph and the command line. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { strictVerify } from '../certs/fixtures.contract.ts';
import { summarize } from '../certs/summary.ts';
import { readFileOrSay } from '../cli/state-folder.ts';
import { dayMs, secondMs } from '../runtime/duration.ts';
import { mockfleet, type Program, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import {
  agentEvents,
  agentIdentity,
  type Device,
  enrolled,
  type StubProgram,
  startAgain,
  startStub,
  untilState,
} from './support/stub-program.ts';
import { until } from './support/until.ts';

const yearMs = 365 * dayMs;

async function deviceOf(stub: StubProgram, name: string): Promise<Device> {
  const device = await stub.device(name);
  if (device === undefined) throw new Error(`Graph does not show ${name}.`);
  return device;
}

async function stop(agent: Program): Promise<void> {
  agent.kill('SIGTERM');
  expect((await agent.end()).code).toBe(0);
}

const kinds = (folder: string, name: string) => agentEvents(folder, name).map(({ kind }) => kind);
const count = (list: string[], kind: string) => list.filter((one) => one === kind).length;

describe('a stub and its agents', () => {
  it('M-10 M-01 M-03 M-04 TD-13 TD-14 three agents enrol; one is wiped while it is away, when it comes back, once', async () => {
    const folder = scratch();
    const stub = await startStub();
    const phone = stub.agent('phone', folder, ['--platform', 'ios']);
    const tablet = stub.agent('tablet', folder, ['--platform', 'android', '--enrollment', 'fully-managed']);
    const laptop = stub.agent('laptop', folder, ['--platform', 'windows']);
    const [phoneId] = await Promise.all([phone, tablet, laptop].map(enrolled));
    const devices = await stub.devices();
    expect(devices.map(({ deviceName }) => deviceName).sort()).toEqual(['laptop', 'phone', 'tablet']);
    expect(devices.map(({ managementState }) => managementState)).toEqual(['managed', 'managed', 'managed']);

    // M-01: the certificate on the device's own disk, judged by OpenSSL.
    for (const name of ['phone', 'tablet', 'laptop']) {
      const { certificate = '', privateKey = '' } = agentIdentity(folder, name) ?? {};
      expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
      const summary = summarize(certificate, { isIssuedByUs: () => true });
      expect(summary.notAfter - summary.notBefore).toBe(yearMs);
      const device = await deviceOf(stub, name);
      expect(summary.subject).toBe(device.id);
      expect(Date.parse(device.managementCertificateExpirationDate)).toBe(summary.notAfter);
      const authority = readFileOrSay(stub.caFile, 'CA');
      expect(strictVerify(authority, certificate, summary.notBefore, ['-purpose', 'sslclient'])).toBe('OK');
      expect(strictVerify(authority, certificate, summary.notAfter - secondMs)).toBe('OK');
      expect(strictVerify(authority, certificate, summary.notAfter + secondMs)).toMatch(/expired/);
    }

    // M-03: a nudge through Graph, and the device is there at once.
    const { id: laptopId } = await deviceOf(stub, 'laptop');
    expect(await stub.act(laptopId, 'syncDevice')).toBe(204);
    await laptop.line({ event: 'check-in', trigger: 'push' });
    await laptop.line({ event: 'executed', command: 'syncDevice', status: 'acknowledged' });

    // TD-13: away, it stays pending.
    await stop(phone);
    expect(await stub.act(String(phoneId), 'wipe')).toBe(204);
    expect((await deviceOf(stub, 'phone')).managementState).toBe('wipePending');
    await stub.clock({ advance: '200d' });
    expect((await deviceOf(stub, 'phone')).managementState).toBe('wipePending');
    expect(stub.commands(String(phoneId))).toMatchObject([{ action: 'wipe', status: 'queued', deliveries: 0 }]);

    // TD-14: back, it is wiped, once, and its record goes.
    const { code, stdout } = await stub.agent('phone', folder).end();
    expect(code, stdout).toBe(0);
    await untilState(stub, 'phone', undefined);
    const lived = kinds(folder, 'phone');
    expect([count(lived, 'command'), count(lived, 'executed'), count(lived, 'wiped')]).toEqual([1, 1, 1]);
    expect(stub.commands(String(phoneId))).toMatchObject([{ action: 'wipe', status: 'acknowledged', deliveries: 1 }]);
    expect(agentIdentity(folder, 'phone')).toBeUndefined();
    expect((await stub.devices()).map(({ deviceName }) => deviceName).sort()).toEqual(['laptop', 'tablet']);

    // Once more switched on, it stays what it is; enrolled again, it is a new record.
    const over = await stub.agent('phone', folder).end();
    expect(over.stdout).toContain('"event":"over"');
    const again = stub.agent('phone', folder, ['--enroll-again']);
    expect(await enrolled(again)).not.toBe(phoneId);
    expect((await deviceOf(stub, 'phone')).managementState).toBe('managed');
  });

  it('M-02 TD-15 over a year, who is there renews, and who was away is refused, in words on both sides', async () => {
    const folder = scratch();
    const stub = await startStub();
    const here = stub.agent('here', folder, ['--platform', 'ios']);
    const away = stub.agent('away', folder, ['--platform', 'macos']);
    const [, awayId] = await Promise.all([here, away].map(enrolled));
    await stop(away);
    const before = await deviceOf(stub, 'here');
    const first = agentIdentity(folder, 'here');

    const advanced = await runMockfleet(['clock', 'advance', '366d', '--json', ...stub.named]);
    expect(advanced.code, advanced.stderr).toBe(0);
    const now = Date.parse(JSON.parse(advanced.stdout).now);

    const after = await deviceOf(stub, 'here');
    expect(after.managementState).toBe('managed');
    const renewals = here.lines.filter(({ event }) => event === 'renewed');
    expect(renewals).toHaveLength(1);
    expect(after.managementCertificateExpirationDate).toBe(renewals[0]?.notAfter);
    const renewedAt = Date.parse(String(renewals[0]?.at));
    const firstEnd = Date.parse(before.managementCertificateExpirationDate);
    expect(renewedAt).toBeGreaterThanOrEqual(firstEnd - 30 * dayMs);
    expect(renewedAt).toBeLessThan(firstEnd - 29 * dayMs);
    expect(Date.parse(String(renewals[0]?.notAfter)) - Math.floor(renewedAt / 1000) * 1000).toBe(yearMs);
    // Its last check-in is at most a period of its cadence ago (eight hours and the jitter of a quarter).
    expect(Date.parse(after.lastSyncDateTime)).toBeLessThanOrEqual(now);
    expect(now - Date.parse(after.lastSyncDateTime)).toBeLessThan(8.5 * 3600 * secondMs);
    expect(agentIdentity(folder, 'here')?.certificate).not.toBe(first?.certificate);
    expect(agentIdentity(folder, 'here')?.privateKey).not.toBe(first?.privateKey);

    expect((await deviceOf(stub, 'away')).managementState).toBe('unhealthy');
    const back = await stub.agent('away', folder).end();
    expect(back.code).toBe(1);
    const refused = back.stdout.split('\n').find((line) => line.includes('"event":"refused"')) ?? '';
    expect(JSON.parse(refused)).toMatchObject({
      code: 'certificate-expired',
      final: true,
      message: expect.stringContaining('never check in again'),
    });
    const logged = stub.program.log.filter(({ event, code }) => event === 'refused' && code === 'certificate-expired');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ deviceId: awayId, msg: expect.stringMatching(/certificate ended at 20.*never check in again/) });
    // Tried again, it is told so without asking the stub, and fails.
    const retried = await mockfleet(['agent', ...stub.named, '--state', join(folder, 'agent-away')]).end();
    expect(retried.code).toBe(1);
    expect(retried.stdout).toMatch(/certificate-expired.*never check in again/);
  });

  it('TD-16 a record is there until 180 days after its certificate’s end, and gone then, with a clock moved by hand', async () => {
    const folder = scratch();
    const stub = await startStub(['--speed', '0']);
    const agent = stub.agent('lost', folder);
    await enrolled(agent);
    await stop(agent);
    const { managementCertificateExpirationDate } = await deviceOf(stub, 'lost');
    const clock = async (...words: string[]) => {
      const { code, stderr } = await runMockfleet(['clock', ...words, ...stub.named]);
      expect(code, stderr).toBe(0);
    };
    await clock('set', managementCertificateExpirationDate);
    expect((await deviceOf(stub, 'lost')).managementState).toBe('managed');
    await clock('advance', '179d');
    expect((await deviceOf(stub, 'lost')).managementState).toBe('unhealthy');
    await clock('advance', '86399s');
    expect((await deviceOf(stub, 'lost')).managementState).toBe('unhealthy');
    await clock('advance', '999ms');
    expect(await stub.devices()).toHaveLength(1);
    await clock('advance', '1ms');
    expect(await stub.devices()).toEqual([]);
    const list = await runMockfleet(['devices', 'list', '--json', ...stub.named]);
    expect(JSON.parse(list.stdout)).toEqual([]);
  });

  it('TD-12 a device that wipes without a word stays pending for ever, until its record is deleted', async () => {
    const folder = scratch();
    const stub = await startStub();
    const agent = stub.agent('silent', folder, ['--wipes-silently']);
    const id = await enrolled(agent);
    const wipe = await runMockfleet(['devices', 'wipe', 'silent', ...stub.named]);
    expect(wipe.stdout).toBe(`Accepted: wipe silent (${id}).\n`);
    expect((await agent.end()).code).toBe(0);
    expect(agent.lines.at(-1)).toMatchObject({ event: 'screen', screen: 'set-up-assistant' });
    expect(kinds(folder, 'silent')).toContain('wiped');
    await stub.clock({ advance: '300d' });
    expect((await deviceOf(stub, 'silent')).managementState).toBe('wipePending');
    expect(stub.commands(id)).toMatchObject([{ action: 'wipe', status: 'delivered' }]);
    const deleted = await runMockfleet(['devices', 'delete', 'silent', '--json', ...stub.named]);
    expect(deleted.code, deleted.stderr).toBe(0);
    expect(JSON.parse(deleted.stdout)).toEqual({ id, action: 'delete', accepted: true });
    expect(await stub.devices()).toEqual([]);
    const gone = await runMockfleet(['devices', 'show', 'silent', ...stub.named]);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringMatching(/device-not-found/) });
  });

  it('M-04 M-11 a stub that stops politely keeps its queue, its clock and its devices', async () => {
    const folder = scratch();
    const stub = await startStub(['--speed', '0']);
    const agent = stub.agent('kept', folder, ['--platform', 'macos']);
    const id = await enrolled(agent);
    await stop(agent);
    const { now } = await stub.clock({ advance: '100d' });
    expect(await stub.act(id, 'remoteLock')).toBe(204);
    expect(await stub.act(id, 'syncDevice')).toBe(204);
    stub.program.kill('SIGTERM');
    expect((await stub.program.end()).code).toBe(0);

    const again = await startAgain(stub);
    expect(again.token).toBe(stub.token);
    const { body } = await again.call('GET', '/mockfleet/clock');
    expect(body).toMatchObject({ now, mode: 'frozen' });
    expect(stub.commands(id).map(({ status }) => status)).toEqual(['queued', 'queued']);
    const back = again.agent('kept', folder);
    await back.line({ event: 'executed', command: 'syncDevice' });
    await until('both are acknowledged', () => again.commands(id).every(({ status }) => status === 'acknowledged'));
    const executed = agentEvents(folder, 'kept').filter(({ kind }) => kind === 'executed');
    expect(executed.map(({ detail }) => detail.command)).toEqual(['remoteLock', 'syncDevice']);
    expect(back.lines.find(({ event }) => event === 'screen')).toMatchObject({ screen: 'recovery-lock' });
  });
});

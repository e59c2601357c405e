/** An action on many devices that does not run to its end as it should: stopped, broken off, or asked of something that is no stub. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../server-stub/node-server.ts';
import { type Ended, mockfleet, type Program } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { openTenant } from './support/tenant.ts';
import { until } from './support/until.ts';

const devicesMax = 20;
const devices = Array.from({ length: devicesMax }, (_, index) => ({ id: `id-${index}`, deviceName: `phone-${index}` }));

/** Something that lists these devices, whatever is asked for. @param answer to the n-th request that writes */
async function openService(answer: (n: number) => Response | Promise<Response>, listed = devices) {
  const tenant = await openTenant();
  let written = 0;
  const service = {
    ...tenant.stub,
    async fetch({ method, url }: Request): Promise<Response> {
      if (method === 'POST') return answer(++written);
      const isList = url.includes('/deviceManagement/managedDevices?');
      return isList ? Response.json({ value: listed }) : new Response('<h1>Welcome</h1>', { headers: { 'content-type': 'text/html' } });
    },
  };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const server = await listen({ stub: service, authority: tenant.authority, log: quiet, port: 0, host: '127.0.0.1' });
  onTestFinished(async () => {
    await server.close();
    await tenant.close();
  });
  const ca = join(scratch(), 'ca.pem');
  writeFileSync(ca, tenant.authority.certificatePem);
  const run = (...words: string[]): Program => mockfleet([...words, '--server', server.url, '--ca', ca, '--token', 'any']);
  return { run, written: () => written };
}

const outcomesOf = ({ stdout }: Ended) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const all = ['--filter', "deviceName ne ''", '--yes', '--json'];

describe('an action on many devices', () => {
  it('that Ctrl-C stops says of each device what became of it, and exits with 130', async () => {
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const { run, written } = await openService(async () => {
      await gate;
      return new Response(null, { status: 204 });
    });
    const program = run('devices', 'wipe', ...all);
    await until('eight are under way', () => written() === 8);
    program.kill('SIGINT');
    await until('it has heard', () => program.stderr.startsWith('Stopping '));
    letGo();
    const ended = await program.end();
    const outcomes = outcomesOf(ended);
    expect([ended.code, written()]).toEqual([130, 8]);
    expect(outcomes.map(({ deviceName }) => deviceName)).toEqual(devices.map(({ deviceName }) => deviceName));
    expect(outcomes.filter(({ accepted }) => accepted)).toHaveLength(8);
    expect(outcomes.filter(({ code }) => code === 'not-asked')).toHaveLength(devicesMax - 8);
  });

  it('that Ctrl-C stops waits for no throttled call', async () => {
    const { run } = await openService(() =>
      Response.json({ error: { code: 'TooManyRequests', message: 'Later.' } }, { status: 429, headers: { 'retry-after': '300' } }),
    );
    const program = run('devices', 'wipe', ...all);
    await until('eight are put off', () => program.stderr.match(/again in 300 s/g)?.length === 8);
    program.kill('SIGINT');
    const ended = await program.end();
    expect(ended.code).toBe(130);
    expect(outcomesOf(ended).map(({ code }) => code)).toEqual(devices.map((_, index) => (index < 8 ? 'TooManyRequests' : 'not-asked')));
  });

  it('goes on with the others where a service refuses one that is no stub, or breaks off', async () => {
    // Half an answer: more than any buffer takes, so that its beginning has left the server.
    const brokenOff = () => {
      const half = (async function* () {
        for (let megabyte = 0; megabyte < 8; megabyte++) yield new Uint8Array(1_000_000);
        throw new Error('broken off');
      })();
      return new Response(ReadableStream.from(half));
    };
    const refusal = () => Response.json({ error: { code: 'Forbid\u001b[31mden', message: 'Not this one.' } }, { status: 403 });
    const { run } = await openService((n) => (n === 3 ? brokenOff() : n === 5 ? refusal() : new Response(null, { status: 204 })));
    const ended = await run('devices', 'wipe', '--filter', "deviceName ne ''", '--yes').end();
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(ended.stdout).toMatch(/^Refused: wipe .* broke off in the middle of its answer .* \[stub-unreachable\]$/m);
    expect(ended.stdout).toMatch(/^Refused: wipe .* Not this one\. \[Forbid\\u001b\[31mden\]$/m);
    expect(ended.stdout).toMatch(/^Accepted: wipe for 18 of 20 devices\.$/m);
  });

  it('shows no control characters of names', async () => {
    const deviceName = 'phone\u001b[2J';
    const { run } = await openService(() => new Response(null, { status: 204 }), [{ id: 'id-0', deviceName }]);
    const ended = await run('devices', 'sync', deviceName).end();
    expect(ended).toMatchObject({ code: 0, stdout: 'Accepted: sync phone\\u001b[2J (id-0).\n' });
    expect(ended.stderr).toMatch(/mockfleet devices show id-0 --server /);
    expect(ended.stdout + ended.stderr).not.toContain('\u001b');
  });

  it('and what only stubs have is said to need one where every page is answered with a welcome', async () => {
    const { run } = await openService(() => new Response(null, { status: 204 }));
    for (const words of [['mail'], ['devices', 'actions', 'phone-1']]) {
      const ended = await run(...words).end();
      expect(ended).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/ is no stub of mockfleet: .*\/mockfleet\/.*\[stub-needed\]\n$/),
      });
    }
  });
});

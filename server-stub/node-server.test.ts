/** The administrators' door over real HTTPS: what differs from calling it directly is how bodies and errors travel. */
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../runtime/log.ts';
import { adminToken, managedDevices, openTenant, type Tenant } from '../test/support/tenant.ts';
import type { TestAgent } from '../test/support/test-agent.ts';
import { listen } from './node-server.ts';

let tenant: Tenant;
let agent: TestAgent;
beforeAll(async () => {
  tenant = await openTenant();
  agent = await tenant.enrolledAgent();
});
afterAll(() => tenant.close());

interface Sent {
  status: number | undefined;
  text: string;
}

function send(method: string, path: string, chunks: string[] = [], headers: Record<string, string> = {}): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${tenant.server.url}${path}`,
      { method, ca: tenant.authority.certificatePem, headers: { authorization: `Bearer ${adminToken}`, ...headers } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode, text }));
      },
    );
    outgoing.on('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });
}

const json = { 'content-type': 'application/json' };

it('takes a body of known length, one in chunks, and none', async () => {
  const wipe = `${managedDevices}/${agent.id}/syncDevice`;
  expect((await send('POST', wipe)).status).toBe(204);
  expect((await send('POST', wipe, ['{}'], { ...json, 'content-length': '2' })).status).toBe(204);
  expect((await send('POST', wipe, ['{', '}'], { ...json, 'transfer-encoding': 'chunked' })).status).toBe(204);
  expect((await send('POST', '/mockfleet/clock', ['{"adv', 'ance":"1d"}'], json)).status).toBe(200);
});

it('M-05 deletes without a body, as Graph’s clients do', async () => {
  const other = await tenant.enrolledAgent();
  expect(await send('DELETE', `${managedDevices}/${other.id}`)).toEqual({ status: 204, text: '' });
  expect((await send('GET', `${managedDevices}/${other.id}`)).status).toBe(404);
});

it.each([
  ['of a length that is said', { 'content-length': String(5 * 1024 * 1024) }],
  ['in chunks', { 'transfer-encoding': 'chunked' }],
])('refuses a body of 5 MiB %s with 413', async (_what, headers) => {
  const megabyte = ' '.repeat(1024 * 1024);
  const { status, text } = await send('POST', `${managedDevices}/${agent.id}/wipe`, Array<string>(5).fill(megabyte), {
    ...json,
    ...headers,
  });
  expect(status).toBe(413);
  expect(JSON.parse(text).error.code).toBe('RequestEntityTooLarge');
  expect(tenant.store.commandsOf(agent.id).filter(({ action }) => action === 'wipe')).toEqual([]);
});

it('says what it is at its root, and 404 elsewhere', async () => {
  expect((await send('GET', '/')).text).toMatch(/mockfleet: a local Intune/);
  const nowhere = await send('GET', '/nowhere');
  expect([nowhere.status, JSON.parse(nowhere.text).error.code]).toEqual([404, 'not-found']);
  expect(tenant.log.filter(({ level }) => level === 'error')).toEqual([]);
});

it('keeps an idle connection for longer than a browser’s pages pause, so that none ends under a request', async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      `${tenant.server.url}/mockfleet/health`,
      { ca: tenant.authority.certificatePem, headers: { connection: 'keep-alive' } },
      resolve,
    )
      .on('error', reject)
      .end();
  });
  answer.resume();
  expect(answer.headers['keep-alive']).toBe('timeout=65');
});

it('refuses a port that is taken, and leaves nothing behind', async () => {
  const { stub, authority, server } = tenant;
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const port = Number(new URL(server.url).port);
  await expect(listen({ stub, authority, log: silentLog, port, host: '127.0.0.1' })).rejects.toThrow(/EADDRINUSE/);
  expect(timers()).toBe(before);
});

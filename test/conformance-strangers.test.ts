/** The conformance suite and what is no server of this protocol at all: it says so, and nothing that comes breaks it. */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { serialFromBytes } from '../certs/serial.ts';
import { subProtocol } from '../protocol/messages.ts';
import { dayMs } from '../runtime/duration.ts';
import { conformanceCases } from '../simulator/conformance/conformance-cases.ts';
import type { ConformanceResult } from '../simulator/conformance/conformance-result.ts';
import { casesThat, conformanceTarget, tryServer } from './support/conformance.ts';
import { openTenant, type Tenant, testKeys } from './support/tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());

const names = conformanceCases.map(({ name }) => name);

describe('what is no server of this protocol', () => {
  /** Listens on a free port of this machine; what comes over is this test's affair. */
  async function port(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  function closing(server: Server): Server {
    const sockets = new Set<{ destroy(): unknown }>();
    server.on('connection', (socket) => sockets.add(socket));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return server;
  }

  async function https() {
    const key = await testKeys.keyAt(2);
    const today = Math.floor(Date.now() / dayMs) * dayMs;
    const cert = tenant.authority.issueServerCertificate({
      hosts: [],
      publicKey: key,
      serialNumber: serialFromBytes(new Uint8Array([1, 2, 3])),
      notBefore: today - dayMs,
      notAfter: today + dayMs,
    });
    return createHttps({ key, cert, requestCert: true, rejectUnauthorized: false });
  }

  async function tried(server: Server, answerMs = 1_000): Promise<ConformanceResult> {
    return tryServer(conformanceTarget(tenant, `wss://127.0.0.1:${await port(closing(server))}/devices`, { answerMs }));
  }

  function onlyConnectsFailed(result: ConformanceResult): string {
    expect(casesThat('failed', result)).toEqual(['connects']);
    expect(casesThat('not-run', result)).toEqual(names.slice(1));
    const [first] = result.cases;
    return first?.status === 'failed' ? first.came : '';
  }

  it('says that nothing listens', async () => {
    const server = createTcp();
    const taken = await port(server);
    await new Promise((resolve) => server.close(resolve));
    const came = onlyConnectsFailed(await tryServer(conformanceTarget(tenant, `wss://127.0.0.1:${taken}/devices`)));
    expect(came).toBe(`127.0.0.1:${taken} takes no connections: nothing listens there`);
  });

  it('says that there is no TLS', async () => {
    expect(onlyConnectsFailed(await tried(createHttp((_request, response) => response.end('hello'))))).toMatch(/does not speak TLS/);
  });

  it('says that there is no WebSocket', async () => {
    const server = await https();
    server.on('request', (_request, response) => response.writeHead(200).end('hello'));
    expect(onlyConnectsFailed(await tried(server))).toMatch(/answered the WebSocket upgrade with HTTP 200$/);
  });

  it('says that its certificate is not trusted', async () => {
    const target = conformanceTarget(tenant, tenant.server.devices, { ca: undefined });
    expect(onlyConnectsFailed(await tryServer(target))).toMatch(/certificate of .* is not trusted .*--ca$/);
  });

  it('says that it never answers', async () => {
    expect(
      onlyConnectsFailed(
        await tried(
          createTcp(() => {}),
          300,
        ),
      ),
    ).toMatch(/did not finish .* within 300 ms$/);
  });

  it('says that it answers without an end', async () => {
    const server = await https();
    server.on('upgrade', (_request, socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\r\n');
      const dripping = setInterval(() => socket.write('X-More: x\r\n'), 20);
      socket.on('close', () => clearInterval(dripping));
    });
    expect(onlyConnectsFailed(await tried(server, 300))).toMatch(/did not finish .* within 300 ms$/);
  });

  it('says that it hangs up', async () => {
    expect(onlyConnectsFailed(await tried(createTcp((socket) => socket.destroy())))).toMatch(/broke the connection off/);
  });

  it.each<[string, (send: (data: string | Buffer) => void, close: () => void) => void]>([
    ['is silent', () => {}],
    ['sends rubbish', (send) => send('\u0000rubbish {')],
    ['sends binary frames', (send) => send(Buffer.from([1, 2, 3]))],
    ['sends a frame of two megabytes', (send) => send('x'.repeat(2 * 1024 * 1024))],
    [
      'sends without an end',
      (send) => {
        for (let n = 0; n < 5_000; n++) send('{"type":"nudge"}');
      },
    ],
    ['says a word and goes', (send, close) => [send('{"type":"clock"}'), close()]],
  ])('one that %s fails cases, and breaks nothing', async (_what, misbehave) => {
    const server = await https();
    const sockets = new WebSocketServer({ server, handleProtocols: () => subProtocol });
    sockets.on('connection', (socket) =>
      misbehave(
        (data) => socket.send(data),
        () => socket.terminate(),
      ),
    );
    const result = await tried(server, 1_000);
    expect(result.conforms).toBe(false);
    expect(casesThat('passed', result)).toContain('connects');
    expect(casesThat('failed', result)).toEqual(expect.arrayContaining(['clock-first', 'enrols']));
    for (const one of result.cases) if (one.status === 'failed') expect(one.came).not.toBe('');
  });
});

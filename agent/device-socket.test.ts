/** What stands at the other end of an address, and what a device makes of it. */
import { createPublicKey } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openTenant, type Tenant, testAuthority, testKeys } from '../test/support/tenant.ts';
import { ConnectError } from './connect-error.ts';
import { DeviceContexts } from './device-contexts.ts';
import { openDeviceSocket } from './device-socket.ts';

let tenant: Tenant;
let ca: string;
beforeAll(async () => {
  tenant = await openTenant();
  ca = tenant.authority.certificatePem;
});
afterAll(() => tenant.close());

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** `host:port` of this server. */
async function on(server: Server, host = '127.0.0.1'): Promise<string> {
  servers.push(server);
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A server with a certificate that the stub's authority has signed, which answers an upgrade with this text. */
async function answering(text: string): Promise<string> {
  const { key, cert } = await serverIdentity();
  const server = createHttpsServer({ key, cert });
  server.on('upgrade', (_request, socket) => socket.end(text));
  return on(server);
}

async function serverIdentity(): Promise<{ key: string; cert: string }> {
  const key = await testKeys.keyAt(2);
  const now = Math.floor(Date.now() / 1000) * 1000;
  const cert = (await testAuthority()).issueServerCertificate({
    hosts: ['127.0.0.1'],
    publicKey: createPublicKey(key),
    serialNumber: '4A01',
    notBefore: now - 86_400_000,
    notAfter: now + 86_400_000,
  });
  return { key, cert };
}

async function failure(url: string, { authority = ca, msMax = 10_000 } = {}): Promise<ConnectError> {
  const attempt = openDeviceSocket({ url, contexts: new DeviceContexts(authority), identity: undefined, msMax });
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`No ConnectError: ${String(error)}`);
  expect(error.message).toContain(`${url} cannot be reached: `);
  expect(error.message).toMatch(/\.$|\)\.$/);
  return error;
}

it('nobody listens there', async () => {
  const address = await on(createTcpServer());
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await failure(`wss://${address}/devices`)).toMatchObject({ reason: 'connection-refused', linkReason: 'unreachable' });
});

it('a name that nobody has', async () => {
  expect(await failure('wss://mockfleet.invalid:1/devices')).toMatchObject({ reason: 'host-unknown' });
});

it('hangs up at once', async () => {
  const address = await on(createTcpServer((socket) => socket.resetAndDestroy()));
  expect(await failure(`wss://${address}/devices`)).toMatchObject({ reason: 'connection-reset', linkReason: 'unreachable' });
});

it('takes the connection, and says nothing', async () => {
  const address = await on(createTcpServer());
  const error = await failure(`wss://${address}/devices`, { msMax: 100 });
  expect(error).toMatchObject({ reason: 'timeout' });
  expect(error.message).toContain('no answer within 0.1 s (tls)');
});

it('speaks no TLS', async () => {
  const address = await on(createHttpServer());
  expect(await failure(`wss://${address}/devices`)).toMatchObject({ reason: 'tls-handshake' });
});

it('has a certificate of another authority', async () => {
  const other = (await testAuthority(1)).certificatePem;
  const error = await failure(tenant.server.devices, { authority: other });
  expect(error).toMatchObject({ reason: 'certificate-untrusted' });
  expect(error.message).toContain('--ca');
});

it('has a certificate of ours, for another name', async () => {
  const { key, cert } = await serverIdentity();
  const server = createHttpsServer({ key, cert });
  const [, port] = (await on(server, '0.0.0.0')).split(':');
  const error = await failure(`wss://127.0.0.2:${port}/devices`);
  expect(error).toMatchObject({ reason: 'certificate-untrusted' });
  expect(error.message).toContain('is not for 127.0.0.2; it is for');
});

it('has another path', async () => {
  const error = await failure(tenant.server.devices.replace('/devices', '/phones'));
  expect(error).toMatchObject({ reason: 'upgrade-refused-404', linkReason: 'unreachable' });
  expect(error.message).toContain('Devices connect to /devices.');
});

it.each([
  ['HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nslow', 'upgrade-refused-429', 'overloaded; retry-after=7'],
  ['HTTP/1.1 503 Service Unavailable\r\nRetry-After: tomorrow\r\nContent-Length: 0\r\n\r\n', 'upgrade-refused-503', 'overloaded'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'upgrade-refused-200', 'unreachable'],
  [
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n',
    'not-websocket',
    'unreachable',
  ],
])('answers %s', async (text, reason, linkReason) => {
  expect(await failure(`wss://${await answering(text)}/devices`)).toMatchObject({ reason, linkReason });
});

it('has too much to do, if it took so long to fail', () => {
  const given = {
    url: 'wss://x/devices',
    phase: 'tls',
    cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  } as const;
  expect(new ConnectError({ ...given, ms: 200 })).toMatchObject({ reason: 'connection-reset', linkReason: 'unreachable' });
  expect(new ConnectError({ ...given, ms: 9_000 })).toMatchObject({ reason: 'connection-reset', linkReason: 'overloaded' });
});

it.each([
  ['EMFILE', 'too-many-files', 'ulimit -n'],
  ['EADDRNOTAVAIL', 'no-ports', 'several addresses'],
  ['EHOSTUNREACH', 'network-unreachable', 'no way to this address'],
])('this machine itself can do no more: %s', (code, reason, advice) => {
  const cause = Object.assign(new Error(`connect ${code}`), { code });
  const error = new ConnectError({ url: 'wss://x/devices', phase: 'tcp', ms: 1, cause });
  expect(error.reason).toBe(reason);
  expect(error.message).toContain(advice);
});

it('says how long each part took, and lends two devices of one key a context in turn', async () => {
  const contexts = new DeviceContexts(ca);
  const [one, two] = [await tenant.enrolledAgent(), await tenant.enrolledAgent()];
  for (const { identity } of [one, two, one]) {
    const { webSocket, tls, resumed, tcpMs, tlsMs, upgradeMs } = await openDeviceSocket({ url: tenant.server.devices, contexts, identity });
    const shown = tls.getX509Certificate();
    expect(shown?.toString().trim()).toBe(identity.certificate.trim());
    expect(resumed).toBe(false);
    expect(Math.min(tcpMs, tlsMs, upgradeMs)).toBeGreaterThan(0);
    webSocket.terminate();
  }
});

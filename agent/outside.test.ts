import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthority, createAuthorityCertificate } from '../certs/authority.ts';
import type { OutsideRequest } from '../protocol/outside.ts';
import { dayMs } from '../runtime/duration.ts';
import { askOverHttps } from './outside.ts';

const request: OutsideRequest = { service: 'activation', serialNumber: 'SN1', appleId: '', password: 'code' };
const unreachable = { allowed: false, reason: 'unreachable' };

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ca = pair().privateKey;
const server = pair();
// Real clients judge the server's certificate by real time.
const now = Math.floor(Date.now() / dayMs) * dayMs;
const authority = createAuthority(ca, createAuthorityCertificate(ca, { now, serialNumber: '01' }));
const tls = {
  key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  cert: authority.issueServerCertificate({
    hosts: [],
    publicKey: server.publicKey,
    serialNumber: '02',
    notBefore: now - dayMs,
    notAfter: now + 2 * dayMs,
  }),
};

/** Serves on a port of its own, until the test is over. */
async function serve(listener: RequestListener): Promise<string> {
  const listening = createServer(tls, listener);
  await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const answering = (status: number, body: string) => serve((_request, response) => void response.writeHead(status).end(body));

describe('askOverHttps', () => {
  it('TD-03 posts the question as JSON and gives the answer back', async () => {
    const heard: unknown[] = [];
    const url = await serve((incoming, response) => {
      let text = '';
      incoming.on('data', (part: Buffer) => {
        text += part.toString();
      });
      incoming.on('end', () => {
        heard.push([incoming.method, incoming.url, incoming.headers['content-type'], JSON.parse(text)]);
        response.end(JSON.stringify({ allowed: false, reason: 'code-expired' }));
      });
    });
    const ask = askOverHttps({ url: `${url}/`, ca: authority.certificatePem });
    expect(await ask(request)).toEqual({ allowed: false, reason: 'code-expired' });
    expect(heard).toEqual([['POST', '/outside', 'application/json', request]]);
  });

  it.each([
    [500, '{"allowed":true}'],
    [200, 'not JSON'],
    [200, '{"allowed":"perhaps"}'],
    [200, `"${'x'.repeat(100_000)}"`],
  ])('takes %i and %.20s as no answer', async (status, body) => {
    const ask = askOverHttps({ url: await answering(status, body), ca: authority.certificatePem });
    expect(await ask(request)).toEqual(unreachable);
  });

  it('trusts nobody whom the authority did not sign', async () => {
    const url = await answering(200, '{"allowed":true}');
    expect(await askOverHttps({ url, ca: undefined })(request)).toEqual(unreachable);
    expect(await askOverHttps({ url, ca: authority.certificatePem })(request)).toEqual({ allowed: true });
  });

  it('says unreachable where nobody listens, or hangs up', async () => {
    expect(await askOverHttps({ url: 'https://127.0.0.1:1', ca: undefined })(request)).toEqual(unreachable);
    const url = await serve((incoming) => void incoming.socket.destroy());
    expect(await askOverHttps({ url, ca: authority.certificatePem })(request)).toEqual(unreachable);
  });
});

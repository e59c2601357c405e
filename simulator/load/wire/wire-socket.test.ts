/** Bytes on a real connection, and what becomes of them. */
import { createPublicKey } from 'node:crypto';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../runtime/clock.ts';
import { testAuthority, testKeys } from '../../../test/support/tenant.ts';
import { until } from '../../../test/support/until.ts';
import { WireSocket } from './wire-socket.ts';

let server: Server;
let peer: TLSSocket;
/** What the server has got, and how it ended. */
let got: string;
let ended: string | undefined;
let socket: WireSocket;

beforeEach(async () => {
  const authority = await testAuthority();
  const key = await testKeys.keyAt(2);
  const now = Math.floor(Date.now() / 1000) * 1000;
  const cert = authority.issueServerCertificate({
    hosts: [],
    publicKey: createPublicKey(key),
    serialNumber: '4A02',
    notBefore: now - 86_400_000,
    notAfter: now + 86_400_000,
  });
  got = '';
  ended = undefined;
  const there = new Promise<TLSSocket>((resolve) => {
    server = createServer({ key, cert }, resolve);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const tcp = connectTcp(address);
  const tls = connect({ ...address, socket: tcp, ca: authority.certificatePem });
  tcp.on('error', () => {});
  socket = new WireSocket(tls, tcp, systemClock);
  socket.on('error', () => {});
  peer = await there;
  peer.on('data', (chunk) => {
    got += chunk.toString();
  });
  peer.on('error', (error: Error & { code?: string }) => {
    ended = error.code;
  });
  peer.on('end', () => {
    ended ??= 'end';
  });
});
afterEach(async () => {
  socket.reset();
  peer.destroy();
  await new Promise((resolve) => server.close(resolve));
});

it('breaks off in the middle of what is written together, with a reset', async () => {
  socket.write('before.');
  await until('the first has come', () => got === 'before.');
  socket.breakNext();
  socket.cork();
  socket.write('head');
  socket.write('-and-body-');
  socket.uncork();
  await until('the reset', () => ended);
  expect([got, ended]).toEqual(['before.head-an', 'ECONNRESET']);
  expect(socket.destroyed).toBe(true);
});

it('silent: nothing goes through either way, not even its end, until the other end gives it up', async () => {
  let isForgotten = false;
  socket.onForgotten = () => {
    isForgotten = true;
  };
  const heard: string[] = [];
  socket.on('data', (chunk) => heard.push(chunk.toString()));
  peer.write('one');
  await until('the first has come', () => heard.length === 1);
  socket.fallSilent();
  socket.write('up');
  peer.write('two');
  await new Promise<void>((resolve) => socket.destroy().once('close', resolve));
  expect(isForgotten).toBe(false);
  peer.end();
  await until('the connection is gone', () => isForgotten);
  expect([heard, got]).toEqual([['one'], '']);
});

it('slow: all of it comes, in pieces and in order', async () => {
  socket.rates = { read: 200, write: 200 };
  const text = Array.from({ length: 20 }, (_, n) => String(n).padStart(3)).join('');
  let pieces = 0;
  let heard = '';
  socket.on('data', (chunk) => {
    pieces += 1;
    heard += chunk.toString();
  });
  peer.write(text);
  socket.write(text);
  await until('all has come', () => heard === text && got === text);
  expect(pieces).toBe(3);
});

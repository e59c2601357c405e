/**
 * The stub on a port: HTTPS for administrators and users, WebSockets with mutual TLS for devices and without it for those who hold
 * them, on one address.
 * TLS asks every caller for a certificate but refuses nobody for it: OpenSSL proves that the caller holds the key, `certs/summary.ts`
 * checks the signature against our authority, and the core judges the dates by the stub's own clock, so that a refusal has a code.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Authority, loopbackHosts } from '../certs/authority.ts';
import { serialFromBytes } from '../certs/serial.ts';
import { summarize } from '../certs/summary.ts';
import { handsBytesMax, handsSubProtocol } from '../protocol/hands.ts';
import { subProtocol } from '../protocol/messages.ts';
import { dayMs, secondMs } from '../runtime/duration.ts';
import type { Link, PeerCertificate } from '../runtime/link.ts';
import type { Log } from '../runtime/log.ts';
import { webSocketLink } from '../runtime/websocket-link.ts';
import type { HandsEnd } from './hands-link.ts';
import type { Stub } from './stub.ts';

const devicesPath = '/devices';
const handsPath = '/hands';

/**
 * `ws` closes by itself (1009) above this. Frames above the protocol's own limit but below this one get the coded refusal first.
 */
const payloadBytesMax = 1024 * 1024;
const handshakeMsMax = 10 * secondMs;
/** Of the request line and the headers. Scripts ask for a thousand ids in one `$filter`, and node's own limit is 16 KiB. */
const headBytesMax = 128 * 1024;
const heartbeatMs = 30 * secondMs;
const unauthorizedCode = 4401;

export interface NodeServer {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** `wss://127.0.0.1:PORT/devices` */
  readonly devices: string;
  /** `wss://127.0.0.1:PORT/hands` */
  readonly hands: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  stub: Stub;
  authority: Authority;
  log: Log;
  /** 0: a free one. */
  port: number;
  host: string;
}

/** @throws Error (rejects) with what the system says: the port is taken, the address is not ours */
export async function listen({ stub, authority, log, port, host }: ListenOptions): Promise<NodeServer> {
  const server = createServer({
    ...serverIdentity(authority, host),
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    handshakeTimeout: handshakeMsMax,
    maxHeaderSize: headBytesMax,
  });
  server.on(
    'request',
    getRequestListener((request) => stub.fetch(request), { overrideGlobalObjects: false }),
  );
  const silent = new WeakSet<WebSocket>();
  const doors: Record<string, SocketDoor> = {
    [devicesPath]: socketDoor(subProtocol, payloadBytesMax, (webSocket, tls) =>
      stub.accept(webSocketLink(webSocket, peerOf(tls, authority), remoteOf(tls))),
    ),
    [handsPath]: socketDoor(handsSubProtocol, handsBytesMax, (webSocket, tls) => stub.acceptHands(handsLink(webSocket, tls))),
  };
  server.on('upgrade', (request, socket: Duplex, head) => {
    const path = request.url?.split('?')[0] ?? '';
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
    const door = Object.hasOwn(doors, path) ? doors[path] : undefined;
    if (door === undefined) return refuseUpgrade(socket, 404, `Devices connect to ${devicesPath}.`);
    if (!offered.includes(door.protocol)) return refuseUpgrade(socket, 400, `Offer the WebSocket sub-protocol ${door.protocol}.`);
    door.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('pong', () => silent.delete(webSocket));
      door.opened(webSocket, request.socket as TLSSocket);
    });
  });
  server.on('tlsClientError', (error: Error, socket: Socket) =>
    log.warn({ event: 'handshake-failed', remote: socket.remoteAddress ?? 'unknown', error: error.message }, 'A TLS handshake failed.'),
  );

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // Only now: the timer of a server that could not listen would keep its process alive.
  const clients = () => Object.values(doors).flatMap(({ sockets }) => [...sockets.clients]);
  const stopHeartbeat = heartbeat(clients, silent);
  const { port: actual } = server.address() as AddressInfo;
  const authorityPart = `${host.includes(':') ? `[${host}]` : host}:${actual}`;
  return {
    url: `https://${authorityPart}`,
    devices: `wss://${authorityPart}${devicesPath}`,
    hands: `wss://${authorityPart}${handsPath}`,
    close: () =>
      new Promise((resolve) => {
        stopHeartbeat();
        for (const socket of clients()) socket.terminate();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** One path for WebSockets: its sub-protocol, and what becomes of an open one. */
interface SocketDoor {
  protocol: string;
  sockets: WebSocketServer;
  opened: (webSocket: WebSocket, tls: TLSSocket) => void;
}

function socketDoor(protocol: string, maxPayload: number, opened: SocketDoor['opened']): SocketDoor {
  const sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, handleProtocols: () => protocol });
  return { protocol, sockets, opened };
}

/** Whoever comes with a wrong token is told by the close code too (4401, as of 401), so that an agent stops trying. */
function handsLink(webSocket: WebSocket, tls: TLSSocket): Link {
  const link = webSocketLink(webSocket, null, remoteOf(tls));
  const close = (reason: string) =>
    reason === ('enrollment-token-invalid' satisfies HandsEnd) ? webSocket.close(unauthorizedCode, reason) : link.close(reason);
  return { ...link, close };
}

/** The server's own certificate is judged by real clients, hence by real time; a new one at each start costs half a second. */
function serverIdentity(authority: Authority, host: string): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const cert = authority.issueServerCertificate({
    hosts: loopbackHosts.includes(host) ? loopbackHosts : [...loopbackHosts, host],
    publicKey,
    serialNumber: serialFromBytes(randomBytes(16)),
    notBefore: today - dayMs,
    notAfter: today + 397 * dayMs,
  });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}

function peerOf(socket: TLSSocket, authority: Authority): PeerCertificate | null {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : summarize(certificate, authority);
}

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}

function refuseUpgrade(socket: Duplex, status: number, sentence: string): void {
  const reason = status === 404 ? 'Not Found' : 'Bad Request';
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(sentence)}\r\n\r\n${sentence}`,
  );
}

/** Ends links whose peer is gone without a word: one that is still `silent` a whole beat after its ping. */
function heartbeat(clients: () => WebSocket[], silent: WeakSet<WebSocket>): () => void {
  const timer = setInterval(() => {
    for (const socket of clients()) {
      if (silent.has(socket)) socket.terminate();
      else {
        silent.add(socket);
        socket.ping();
      }
    }
  }, heartbeatMs);
  return () => clearInterval(timer);
}

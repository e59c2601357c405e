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
import type { PeerCertificate as ShownCertificate, TLSSocket } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Authority, loopbackHosts } from '../certs/authority.ts';
import { serialFromBytes } from '../certs/serial.ts';
import { rememberedSummaries } from '../certs/summary.ts';
import { handsBytesMax, handsSubProtocol } from '../protocol/hands.ts';
import { subProtocol } from '../protocol/messages.ts';
import { dayMs, secondMs } from '../runtime/duration.ts';
import type { Link, PeerCertificate } from '../runtime/link.ts';
import type { Log } from '../runtime/log.ts';
import { webSocketLink } from '../runtime/websocket-link.ts';
import { ConnectionGate, type DoorLimits, doorLimitsDefault, type Overload } from './door-limits.ts';
import type { HandsEnd } from './hands-link.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Stub } from './stub.ts';

const devicesPath = '/devices';
const handsPath = '/hands';

/** Whoever keeps a session comes back for half the work. The certificate of the first contact is in it, and the core judges that anew. */
const sessionSeconds = dayMs / secondMs;
/** TCP connections beyond those of devices: administrators, people who hold devices, and those who are being turned away. */
const spareConnections = 1_000;
/** WebSockets that are open only to say why they are too many. */
const turnedAwayMax = 100;
/** For farewells and answers under way when it closes. */
const graceMs = 2 * secondMs;
/** Node's own five seconds end connections under a browser that is about to use them, all six at once: then its request fails. */
const idleConnectionMsMax = 65 * secondMs;
/**
 * `ws` closes by itself (1009) above this. Frames above the protocol's own limit but below this one get the coded refusal first.
 */
const payloadBytesMax = 1024 * 1024;
const handshakeMsMax = 10 * secondMs;
/** Of the request line and the headers. Scripts ask for a thousand ids in one `$filter`, and node's own limit is 16 KiB. */
const headBytesMax = 128 * 1024;
const unauthorizedCode = 4401;
const goingAwayCode = 1001;
/** For the peer's half of a close; `ws` itself would wait for half a minute. */
const farewellMsMax = 5 * secondMs;

export interface NodeServer {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** `wss://127.0.0.1:PORT/devices` */
  readonly devices: string;
  /** `wss://127.0.0.1:PORT/hands` */
  readonly hands: string;
  close(): Promise<void>;
}

/** What a port needs of a stub. */
export type StubDoors = Pick<Stub, 'fetch' | 'accept' | 'turnAway' | 'acceptHands'>;

export interface ListenOptions {
  stub: StubDoors;
  authority: Authority;
  log: Log;
  /** 0: a free one. */
  port: number;
  host: string;
  limits?: Partial<DoorLimits>;
}

/** @throws Error (rejects) with what the system says: the port is taken, the address is not ours */
export async function listen({ stub, authority, log, port, host, ...asked }: ListenOptions): Promise<NodeServer> {
  const limits: DoorLimits = { ...doorLimitsDefault, ...asked.limits };
  const gate = new ConnectionGate(limits, () => performance.now());
  const overloads = overloadLog(log);
  const server = createServer({
    ...serverIdentity(authority, host),
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    sessionTimeout: sessionSeconds,
    handshakeTimeout: handshakeMsMax,
    maxHeaderSize: headBytesMax,
  });
  server.keepAliveTimeout = idleConnectionMsMax;
  server.maxConnections = 2 * limits.connections + spareConnections;
  server.on(
    'request',
    getRequestListener((request) => stub.fetch(request), { overrideGlobalObjects: false }),
  );
  const peerOf = peerReader(authority);
  const doors: Record<string, SocketDoor> = {
    [devicesPath]: {
      ...socketDoor(subProtocol, payloadBytesMax),
      opened(webSocket, tls) {
        const peer = peerOf(tls);
        // Who is enrolled may be silent for days; who is not comes to say something.
        const linkLimits = { ...limits, idleMsMax: peer === null ? limits.idleMsMax : null };
        stub.accept(webSocketLink(webSocket, peer, remoteOf(tls), linkLimits), setImmediate);
      },
      turnedAway: (webSocket, tls, overload) => stub.turnAway(webSocketLink(webSocket, null, remoteOf(tls)), overload),
    },
    [handsPath]: {
      ...socketDoor(handsSubProtocol, handsBytesMax),
      opened: (webSocket, tls) => stub.acceptHands(handsLink(webSocket, tls)),
    },
  };
  const clients = () => Object.values(doors).flatMap(({ sockets }) => [...sockets.clients]);
  let heartbeat: Heartbeat | undefined;
  let isClosing = false;
  let turnedAway = 0;
  server.on('upgrade', (request, socket: Duplex, head) => {
    const path = request.url?.split('?')[0] ?? '';
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
    const door = Object.hasOwn(doors, path) ? doors[path] : undefined;
    if (door === undefined) return refuseUpgrade(socket, 404, `Devices connect to ${devicesPath}.`);
    if (!offered.includes(door.protocol)) return refuseUpgrade(socket, 400, `Offer the WebSocket sub-protocol ${door.protocol}.`);
    if (isClosing) return refuseUpgrade(socket, 503, stubCloses);
    const tls = request.socket as TLSSocket;
    const tooFast = gate.tooFast();
    if (tooFast !== null) {
      overloads(tooFast);
      return refuseUpgrade(socket, 429, tooFast);
    }
    const address = tls.remoteAddress ?? '';
    const { turnedAway: turnAway } = door;
    const tooMany = turnAway === undefined ? null : gate.tooMany(address);
    if (turnAway !== undefined && tooMany !== null) {
      overloads(tooMany);
      if (turnedAway >= turnedAwayMax) return refuseUpgrade(socket, 503, tooMany);
      turnedAway += 1;
      socket.once('close', () => {
        turnedAway -= 1;
      });
      return door.sockets.handleUpgrade(request, socket, head, (webSocket) => turnAway(webSocket, tls, tooMany));
    }
    if (turnAway !== undefined) socket.once('close', gate.enter(address));
    door.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      heartbeat?.watch(webSocket);
      door.opened(webSocket, tls);
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
  heartbeat = new Heartbeat(clients, limits.heartbeatMs);
  const { port: actual } = server.address() as AddressInfo;
  const authorityPart = `${host.includes(':') ? `[${host}]` : host}:${actual}`;
  return {
    url: `https://${authorityPart}`,
    devices: `wss://${authorityPart}${devicesPath}`,
    hands: `wss://${authorityPart}${handsPath}`,
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        heartbeat?.stop();
        for (const socket of clients()) socket.close(goingAwayCode, stubCloses.code);
        const impatient = setTimeout(() => {
          for (const socket of clients()) socket.terminate();
          server.closeAllConnections();
        }, graceMs);
        server.close(() => {
          clearTimeout(impatient);
          resolve();
        });
      }),
  };
}

/** One path for WebSockets: its sub-protocol, and what becomes of an open one. */
interface SocketDoor {
  protocol: string;
  sockets: WebSocketServer;
  opened: (webSocket: WebSocket, tls: TLSSocket) => void;
  /** Tells somebody why there is no room; absent: these are not counted. */
  turnedAway?: (webSocket: WebSocket, tls: TLSSocket, overload: Overload) => void;
}

function socketDoor(protocol: string, maxPayload: number): Pick<SocketDoor, 'protocol' | 'sockets'> {
  const limits = { maxPayload, closeTimeout: farewellMsMax };
  return {
    protocol,
    sockets: new WebSocketServer({ noServer: true, ...limits, perMessageDeflate: false, handleProtocols: () => protocol }),
  };
}

/** Whoever comes with a wrong token is told by the close code too (4401, as of 401), so that an agent stops trying. */
function handsLink(webSocket: WebSocket, tls: TLSSocket): Link {
  const link = webSocketLink(webSocket, null, remoteOf(tls));
  const close = (reason: string) =>
    reason === ('enrollment-token-invalid' satisfies HandsEnd) ? webSocket.close(unauthorizedCode, reason) : link.close(reason);
  return { ...link, close };
}

/** Of this process, made at its first start: a key takes up to half a second, and a test may open many servers. */
let serverKeys: ReturnType<typeof makeServerKeys> | undefined;
const makeServerKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The server's own certificate is judged by real clients, hence by real time: each start has a new one. */
function serverIdentity(authority: Authority, host: string): { key: string; cert: string } {
  serverKeys ??= makeServerKeys();
  const { privateKey, publicKey } = serverKeys;
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

/** A session that is resumed brings the certificate of its first contact: OpenSSL keeps it in the ticket, which only this server can open. */
function peerReader(authority: Authority): (socket: TLSSocket) => PeerCertificate | null {
  const summary = rememberedSummaries(authority);
  return (socket) => {
    const shown: Partial<ShownCertificate> | null = socket.getPeerCertificate();
    return shown?.raw === undefined || shown.fingerprint256 === undefined ? null : summary(shown.fingerprint256, shown.raw);
  };
}

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}

const reasonPhrases = { 400: 'Bad Request', 404: 'Not Found', 429: 'Too Many Requests', 503: 'Service Unavailable' } as const;

const stubCloses = { code: 'stub-closed', message: 'The stub is being stopped. Come back later.', retryAfter: 1 };

/** @param why a sentence; or, for whoever may come back, its code and in how many seconds */
function refuseUpgrade(
  socket: Duplex,
  status: keyof typeof reasonPhrases,
  why: string | (Omit<Overload, 'code'> & { code: string }),
): void {
  const body = typeof why === 'string' ? why : JSON.stringify({ error: { code: why.code, message: why.message } });
  const headers = [
    `Content-Type: ${typeof why === 'string' ? 'text/plain' : 'application/json'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(typeof why === 'string' ? [] : [`Retry-After: ${why.retryAfter}`]),
  ];
  socket.end(`HTTP/1.1 ${status} ${reasonPhrases[status]}\r\nConnection: close\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

/** One line a second, with how many there were: a log that grows as fast as strangers come is a way to fill a disk. */
function overloadLog(log: Log): (overload: Overload) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let count = 0;
  return ({ code, message }) => {
    count += 1;
    const now = performance.now();
    if (now - saidAt < secondMs) return;
    log.warn({ event: 'turned-away', code, count }, message);
    saidAt = now;
    count = 0;
  };
}

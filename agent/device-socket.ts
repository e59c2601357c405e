/** Opens a device's WebSocket: TCP, TLS with the device's certificate, the upgrade. Says how long each took, or why it failed. */
import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { frameBytesMax } from '../protocol/codec.ts';
import { subProtocol } from '../protocol/messages.ts';
import type { Link } from '../runtime/link.ts';
import { webSocketLink } from '../runtime/websocket-link.ts';
import type { StoredIdentity } from './agent-file.ts';
import { ConnectError, type ConnectFailure, type ConnectPhase } from './connect-error.ts';
import { askLightly, checkServerIdentity, type DeviceContexts } from './device-contexts.ts';
import type { TlsSessions } from './tls-sessions.ts';

const handshakeMsMax = 15_000;
/** Of what a server says to an upgrade that it refuses. */
const bodyCharsMax = 500;

export interface DeviceSocketOptions {
  /** `wss://host:port/devices`. */
  url: string;
  contexts: DeviceContexts;
  identity: StoredIdentity | undefined;
  /** The device's own: with one of them the handshake costs about half. */
  sessions?: TlsSessions | undefined;
  /** From the first packet to the open link. */
  msMax?: number;
  /** Puts something between the WebSocket and its TLS connection; `tcp` is what that one lies on. */
  between?(tls: TLSSocket, tcp: Socket): Duplex;
}

export interface DeviceSocket {
  link: Link;
  webSocket: WebSocket;
  tls: TLSSocket;
  /** The server took the session: no key was used on either side. */
  resumed: boolean;
  tcpMs: number;
  tlsMs: number;
  upgradeMs: number;
}

/** @throws ConnectError (rejects) */
export function openDeviceSocket(options: DeviceSocketOptions): Promise<DeviceSocket> {
  return new Promise((resolve, reject) => open(options, resolve, reject));
}

function open(options: DeviceSocketOptions, resolve: (socket: DeviceSocket) => void, reject: (error: ConnectError) => void): void {
  const { url, msMax = handshakeMsMax } = options;
  const began = performance.now();
  let phase: ConnectPhase = 'tcp';
  let tcpMs = 0;
  let tlsMs = 0;
  let tls: TLSSocket | undefined;
  const fail = (failure: Partial<ConnectFailure>) => {
    clearTimeout(deadline);
    reject(new ConnectError({ url, phase, ms: performance.now() - began, ...failure }));
  };
  const createConnection = (): Duplex => {
    const { between, sessions, identity } = options;
    tls = openTls(options, () => {
      phase = 'tls';
      tcpMs = performance.now() - began;
    });
    tls.once('secureConnect', () => {
      phase = 'upgrade';
      tlsMs = performance.now() - began - tcpMs;
    });
    if (sessions !== undefined && identity !== undefined) tls.on('session', (session) => sessions.keep(identity, session));
    return between === undefined ? tls : between(tls, tcpOf.get(tls) as Socket);
  };
  const webSocket = new WebSocket(url, subProtocol, {
    perMessageDeflate: false,
    maxPayload: frameBytesMax,
    // `ws` only asks it for a stream.
    createConnection: createConnection as unknown as NonNullable<ClientOptions['createConnection']>,
  });
  // From the beginning: the first frames come before anybody who waits for the promise has its turn.
  const link = webSocketLink(webSocket, null, url);
  const deadline = setTimeout(() => {
    fail({ reason: 'timeout', said: `no answer within ${msMax / 1000} s (${phase})` });
    webSocket.terminate();
  }, msMax);
  webSocket.once('open', () => {
    clearTimeout(deadline);
    const opened = tls as TLSSocket;
    const upgradeMs = performance.now() - began - tcpMs - tlsMs;
    resolve({ link, webSocket, tls: opened, resumed: opened.isSessionReused(), tcpMs, tlsMs, upgradeMs });
  });
  webSocket.once('unexpected-response', (_request, response) =>
    refusal(response, (said) => {
      fail({ reason: `upgrade-refused-${response.statusCode ?? 0}`, said, retryAfter: response.headers['retry-after'] });
      webSocket.terminate();
    }),
  );
  webSocket.once('error', (cause: Error & { code?: string }) => fail({ cause }));
}

/** What each TLS connection lies on, where it was asked for. */
const tcpOf = new WeakMap<TLSSocket, Socket>();

function openTls({ url, contexts, identity, sessions, between }: DeviceSocketOptions, onConnect: () => void): TLSSocket {
  const { hostname, port } = new URL(url);
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const session = sessions?.take(identity);
  const address = { host, port: Number(port || 443) };
  const tcp = between === undefined ? undefined : connectTcp(address);
  const tls = connectTls({
    ...(tcp === undefined ? address : { ...address, socket: tcp }),
    // RFC 6066 §3: an address is no server name.
    servername: isIP(host) === 0 ? host : '',
    secureContext: contexts.of(identity),
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    ...(session === undefined ? {} : { session }),
  });
  (tcp ?? tls).once('connect', onConnect);
  if (tcp !== undefined) {
    tcpOf.set(tls, tcp);
    tcp.on('error', (error) => tls.destroy(error));
  }
  askLightly(tls);
  return tls;
}

function refusal(response: IncomingMessage, done: (said: string) => void): void {
  let body = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    if (body.length < bodyCharsMax) body += text.slice(0, bodyCharsMax - body.length);
  });
  response.once('close', () => done(`${response.statusCode} ${response.statusMessage ?? ''} ${body}`.trim()));
}

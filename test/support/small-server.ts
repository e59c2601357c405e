/**
 * A server of this protocol as somebody else would write it in an afternoon, by protocol/README.md alone: nothing of the stub and nothing of
 * `protocol/` is in it. Everything that may be left out is left out: nudges, configurations, notices, and all but a few commands.
 */
import { generateKeyPairSync, randomBytes, randomUUID, type X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authority } from '../../certs/authority.ts';
import { serialFromBytes } from '../../certs/serial.ts';

const dayMs = 24 * 60 * 60 * 1000;
const frameBytesMax = 64 * 1024;

interface Device {
  id: string;
  link: WebSocket | undefined;
  queue: { commandId: string; type: string; delivered: boolean }[];
  finished: Set<string>;
  leaving: boolean;
}
/** Of a certificate: `next` was issued and not used yet. */
interface Known {
  deviceId: string;
  use: 'next' | 'current' | 'replaced';
}
type Frame = Record<string, unknown> & { type: string; deviceId: string };

class Refusal extends Error {}

export interface SmallServer {
  /** `wss://…/devices` */
  devices: string;
  /** `https://…` */
  graph: string;
  close(): void;
}

export async function openSmallServer(
  authority: Authority,
  { token, adminToken }: { token: string; adminToken: string },
): Promise<SmallServer> {
  const devices = new Map<string, Device>();
  const certificates = new Map<string, Known>();
  const requests = new Map<string, string>();
  const second = () => Math.floor(Date.now() / 1000) * 1000;
  const serial = () => serialFromBytes(randomBytes(16));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer({
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: authority.issueServerCertificate({
      hosts: [],
      publicKey,
      serialNumber: serial(),
      notBefore: second() - dayMs,
      notAfter: second() + dayMs,
    }),
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1024 * 1024,
    perMessageDeflate: false,
    handleProtocols: () => 'mockfleet.v1',
  });
  server.on('upgrade', (request, socket, head) => {
    if (request.headers['sec-websocket-protocol'] !== 'mockfleet.v1') {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (link) => opened(link, (request.socket as TLSSocket).getPeerX509Certificate()));
  });
  server.on('request', administrator);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  const send = (link: WebSocket, frame: object) => link.send(JSON.stringify(frame));

  function refuse(link: WebSocket, code: string): void {
    send(link, { type: 'refused', code, message: `Refused: ${code}.` });
    link.removeAllListeners('message');
    link.close(1000, code);
  }

  function issue(purpose: 'enrolled' | 'renewed', { requestId, csr }: Frame, deviceId: string): object {
    const serialNumber = serial();
    const [notBefore, notAfter] = [second(), second() + 365 * dayMs];
    let certificate: string;
    try {
      certificate = authority.issueForCsr({ csr: String(csr), subject: deviceId, serialNumber, notBefore, notAfter });
    } catch {
      throw new Refusal('csr-invalid');
    }
    for (const known of certificates.values()) if (known.deviceId === deviceId && known.use === 'next') known.use = 'replaced';
    certificates.set(serialNumber, { deviceId, use: 'next' });
    return { type: purpose, requestId, deviceId, certificate, serialNumber, notBefore, notAfter, renewFrom: notAfter - 30 * dayMs };
  }

  /** Whose certificate this is; it is in use from now on. */
  function judge(certificate: X509Certificate): Device {
    if (!authority.isIssuedByUs(certificate)) throw new Refusal('certificate-untrusted');
    if (Date.now() > Date.parse(certificate.validTo)) throw new Refusal('certificate-expired');
    const known = certificates.get(certificate.serialNumber);
    const device = known === undefined ? undefined : devices.get(known.deviceId);
    if (known === undefined || device === undefined) throw new Refusal('device-unknown');
    if (known.use === 'replaced') throw new Refusal('certificate-replaced');
    if (known.use === 'next') for (const other of certificates.values()) if (other.deviceId === device.id) other.use = 'replaced';
    known.use = 'current';
    return device;
  }

  function opened(link: WebSocket, certificate: X509Certificate | undefined): void {
    send(link, { type: 'clock', step: 0, now: Date.now(), speed: 1, lived: false });
    const guarded = (work: () => void) => {
      try {
        work();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refuse(link, error.message);
      }
    };
    let device: Device | null = null;
    link.on('error', () => {
      // What `ws` itself refuses; it closes the link.
    });
    link.on('message', (data, isBinary) => guarded(() => heard(link, device, read(data.toString(), isBinary))));
    link.on('close', () => {
      if (device?.link !== link) return;
      device.link = undefined;
      if (device.leaving) devices.delete(device.id);
    });
    if (certificate === undefined) return;
    guarded(() => {
      const found = judge(certificate);
      if (found.link !== undefined) refuse(found.link, 'session-replaced');
      found.link = link;
      device = found;
    });
  }

  function heard(link: WebSocket, device: Device | null, frame: Frame): void {
    if (frame.type === 'enroll') {
      if (device !== null) throw new Refusal('message-unexpected');
      return enrol(link, frame);
    }
    if (frame.type === 'clock-done') return;
    if (device === null) throw new Refusal('certificate-required');
    if (frame.deviceId !== device.id) throw new Refusal('identity-mismatch');
    if (frame.type === 'check-in') next(link, device);
    else if (frame.type === 'renew') send(link, issue('renewed', frame, device.id));
    else if (frame.type === 'command-result') finished(link, device, frame);
    else if (frame.type === 'unenroll') {
      devices.delete(device.id);
      link.close(1000, 'unenrolled');
    } else if (frame.type === 'left') throw new Refusal('message-unexpected');
  }

  function enrol(link: WebSocket, frame: Frame): void {
    if (frame.token !== token) throw new Refusal('enrollment-token-invalid');
    const { platform, enrollment } = frame.inventory as Record<string, string>;
    if (platform !== 'ios' || !['device', 'automated', 'user'].includes(enrollment as string)) throw new Refusal('enrollment-invalid');
    const requestId = String(frame.requestId);
    const known = requests.get(requestId);
    const isUsed = [...certificates.values()].some(({ deviceId, use }) => deviceId === known && use === 'current');
    if (known !== undefined && isUsed) throw new Refusal('enrollment-invalid');
    const id = known ?? randomUUID();
    const answer = issue('enrolled', frame, id);
    requests.set(requestId, id);
    if (known === undefined) devices.set(id, { id, link: undefined, queue: [], finished: new Set(), leaving: false });
    send(link, answer);
  }

  function next(link: WebSocket, { queue }: Device): void {
    const [command] = queue;
    if (command === undefined) return send(link, { type: 'check-in-done' });
    command.delivered = true;
    send(link, { type: 'command', commandId: command.commandId, command: { type: command.type, parameters: {} } });
  }

  function finished(link: WebSocket, device: Device, { commandId, status }: Frame): void {
    const [command] = device.queue;
    const id = String(commandId);
    const isOpen = command?.commandId === id && command.delivered;
    if (!isOpen && !device.finished.has(id)) throw new Refusal('message-unexpected');
    if (status === 'not-now') return send(link, { type: 'check-in-done' });
    send(link, { type: 'result-accepted', commandId: id });
    if (isOpen) {
      device.queue.shift();
      device.finished.add(id);
      device.leaving ||= status === 'acknowledged' && (command.type === 'wipe' || command.type === 'retire');
    }
    if (!device.leaving) next(link, device);
  }

  function administrator(request: IncomingMessage, response: ServerResponse): void {
    const [, id = '', type = ''] = /^\/v1\.0\/deviceManagement\/managedDevices\/([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const device = devices.get(id);
    if (request.headers.authorization !== `Bearer ${adminToken}`) return void response.writeHead(401).end();
    if (device === undefined) return void response.writeHead(404).end();
    device.queue.push({ commandId: randomUUID(), type, delivered: false });
    response.writeHead(204).end();
  }

  return {
    devices: `wss://${host}/devices`,
    graph: `https://${host}`,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

const fields: Record<string, readonly string[]> = {
  enroll: ['requestId', 'token', 'csr', 'inventory'],
  'device-information': ['deviceId', 'information'],
  'check-in': ['deviceId', 'trigger', 'osVersion'],
  'command-result': ['deviceId', 'commandId', 'status'],
  renew: ['deviceId', 'requestId', 'csr'],
  unenroll: ['deviceId'],
  left: ['deviceId'],
  'clock-done': ['step'],
};

function read(text: string, isBinary: boolean): Frame {
  if (isBinary) throw new Refusal('frame-binary');
  if (Buffer.byteLength(text) > frameBytesMax) throw new Refusal('frame-too-large');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('frame-malformed');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('frame-malformed');
  const frame = value as Frame;
  const wanted = Object.hasOwn(fields, frame.type) ? fields[frame.type] : undefined;
  if (wanted === undefined) throw new Refusal('message-unknown');
  if (wanted.some((name) => frame[name] === undefined)) throw new Refusal('message-invalid');
  return frame;
}

/** A stranger at the stub's door for devices, who says what it likes and hears everything. */
import { type ClientOptions, WebSocket } from 'ws';
import type { StoredIdentity } from '../../agent/agent-file.ts';
import { type DeviceMessage, type ServerMessage, subProtocol } from '../../protocol/messages.ts';
import { until } from './until.ts';

export interface WireOptions extends Omit<ClientOptions, 'protocol'> {
  path?: string;
  protocol?: string | null;
}

/** A bare WebSocket to the stub. */
export class Wire {
  readonly socket: WebSocket;
  readonly frames: ServerMessage[] = [];
  closed: { code: number; reason: string } | undefined;
  /** What the upgrade was answered with, when it was not taken. */
  refusedUpgrade: { status: number | undefined; body: string } | undefined;
  failure: Error | undefined;

  constructor(url: string, ca: string, identity: StoredIdentity | undefined, { path, protocol = subProtocol, ...options }: WireOptions) {
    const address = path === undefined ? url : url.replace(/\/devices$/, path);
    const keys = identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey };
    this.socket = new WebSocket(address, protocol === null ? [] : [protocol], { ca, ...keys, perMessageDeflate: false, ...options });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(data.toString()) as ServerMessage));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on('error', (error) => {
      this.failure = error;
    });
    this.socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        this.refusedUpgrade = { status: response.statusCode, body };
      });
    });
  }

  /** Waits for the first frame of this type. */
  async next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    const heard = () => `It got ${JSON.stringify(this.frames)}, ${JSON.stringify(this.closed)}, ${this.failure?.message}`;
    const frame = await until(`a frame ${type}`, () => this.frames.find((one) => one.type === type), heard);
    return frame as Extract<ServerMessage, { type: T }>;
  }

  /** Waits until the link is open and the stub has said what time it is. */
  async opened(): Promise<this> {
    await this.next('clock');
    return this;
  }

  send(frame: DeviceMessage | Record<string, unknown> | string | Buffer): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** How the link ended. */
  end(): Promise<{ code: number; reason: string }> {
    return until(
      'the end of the link',
      () => this.closed,
      () => `It got ${JSON.stringify(this.frames)}`,
    );
  }

  /** The refusal that ended it. */
  async refused(): Promise<{ code: string; message: string; closed: { code: number; reason: string } }> {
    const { code, message } = await this.next('refused');
    return { code, message, closed: await this.end() };
  }
}

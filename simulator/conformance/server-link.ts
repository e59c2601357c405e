/**
 * A device's end of one WebSocket, for a suite that has to be able to misbehave: it sends whatever it is given, reads frame by frame in
 * the order in which they came, and writes all of it down. What the server does wrong is a CaseFailure, never an exception of `ws`.
 */
import { isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { decodeServerMessage, encode, ProtocolError } from '../../protocol/codec.ts';
import type { DeviceMessage, RefusalCode, ServerMessage } from '../../protocol/messages.ts';
import { CaseFailure, mustBe, Silence } from './conformance-case.ts';
import type { Transcript } from './transcript.ts';
import { whyUnreachable } from './unreachable.ts';

type MessageType = ServerMessage['type'];
type Message<T extends MessageType> = Extract<ServerMessage, { type: T }>;
type Arrival = { kind: 'frame'; text: string } | { kind: 'binary' } | Ended;
/** How a link ended: the close frame's code and reason; 1006 for none. */
type Ended = { kind: 'ended'; code: number; reason: string };

/** A server that sends without an end is hung up on. */
const unreadMax = 1_000;
const payloadBytesMax = 1024 * 1024;

/** A server may send these at any time, and no case minds. */
const atAnyTime: ReadonlySet<MessageType> = new Set(['clock', 'nudge', 'notification']);

export interface LinkOptions {
  url: string;
  ca: string | undefined;
  /** PEM; undefined: comes without a certificate. */
  identity: { certificate: string; privateKey: string } | undefined;
  protocols: readonly string[];
  /** Offers compression, which no server of this protocol takes. */
  compression: boolean;
  /** A TLS session to offer, of an earlier link; undefined: none. */
  session: Buffer | undefined;
  /** Its number in the transcript. */
  number: number;
  /** Real milliseconds that each answer may take. */
  answerMs: number;
}

export class ServerLink {
  readonly socket: WebSocket;
  readonly #session: () => Buffer | undefined;
  readonly #number: number;
  readonly #answerMs: number;
  readonly #transcript: Transcript;
  readonly #arrived: Arrival[] = [];
  #wake = () => {};
  #clock: { now: number; speed: number; at: number } | undefined;

  /** Opens it. @throws CaseFailure (rejects) when it does not open */
  static async open(options: LinkOptions, transcript: Transcript): Promise<ServerLink> {
    const { url, ca, identity, protocols, compression, session, number, answerMs } = options;
    let latest: Buffer | undefined;
    const createConnection = (wanted: ConnectionOptions) => {
      const { hostname } = new URL(url);
      // RFC 6066 §3: an address is no server name.
      const servername = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : '';
      const offered = session === undefined ? {} : { session };
      const tls = connectTls({ ...wanted, path: undefined, servername, ...offered });
      tls.on('session', (issued: Buffer) => {
        latest = issued;
      });
      tls.once('secureConnect', () => {
        if (tls.isSessionReused()) transcript.add(number, 'event', 'the server took the TLS session');
      });
      return tls;
    };
    const settings: ClientOptions = {
      ...(ca === undefined ? {} : { ca }),
      ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey }),
      perMessageDeflate: compression,
      maxPayload: payloadBytesMax,
      followRedirects: false,
      // `ws` only asks it for a stream.
      createConnection: createConnection as unknown as NonNullable<ClientOptions['createConnection']>,
    };
    const socket = new WebSocket(url, [...protocols], settings);
    const link = new ServerLink(socket, () => latest, number, answerMs, transcript);
    transcript.add(number, 'event', howItConnects(options));
    // In all, and not since the last octet: an answer that drips in is none.
    const deadline = setTimeout(() => socket.terminate(), answerMs);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      // It stays: errors after the opening are the end of the link, which comes as an event of its own.
      socket.on('error', (error) => {
        const came = whyUnreachable(error, new URL(url).host, answerMs);
        transcript.add(number, 'event', came);
        reject(new CaseFailure('an open WebSocket over TLS', came));
      });
    }).finally(() => clearTimeout(deadline));
    return link;
  }

  private constructor(socket: WebSocket, session: () => Buffer | undefined, number: number, answerMs: number, transcript: Transcript) {
    this.socket = socket;
    this.#session = session;
    this.#number = number;
    this.#answerMs = answerMs;
    this.#transcript = transcript;
    socket.on('message', (data, isBinary) => {
      const text = data.toString();
      transcript.add(number, 'server', isBinary ? `(a binary frame of ${text.length} bytes)` : text);
      this.#arrive(isBinary ? { kind: 'binary' } : { kind: 'frame', text });
    });
    socket.on('close', (code, reason) => {
      transcript.add(number, 'event', `ended, code ${code}, reason "${reason}"`);
      this.#arrive({ kind: 'ended', code, reason: reason.toString() });
    });
  }

  #arrive(arrival: Arrival): void {
    this.#arrived.push(arrival);
    if (this.#arrived.length > unreadMax) this.socket.terminate();
    this.#wake();
  }

  /** The server's time: what its latest `clock` said, and what has passed since; undefined where it never said so. */
  get now(): number | undefined {
    if (this.#clock === undefined) return undefined;
    return this.#clock.now + (performance.now() - this.#clock.at) * this.#clock.speed;
  }

  /** The TLS session that the server handed over last, for another link; undefined: it did not. */
  get session(): Buffer | undefined {
    return this.#session();
  }

  /** A message, any text, or a binary frame. */
  send(frame: DeviceMessage | string | Buffer): void {
    const data = typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : encode(frame);
    this.#transcript.add(this.#number, 'device', Buffer.isBuffer(data) ? `(a binary frame of ${data.length} bytes)` : data);
    this.socket.send(data, () => {
      // Sending into a link that has ended shows in its end.
    });
  }

  /** One message in several frames (RFC 6455 §5.4). */
  sendInParts(text: string, parts: number): void {
    this.#transcript.add(this.#number, 'device', `${text} (in ${parts} fragments)`);
    const size = Math.ceil(text.length / parts);
    for (let part = 0; part < parts; part++) {
      this.socket.send(text.slice(part * size, (part + 1) * size), { fin: part === parts - 1 });
    }
  }

  /**
   * The next message of this type. Those that may come at any time, and `besides`, are passed over.
   * @throws CaseFailure (rejects) for anything else, for an end, and for silence
   */
  async next<T extends MessageType>(type: T, besides: readonly MessageType[] = []): Promise<Message<T>> {
    return (await this.nextOf([type], besides)) as Message<T>;
  }

  /** The next message that is of one of these types. @throws CaseFailure (rejects) likewise */
  async nextOf<T extends MessageType>(types: readonly T[], besides: readonly MessageType[] = []): Promise<Message<T>> {
    const expected = `the frame ${types.join(' or ')}`;
    const giveUpAt = performance.now() + this.#answerMs;
    for (;;) {
      const message = this.#read(await this.#arrival(expected, giveUpAt), expected);
      if ((types as readonly MessageType[]).includes(message.type)) return message as Message<T>;
      if (message.type === 'refused') throw new CaseFailure(expected, `a refusal, ${message.code}: ${message.message}`);
      mustBe(atAnyTime.has(message.type) || besides.includes(message.type), expected, `the frame ${message.type}`);
    }
  }

  /** Waits for the first thing to come, and takes it in if it is the clock; whatever else there is, or is not, the next question finds. */
  async clockCame(): Promise<void> {
    if (this.#arrived.length === 0) await this.#woken(performance.now() + this.#answerMs);
    const [first] = this.#arrived;
    if (first?.kind === 'frame' && isClock(first.text)) await this.next('clock');
  }

  /** The very first message, whatever it is. @throws CaseFailure (rejects) */
  async first(expected: string): Promise<ServerMessage> {
    return this.#read(await this.#arrival(expected, performance.now() + this.#answerMs), expected);
  }

  /** The link ends with a refusal of this code, and nothing else. @throws CaseFailure (rejects) */
  async refusal(code: RefusalCode): Promise<void> {
    const expected = `the frame refused with the code ${code}, and then the end of the link`;
    const giveUpAt = performance.now() + this.#answerMs;
    for (;;) {
      const message = this.#read(await this.#arrival(expected, giveUpAt), expected);
      if (message.type === 'refused') {
        mustBe(message.code === code, expected, `a refusal with the code ${message.code}: ${message.message}`);
        break;
      }
      mustBe(atAnyTime.has(message.type), expected, `the frame ${message.type}`);
    }
    const { reason } = await this.ended(`the end of the link after its refusal, with the reason ${code}`);
    mustBe(reason === code, `a close frame with the reason ${code}`, reason === '' ? 'an end without a reason' : `the reason ${reason}`);
  }

  /** The server ends the link; frames before that are passed over. @throws CaseFailure (rejects) */
  async ended(expected: string): Promise<Ended> {
    const giveUpAt = performance.now() + this.#answerMs;
    for (;;) {
      const arrival = await this.#arrival(expected, giveUpAt, { mayEnd: true });
      if (arrival.kind === 'ended') return arrival;
    }
  }

  /** Ends it as a device does, and waits for the end. */
  async close(reason: string): Promise<void> {
    this.socket.close(1000, reason);
    await this.ended('the server’s close frame in answer to ours');
  }

  /** Breaks it off without a close frame, as when the network goes. */
  break(): void {
    this.socket.terminate();
  }

  /** A ping; resolves at its pong. @throws CaseFailure (rejects) */
  async ping(): Promise<void> {
    let isAnswered = false;
    this.socket.once('pong', (data) => {
      isAnswered = data.toString() === 'conformance';
      this.#wake();
    });
    this.#transcript.add(this.#number, 'device', '(a ping)');
    this.socket.ping('conformance');
    const giveUpAt = performance.now() + this.#answerMs;
    while (!isAnswered) {
      const came = this.socket.readyState === WebSocket.OPEN ? `no such pong within ${this.#answerMs} ms` : 'the end of the link';
      mustBe(performance.now() < giveUpAt && this.socket.readyState === WebSocket.OPEN, 'a pong with the data of the ping', came);
      await this.#woken(giveUpAt);
    }
  }

  async #arrival(expected: string, giveUpAt: number, { mayEnd = false } = {}): Promise<Arrival> {
    for (;;) {
      const arrival = this.#arrived.shift();
      if (arrival === undefined) {
        if (performance.now() >= giveUpAt) throw new Silence(expected, this.#answerMs);
        await this.#woken(giveUpAt);
      } else if (arrival.kind === 'ended' && !mayEnd) {
        // Whoever asks again hears the same.
        this.#arrived.unshift(arrival);
        throw new CaseFailure(
          expected,
          `the end of the link, code ${arrival.code}${arrival.reason === '' ? '' : `, reason ${arrival.reason}`}`,
        );
      } else return arrival;
    }
  }

  #read(arrival: Arrival, expected: string): ServerMessage {
    mustBe(arrival.kind === 'frame', expected, 'a binary frame');
    try {
      const message = decodeServerMessage(arrival.text);
      if (message.type === 'clock') this.#clock = { now: message.now, speed: message.speed, at: performance.now() };
      return message;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new CaseFailure(expected, `a frame that cannot be read: ${error.message.replace(/\.$/, '')}`);
    }
  }

  #woken(giveUpAt: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, giveUpAt - performance.now()));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function isClock(text: string): boolean {
  try {
    return decodeServerMessage(text).type === 'clock';
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return false;
  }
}

function howItConnects({ identity, session }: LinkOptions): string {
  if (identity === undefined) return 'connects without a certificate';
  return session === undefined ? 'connects with the certificate' : 'connects with the TLS session of an earlier link';
}

/**
 * What the machines wish for, in virtual time: tasks of the exchange between them. A class each, so that the wishes of every world have one
 * shape: they are asked with each message.
 */
import type { DeviceNote, DeviceOut } from '../../agent/device/effects.ts';
import { decodeDeviceMessage, decodeServerMessage, encode } from '../../protocol/codec.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideRequest } from '../../protocol/outside.ts';
import type { MailRecord } from '../../server-stub/core/directory-records.ts';
import type { ServerNote, ServerOut, SigningRequest } from '../../server-stub/core/effects.ts';
import { type Exchange, task } from './exchange.ts';
import type { Links } from './links.ts';
import type { Listener } from './listener.ts';
import type { Waits } from './waits.ts';

/** What both sides' wishes need to know of their machines. */
interface Between {
  exchange: Exchange;
  links: Links;
  waits: Waits;
  /** Every message is encoded and decoded, as on the wire. */
  codec: boolean;
  listener: Listener;
  now: () => number;
  deviceSaid: (index: number, note: DeviceNote) => void;
  serverSaid: (note: ServerNote) => void;
}

export class DeviceWishes implements DeviceOut {
  /** The device whose machine is stepping: whose wishes these are. */
  stepping = -1;
  readonly #certificates: (string | null)[] = [];
  readonly #exchange: Exchange;
  readonly #links: Links;
  readonly #waits: Waits;
  readonly #codec: boolean;
  readonly #listener: Listener;
  readonly #now: () => number;
  readonly #said: (index: number, note: DeviceNote) => void;

  constructor({ exchange, links, waits, codec, listener, now, deviceSaid }: Between) {
    this.#exchange = exchange;
    this.#links = links;
    this.#waits = waits;
    this.#codec = codec;
    this.#listener = listener;
    this.#now = now;
    this.#said = deviceSaid;
  }

  addDevice(): void {
    this.#certificates.push(null);
  }

  openLink(identity: 'none' | 'certificate'): void {
    const link = this.#links.open(this.stepping);
    this.#exchange.add(task.serverOpened, link, identity === 'none' ? null : this.#certificates[this.stepping]);
    this.#exchange.add(task.deviceOpened, link, null);
  }

  send(message: DeviceMessage): void {
    this.#listener.frame?.(this.stepping, 'device', message, this.#now());
    this.#exchange.add(task.toServer, this.#links.of(this.stepping), this.#codec ? decodeDeviceMessage(encode(message)) : message);
  }

  closeLink(): void {
    this.#exchange.add(task.serverClosed, this.#links.closeAtDevice(this.stepping), null);
  }

  createCsr(requestId: string): void {
    this.#exchange.add(task.createCsr, this.stepping, requestId);
  }

  saveIdentity(_requestId: string, pem: string): void {
    this.#certificates[this.stepping] = pem;
  }

  eraseIdentity(): void {
    this.#certificates[this.stepping] = null;
  }

  ask(id: number, request: OutsideRequest): void {
    if (request.service === 'sign-in') this.#waits.asked(this.stepping);
    this.#exchange.add(task.ask, this.stepping, { id, request });
  }

  note(note: DeviceNote): void {
    this.#said(this.stepping, note);
  }
}

export class ServerWishes implements ServerOut {
  readonly #exchange: Exchange;
  readonly #links: Links;
  readonly #codec: boolean;
  readonly #listener: Listener;
  readonly #now: () => number;
  readonly note: (note: ServerNote) => void;

  constructor({ exchange, links, codec, listener, now, serverSaid }: Between) {
    this.#exchange = exchange;
    this.#links = links;
    this.#codec = codec;
    this.#listener = listener;
    this.#now = now;
    this.note = serverSaid;
  }

  send(link: number, message: ServerMessage): void {
    const index = this.#listener.frame === undefined ? undefined : this.#links.deviceOn(link);
    if (index !== undefined) this.#listener.frame?.(index, 'service', message, this.#now());
    this.#exchange.add(task.toDevice, link, this.#codec ? decodeServerMessage(encode(message)) : message);
  }

  closeLink(link: number, reason: string): void {
    this.#exchange.add(task.deviceClosed, link, reason);
  }

  signCertificate(request: SigningRequest): void {
    this.#exchange.add(task.sign, request.link, request);
  }

  sendMail(mail: MailRecord): void {
    this.#exchange.add(task.mail, 0, mail);
  }
}

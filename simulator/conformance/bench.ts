/** What a case works with: links to the server, devices of its own, and an administrator where there is one. Of one case alone. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { createCsr } from '../../certs/csr.ts';
import type { DeviceMessage } from '../../protocol/messages.ts';
import { subProtocol } from '../../protocol/messages.ts';
import { askFor, type GraphTarget } from './administrator.ts';
import { CaseFailure } from './conformance-case.ts';
import { type LinkOptions, ServerLink } from './server-link.ts';
import { Transcript } from './transcript.ts';

type Enroll = Extract<DeviceMessage, { type: 'enroll' }>;
type CheckIn = Extract<DeviceMessage, { type: 'check-in' }>;

export interface ConformanceTarget {
  /** `wss://host:port/devices`. */
  devices: string;
  /** PEM of the authority that signed the server's certificate; undefined: the system's own. */
  ca: string | undefined;
  enrollmentToken: string;
  /** Who the devices belong to; a server may have to know that person. */
  userPrincipalName: string;
  /** null: cases that need an administrator are not run. */
  graph: GraphTarget | null;
  /** Real milliseconds that each answer may take. */
  answerMs: number;
}

/** A certificate and its key, both PEM. */
export interface Identity {
  certificate: string;
  privateKey: string;
}

/** A device that is enrolled. */
export interface Device {
  id: string;
  identity: Identity;
}

/** Keys take a third of a second each: those of a run are made once. */
export type Keys = readonly [first: string, second: string];

const osVersion = '17.5';

export class Bench {
  readonly target: ConformanceTarget;
  readonly keys: Keys;
  readonly transcript: Transcript;
  readonly #sendsClock: boolean;
  readonly #links: ServerLink[] = [];
  readonly #devices: Device[] = [];

  /** @param sendsClock whether the server is known to say the time on each link, so that it is heard out before anything is said to it */
  constructor(target: ConformanceTarget, keys: Keys, sendsClock: boolean) {
    this.target = target;
    this.keys = keys;
    this.#sendsClock = sendsClock;
    this.transcript = new Transcript([target.enrollmentToken, target.graph?.token ?? '']);
  }

  /** A link with this device's certificate, or without any. @throws CaseFailure (rejects) */
  async open(identity?: Identity, change: Partial<Pick<LinkOptions, 'protocols' | 'compression' | 'session'>> = {}): Promise<ServerLink> {
    const { devices: url, ca, answerMs } = this.target;
    if (identity !== undefined) mustBeUsable(identity);
    const number = this.#links.length + 1;
    const options = { url, ca, identity, protocols: [subProtocol], compression: false, session: undefined, number, answerMs, ...change };
    const link = await ServerLink.open(options, this.transcript);
    this.#links.push(link);
    if (this.#sendsClock) await link.clockCame();
    return link;
  }

  /** A well-formed request to be enrolled, of a device that never was. */
  enrollment(change: Partial<Enroll> = {}): Enroll {
    const { enrollmentToken: token, userPrincipalName } = this.target;
    const serialNumber = `CONF-${randomBytes(6).toString('hex').toUpperCase()}`;
    return {
      type: 'enroll',
      requestId: randomUUID(),
      token,
      csr: this.csr(),
      inventory: {
        platform: 'ios',
        enrollment: 'device',
        serialNumber,
        deviceName: `conformance ${serialNumber}`,
        manufacturer: 'Apple',
        model: 'iPhone 15',
        osVersion,
        userPrincipalName,
      },
      ...change,
    };
  }

  /** A request for a certificate, for the first key or for the second one of the run. */
  csr(key: 0 | 1 = 0): string {
    return createCsr({ subject: 'conformance', privateKey: this.keys[key] });
  }

  /** Enrols a device, and ends the link that it was enrolled on. @throws CaseFailure (rejects) */
  async enrol(request: Enroll = this.enrollment()): Promise<Device> {
    const link = await this.open();
    link.send(request);
    const { deviceId: id, certificate } = await link.next('enrolled');
    const device = this.enrolled({ id, identity: { certificate, privateKey: this.keys[0] } });
    await link.close('enrolled');
    return device;
  }

  /** Says that this device is there now, so that it is unenrolled in the end; a device's newest certificate counts. */
  enrolled(device: Device): Device {
    this.#devices.push(device);
    return device;
  }

  /** An enrolled device on its own link. @throws CaseFailure (rejects) */
  async connected(): Promise<{ device: Device; link: ServerLink }> {
    const device = await this.enrol();
    return { device, link: await this.open(device.identity) };
  }

  checkIn(device: Device, change: Partial<CheckIn> = {}): CheckIn {
    return { type: 'check-in', deviceId: device.id, trigger: 'connect', osVersion, ...change };
  }

  /** Checks in where nothing waits. @throws CaseFailure (rejects) when something does */
  async idleCheckIn(device: Device, link: ServerLink, change: Partial<CheckIn> = {}): Promise<void> {
    link.send(this.checkIn(device, change));
    await link.next('check-in-done', ['configuration', 'notice']);
  }

  /** An administrator's action on a device of this case. @throws CaseFailure (rejects) */
  async ask(device: Device, verb: string): Promise<void> {
    const { graph, answerMs } = this.target;
    if (graph === null) throw new Error('This case needs an administrator, and there is none.');
    await askFor(graph, device.id, verb, answerMs, this.transcript);
  }

  /** Ends its links, and takes its devices out of the tenant again as far as the server lets it. */
  async close(): Promise<void> {
    for (const link of this.#links) link.break();
    const quiet = new Bench({ ...this.target, answerMs: Math.min(this.target.answerMs, 2_000) }, this.keys, this.#sendsClock);
    const newest = new Map(this.#devices.map((device) => [device.id, device]));
    for (const { id, identity } of newest.values()) {
      try {
        const link = await quiet.open(identity);
        link.send({ type: 'unenroll', deviceId: id });
        await link.ended('the end');
        link.break();
      } catch (error) {
        // A case may have ended the management itself, or have found out that the server does not do it.
        if (!(error instanceof CaseFailure)) throw error;
      }
    }
    for (const link of quiet.#links) link.break();
  }
}

/** @throws CaseFailure for what no device could show in a TLS handshake */
function mustBeUsable({ certificate, privateKey }: Identity): void {
  try {
    createSecureContext({ cert: certificate, key: privateKey });
  } catch (error) {
    throw new CaseFailure(
      'a certificate that can be used with the key of its CSR',
      `one that OpenSSL refuses (${(error as Error).message})`,
    );
  }
}

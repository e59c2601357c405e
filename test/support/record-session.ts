/** Whole sessions between a device and our own stub, as they go over the wire: what protocol/examples/sessions keeps, and README.md shows. */
import { createCsr } from '../../certs/csr.ts';
import type { DeviceInformation } from '../../protocol/device-information.ts';
import type { CheckInTrigger, DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import { ScaledClock } from '../../runtime/clock.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { Link, PeerCertificate } from '../../runtime/link.ts';
import { silentLog } from '../../runtime/log.ts';
import { memoryLink } from '../../runtime/memory-link.ts';
import { type CoreSettings, pushAtOnce, tenantConfigurationDefault } from '../../server-stub/core/settings.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { createStub, type Stub } from '../../server-stub/stub.ts';
import { adminToken, managedDevices, testAuthority, testKeys } from './tenant.ts';
import { until } from './until.ts';

/** One line of a session, in order. */
export type SessionStep =
  /** `certificate`: serial number of the one that the device shows. */
  | { link: number; opened: true; certificate: string | null }
  | { link: number; from: 'device' | 'server'; frame: string }
  | { link: number; closedBy: 'device' | 'server'; reason: string }
  /** The network went, without a close frame. */
  | { link: number; broken: true }
  | { administrator: string };

export interface Session {
  title: string;
  steps: SessionStep[];
}

const start = Date.UTC(2026, 0, 5, 9);
const sessionToken = 'enrol-me';

type Issued = Extract<ServerMessage, { type: 'enrolled' | 'renewed' }>;

/** A device that says what it is told to say, and waits for answers. */
class RecordedDevice {
  readonly #stub: Stub;
  readonly #steps: SessionStep[];
  #links = 0;
  #link: Link | undefined;
  #number = 0;
  #unread: ServerMessage[] = [];
  #ended = false;

  constructor(stub: Stub, steps: SessionStep[]) {
    this.#stub = stub;
    this.#steps = steps;
  }

  async open(peer: PeerCertificate | null): Promise<void> {
    const number = ++this.#links;
    const { device, server } = memoryLink(peer);
    this.#steps.push({ link: number, opened: true, certificate: peer?.serialNumber ?? null });
    this.#link = device;
    this.#number = number;
    this.#unread = [];
    this.#ended = false;
    let isMine = true;
    device.attach({
      frame: (frame) => {
        if (!isMine) return;
        this.#steps.push({ link: number, from: 'server', frame });
        this.#unread.push(JSON.parse(frame) as ServerMessage);
      },
      fault() {},
      closed: (reason) => {
        if (!isMine) return;
        isMine = false;
        this.#ended = true;
        this.#steps.push(reason === brokenWord ? { link: number, broken: true } : { link: number, closedBy: this.#closer, reason });
      },
    });
    this.#closer = 'server';
    this.#stub.accept(server);
    await this.hear('clock');
  }

  #closer: 'device' | 'server' = 'server';

  say(message: DeviceMessage | string): void {
    const frame = typeof message === 'string' ? message : JSON.stringify(message);
    this.#steps.push({ link: this.#number, from: 'device', frame });
    this.#link?.send(frame);
  }

  async hear<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    const heard = () => JSON.stringify(this.#steps);
    const index = await until(
      type,
      () => {
        const found = this.#unread.findIndex((message) => message.type === type);
        return found < 0 ? undefined : { found };
      },
      heard,
    );
    return this.#unread.splice(0, index.found + 1).at(-1) as Extract<ServerMessage, { type: T }>;
  }

  async close(reason: string): Promise<void> {
    this.#closer = 'device';
    this.#link?.close(reason);
    await this.ended();
  }

  async break(): Promise<void> {
    this.#link?.close(brokenWord);
    await this.ended();
  }

  async ended(): Promise<void> {
    await until('the end of the link', () => this.#ended);
  }

  async administrator(method: string, path: string): Promise<void> {
    this.#steps.push({ administrator: `${method} ${path}` });
    const headers = { authorization: `Bearer ${adminToken}` };
    const { status } = await this.#stub.fetch(new Request(`https://stub${path}`, { method, headers }));
    if (status !== 204) throw new Error(`${method} ${path} was answered with ${status}.`);
  }
}

/** A word of the recording's own: on a wire there would be none. */
const brokenWord = 'broken';

function peerOf({ deviceId: subject, serialNumber, notBefore, notAfter }: Issued): PeerCertificate {
  return { subject, serialNumber, notBefore, notAfter, trusted: true };
}

const inventory = {
  platform: 'ios',
  enrollment: 'automated',
  serialNumber: 'DOC0001',
  deviceName: 'doc-iphone',
  manufacturer: 'Apple',
  model: 'iPhone 15',
  osVersion: '17.5.1',
  userPrincipalName: 'alice@contoso.example',
} as const;

const information: DeviceInformation = {
  deviceName: 'doc-iphone',
  osVersion: '17.5.1',
  jailBroken: false,
  encrypted: true,
  passcode: false,
  workProfilePasscode: null,
  resetToken: 'none',
  lostMode: false,
  activationLock: false,
  activeUser: null,
  apps: [],
};

interface Played {
  device: RecordedDevice;
  csr(): Promise<string>;
}

const requestId = '5f0c2a77-1b7e-4a53-9d0e-0a4a4cf9f9f1';

async function enrol({ device, csr }: Played): Promise<PeerCertificate> {
  await device.open(null);
  device.say({ type: 'enroll', requestId, token: sessionToken, csr: await csr(), inventory });
  const peer = peerOf(await device.hear('enrolled'));
  await device.close('enrolled');
  return peer;
}

function checkIn(device: RecordedDevice, deviceId: string, trigger: CheckInTrigger, configuration?: string): void {
  const version = configuration === undefined ? {} : { configuration };
  device.say({ type: 'check-in', deviceId, trigger, osVersion: inventory.osVersion, ...version });
}

async function enrolledAndConnected(played: Played): Promise<PeerCertificate> {
  const peer = await enrol(played);
  await played.device.open(peer);
  return peer;
}

/** Locks the device, which is connected, and waits for the nudge. */
async function locked(device: RecordedDevice, deviceId: string): Promise<void> {
  await device.administrator('POST', `${managedDevices}/${deviceId}/remoteLock`);
  await device.hear('nudge');
}

/** What a session's stub wants of devices, what it is about, and how it goes. */
const plays: Record<string, { title: string; tenant?: CoreSettings['tenant']; play(played: Played): Promise<void> }> = {
  '01-first-day': {
    title: 'A device enrols, comes back with its certificate, checks in, and is locked by an administrator',
    async play(played) {
      const { device } = played;
      const { subject: deviceId } = await enrolledAndConnected(played);
      checkIn(device, deviceId, 'connect');
      await device.hear('check-in-done');
      await locked(device, deviceId);
      checkIn(device, deviceId, 'push');
      const { commandId } = await device.hear('command');
      device.say({ type: 'command-result', deviceId, commandId, status: 'acknowledged' });
      await device.hear('result-accepted');
      await device.hear('check-in-done');
      await device.close('gone');
    },
  },
  '02-link-lost': {
    title: 'The link breaks before the result of a command: the command comes again, and is answered again',
    async play(played) {
      const { device } = played;
      const peer = await enrolledAndConnected(played);
      const deviceId = peer.subject;
      checkIn(device, deviceId, 'connect');
      await device.hear('check-in-done');
      await locked(device, deviceId);
      checkIn(device, deviceId, 'push');
      await device.hear('command');
      await device.break();
      await device.open(peer);
      checkIn(device, deviceId, 'connect');
      const { commandId } = await device.hear('command');
      device.say({ type: 'command-result', deviceId, commandId, status: 'acknowledged' });
      await device.hear('check-in-done');
      await device.close('gone');
    },
  },
  '03-renewal': {
    title: 'A device gets its next certificate and comes back with it; a copy of the old one is refused from then on',
    async play(played) {
      const { device, csr } = played;
      const old = await enrolledAndConnected(played);
      const deviceId = old.subject;
      checkIn(device, deviceId, 'connect');
      await device.hear('check-in-done');
      device.say({ type: 'renew', deviceId, requestId: 'b2b1', csr: await csr() });
      const next = peerOf(await device.hear('renewed'));
      await device.close('renewed');
      await device.open(next);
      checkIn(device, deviceId, 'connect');
      await device.hear('check-in-done');
      await device.close('gone');
      await device.open(old);
      await device.ended();
    },
  },
  '04-refusals': {
    title: 'What is refused: a wrong token, a check-in without a certificate, half of a message, another device’s name',
    async play(played) {
      const { device, csr } = played;
      await device.open(null);
      device.say({ type: 'enroll', requestId, token: 'guessed', csr: await csr(), inventory });
      await device.ended();
      const peer = await enrol(played);
      await device.open(null);
      checkIn(device, peer.subject, 'connect');
      await device.ended();
      await device.open(peer);
      device.say('{"type":"check-in","deviceId":"');
      await device.ended();
      await device.open(peer);
      checkIn(device, 'somebody-else', 'connect');
      await device.ended();
    },
  },
  '05-enrolment-repeated': {
    title: 'The answer to an enrolment is lost: the same request again gives the same device; when its certificate was used, no more',
    async play(played) {
      const { device, csr } = played;
      const first = await csr();
      const request: DeviceMessage = { type: 'enroll', requestId, token: sessionToken, csr: first, inventory };
      await device.open(null);
      device.say(request);
      await device.break();
      await device.open(null);
      device.say(request);
      const peer = peerOf(await device.hear('enrolled'));
      await device.close('enrolled');
      await device.open(peer);
      checkIn(device, peer.subject, 'connect');
      await device.hear('check-in-done');
      await device.close('gone');
      await device.open(null);
      device.say(request);
      await device.ended();
    },
  },
  '06-not-now-and-wipe': {
    title: 'A device puts a wipe off, carries it out at the next check-in, and is forgotten',
    async play(played) {
      const { device } = played;
      const peer = await enrolledAndConnected(played);
      const deviceId = peer.subject;
      checkIn(device, deviceId, 'connect');
      await device.hear('check-in-done');
      await device.administrator('POST', `${managedDevices}/${deviceId}/wipe`);
      await device.hear('nudge');
      for (const status of ['not-now', 'acknowledged'] as const) {
        checkIn(device, deviceId, 'push');
        const { commandId } = await device.hear('command');
        device.say({ type: 'command-result', deviceId, commandId, status });
        await device.hear(status === 'not-now' ? 'check-in-done' : 'result-accepted');
      }
      await device.close('wiped');
      await device.open(peer);
      await device.ended();
    },
  },
  '07-configuration': {
    title: 'What a device tells of itself, and what it is told to be: the version that it names the next time says that it has taken it',
    tenant: { ...tenantConfigurationDefault, passcodeRequired: true, passcodeLengthMin: 6 },
    async play(played) {
      const { device } = played;
      const { subject: deviceId } = await enrolledAndConnected(played);
      device.say({ type: 'device-information', deviceId, information });
      checkIn(device, deviceId, 'connect');
      const { configuration } = await device.hear('configuration');
      device.say({ type: 'device-information', deviceId, information: { ...information, passcode: true } });
      await device.hear('check-in-done');
      checkIn(device, deviceId, 'schedule', configuration.version);
      await device.hear('check-in-done');
      await device.close('gone');
    },
  },
};

export const sessionNames = Object.keys(plays);

/** Plays a session once more. The same each time, but for the PEM texts, which are those of this checkout's keys. */
export async function recordSession(name: string): Promise<Session> {
  const { title, tenant, play } = plays[name] as (typeof plays)[string];
  const authority = await testAuthority();
  const store = createMemoryStore();
  const stub = createStub({
    store,
    authority,
    clock: new ScaledClock({ anchorReal: Date.now(), anchor: start, speed: 0 }),
    settings: {
      seed: name,
      enrollmentToken: sessionToken,
      renewalWindowMs: 30 * dayMs,
      push: pushAtOnce,
      ...(tenant === undefined ? {} : { tenant }),
    },
    adminToken,
    log: silentLog,
  });
  const steps: SessionStep[] = [];
  try {
    let keys = 0;
    const csr = async () => createCsr({ subject: 'doc-iphone', privateKey: await testKeys.keyAt(keys++) });
    await play({ device: new RecordedDevice(stub, steps), csr });
  } finally {
    stub.close();
    store.close();
  }
  return { title, steps };
}

/**
 * The connections of a load run's devices: opened as cheaply as it gets, counted, and with the scenario's faults on them. A device that no
 * fault is about has nothing between it and its socket.
 */
import type { StoredIdentity } from '../../../agent/agent-file.ts';
import { ConnectError } from '../../../agent/connect-error.ts';
import type { DeviceState } from '../../../agent/device/state.ts';
import { DeviceContexts } from '../../../agent/device-contexts.ts';
import { type DeviceSocket, openDeviceSocket } from '../../../agent/device-socket.ts';
import { Heartbeat } from '../../../agent/heartbeat.ts';
import type { AgentRunner } from '../../../agent/runner.ts';
import { TlsSessions } from '../../../agent/tls-sessions.ts';
import { type Clock, systemClock } from '../../../runtime/clock.ts';
import type { Link } from '../../../runtime/link.ts';
import { closedLink } from '../../live/faulty-link.ts';
import type { FaultKind } from '../../scenarios/fault.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import type { FaultsFound } from '../../world/faults/fault-tally.ts';
import { Faults, silent } from '../../world/faults/faults.ts';
import type { ReasonCounts } from '../load-figures.ts';
import type { LoadTarget } from '../load-job.ts';
import { type FaultsOnWires, type WireDevice, WireLink } from './wire-link.ts';
import { WireSocket } from './wire-socket.ts';

/** An attempt that nobody answers is given up then. */
const attemptMsMaxDefault = 15_000;

/** What only the service itself can do, and a device's end of a link cannot. */
const ofTheService: readonly FaultKind[] = ['push', 'mail', 'failedRenewal'];
/** For which bytes are looked at. */
const ofBytes: readonly FaultKind[] = ['reset', 'halfOpen', 'slowReader', 'slowWriter'];

export interface WireOptions {
  target: LoadTarget;
  scenario: Pick<Scenario, 'seed' | 'startAt' | 'faults'>;
  /** Keep the TLS session of a device for when it comes back. */
  resume: boolean;
  /** Whom a fault about the device itself (its clock, its power) concerns. */
  agent(index: number): AgentRunner;
  onOpened?(index: number, opened: Pick<DeviceSocket, 'resumed' | 'tcpMs' | 'tlsMs' | 'upgradeMs'>): void;
  /** Lets a handshake begin when it may: what faults hold up before it takes nobody's place. */
  inTurn?<T>(handshake: () => Promise<T>, index: number): Promise<T>;
  /** After so much silence a peer is asked, and after as much again given up. */
  heartbeatMs?: number;
  attemptMsMax?: number;
  real?: Clock;
}

export interface WireCounts {
  tried: number;
  opened: number;
  /** Of them, with the TLS session of the one before. */
  resumed: number;
  /** Ended, though nobody on this side ended them. */
  lost: number;
  failed: ReasonCounts;
  /** Without what TLS adds. */
  bytesSent: number;
  bytesReceived: number;
}

interface Connected {
  index: number;
  socket: DeviceSocket;
  bytes: { readonly bytesRead: number; readonly bytesWritten: number };
  between: WireSocket | undefined;
  /** Of a device that faults concern. */
  link: WireLink | undefined;
  isEndedByUs: boolean;
}

export class Wire {
  readonly #options: WireOptions;
  readonly #real: Clock;
  readonly #contexts: DeviceContexts;
  readonly #heartbeat: Heartbeat;
  readonly #faults: Faults | undefined;
  readonly #surroundings: FaultsOnWires | undefined;
  readonly #hasFaultsOfBytes: boolean;
  /** Those whom faults concern. */
  readonly #concerned = new Map<number, WireDevice>();
  #places = 0;
  readonly #connected = new Map<number, Connected>();
  readonly #sessions = new Map<number, TlsSessions>();
  readonly #silent = new Set<WireSocket>();
  /** Whose link fell silent, and who has no other one yet. */
  readonly #isSilenced = new Set<number>();
  readonly #counts: WireCounts = { tried: 0, opened: 0, resumed: 0, lost: 0, failed: {}, bytesSent: 0, bytesReceived: 0 };
  readonly #attemptMsMax: number;
  #isDark = false;
  /** Counts blackouts. */
  #darkness = 0;
  #isOver = false;
  #begunAt: number | undefined;
  readonly #cancels = new Set<() => void>();

  constructor(options: WireOptions) {
    const { target, scenario, real = systemClock, heartbeatMs } = options;
    this.#options = options;
    this.#real = real;
    this.#attemptMsMax = options.attemptMsMax ?? attemptMsMaxDefault;
    this.#contexts = new DeviceContexts(target.ca ?? undefined);
    this.#heartbeat = new Heartbeat({ real, ...(heartbeatMs === undefined ? {} : { beatMs: heartbeatMs }) });
    this.#hasFaultsOfBytes = scenario.faults.some(({ what }) => ofBytes.includes(what.kind));
    if (scenario.faults.length === 0) return;
    this.#faults = new Faults(scenario, {}, true);
    this.#surroundings = { faults: this.#faults, real, now: () => this.#now(), later: (ms, task) => this.#later(ms, task) };
  }

  /** Names of the scenario's faults that nothing comes of here. */
  get notApplied(): string[] {
    return this.#options.scenario.faults.flatMap(({ name, what }) => (ofTheService.includes(what.kind) ? [name] : []));
  }

  /** A device of the run, before its first link. @param index any number that is its own */
  add(index: number, device: Pick<DeviceState, 'key' | 'inventory'>, group: string): void {
    if (this.#faults === undefined) return;
    const place = this.#places++;
    this.#faults.addDevice(device, group);
    if (this.#faults.nextAt(place) === Number.POSITIVE_INFINITY) return;
    this.#concerned.set(index, { place, agent: () => this.#options.agent(index) });
  }

  /** The run begins: times of faults count from here, in real time. */
  begin(): void {
    this.#begunAt = this.#real.now();
    this.#turn();
  }

  /** @throws ConnectError (rejects) */
  async open(index: number, identity: StoredIdentity | undefined): Promise<Link> {
    const device = this.#concerned.get(index);
    const faults = this.#faults;
    if (faults === undefined || device === undefined || !faults.isOnLink(device.place)) return this.#connect(index, identity, device);
    const opening = faults.open(device.place, this.#now());
    if (opening === 'no-answer') {
      this.#counts.tried += 1;
      await this.#passes(this.#attemptMsMax);
      throw this.#failed(new ConnectError({ url: this.#urlOf(index), phase: 'tcp', ms: 0, reason: 'timeout', said: 'no answer' }));
    }
    if ('refused' in opening) {
      this.#counts.tried += 1;
      await this.#passes(opening.afterMs);
      return closedLink(opening.refused);
    }
    await this.#passes(opening.upMs);
    const link = await this.#connect(index, identity, device);
    await this.#passes(opening.downMs);
    return link;
  }

  /** A fault of the scenario is at work on its link. */
  isDisturbed(index: number): boolean {
    const device = this.#concerned.get(index);
    if (device === undefined || this.#faults === undefined) return false;
    if (this.#faults.isOnLink(device.place) || this.#isSilenced.has(index)) return true;
    const { read, write } = this.#faults.rates(device.place, null);
    return read !== null || write !== null;
  }

  /** Ends a device's link, which it hears of; `reset`: as when its network goes, without a word to the other end. */
  drop(index: number, how: 'close' | 'reset'): void {
    const connected = this.#connected.get(index);
    if (connected === undefined) return;
    connected.isEndedByUs = true;
    const { webSocket } = connected.socket;
    if (how === 'close') webSocket.close(1000, 'dropped');
    else if (connected.between === undefined) webSocket.terminate();
    else connected.between.reset();
  }

  /** No device has a network: all links are reset, and none opens. */
  blackout(isDark: boolean): void {
    if (this.#isDark === isDark) return;
    this.#isDark = isDark;
    if (!isDark) return;
    this.#darkness += 1;
    for (const index of [...this.#connected.keys()]) this.drop(index, 'reset');
  }

  counts(): WireCounts {
    const found: WireCounts = { ...this.#counts, failed: { ...this.#counts.failed } };
    for (const { bytes } of this.#connected.values()) {
      found.bytesSent += bytes.bytesWritten;
      found.bytesReceived += bytes.bytesRead;
    }
    return found;
  }

  /** What faults did, by their names. */
  faultsFound(): FaultsFound {
    return this.#faults?.found() ?? {};
  }

  /** Ends all that is still there. */
  close(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    for (const connected of this.#connected.values()) {
      connected.isEndedByUs = true;
      connected.socket.webSocket.terminate();
    }
    for (const socket of this.#silent) socket.reset();
  }

  async #connect(index: number, identity: StoredIdentity | undefined, device: WireDevice | undefined): Promise<Link> {
    const { inTurn = (handshake) => handshake() } = this.#options;
    return inTurn(() => this.#handshake(index, identity, device), index);
  }

  async #handshake(index: number, identity: StoredIdentity | undefined, device: WireDevice | undefined): Promise<Link> {
    this.#counts.tried += 1;
    const url = this.#urlOf(index);
    if (this.#isDark)
      throw this.#failed(new ConnectError({ url, phase: 'tcp', ms: 0, reason: 'no-network', said: 'the device has no network' }));
    const darkness = this.#darkness;
    let between: WireSocket | undefined;
    const socket = await openDeviceSocket({
      url,
      contexts: this.#contexts,
      identity,
      sessions: this.#sessionsOf(index),
      msMax: this.#attemptMsMax,
      ...(device === undefined || !this.#hasFaultsOfBytes
        ? {}
        : {
            between: (tls, tcp) => {
              between = new WireSocket(tls, tcp, this.#real);
              return between;
            },
          }),
    }).catch((error: ConnectError) => {
      throw this.#failed(error);
    });
    if (this.#isOver || this.#darkness !== darkness) {
      socket.webSocket.terminate();
      throw this.#failed(new ConnectError({ url, phase: 'upgrade', ms: 0, reason: 'no-network', said: 'the device has lost its network' }));
    }
    return this.#isThere(index, socket, between, device);
  }

  #isThere(index: number, socket: DeviceSocket, between: WireSocket | undefined, device: WireDevice | undefined): Link {
    this.#counts.opened += 1;
    this.#isSilenced.delete(index);
    if (socket.resumed) this.#counts.resumed += 1;
    const bytes = between ?? socket.tls;
    const connected: Connected = { index, socket, bytes, between, link: undefined, isEndedByUs: false };
    this.#heartbeat.watch(socket.webSocket, bytes);
    this.#connected.set(index, connected);
    socket.webSocket.once('close', () => this.#ended(connected));
    this.#options.onOpened?.(index, socket);
    const { link } = socket;
    const counted: Link = {
      peer: link.peer,
      remote: link.remote,
      attach: (handlers) => link.attach(handlers),
      send: (frame) => link.send(frame),
      close(reason) {
        connected.isEndedByUs = true;
        link.close(reason);
      },
    };
    if (device === undefined || this.#surroundings === undefined) return counted;
    connected.link = new WireLink(counted, device, this.#surroundings, between, () => {
      connected.isEndedByUs = true;
      socket.webSocket.terminate();
    });
    return connected.link;
  }

  #ended(connected: Connected): void {
    const { index, bytes } = connected;
    this.#counts.bytesSent += bytes.bytesWritten;
    this.#counts.bytesReceived += bytes.bytesRead;
    if (!connected.isEndedByUs) this.#counts.lost += 1;
    if (this.#connected.get(index) === connected) this.#connected.delete(index);
  }

  #sessionsOf(index: number): TlsSessions | undefined {
    if (!this.#options.resume) return undefined;
    let sessions = this.#sessions.get(index);
    if (sessions === undefined) {
      sessions = new TlsSessions();
      this.#sessions.set(index, sessions);
    }
    return sessions;
  }

  /** Devices take the addresses in turn. */
  #urlOf(index: number): string {
    const { urls } = this.#options.target;
    return urls[index % urls.length] as string;
  }

  #failed(error: ConnectError): ConnectError {
    this.#counts.failed[error.reason] = (this.#counts.failed[error.reason] ?? 0) + 1;
    return error;
  }

  /** On the scenario's clock. */
  #now(): number {
    const { startAt } = this.#options.scenario;
    return this.#begunAt === undefined ? startAt - 1 : startAt + (this.#real.now() - this.#begunAt);
  }

  /** What turns now, for each device, and when to look again. */
  #turn(): void {
    if (this.#faults === undefined || this.#isOver) return;
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const [index, device] of this.#concerned) {
      while (this.#faults.nextAt(device.place) <= now) this.#pass(index, device, now);
      next = Math.min(next, this.#faults.nextAt(device.place));
    }
    if (next !== Number.POSITIVE_INFINITY) this.#later(next - now, () => this.#turn());
  }

  #pass(index: number, { place }: WireDevice, now: number): void {
    const faults = this.#faults as Faults;
    const before = faults.skewMs(place);
    const reason = faults.pass(place, now);
    const connected = this.#connected.get(index);
    const link = connected?.link;
    if (connected === undefined || link === undefined || !link.isOpen) return;
    link.followRates(true);
    if (faults.skewMs(place) !== before) link.tellTime();
    if (reason === null) return;
    faults.cut(place, now);
    if (reason !== silent) return link.breaks(reason);
    link.fallSilent();
    this.#isSilenced.add(index);
    const { between } = connected;
    if (between === undefined) return;
    this.#silent.add(between);
    between.onForgotten = () => this.#silent.delete(between);
  }

  #passes(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => this.#later(ms, resolve));
  }

  #later(ms: number, task: () => void): void {
    const cancel = this.#real.at(this.#real.now() + ms, () => {
      this.#cancels.delete(cancel);
      task();
    });
    this.#cancels.add(cancel);
  }
}

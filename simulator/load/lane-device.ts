/**
 * One device of a lane: the agents' own runner, and what is timed of it. It stands between the runner and its link and looks at the frames
 * as they pass; it does not parse what it only counts, and changes nothing.
 */
import type { StoredIdentity } from '../../agent/agent-file.ts';
import { idle } from '../../agent/device/check-in.ts';
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import { AgentRunner, type RunnerOptions } from '../../agent/runner.ts';
import type { IdentityMaker } from '../../certs/identity.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Link, LinkHandlers } from '../../runtime/link.ts';
import type { ActionTimes } from './action-times.ts';
import type { Counts } from './counts.ts';
import type { LaneFile } from './lane-file.ts';

/** What the devices of a lane share. */
export interface LaneShared {
  readonly counts: Counts;
  readonly actions: ActionTimes;
  readonly identities: IdentityMaker;
  readonly token: string;
  readonly clock: Clock;
  /** ms, of a clock that does not jump. */
  now(): number;
  open(device: LaneDevice, identity: StoredIdentity | undefined): Promise<Link>;
  ask(index: number, request: OutsideRequest): Promise<OutsideAnswer>;
  /** It is connected for the first time, or was told to wait: another one may begin to come. */
  onArrived(): void;
  /** Its record at the server has changed. */
  onRecord(device: LaneDevice): void;
  /** The run itself disturbs its link: what comes of that is no error. */
  isDisturbed(index: number): boolean;
  onTrouble(sentence: string): void;
}

/** A token of JSON: a text within a frame has a backslash before its quotes. */
const awaited = /"type"\s*:\s*"(check-in-done|result-accepted)"/;
const commandIdPattern = /"commandId"\s*:\s*"([^"\\]{1,64})"/;
const checkInPrefix = '{"type":"check-in"';

/** A device that has waited for an answer so long is not alive, whatever its link says. */
const silentMsMax = 10_000;

/** Nothing is under way. */
const none = -1;

export class LaneDevice implements RunnerOptions {
  readonly index: number;
  readonly fresh: DeviceState;
  readonly file: LaneFile;
  readonly runner: AgentRunner;
  /** Its links end because the run wants it so: that is no error. Until it is back. */
  isDropped = false;
  readonly #shared: LaneShared;
  /** When it was to come. */
  #arrivedAt = none;
  /** From when the check-in under way counts. */
  #checkInFrom = none;
  /** From when the next one counts that is begun on demand. */
  #demandedFrom = none;
  /** Instants of check-ins that the device was not free for; null: none, as nearly always. */
  #waiting: number[] | null = null;
  #lostAt = none;
  #wasOpen = false;
  #isArriving = false;

  constructor(index: number, fresh: DeviceState, file: LaneFile, shared: LaneShared) {
    this.index = index;
    this.fresh = fresh;
    this.file = file;
    this.#shared = shared;
    this.runner = new AgentRunner(this);
  }

  get identities(): IdentityMaker {
    return this.#shared.identities;
  }

  get enrollmentToken(): string {
    return this.#shared.token;
  }

  get real(): Clock {
    return this.#shared.clock;
  }

  get isConnected(): boolean {
    const { phase, link } = this.runner.state;
    return link === 'open' && phase === 'enrolled';
  }

  get isAlive(): boolean {
    return this.isConnected && (this.#checkInFrom === none || this.#shared.now() - this.#checkInFrom < silentMsMax);
  }

  /** Check-ins on demand that were not answered yet. */
  get unanswered(): number {
    return (this.#waiting?.length ?? 0) + (this.#checkInFrom === none ? 0 : 1);
  }

  /** It has got as far as it can: connected, or refused for good. */
  get hasSettled(): boolean {
    return this.isConnected || this.runner.state.phase === 'refused';
  }

  /** Its user enrolls it; one that is enrolled already comes back. @param at the instant that this was to happen at */
  arrive(at: number): void {
    const { runner } = this;
    this.#arrivedAt = at;
    this.#isArriving = true;
    runner.start();
    if (runner.state.phase === 'set-up') runner.tell({ type: 'enroll', token: this.#shared.token });
  }

  /** Somebody presses Sync. @param at the instant that the check-in was to begin at */
  checkIn(at: number): void {
    if (idle(this.runner.state)) this.#begin(at);
    else if (this.#waiting === null) this.#waiting = [at];
    else this.#waiting.push(at);
  }

  openLink(identity: StoredIdentity | undefined): Promise<Link> {
    return this.#shared.open(this, identity).then((link) => this.#watched(link));
  }

  ask(request: OutsideRequest): Promise<OutsideAnswer> {
    return this.#shared.ask(this.index, request);
  }

  // A runner takes these two off its options: they do not know whose they are.
  readonly onNote = (note: DeviceNote): void => this.#noted(note);
  readonly onTrouble = (sentence: string): void => {
    if (!this.#shared.isDisturbed(this.index)) this.#shared.onTrouble(sentence);
  };

  #begin(at: number): void {
    this.#demandedFrom = at;
    this.runner.tell({ type: 'user-synced' });
    this.#demandedFrom = none;
  }

  #watched(link: Link): Link {
    return {
      peer: link.peer,
      remote: link.remote,
      attach: (handlers) => link.attach(this.#watching(handlers)),
      send: (frame) => {
        // One that was begun before its link broke is begun again over the next one, and counts from where it began.
        if (this.#checkInFrom === none && frame.startsWith(checkInPrefix)) {
          this.#checkInFrom = this.#demandedFrom === none ? this.#shared.now() : this.#demandedFrom;
        }
        link.send(frame);
      },
      close: (reason) => link.close(reason),
    };
  }

  #watching(handlers: LinkHandlers): LinkHandlers {
    return {
      frame: (text) => {
        const found = awaited.exec(text)?.[1];
        if (found === 'check-in-done') this.#checkInDone();
        else if (found === 'result-accepted') this.#resultAccepted(text);
        handlers.frame(text);
        this.#look();
      },
      fault: handlers.fault,
      closed: handlers.closed,
    };
  }

  #checkInDone(): void {
    if (this.#checkInFrom === none) return;
    const { counts } = this.#shared;
    counts.time('check-in', this.#shared.now() - this.#checkInFrom);
    counts.count('checkIns');
    counts.count('roundTrips');
    this.#checkInFrom = none;
  }

  #resultAccepted(text: string): void {
    const commandId = commandIdPattern.exec(text)?.[1];
    if (commandId === undefined) return;
    this.#shared.counts.count('roundTrips');
    this.#shared.actions.acknowledged(this.index, commandId);
  }

  /** After each frame. */
  #look(): void {
    const { state } = this.runner;
    if (state.link === 'open' && !this.#wasOpen) {
      this.#wasOpen = true;
      if (state.phase === 'enrolled') this.#opened();
    }
    if (this.#waiting !== null && idle(state)) {
      const at = this.#waiting.shift();
      if (this.#waiting.length === 0) this.#waiting = null;
      if (at !== undefined) this.#begin(at);
    }
  }

  #hasArrived(): void {
    if (!this.#isArriving) return;
    this.#isArriving = false;
    this.#shared.onArrived();
  }

  #opened(): void {
    this.isDropped = false;
    this.#hasArrived();
    if (this.#lostAt !== none) this.#shared.counts.time('reconnect', this.#shared.now() - this.#lostAt);
    this.#lostAt = none;
  }

  #noted(note: DeviceNote): void {
    const { counts, actions } = this.#shared;
    switch (note.kind) {
      case 'enrolled':
        counts.count('enrolments');
        if (this.#arrivedAt !== none) counts.time('enrolment', this.#shared.now() - this.#arrivedAt);
        this.#arrivedAt = none;
        // The next link is its own, with its certificate.
        this.#wasOpen = false;
        this.#shared.onRecord(this);
        return;
      case 'command':
        if (note.redelivered) counts.count('commandsRedelivered');
        else {
          counts.count('commandsDelivered');
          actions.delivered(this.index, note.command, note.commandId);
        }
        return;
      case 'executed':
        counts.count(actions.isFirst(note.commandId) ? 'commandsExecuted' : 'commandsDoubled');
        return;
      case 'notification':
        counts.count('notifications');
        return;
      case 'refused':
        counts.error(note.code);
        this.#hasArrived();
        this.#shared.onTrouble(`The server refuses devices (${note.code}): ${note.message}`);
        return;
      case 'link-lost':
        this.#hasArrived();
        this.#linkLost(note.reason);
        return;
      case 'unenrolled':
      case 'wiped':
        this.#left();
        return;
      default:
        return;
    }
  }

  #linkLost(reason: string): void {
    const { counts } = this.#shared;
    const wasOpen = this.#wasOpen;
    this.#wasOpen = false;
    // What could not be opened was counted where it failed.
    if (!wasOpen) return;
    if (this.#lostAt === none) this.#lostAt = this.#shared.now();
    if (this.isDropped || this.#shared.isDisturbed(this.index)) return;
    counts.count('linksLost');
    counts.error(reason === 'lost' ? 'link-lost' : wordOf(reason));
  }

  /** It is nobody's any more: what it was asked for ends with it. */
  #left(): void {
    this.#checkInFrom = none;
    this.#waiting = null;
    this.#lostAt = none;
    this.#wasOpen = false;
    this.#shared.onRecord(this);
  }
}

/** Of `throttled; retry-after=60` the first word. */
function wordOf(reason: string): string {
  return /^[a-z0-9-]{1,40}/.exec(reason)?.[0] ?? 'link-lost';
}

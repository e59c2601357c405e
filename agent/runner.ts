/**
 * Drives one device machine in real life: a link to a server, an identity, a clock that follows the server's, a file.
 * Each input is one transaction; what it wishes is done after the commit, in order, so that a kill at any moment
 * leaves either the state before the input or all of it (M-11).
 */
import type { IdentityMaker, IdentityRequest } from '../certs/identity.ts';
import { decodeServerMessage, encode, ProtocolError } from '../protocol/codec.ts';
import type { DeviceView, HandsAct, HandsResult } from '../protocol/hands.ts';
import type { DeviceMessage, ServerMessage } from '../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../protocol/outside.ts';
import type { InputOutcome } from '../protocol/screens.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import type { Link } from '../runtime/link.ts';
import { hashUnit } from '../runtime/random.ts';
import type { AgentFile, StoredIdentity } from './agent-file.ts';
import { ConnectError } from './connect-error.ts';
import { idle } from './device/check-in.ts';
import type { DeviceInput, DeviceNote, DeviceOut } from './device/effects.ts';
import { inputOfAct } from './device/hands.ts';
import { nextSignIn } from './device/sign-ins.ts';
import { type DeviceState, replyMsDefault } from './device/state.ts';
import { nextDeadline, nextNoteworthy, nextOfManagement, step } from './device/step.ts';
import { revived } from './device/stored-state.ts';
import { deviceView, viewParts } from './device/view.ts';
import { DeviceClock } from './device-clock.ts';

/**
 * A device that lost its server waits at least this long in real time, however fast the tenant's time runs, and after each failure up to
 * twice as long, drawn for each: its own pauses (device/link.ts) are over at once where an hour takes a second.
 */
const reopenMsMin = 250;
const reopenMsMaxDefault = 8_000;
const reopenLabel = 0x72656f70;
/** A key that could not be made (a full disk) is tried again after this long. */
const keyRetryMs = 10_000;

export interface RunnerOptions {
  /** The device as it is if the file holds none yet. */
  fresh: DeviceState;
  file: AgentFile;
  openLink: (identity: StoredIdentity | undefined) => Promise<Link>;
  identities: IdentityMaker;
  /** Asks a service that is not the management (outside.ts). One that cannot be asked is `unreachable`. */
  ask: (request: OutsideRequest) => Promise<OutsideAnswer>;
  /** The tenant's, for who enrols the device by hand. */
  enrollmentToken?: string | undefined;
  /** What happens, as it happens, after it was written down. */
  onNote: (note: DeviceNote, at: number) => void;
  /** Something that a later attempt may mend: no server there, a frame that cannot be read. */
  onTrouble: (sentence: string, at: number) => void;
  /** After each step that changed what can be seen of the device. */
  onView?: ((view: DeviceView) => void) | undefined;
  /** The same, for whoever looks by themselves: a view costs something. */
  onChange?: (() => void) | undefined;
  real?: Clock;
  /** The longest that it waits so in real time, in ms. */
  reopenMsMax?: number;
}

export class AgentRunner {
  readonly state: DeviceState;
  readonly #options: RunnerOptions;
  readonly #clock: DeviceClock;
  readonly #real: Clock;
  #link: Link | undefined;
  /** Counts links asked for: whatever an earlier one still says is not heard. */
  #attempt = 0;
  #lastAttemptAt = Number.NEGATIVE_INFINITY;
  #cancelDeadline = () => {};
  #cancelOpening = () => {};
  #cancelKey = () => {};
  /** The step of the stub's clock that is to be answered when everything due is done. */
  #clockStep: number | null = null;
  /** The latest step of the stub's clock that came over a link: what was sent before it has come too. */
  heardStep = -1;
  /** What the latest view was made of. */
  #seen: readonly unknown[];
  /** What came of the latest input to its screen. */
  #outcome: InputOutcome = 'done';
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#real = options.real ?? systemClock;
    const stored = options.file.load();
    this.state = stored === undefined ? options.fresh : revived(options.fresh, stored.state);
    this.#seen = viewParts(this.state);
    this.#clock = new DeviceClock(stored?.now ?? this.#real.now(), this.#real);
  }

  get now(): number {
    return this.#clock.now();
  }

  /** Switches the device on. */
  start(): void {
    this.tell({ type: 'started' });
  }

  /** Takes one fact in: from outside (the user enrols, presses Sync), or from this runner's own links and timers. */
  tell(input: DeviceInput): void {
    if (this.#closed) return;
    const effects: (() => void)[] = [];
    const now = this.#clock.now();
    const { file } = this.#options;
    file.transaction(() => {
      step(this.state, input, now, this.#collect(effects, now));
      file.saveState(this.state, now);
    });
    for (const effect of effects) effect();
    this.#arm();
    this.#answerClock();
    this.#showView();
  }

  /** What the person in front of the device sees. */
  view(): DeviceView {
    return deviceView(this.state);
  }

  /** What that person, or a simulation, does to it. `refused`: the device is in no state for it, or its screen would not take it. */
  act(act: HandsAct): HandsResult {
    const input = this.#closed ? null : inputOfAct(this.state, act, this.#options.enrollmentToken);
    if (input === null) return { outcome: 'refused', view: this.view() };
    this.#outcome = 'done';
    this.tell(input);
    return { outcome: this.#outcome, view: this.view() };
  }

  /**
   * The tenant's time, for a device that has no link to hear it by (it is off, restarts, or waits for its network).
   * @param speed 1 real, 0 frozen
   * @param lived whatever was noteworthy until then was lived: sign-ins that were not are skipped
   */
  setClock(now: number, speed: number, lived = false): void {
    if (this.#closed || this.#link !== undefined) return;
    this.#follow(now, speed);
    if (lived && nextSignIn(this.state) < now) this.tell({ type: 'quiet-until', before: now });
    if (nextDeadline(this.state) <= this.#clock.now()) this.tell({ type: 'deadline' });
    else this.#arm();
  }

  /**
   * The tenant's clock was moved, as a device without a link hears it: a restart is over when its time has come for everybody. It does not
   * stand still with a frozen clock, or it would never try to come back. A link that is being opened will say what time it is: opening one
   * takes real time, and given up for the hours that an advance jumps it would take with it what the stub sends into it at once.
   */
  clockMoved(now: number, speed: number): void {
    if (this.#closed || this.#link !== undefined || this.state.link === 'opening') return;
    const isBack = now < this.#clock.now();
    this.setClock(now, Math.max(1, speed));
    if (isBack) this.tell({ type: 'clock-set-back' });
  }

  /** Switches the process off, not the device; what it knows stays in its file. */
  close(): void {
    this.#closed = true;
    this.#cancelDeadline();
    this.#cancelOpening();
    this.#cancelKey();
    this.#attempt += 1;
    this.#link?.close('switched-off');
    this.#link = undefined;
    this.#options.file.close();
  }

  #collect(effects: (() => void)[], now: number): DeviceOut {
    const { file, onNote } = this.#options;
    return {
      openLink: (identity) => effects.push(() => this.#openLink(identity)),
      send: (message) => effects.push(() => this.#link?.send(encode(message))),
      closeLink: (reason) => effects.push(() => this.#dropLink(reason)),
      createCsr: (requestId) => effects.push(() => void this.#createCsr(requestId)),
      saveIdentity: (requestId, pem) => file.saveIdentity(requestId, pem),
      eraseIdentity: () => file.eraseIdentity(),
      ask: (id, request) => effects.push(() => void this.#ask(id, request)),
      note: (note) => {
        if (note.kind === 'user-input') this.#outcome = note.outcome;
        const { kind, ...detail } = note;
        file.appendEvent(now, kind, detail);
        effects.push(() => onNote(note, now));
      },
    };
  }

  async #ask(id: number, request: OutsideRequest): Promise<void> {
    let answer: OutsideAnswer = { allowed: false, reason: 'unreachable' };
    try {
      answer = await this.#options.ask(request);
    } catch (error) {
      // The request may hold what was typed: only the error's own words go on.
      if (!this.#closed) this.#options.onTrouble(`The ${request.service} service did not answer: ${(error as Error).message}`, this.now);
    }
    this.tell({ type: 'outside-answered', id, answer });
  }

  #showView(): void {
    const { onView, onChange } = this.#options;
    if (onView === undefined && onChange === undefined) return;
    const parts = viewParts(this.state);
    if (parts.every((part, index) => part === this.#seen[index])) return;
    this.#seen = parts;
    onChange?.();
    onView?.(this.view());
  }

  /** Waits for the machine's next deadline. A clock that stands still wakes nobody. */
  #arm(): void {
    this.#cancelDeadline();
    const at = nextDeadline(this.state);
    this.#cancelDeadline = this.#clock.at(at, () => this.tell({ type: 'deadline' }));
  }

  #openLink(identity: 'none' | 'certificate'): void {
    const attempt = ++this.#attempt;
    this.#cancelOpening();
    const open = () => {
      this.#lastAttemptAt = this.#real.now();
      this.#options.openLink(identity === 'certificate' ? this.#options.file.identity() : undefined).then(
        (link) => this.#linkIsThere(link, attempt),
        (error: Error) => {
          if (attempt !== this.#attempt || this.#closed) return;
          this.#options.onTrouble(error.message, this.#clock.now());
          // At the instant at which it was heard: only from here on does its clock run by itself.
          this.tell({ type: 'link-closed', reason: error instanceof ConnectError ? error.linkReason : 'unreachable' });
          this.#drift();
        },
      );
    };
    // Only after a failure: coming back with a new certificate is no retry.
    if (this.state.attempts === 0) open();
    else this.#cancelOpening = this.#real.at(this.#lastAttemptAt + this.#reopenMs(), open);
  }

  #reopenMs(): number {
    const { attempts, key } = this.state;
    const longest = Math.min(this.#options.reopenMsMax ?? reopenMsMaxDefault, reopenMsMin * 2 ** attempts);
    return reopenMsMin + Math.floor(hashUnit(key, reopenLabel + attempts) * Math.max(0, longest - reopenMsMin));
  }

  #linkIsThere(link: Link, attempt: number): void {
    if (attempt !== this.#attempt || this.#closed) return link.close('switched-off');
    this.#link = link;
    let opened = false;
    link.attach({
      frame: (text) => {
        if (attempt !== this.#attempt) return;
        const message = this.#decode(text);
        if (message === undefined) return;
        if (message.type === 'clock') {
          const isBack = message.now < this.#clock.now();
          this.#follow(message.now, message.speed);
          if (isBack) this.tell({ type: 'clock-set-back' });
          this.#clockStep = message.step;
          this.heardStep = message.step;
          // The first frame of a link is the time: the device is told of the link when it knows what time it is.
          if (!opened) {
            opened = true;
            this.tell({ type: 'link-opened' });
            return;
          }
          if (message.lived && (idle(this.state) || this.state.signIns !== null)) this.tell({ type: 'quiet-until', before: message.now });
          if (nextDeadline(this.state) <= this.#clock.now()) this.tell({ type: 'deadline' });
          else {
            this.#arm();
            this.#answerClock();
          }
        } else this.tell({ type: 'message', message });
      },
      fault: (kind) => this.#options.onTrouble(`The server sent a ${kind} frame.`, this.#clock.now()),
      closed: (reason) => {
        if (attempt !== this.#attempt) return;
        this.#link = undefined;
        this.#clockStep = null;
        this.tell({ type: 'link-closed', reason });
        this.#drift();
      },
    });
  }

  #decode(text: string): ServerMessage | undefined {
    try {
      return decodeServerMessage(text);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#options.onTrouble(`The server sent a frame that cannot be read (${error.code}): ${error.message}`, this.#clock.now());
      this.#link?.close(error.code);
      return undefined;
    }
  }

  /** Sockets answer in real time: on a clock that runs 3,600 times as fast, an answer may take 3,600 times as long. */
  #follow(now: number, speed: number): void {
    this.#clock.follow(now, speed);
    this.state.replyMs = replyMsDefault * Math.max(1, speed);
  }

  #drift(): void {
    this.#clock.drift();
    this.state.replyMs = replyMsDefault;
  }

  #dropLink(reason: string): void {
    this.#attempt += 1;
    this.#drift();
    this.#cancelOpening();
    this.#clockStep = null;
    this.#link?.close(reason);
    this.#link = undefined;
  }

  async #createCsr(requestId: string): Promise<void> {
    const { identities, file, onTrouble } = this.#options;
    let request: IdentityRequest;
    try {
      request = await identities.createRequest(requestId, this.state.inventory.serialNumber);
    } catch (error) {
      if (this.#closed) return;
      onTrouble(`A key could not be made: ${(error as Error).message}`, this.#clock.now());
      // Without a key nothing goes on; the machine, which waits for one, cannot know that it has to ask again.
      this.#cancelKey = this.#real.at(this.#real.now() + keyRetryMs, () => void this.#createCsr(requestId));
      return;
    }
    if (this.#closed || this.state.requestId !== requestId) return;
    file.saveRequestedKey(requestId, request.privateKey);
    this.tell({ type: 'csr-created', requestId, csr: request.csr });
  }

  /** Tells the stub that all that was due at its clock's step is done, and when this device will act next. */
  #answerClock(): void {
    if (this.#clockStep === null || this.#link === undefined) return;
    // A command that takes its time is done when it is done: the clock may move on to that.
    const isBusy = this.state.phase === 'enrolled' && !idle(this.state) && this.state.slow === null;
    const waiting = isBusy || this.state.asked !== null;
    if (waiting || nextDeadline(this.state) <= this.#clock.now()) return;
    const instant = (at: number) => (Number.isFinite(at) ? at : null);
    const done: DeviceMessage = {
      type: 'clock-done',
      step: this.#clockStep,
      lastCheckIn: this.state.lastCheckInAt,
      nextCheckIn: instant(nextOfManagement(this.state)),
      nextNoteworthy: instant(nextNoteworthy(this.state, false, false)),
      ...(this.state.signIns === null ? {} : { nextSignIn: instant(nextSignIn(this.state)) }),
    };
    this.#clockStep = null;
    this.#link.send(encode(done));
  }
}

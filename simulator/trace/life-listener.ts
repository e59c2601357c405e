/** Keeps one device's life as it is lived, both sides in one order, each thing in words. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { TimelineEntry } from '../result.ts';
import type { Step } from '../scenarios/scenario.ts';
import type { StepListener } from '../story/happenings.ts';
import type { Outcome } from '../story/perform.ts';
import { deviceSentence, serverSentence, stepSentence } from '../story/telling.ts';
import { deviceEvent, type EventName, type EventSink, eventSentence, serviceEvent, stepEvent } from '../world/event-kinds.ts';
import type { Listener } from '../world/listener.ts';
import { frameText } from './frame-text.ts';

/** A moment of a life: an event of the run's file (report/run-file.md), or with `name` `check-in` or `frame` what is in no file. */
export interface LifeEntry {
  at: number;
  /** Of the run, from 0. */
  day: number;
  who: TimelineEntry['who'];
  name: string;
  /** One sentence, without a full stop. */
  what: string;
  detail: string | null;
  /** Id of the command, mail, notification or certificate that it is about. */
  about: string | null;
  value: number | null;
}

export interface LifeOptions {
  /** Every frame on the wire. */
  messages: boolean;
  /** Every check-in, quiet ones too. */
  checkIns: boolean;
}

export class LifeListener implements Listener, StepListener {
  readonly entries: LifeEntry[] = [];
  readonly frame?: NonNullable<Listener['frame']>;
  readonly #startAt: number;
  readonly #checkIns: boolean;
  #now = 0;
  #sentence: string | undefined;

  /** @param startAt of the run */
  constructor(startAt: number, { messages, checkIns }: LifeOptions) {
    this.#startAt = startAt;
    this.#checkIns = checkIns;
    if (messages) this.frame = (_, from, message, now) => this.#frame(from, message, now);
  }

  deviceSaid(_: number, note: DeviceNote, now: number): void {
    if (note.kind === 'check-in' && this.#checkIns) {
      const { trigger } = note;
      this.entries.push({
        ...this.#moment(now),
        who: 'device',
        name: 'check-in',
        what: `checks in (${trigger})`,
        ...nothing,
        detail: trigger,
      });
      return;
    }
    this.#now = now;
    this.#sentence = deviceSentence(note)?.what;
    deviceEvent(note, this.#add);
  }

  serverSaid(_: number, note: ServerNote, now: number): void {
    this.#now = now;
    this.#sentence = serverSentence(note)?.what;
    serviceEvent(note, this.#add);
  }

  network(_: number, available: boolean, now: number): void {
    this.#now = now;
    this.#sentence = undefined;
    this.#add('network network', available ? 'back' : 'gone', null, null);
  }

  fault(_: number, name: string, what: Parameters<NonNullable<Listener['fault']>>[2], now: number): void {
    // One for each frame is for who looks at frames.
    if ((what === 'delayed' || what === 'slowed') && this.frame === undefined) return;
    this.#now = now;
    this.#sentence = undefined;
    this.#add('network fault', `${name}: ${what}`, null, null);
  }

  recordChanged(): void {}

  get mark(): number {
    return this.entries.length;
  }

  step(_: number, step: Step, by: string, outcome: Outcome, now: number, mark: number): void {
    const name = stepEvent(step);
    const sentence = name === null ? null : stepSentence(step, by, outcome);
    if (name === null || sentence === null) return;
    const [who, kind] = name.split(' ') as [LifeEntry['who'], string];
    this.entries.splice(mark, 0, { ...this.#moment(now), who, name: kind, what: sentence.what, ...nothing, detail: sentence.what });
  }

  readonly #add: EventSink = (event: EventName, detail, about, value) => {
    const [who, name] = event.split(' ') as [LifeEntry['who'], string];
    const what = this.#sentence ?? eventSentence(event, detail, value);
    this.entries.push({ ...this.#moment(this.#now), who, name, what, detail, about, value });
  };

  #frame(from: 'device' | 'service', message: DeviceMessage | ServerMessage, now: number): void {
    const text = frameText(message);
    this.entries.push({ ...this.#moment(now), who: from, name: 'frame', what: `sends ${message.type} ${text}`, ...nothing, detail: text });
  }

  #moment(at: number): Pick<LifeEntry, 'at' | 'day'> {
    return { at, day: Math.floor((at - this.#startAt) / dayMs) };
  }
}

const nothing = { detail: null, about: null, value: null };

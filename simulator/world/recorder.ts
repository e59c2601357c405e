/**
 * What the run's file has of a shard beyond what the store still knows at the end: every record and certificate there ever was, changes
 * of compliance, actions that were greyed out, and, where it is asked for, each event of each device. It listens to a world, and only listens.
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { Step } from '../scenarios/scenario.ts';
import type { Outcome } from '../story/perform.ts';
import { stepSentence } from '../story/telling.ts';
import { deviceEvent, type EventName, type EventSink, kindOf, serviceEvent, stepEvent } from './event-kinds.ts';
import { EventLog } from './event-log.ts';
import type { Listener } from './listener.ts';
import type { ComplianceChange, FaultHits, IssuedCertificate, Recorded, RecordLife, Refusal } from './recorded.ts';
import type { Slice } from './slice.ts';

type FaultTurn = Parameters<NonNullable<Listener['fault']>>[2];

export class Recorder implements Listener, Recorded {
  readonly certificates: IssuedCertificate[] = [];
  readonly records: RecordLife[] = [];
  readonly complianceChanges: ComplianceChange[] = [];
  readonly refusals: Refusal[] = [];
  readonly #hits = new Map<string, FaultHits>();
  readonly #first: number;
  readonly #log: EventLog | null;
  /** Of each device: its newest record, and its certificates that are not over. */
  readonly #record: (RecordLife | undefined)[];
  readonly #open: IssuedCertificate[][];
  readonly #sentences = new Map<Step, Map<Outcome, string | null>>();
  #index = 0;
  #now = 0;

  /**
   * @param slice the devices; in what is recorded they have their numbers in the fleet
   * @param events whether each is kept
   */
  constructor({ first, count }: Pick<Slice, 'first' | 'count'>, startAt: number, { events }: { events: boolean }) {
    this.#first = first;
    this.#log = events ? new EventLog(count, startAt) : null;
    this.#record = new Array<RecordLife | undefined>(count);
    this.#open = new Array<IssuedCertificate[]>(count);
  }

  get faultHits(): Iterable<FaultHits> {
    return this.#hits.values();
  }

  events(index: number): string | null {
    return this.#log?.json(index - this.#first) ?? null;
  }

  deviceSaid(index: number, note: DeviceNote, now: number): void {
    if (this.#log === null || note.kind === 'check-in' || note.kind === 'quiet-check-ins') return;
    this.#index = index;
    this.#now = now;
    deviceEvent(note, this.#add);
  }

  serverSaid(index: number, note: ServerNote, now: number): void {
    switch (note.kind) {
      case 'checked-in':
        return;
      case 'enrolled':
        this.#enrolled(index, note, now);
        break;
      case 'record-removed':
        this.#removed(index, note.deviceId, note.why, now);
        break;
      case 'certificate-issued':
      case 'certificate-replaced':
      case 'certificate-expired':
        this.#certificate(index, note, now);
        break;
      case 'compliance-changed':
        this.complianceChanges.push({ index: this.#first + index, at: now, from: note.from, to: note.to });
    }
    if (this.#log === null) return;
    this.#index = index;
    this.#now = now;
    serviceEvent(note, this.#add);
  }

  network(index: number, available: boolean, now: number): void {
    this.#log?.add(index, now, kindOf('network network'), available ? 'back' : 'gone', null, null);
  }

  fault(index: number, name: string, what: FaultTurn, now: number): void {
    // Those of frames are many.
    if (what !== 'delayed' && what !== 'slowed') this.#log?.add(index, now, kindOf('network fault'), `${name}: ${what}`, null, null);
    if (what === 'begins' || what === 'ends') return;
    const key = `${index} ${what} ${name}`;
    const known = this.#hits.get(key);
    if (known === undefined) {
      this.#hits.set(key, { index: this.#first + index, fault: name, effect: what, count: 1, firstAt: now, lastAt: now });
      return;
    }
    known.count += 1;
    known.lastAt = now;
  }

  recordChanged(): void {}

  /** How many events there are: a step that begins now comes before those that it sets off. */
  get mark(): number {
    return this.#log?.count ?? 0;
  }

  step(index: number, step: Step, by: string, outcome: Outcome, now: number, mark: number): void {
    if (step.kind === 'action' && outcome !== null)
      this.refusals.push({ index: this.#first + index, at: now, action: step.do, by, why: outcome });
    const name = this.#log === null ? null : stepEvent(step);
    const sentence = name === null ? null : this.#sentence(step, by, outcome);
    if (name !== null && sentence !== null) this.#log?.add(index, now, kindOf(name), sentence, null, null, mark);
  }

  readonly #add: EventSink = (name: EventName, detail, about, value) => {
    this.#log?.add(this.#index, this.#now, kindOf(name), detail, about, value);
  };

  #sentence(step: Step, by: string, outcome: Outcome): string | null {
    const ofStep = this.#sentences.get(step) ?? new Map<Outcome, string | null>();
    this.#sentences.set(step, ofStep);
    let sentence = ofStep.get(outcome);
    if (sentence === undefined) {
      sentence = stepSentence(step, by, outcome)?.what ?? null;
      ofStep.set(outcome, sentence);
    }
    return sentence;
  }

  #enrolled(index: number, { deviceId, serialNumber }: Extract<ServerNote, { kind: 'enrolled' }>, enrolledAt: number): void {
    // The same record once more: its device has asked again for what it did not get.
    if (this.#record[index]?.deviceId === deviceId) return;
    const record: RecordLife = { index: this.#first + index, deviceId, serialNumber, enrolledAt, removedAt: null, removedWhy: null };
    this.#record[index] = record;
    this.records.push(record);
  }

  #removed(index: number, deviceId: string, why: string, now: number): void {
    const newest = this.#record[index];
    const record = newest?.deviceId === deviceId ? newest : this.records.find((one) => one.deviceId === deviceId);
    if (record === undefined) return;
    record.removedAt = now;
    record.removedWhy = why;
  }

  #certificate(
    index: number,
    note: Extract<ServerNote, { kind: 'certificate-issued' | 'certificate-replaced' | 'certificate-expired' }>,
    now: number,
  ): void {
    this.#open[index] ??= [];
    const open = this.#open[index];
    if (note.kind === 'certificate-issued') {
      const { deviceId, serialNumber, purpose, notBefore, notAfter } = note;
      const issued = { index: this.#first + index, deviceId, serialNumber, purpose, issuedAt: now, notBefore, notAfter };
      const certificate = { ...issued, replacedAt: null, expiredAt: null };
      this.certificates.push(certificate);
      open.push(certificate);
      return;
    }
    const place = open.findIndex((one) =>
      note.kind === 'certificate-replaced'
        ? one.serialNumber === note.serialNumber
        : one.deviceId === note.deviceId && one.notAfter === note.notAfter,
    );
    const [certificate] = place < 0 ? [] : open.splice(place, 1);
    if (certificate === undefined) return;
    if (note.kind === 'certificate-replaced') certificate.replacedAt = now;
    else certificate.expiredAt = now;
  }
}

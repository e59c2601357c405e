/** What there is to tell: gathered until somebody can be told, never more than one event of each kind holds. */
import type { ServerNote } from './core/effects.ts';

/**
 * devices   records, action results, compliance
 * hands     screens of devices
 * mails     mailbox and outbox
 * audits    the audit log
 * sign-ins  the sign-in log
 * tenant    policies, templates, groups, settings
 * faults    what is made to go wrong
 * history   the fleet's states along the time lived have a new point
 */
export type Topic = 'devices' | 'hands' | 'mails' | 'audits' | 'sign-ins' | 'tenant' | 'faults' | 'history';

export interface NotedAt {
  note: ServerNote;
  /** On the stub's clock. */
  at: number;
}

/** Devices of one event; more are told as "many". */
const devicesMax = 200;
/** Notes of one event; of more, the newest count. */
export const notesMax = 100;

export class News {
  readonly topics = new Set<Topic>();
  /** Graph's ids; null: many, or who knows. */
  devices: Set<string> | null = new Set();
  notes: NotedAt[] = [];
  clock = false;
  scenario = false;

  get isEmpty(): boolean {
    return this.topics.size === 0 && this.notes.length === 0 && !this.clock && !this.scenario;
  }

  /** @param device null: many, or who knows; absent: it is about none */
  changed(topic: Topic, device?: string | null): void {
    this.topics.add(topic);
    if (device !== undefined) this.#about(device);
  }

  noted(one: NotedAt): void {
    this.notes.push(one);
    if (this.notes.length >= 2 * notesMax) this.notes = this.notes.slice(-notesMax);
  }

  /** What came after this. */
  take(newer: News): void {
    for (const topic of newer.topics) this.topics.add(topic);
    for (const device of newer.devices ?? [null]) this.#about(device);
    for (const one of newer.notes) this.noted(one);
    this.clock ||= newer.clock;
    this.scenario ||= newer.scenario;
  }

  #about(device: string | null): void {
    if (device !== null) this.devices?.add(device);
    if (device === null || (this.devices?.size ?? 0) > devicesMax) this.devices = null;
  }
}

/**
 * What reports show as distributions and along the days: how long actions took, what waits and for how long, which certificates end when,
 * and how much there was of everything on each day. Plain figures: those of shards add up. What the store knows at the end is taken from there
 * and costs nothing on the way.
 */
import type { Platform } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import { isOpen, newestCertificate } from '../../server-stub/core/records.ts';
import type { Store } from '../../server-stub/store/store.ts';
import { certificateStepDays, type MeasuresFound } from '../result.ts';
import type { OnlineBehavior } from './online-behavior.ts';
import type { Roster } from './roster.ts';
import { bucketOf, type TimeCounts } from './time-buckets.ts';

type Times = Record<string, TimeCounts>;

export class Measures {
  readonly #startAt: number;
  readonly #days: number;
  /** Family → name → day → count. */
  readonly #daily = new Map<string, Map<string, Uint32Array>>();
  readonly #platforms: Platform[] = [];
  readonly #online: OnlineBehavior[] = [];
  readonly #timeToDone: Record<string, Record<string, Times>> = {};
  readonly #pending: Record<string, Times> = {};
  readonly #daysLeft: TimeCounts = {};

  constructor({ startAt, days }: { startAt: number; days: number }) {
    this.#startAt = startAt;
    this.#days = days;
  }

  /** Before the first event, once per device. */
  start(index: number, platform: Platform, online: OnlineBehavior): void {
    this.#platforms[index] = platform;
    this.#online[index] = online;
  }

  serverSaid(note: ServerNote, now: number): void {
    switch (note.kind) {
      case 'enrolled':
        return this.#count('devices', 'enrolled', now);
      case 'command-queued':
        return this.#count('asked', note.action, now);
      case 'command-finished':
        if (note.status === 'acknowledged') this.#count('done', note.action, now);
        return;
      case 'certificate-issued':
        this.#count('certificates', 'issued', now);
        if (note.purpose === 'renew') this.#count('certificates', 'renewed', now);
        return;
      case 'certificate-expired':
        return this.#count('certificates', 'expired', now);
      case 'record-removed':
        return this.#count('removed', note.why, now);
      case 'mail-queued':
        return this.#count('mails', 'queued', now);
      case 'mail-sent':
        return this.#count('mails', 'sent', now);
      case 'mail-failed':
        return this.#count('mails', 'failed', now);
      case 'mail-not-sent':
        return this.#count('mails', 'not-sent', now);
    }
  }

  /** At the end of the run, or where it was stopped. */
  end(store: Store, roster: Roster, now: number): void {
    for (const { deviceId, action, status, requestedAt, finishedAt } of store.allCommands()) {
      const index = roster.indexOf(deviceId);
      // A live stub may have devices that are none of the scenario.
      if (index === undefined) continue;
      if (isOpen(status)) add(timesOf(this.#pending, action), status, bucketOf(now - requestedAt));
      else if (status === 'acknowledged' && finishedAt !== null) {
        this.#timeToDone[action] ??= {};
        const byOnline = timesOf(this.#timeToDone[action], this.#platforms[index] as Platform);
        add(byOnline, this.#online[index] as OnlineBehavior, bucketOf(finishedAt - requestedAt));
      }
    }
    for (const id of roster.newest()) {
      const record = id === null ? undefined : store.device(id);
      if (record === undefined) continue;
      const left = newestCertificate(record).notAfter - now;
      const step = left <= 0 ? 'ended' : String(Math.floor(left / (certificateStepDays * dayMs)));
      this.#daysLeft[step] = (this.#daysLeft[step] ?? 0) + 1;
    }
  }

  found(): MeasuresFound {
    const daily: MeasuresFound['daily'] = {};
    for (const [family, names] of this.#daily) {
      daily[family] = Object.fromEntries(Array.from(names, ([name, counts]) => [name, [...counts]]));
    }
    return { daily, timeToDone: this.#timeToDone, pending: this.#pending, certificatesLeft: this.#daysLeft };
  }

  #count(family: string, name: string, now: number): void {
    const counts = this.#daily.get(family)?.get(name) ?? this.#newCounts(family, name);
    const day = Math.min(this.#days - 1, Math.floor((now - this.#startAt) / dayMs));
    counts[day] = (counts[day] as number) + 1;
  }

  #newCounts(family: string, name: string): Uint32Array {
    const names = this.#daily.get(family) ?? new Map<string, Uint32Array>();
    this.#daily.set(family, names);
    const counts = new Uint32Array(this.#days);
    names.set(name, counts);
    return counts;
  }
}

function timesOf(all: Record<string, Times>, name: string): Times {
  all[name] ??= {};
  return all[name];
}

function add(times: Times, name: string, bucket: number): void {
  times[name] ??= {};
  const counts = times[name];
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}

/**
 * Counts what a run is asked about, as it happens: states now, actions by outcome, certificates, removals, check-ins; compliance, what was done
 * about the lack of it, mails, custom notifications, and whose apps were let in.
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { DeviceRecord } from '../../server-stub/core/records.ts';
import { noRecord, type RunResult, type StateSeries } from '../result.ts';
import { addUp } from './add-up.ts';
import { mergedNotifications, type NotificationsFound, NotificationTally } from './notification-tally.ts';
import { StateCount } from './state-count.ts';

type Counts = Record<string, Record<string, number>>;
type MailNote = 'mail-queued' | 'mail-sent' | 'mail-failed' | 'mail-not-sent';

/** What was counted of a shard, or of the whole fleet: plain data. */
export interface TallyFound {
  /** Those of shards add up to those of the fleet. */
  figures: TallyFigures;
  series: StateSeries;
  complianceSeries: StateSeries;
  notifications: NotificationsFound;
}

export type TallyFigures = Pick<
  RunResult,
  | 'actions'
  | 'certificates'
  | 'recordsRemoved'
  | 'checkInsLived'
  | 'noncomplianceActions'
  | 'mails'
  | 'access'
  | 'notices'
  | 'states'
  | 'compliance'
>;

/** Of two shards, together. */
export function mergedTallies(one: TallyFound, other: TallyFound): TallyFound {
  return {
    figures: addUp(one.figures, other.figures),
    series: mergedSeries(one.series, other.series),
    complianceSeries: mergedSeries(one.complianceSeries, other.complianceSeries),
    notifications: mergedNotifications(one.notifications, other.notifications),
  };
}

function mergedSeries(one: StateSeries, other: StateSeries): StateSeries {
  const byName = (series: StateSeries) => Object.fromEntries(series.states.map(({ name, counts }) => [name, counts]));
  const both = Object.entries(addUp(byName(one), byName(other)));
  return { ...one, states: both.map(([name, counts]) => ({ name, counts })) };
}

export class Tally {
  readonly actions: Counts = {};
  readonly certificates = { issued: 0, renewed: 0, expired: 0 };
  recordsRemoved = 0;
  checkInsLived = 0;
  /** Action for noncompliance → `done` or `skipped` → count. */
  readonly noncomplianceActions: Counts = {};
  /** State → mails about devices of the fleet. */
  readonly mails: Record<string, number> = {};
  /** App → what changed with an attempt to sign in → count. */
  readonly access: Counts = {};
  notices = 0;
  readonly notifications = new NotificationTally();
  readonly #states: StateCount;
  readonly #compliance: StateCount;
  /** What each app of each device was told last: whether it was let in. By app, then by device. */
  readonly #isIn = new Map<string, Map<number, boolean>>();

  constructor(devices: number) {
    this.#states = new StateCount(devices, 'not-enrolled');
    this.#compliance = new StateCount(devices, noRecord);
  }

  deviceSaid(index: number, note: DeviceNote): void {
    if (note.kind === 'check-in') this.checkInsLived += 1;
    else if (note.kind === 'quiet-check-ins') this.checkInsLived += note.count;
    else if (note.kind === 'access') this.#signedIn(index, note.app, note.outcome === 'allowed');
    else if (note.kind === 'notice') this.notices += 1;
    else if (note.kind === 'notification') this.notifications.shown(note);
  }

  serverSaid(note: ServerNote, now: number): void {
    switch (note.kind) {
      case 'command-finished':
        this.count(note.action, 'open', -1);
        return this.count(note.action, note.status, 1);
      case 'command-queued':
        return this.count(note.action, 'open', 1);
      case 'certificate-issued':
        this.certificates.issued += 1;
        if (note.purpose === 'renew') this.certificates.renewed += 1;
        return;
      case 'certificate-expired':
        this.certificates.expired += 1;
        return;
      case 'record-removed':
        if (note.why === 'expired') this.recordsRemoved += 1;
        return;
      case 'noncompliance-action':
        return add(this.noncomplianceActions, note.action, note.outcome, 1);
      case 'mail-queued':
      case 'mail-sent':
      case 'mail-failed':
      case 'mail-not-sent':
        return this.#mail(note.kind);
      case 'notification-sent':
        return this.notifications.sent(note, now);
      case 'notification-refused':
        return this.notifications.refused(note.deviceId);
      case 'notification-pushed':
        return this.notifications.pushed(note);
    }
  }

  count(action: string, outcome: string, by: number): void {
    add(this.actions, action, outcome, by);
  }

  /** This is the newest record of device `index` now. @param record undefined: it is gone */
  setRecord(index: number, record: Pick<DeviceRecord, 'deleted' | 'managementState' | 'complianceState'> | undefined): void {
    const isGone = record === undefined || record.deleted;
    this.#states.set(index, isGone ? 'removed' : record.managementState);
    this.#compliance.set(index, isGone ? noRecord : record.complianceState);
  }

  /** Takes a sample for the charts. */
  sample(): void {
    this.#states.sample();
    this.#compliance.sample();
  }

  /** State → devices, now. States that no device is in are left out. */
  states(): Record<string, number> {
    return this.#states.now();
  }

  /** complianceState → devices that have a record, now. */
  compliance(): Record<string, number> {
    const { [noRecord]: _, ...states } = this.#compliance.now();
    return states;
  }

  series(startAt: number, stepMs: number): StateSeries {
    return this.#states.series(startAt, stepMs);
  }

  complianceSeries(startAt: number, stepMs: number): StateSeries {
    return this.#compliance.series(startAt, stepMs);
  }

  /** As it stands, to be put together with that of other shards. @param startAt of the first sample */
  found(startAt: number, stepMs: number): TallyFound {
    const { actions, certificates, recordsRemoved, checkInsLived, noncomplianceActions, mails, access, notices } = this;
    return {
      figures: {
        actions,
        certificates,
        recordsRemoved,
        checkInsLived,
        noncomplianceActions,
        mails,
        access,
        notices,
        states: this.states(),
        compliance: this.compliance(),
      },
      series: this.series(startAt, stepMs),
      complianceSeries: this.complianceSeries(startAt, stepMs),
      notifications: this.notifications.found(),
    };
  }

  #mail(kind: MailNote): void {
    const state = kind.slice('mail-'.length);
    this.mails[state] = (this.mails[state] ?? 0) + 1;
    // One that nobody could get was never waiting.
    if (kind !== 'mail-sent' && kind !== 'mail-failed') return;
    this.mails.queued = (this.mails.queued ?? 0) - 1;
    if (this.mails.queued === 0) delete this.mails.queued;
  }

  #signedIn(index: number, app: string, isIn: boolean): void {
    const ofApp = this.#isIn.get(app) ?? new Map<number, boolean>();
    this.#isIn.set(app, ofApp);
    const before = ofApp.get(index);
    if (before === isIn) return;
    ofApp.set(index, isIn);
    if (before === undefined) add(this.access, app, isIn ? 'granted' : 'refused', 1);
    else add(this.access, app, isIn ? 'regained' : 'lost', 1);
  }
}

function add(counts: Counts, name: string, outcome: string, by: number): void {
  counts[name] ??= {};
  const outcomes = counts[name];
  outcomes[outcome] = (outcomes[outcome] ?? 0) + by;
  if (outcomes[outcome] === 0) delete outcomes[outcome];
}

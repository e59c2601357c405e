/** What a run in virtual time found out: the object that `mockfleet run --json` prints, and what reports are made from. */

import { type ReasonNotShown, reasonsNotShown, type WayToShow, waysToShow } from '../protocol/notifications.ts';
import type { MailRecord } from '../server-stub/core/directory-records.ts';
import type { SignInRecord } from '../server-stub/core/policy-records.ts';
import { type CommandRecord, type DeviceRecord, finalStatuses, managementStates } from '../server-stub/core/records.ts';
import type { Answer } from './scenarios/scenario.ts';
import type { Recorded } from './world/recorded.ts';

/** Every state that `states` counts, a device's life from left to right. */
export const resultStates = [...managementStates, 'removed', 'not-enrolled'] as const;

/** What a device without a record counts as in the series of compliance. */
export const noRecord = 'no-record';

/** Every state of compliance, from the best to the worst. */
export const resultCompliance = ['compliant', 'inGracePeriod', 'noncompliant', 'conflict', 'error', 'unknown', noRecord] as const;

/** How a mail of the tenant stands. */
export const resultMails = ['sent', 'queued', 'failed', 'not-sent'] as const;

/** What can change with an attempt of an app to sign in: the first ones are let in or not; later ones get or lose it. */
export const resultAccess = ['granted', 'refused', 'lost', 'regained'] as const;

/** Every outcome that `actions` counts: how a command ended, or that it waits still, or was never accepted. */
export const resultOutcomes = [...finalStatuses, 'open', 'refused'] as const;

export interface Verdict {
  name: string;
  passed: boolean;
  /** Present and false: the run was made smaller than the file asks, or was stopped, so that nothing can be said; `passed` is true then. */
  judged?: false;
  /** One sentence: the figures that decided it. */
  detail: string;
}

/** One thing that happened in a story. */
export interface TimelineEntry {
  /** ISO 8601, UTC. */
  at: string;
  who: 'administrator' | 'user' | 'device' | 'service' | 'network';
  /** Its name; null: the whole tenant. */
  device: string | null;
  /** One sentence, without a full stop. */
  what: string;
}

export interface RunResult {
  scenario: string;
  title: string;
  /** What a story answers; null where the scenario is about figures. */
  question: string | null;
  answer: Answer | null;
  seed: string;
  /** false: lived in virtual time; true: by real agents against a real stub. */
  live: boolean;
  /** 32 hexadecimal digits over every device's life; equal digests mean equal lives. null: a live run has none, nor one that was stopped. */
  digest: string | null;
  devices: number;
  days: number;
  /** It was stopped before its end: the figures are those of `devicesLived` devices, lived up to `livedUntil` at least. */
  stopped: boolean;
  /** ISO 8601, UTC: up to when all of these devices were lived; the run's end, unless it was stopped. */
  livedUntil: string;
  devicesLived: number;
  everyCheckIn: boolean;
  checkInsLived: number;
  eventsExecuted: number;
  wallMs: number;
  peakRssBytes: number;
  /** What it came to, where `devices` and `days` are what was asked for. */
  lived: LivedFigures;
  /** Final managementState → devices; `removed`: their record is gone; `not-enrolled`: it never came to be. */
  states: Record<string, number>;
  /** Action → outcome (queue status) → count. */
  actions: Record<string, Record<string, number>>;
  certificates: { issued: number; renewed: number; expired: number };
  /** Records that the service removed 180 days after their certificate's end. */
  recordsRemoved: number;
  /** Final complianceState → devices that have a record. Empty, as all of the next ones, where the scenario has no compliance policy. */
  compliance: Record<string, number>;
  /** Action for noncompliance (Graph's word) → `done`, or `skipped` where nothing could come of it → count. */
  noncomplianceActions: Record<string, Record<string, number>>;
  /** State → mails about devices. */
  mails: Record<string, number>;
  /** Push notifications to users that devices showed. */
  notices: number;
  /** Custom notifications; all zero where none was sent. */
  notifications: NotificationFigures;
  /** Office app → `granted`, `refused` (of first attempts), `lost`, `regained` → count. Empty where none signs in. */
  access: Record<string, Record<string, number>>;
  /** Action → how long it took from being asked for to being done (acknowledged by the device). Actions that were never done have none. */
  timeToDone: Record<string, TimeToDone>;
  /** Commands that wait at the end, by how long they have done so. Each counts in the first that holds it; null: longer than all others. */
  pendingByAge: PendingOfAge[];
  /** Certificates of the records that are there at the end, by what is left of them. */
  certificatesLeft: CertificatesLeft;
  /** What went wrong on purpose, by the name of the fault. Empty where the scenario has none. */
  faults: Record<string, FaultFigures>;
  checkers: Verdict[];
  expectations: Verdict[];
  /** What happened, in the order of time: of fleets of up to 20 devices, else empty. */
  timeline: TimelineEntry[];
  /** Paths, or null where the run was asked to write none. */
  report: string | null;
  file: string | null;
  passed: boolean;
}

export interface FaultFigures {
  /** Its key in the scenario file. */
  kind: string;
  /** When it was at work: ISO 8601, UTC; `until` is after it. */
  windows: { from: string; until: string }[];
  /** Whom it concerned. */
  devices: number;
  /** Those of them to which it did something. */
  touched: number;
  /** What it did → how often. */
  effects: Record<string, number>;
}

/**
 * What became of custom notifications. A push is a message on its way to one device, and each comes to one end:
 * pushes = lost + expired + gone + waiting + all of `shown` + all of `notShown`.
 */
export interface NotificationFigures {
  /** Messages: to single devices (CN-11), and to groups. */
  sent: { device: number; groups: number };
  /** Those that were too many within an hour (CN-07, CN-08). */
  refused: { device: number; groups: number };
  pushes: number;
  /** Never arrived (CN-13). */
  lost: number;
  /** Kept for a device that was away for too long. */
  expired: number;
  /** Its device was not managed any more when it arrived. */
  gone: number;
  /** At the end of the run: on its way, or kept for a device that is away. */
  waiting: number;
  /** On the device, by how it came to be seen. */
  shown: Record<WayToShow, number>;
  /** It came to the device, and to nothing there. `ignored`: the device was leaving, or had it already. */
  notShown: Record<ReasonNotShown | 'ignored', number>;
  /** Of those shown: how long it took from sending. Each counts in the first that holds it; null: longer than all others. */
  delays: { upToMs: number | null; count: number }[];
}

export interface LivedFigures {
  /** That ever came to be enrolled. */
  devices: number;
  days: number;
  /** Devices × days. */
  deviceDays: number;
  deviceDaysPerSecond: number;
}

/**
 * Percentiles of a distribution: so many took no longer. Whole milliseconds, off by a tenth at most and mostly by a hundredth; what was done within the
 * first second counts as 0. null: longer than 720 days.
 */
export interface TimeToDone {
  count: number;
  p50Ms: number | null;
  p90Ms: number | null;
  p99Ms: number | null;
}

export interface PendingOfAge {
  upToMs: number | null;
  /** Not delivered to the device yet. */
  queued: number;
  /** Delivered, and without an answer. */
  delivered: number;
}

export interface CertificatesLeft {
  /** Their end is past, and their records wait for the cleanup. */
  ended: number;
  /** In steps of 30 days; none is left out. */
  current: { fromDays: number; untilDays: number; count: number }[];
}

/** Width of a step of `CertificatesLeft`. */
export const certificateStepDays = 30;

/** What reports draw: plain figures, of which those of shards add up. Buckets of time are numbered (world/time-buckets.ts). */
export interface MeasuresFound {
  /** Family → name → how many there were on each day: `devices`, `certificates`, `asked` and `done` by action, `removed` by why, `mails` by state. */
  daily: Record<string, Record<string, number[]>>;
  /** Action → platform → online behaviour → bucket → how many took so long to be done. */
  timeToDone: Record<string, Record<string, Record<string, Record<string, number>>>>;
  /** Action → `queued` or `delivered` → bucket → how many wait since so long. */
  pending: Record<string, Record<string, Record<string, number>>>;
  /** `ended`, or how many steps of 30 days are left → certificates. */
  certificatesLeft: Record<string, number>;
}

/** Every end of a push. */
export const messageOutcomes = ['lost', 'expired', 'gone', ...waysToShow, ...reasonsNotShown, 'ignored'] as const;
export type MessageOutcome = (typeof messageOutcomes)[number];

/** A custom notification that was sent. Its text is nowhere (CN-06). */
export interface NotificationMessage {
  id: string;
  sentAt: number;
  /** The one that it was sent to; null: to groups. */
  deviceId: string | null;
  /** How many were named; 0: to a device. */
  groups: number;
  pushes: number;
  /** How many pushes ended so; what is left of them waits. */
  outcomes: Record<MessageOutcome, number>;
}

/** The fleet's states along the time lived: one sample per day, in the order of `states`. */
export interface StateSeries {
  /** Instant of the first sample, and the milliseconds between two. */
  startAt: number;
  stepMs: number;
  states: { name: string; counts: number[] }[];
}

/** One device at the end of the run. `record` is null when the stub has none (any more). */
export interface DeviceOutcome {
  index: number;
  group: string;
  /** Its own, whether it has a record or not. */
  name: string;
  serialNumber: string;
  platform: string;
  enrollment: string;
  /** The device's own view: its phase (`enrolled`, `wiped`, …). */
  phase: string;
  checkIns: number;
  deviceId: string | null;
  record: DeviceRecord | null;
  removedAt: number | null;
  removedWhy: string | null;
  /** 16 hexadecimal digits over all that happened to it, of both sides; null: a live run has none. */
  life: string | null;
}

/** Everything a report may want: plain data. */
export interface RunData {
  result: RunResult;
  /** The scenario file's text, so that the run can be replayed from its own file. */
  scenarioText: string;
  /** The command line that repeats this run. */
  replay: string;
  /** Instants. */
  from: number;
  until: number;
  series: StateSeries;
  /** By complianceState. */
  compliance: StateSeries;
  /** Custom notifications to groups, in the order in which they were sent. */
  notificationsToGroups: readonly NotificationMessage[];
  measures: MeasuresFound;
}

/** The rows of a run's file, of the whole fleet or of a shard of it: read lazily, as often as is wanted, while the store is open. */
export interface RunRows {
  devices: () => Iterable<DeviceOutcome>;
  commands: () => Iterable<CommandRecord>;
  mails: () => Iterable<MailRecord>;
  signIns: () => Iterable<SignInRecord>;
  /** Custom notifications to single devices. */
  notifications: () => Iterable<NotificationMessage>;
  /** What a recorder has heard on the way, of devices from number `first` on; null: there was none. */
  recorded: Recorded | null;
}

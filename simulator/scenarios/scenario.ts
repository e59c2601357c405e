/**
 * A scenario as the simulator lives it: compiled from the YAML by `schema.ts`, with every default filled in.
 * Durations are milliseconds (`…Ms`), instants are milliseconds since 1970 (`…At`, `at`), shares go from 0 to 1. Absent is `null`.
 */
import type { SignInPlan } from '../../agent/device/state.ts';
import type { InstalledApp } from '../../protocol/device-information.ts';
import type { SecurityTraits } from '../../protocol/device-security.ts';
import type { Behavior, HandsAct } from '../../protocol/hands.ts';
import type { NotificationText } from '../../protocol/notification-text.ts';
import type { LockScreenSetting } from '../../protocol/notifications.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import type { UserInput } from '../../protocol/screens.ts';
import type { Distribution } from '../../runtime/distribution.ts';
import type { ActionName, portalActions } from '../../server-stub/core/records.ts';
import type { PushSettings, TenantConfiguration } from '../../server-stub/core/settings.ts';
import type { DirectorySeed } from '../tenant/seed.ts';
import type { Fault } from './fault.ts';
import type { StoryExpectation } from './story-expectation.ts';

export interface Scenario {
  name: string;
  title: string;
  question: string | null;
  description: string | null;
  requirements: string[];
  /** What a story is told for; null: the scenario is about figures. */
  answer: Answer | null;
  seed: string;
  startAt: number;
  days: number;
  devices: number;
  tenant: TenantSettings;
  /** At least one; names are unique, weights positive. */
  fleet: FleetGroup[];
  /** In the order of time; events of the same instant in the order of the file. */
  timeline: TimelineEvent[];
  /** What goes wrong. */
  faults: Fault[];
  expectations: Expectation[];
  /** Of a load run with it, as they are written (simulator/load/threshold.ts). */
  thresholds: string[];
}

export interface TenantSettings {
  /** How long before its end a certificate is renewed. */
  renewalWindowMs: number;
  push: PushSettings;
  /** What the tenant begins with; what is not named has the service's default. */
  configuration: Partial<TenantConfiguration>;
  /** People, groups and policies that it begins with. */
  planted: DirectorySeed;
}

/** The answer to a story's question, part by part. */
export interface Answer {
  administrator: string;
  device: string;
  why: string;
  whatToDo: string;
}

/** From ≤ until, both since the start of the scenario. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

export interface FleetGroup {
  name: string;
  /** Exactly so many devices, which come before those of weighted groups; null: by weight. */
  count: number | null;
  /** Relative to the other groups' weights; of a counted group: its count. */
  weight: number;
  platform: Platform;
  enrollment: EnrollmentType;
  /** One after the other, evenly, over so long; `enrolls` says more where it is not null. */
  enrolledWithinMs: number;
  enrolls: readonly EnrollmentWave[] | null;
  /** At least one. */
  models: DeviceModel[];
  /** User principal name of all of them, '' for none; null: each has its own. */
  user: string | null;
  has: Belongings;
  /** The first one that fits decides. */
  behaviors: readonly Behavior[];
  wipesSilently: number;
  absences: Absences | null;
  lostForEver: { share: number; between: Span } | null;
  /** Apps that sign in by themselves. */
  signIns: SignInPlan | null;
  lapses: LapsePlan | null;
  /** Where they are; each device draws one. */
  timeZones: readonly { zone: string; weight: number }[];
  /** When they have a network; each device that keeps such hours draws one shift. null: always. */
  hours: { share: number; shifts: readonly Shift[] } | null;
  /** Days on which nobody works: no network from midnight to midnight, local time. */
  holidays: readonly Holiday[];
  leaves: readonly Leave[];
  storms: readonly Storm[];
  replaced: Replacement | null;
  /** In the order of time. */
  osUpdates: readonly OsUpdate[];
  /** Time from one new passcode to the next; null: users keep theirs. */
  passcodeChanges: { every: Distribution } | null;
  battery: BatteryPlan | null;
}

/** Of a group whose file says nothing about it. */
export const nothingPlanned = {
  enrolls: null,
  timeZones: [{ zone: 'UTC', weight: 1 }],
  hours: null,
  holidays: [],
  leaves: [],
  storms: [],
  replaced: null,
  osUpdates: [],
  passcodeChanges: null,
  battery: null,
} satisfies Partial<FleetGroup>;

/** Some of a group come within this time, evenly. The shares of a group's waves add up to 1. */
export interface EnrollmentWave extends Span {
  share: number;
}

/** Hours of local time, since midnight. `untilMs` below `fromMs`: of the next day. */
export interface Shift extends Span {
  /** Relative to the other shifts. */
  weight: number;
  /** 0 (Sunday) to 6. At least one. */
  days: readonly number[];
  /** Each day begins and ends up to so much later, drawn for the device and the day. */
  jitterMs: number;
}

/**
 * Both days included. Of every year: month × 100 + day, and what ends before it begins goes over the turn of the year; else days since 1970.
 */
export interface Holiday {
  isYearly: boolean;
  from: number;
  until: number;
}

export interface Leave {
  /** Of the devices, in any year. */
  share: number;
  /** They begin within this part of the year (month × 100 + day, both included); null: at any time. */
  season: { from: number; until: number } | null;
  length: Distribution;
}

/** Many lose their network at once, and have it again at about the same time. */
export interface Storm {
  share: number;
  /** Since the start. */
  atMs: number;
  awayMs: number;
  /** They come back over so long. */
  backWithinMs: number;
}

/** What becomes of a device that makes place for a new one: it is put into a drawer, or the management is ended on it first. */
export const oldDeviceEnds = ['drawer', 'retired', 'wiped'] as const;
export type OldDeviceEnd = (typeof oldDeviceEnds)[number];

export interface Replacement {
  /** Of the devices. */
  share: number;
  /** How old a device gets. Those at the start of the scenario are of any age. */
  every: Distribution;
  old: OldDeviceEnd;
  /** From the end of the old one to the enrollment of the new one. */
  pause: Distribution;
  /** What the new ones are; null: as the group's. */
  models: readonly DeviceModel[] | null;
}

export interface OsUpdate {
  version: string;
  /** When it comes out, since the start. */
  atMs: number;
  /** Of the devices, that ever take it. */
  share: number;
  /** How long after. */
  adoptedWithin: Distribution;
  /** Only devices of these models; null: any. */
  models: readonly string[] | null;
}

export interface BatteryPlan {
  /** How many times within 30 days it runs empty, on average. */
  emptyPerMonth: number;
  /** How long the device is off then. */
  off: Distribution;
}

/** How a device can stop keeping the rules. */
export const lapseKinds = ['passcode', 'encryption', 'jailbreak', 'osVersion', 'threat'] as const;
export type LapseKind = (typeof lapseKinds)[number];

export interface LapsePlan {
  /** Share of the devices that lapse within 30 days. */
  perMonth: number;
  lasts: Distribution;
  /** At least one; each lapse is one of these. */
  of: readonly LapseKind[];
}

export interface DeviceModel {
  model: string;
  manufacturer: string;
  osVersion: string;
  weight: number;
}

export interface Absences {
  share: number;
  /** Whole numbers, both included. */
  count: { from: number; until: number };
  between: Span;
  length: Distribution;
}

/** A share of the group has one (drawn text), or all of it has this one. */
export type Passcodes = { share: number } | { text: string };

/** What the devices of a group have when they are enrolled; each share is drawn per device. */
export interface Belongings {
  passcode: Passcodes;
  workProfilePasscode: Passcodes;
  findMy: number;
  jailBroken: number;
  /** null: as the platform comes out of its box. */
  encrypted: number | null;
  shared: number;
  esim: number;
  /** What is otherwise than on a good device; of all of them. */
  security: SecurityTraits;
  /** iOS, Android: Company Portal is installed. */
  companyPortal: number;
  /** Of those with Company Portal: how many let it show notifications, and how many were not asked yet; the others said no. */
  notifications: { allowed: number; notAsked: number };
  lockScreenNotifications: LockScreenSetting;
  /** Android: an app that reads notifications is on these. */
  notificationReader: { share: number; app: string } | null;
  /** Installed by the user; one list for all, never changed. */
  apps: readonly InstalledApp[];
}

/** What happens, to each device that is selected. */
export type Step =
  /** An administrator's action. */
  | { kind: 'action'; do: ActionName; parameters: Readonly<Record<string, unknown>> }
  | { kind: 'cancel'; action: ActionName }
  /** The person at the screen; texts may hold placeholders (story/notebook.ts). */
  | { kind: 'user'; input: UserInput }
  /** The device's own user at the self-service site. */
  | { kind: 'portal'; do: (typeof portalActions)[number] }
  | { kind: 'install'; appId: string }
  | { kind: 'device'; acts: readonly HandsAct[] }
  /** `seed`: of its people, groups and policies; null: nothing. */
  | { kind: 'tenant'; change: Partial<TenantConfiguration>; seed: DirectorySeed | null }
  /** The administrator sends a custom notification to the people in groups, by the groups' names. */
  | { kind: 'notify'; text: NotificationText; groups: readonly string[] }
  /** The administrator notes what Graph shows. */
  | { kind: 'copy'; what: Copied }
  | { kind: 'expect'; all: readonly StoryExpectation[] };

export const copiedThings = ['bypassCode', 'passcode', 'unlockPin'] as const;
export type Copied = (typeof copiedThings)[number];

export interface TimelineEvent {
  at: number;
  /** Which entry of the file's timeline this came from, and which of its repetitions: labels for draws. */
  entry: number;
  repetition: number;
  step: Step;
  to: Selector;
  /** User principal name of the administrator; null: whoever runs the simulation. */
  by: string | null;
}

/** All conditions must hold; `null` asks nothing. */
export interface Selector {
  /** Of the devices that match, drawn per device. */
  share: number;
  platforms: Platform[] | null;
  enrollments: EnrollmentType[] | null;
  groups: string[] | null;
  network: 'online' | 'offline' | 'any';
}

export interface Expectation {
  name: string;
  /** Dotted path into the run's result, for example `actions.wipe.acknowledged`. */
  figure: string;
  equals: number | null;
  atLeast: number | null;
  atMost: number | null;
}

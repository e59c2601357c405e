/** What a story expects of a device at an instant of its timeline: of its record, its screen, its mails and what else there is to see of it. */
import type { CommandType } from '../../protocol/commands.ts';
import type { NotificationSource, WayToShow } from '../../protocol/notifications.ts';
import type { ScreenKind } from '../../protocol/screens.ts';
import type { MailRecord } from '../../server-stub/core/directory-records.ts';

/** Graph's words for how an action stands; `none`: it was never asked for. */
export const actionStates = ['pending', 'done', 'failed', 'notSupported', 'canceled', 'none'] as const;
export type ActionStateName = (typeof actionStates)[number];

/** A value as a YAML file or an answer of Graph has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What must be true of a device now: every member that is there. */
export interface StoryExpectation {
  name: string;
  /** Properties of the beta managedDevice; null: unset. */
  graph?: Readonly<Record<string, Json>> | undefined;
  screen?: ScreenKind | undefined;
  record?: 'present' | 'gone' | undefined;
  action?: Readonly<Partial<Record<CommandType, ActionStateName>>> | undefined;
  /** A part of the reason (case ignored); false: available. */
  greyedOut?: Readonly<Partial<Record<CommandType, string | false>>> | undefined;
  /** Audit entries about the device, by activity without its last word: `wipe`, `cancel wipe`, `delete`. */
  audit?: Readonly<Record<string, number>> | undefined;
  /** Who stands in the newest of them. */
  auditBy?: Readonly<Record<string, string>> | undefined;
  /** State of the newest remoteActionAudit, by beta's name of the action. */
  remoteAction?: Readonly<Record<string, string>> | undefined;
  bypassCode?: 'shown' | 'none' | undefined;
  /** On the device itself, by name. */
  apps?: { present: readonly string[]; absent: readonly string[] } | undefined;
  /** Members of the device's own view (protocol/hands.ts). */
  view?: Readonly<Record<string, Json>> | undefined;
  /** Of each Office app: `allowed`, the reason, or `none` before the first sign-in. */
  access?: Readonly<Record<string, string>> | undefined;
  /** What came of the last input on the screen contains this (case ignored). */
  notice?: string | undefined;
  /** What each compliance policy makes of the device, by name; `none`: it does not reach it. */
  compliance?: Readonly<Record<string, ExpectedCompliance>> | undefined;
  /** What is found of single settings, by Graph's names. */
  settings?: Readonly<Record<string, ExpectedCompliance>> | undefined;
  /** Mails about the device. */
  mails?: readonly MailExpectation[] | undefined;
  /** How many notices of noncompliance its user was shown on the device. */
  notices?: number | undefined;
  /** What Company Portal was sent and its user has not dismissed. */
  notifications?: readonly NotificationExpectation[] | undefined;
  /** Notifications that another app has read on the device. */
  readByOtherApps?: readonly ReadExpectation[] | undefined;
  /** Above what its user is doing stands a notification with this title; false: none does. */
  banner?: string | false | undefined;
  /** A part of what the latest request of an administrator was refused with (case ignored); false: it was not refused. */
  refused?: string | false | undefined;
  /** Whether it is on the list of devices to be retired. */
  retireListed?: boolean | undefined;
  /** What the log has of each app's sign-ins from the device, oldest first. */
  signIns?: Readonly<Partial<Record<string, readonly string[]>>> | undefined;
}

/** Graph's words for what a policy makes of a device; `none`: nothing, it does not reach it. */
export const expectedCompliance = [
  'compliant',
  'inGracePeriod',
  'nonCompliant',
  'notApplicable',
  'unknown',
  'error',
  'conflict',
  'none',
] as const;
export type ExpectedCompliance = (typeof expectedCompliance)[number];

/** Of the notifications that fit all that is said there are so many. */
export interface NotificationExpectation {
  title?: string | undefined;
  body?: string | undefined;
  from?: NotificationSource | undefined;
  shown?: WayToShow | undefined;
  /** undefined: one or more. */
  count?: number | undefined;
}

/** Of what other apps have read and fits all that is said there are so many. */
export interface ReadExpectation {
  app?: string | undefined;
  title?: string | undefined;
  body?: string | undefined;
  /** undefined: one or more. */
  count?: number | undefined;
}

/** Of the mails that fit all that is said there are so many. */
export interface MailExpectation {
  /** One of its recipients, copies included. */
  to?: string | undefined;
  /** The subject contains this (case ignored). */
  subject?: string | undefined;
  /** The text contains this (case ignored). */
  text?: string | undefined;
  /** The day of its date, in UTC: 2026-03-04. */
  on?: string | undefined;
  state?: MailRecord['state'] | undefined;
  /** undefined: one or more. */
  count?: number | undefined;
}

/** What `/mockfleet/events` says. The stub's side of it: server-stub/events.ts. */

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
export const topics = ['devices', 'hands', 'mails', 'audits', 'sign-ins', 'tenant', 'faults', 'history'] as const;
export type Topic = (typeof topics)[number];

/** Something that happened, in words for people. */
export interface Note {
  /** ISO 8601, of the stub's clock. */
  at: string;
  kind: string;
  deviceId: string | null;
  deviceName: string | null;
  text: string;
}

export interface ScenarioStep {
  /** ISO 8601. */
  at: string;
  /** administrator, user, device, fault … */
  who: string;
  device: string | null;
  what: string;
}

export interface ScenarioView {
  name: string;
  title: string;
  question: string;
  startAt: string;
  endAt: string;
  /** Where its clock stands. */
  at: string;
  /** playing: it is being lived right now; waiting: until somebody says how far to go on; byHand: the clock and everything else are the user's. */
  state: 'playing' | 'waiting' | 'byHand';
  /** What was lived, oldest first. */
  lived: ScenarioStep[];
  /** What it would do next. */
  remaining: ScenarioStep[];
  verdicts: { name: string; passed: boolean; detail: string }[];
  /** Codes and passcodes that the administrator has noted. */
  noted: { device: string; what: string; text: string }[];
  /** Why it could not go on. */
  trouble: string | null;
}

/**
 * Scenarios that are played on a running stub: who plays them lies above it (cli/serve), because a scenario is made of simulated devices
 * and comes with a tenant of its own. What the console knows of them: console/live/words.ts.
 */

export interface ScenarioStep {
  /** ISO 8601. */
  at: string;
  /** administrator, user, device, service, network; `expected`: nobody, it is looked at. */
  who: string;
  /** Its name, or which part of the fleet; null: all. */
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

export interface ScenarioEntry {
  name: string;
  title: string;
  question: string | null;
  devices: number;
  days: number;
  /** ISO 8601. */
  startAt: string;
  endAt: string;
  requirements: string[];
  platforms: string[];
  steps: ScenarioStep[];
}

export interface ScenarioStart {
  name: string;
  /** Where to stop first: time since its start, or an instant; absent: where it looks for the first time. */
  at?: string | undefined;
  /** In place of the scenario's. */
  devices?: number | undefined;
}

export interface ScenarioPlayer {
  catalogue(): Promise<ScenarioEntry[]>;
  /** null: none is played. */
  view(): ScenarioView | null;
  /** Puts the tenant aside that is served, and begins to live that scenario in its place. @throws ScenarioRefused (rejects) */
  start(asked: ScenarioStart): Promise<ScenarioView>;
  /** @param to `next-step`, `end`, a duration from where it stands, an instant. @throws ScenarioRefused */
  goOn(to: string): ScenarioView;
  /** From now on it goes on by hand. @throws ScenarioRefused */
  takeOver(): ScenarioView;
  /** Back to the tenant that was put aside. @throws ScenarioRefused (rejects) */
  end(): Promise<void>;
}

/** Why a scenario is not played. */
export class ScenarioRefused extends Error {
  readonly status: 400 | 404 | 409;
  /** Stable. */
  readonly code: string;
  constructor(status: ScenarioRefused['status'], code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

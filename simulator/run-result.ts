/** The result of a run from what it found out: figures, and whether they are as the scenario expects. */
import type { RunResult, TimelineEntry, Verdict } from './result.ts';
import type { RunOptions } from './run-options.ts';
import type { Expectation, Scenario } from './scenarios/scenario.ts';
import type { StoryVerdicts } from './story/verdicts.ts';
import { hasCompliancePolicies } from './world/compliance-checkers.ts';
import type { Tally } from './world/tally.ts';

/** What a run found out, in virtual time or live. */
export interface Findings {
  live: boolean;
  digest: string | null;
  eventsExecuted: number;
  wallMs: number;
  tally: Tally;
  checkers: Verdict[];
  story: StoryVerdicts;
  timeline: TimelineEntry[];
}

/** The scenario as it is lived, with what the caller wants in place of the file's own. */
export function overridden(scenario: Scenario, { devices, days, seed }: Pick<RunOptions, 'devices' | 'days' | 'seed'>): Scenario {
  return { ...scenario, devices: devices ?? scenario.devices, days: days ?? scenario.days, seed: seed ?? scenario.seed };
}

/** @param scenario as its file has it: its expectations are about so many devices and days */
export function resultOf(found: Findings, asked: Scenario, scenario: Scenario, options: RunOptions): RunResult {
  const { tally } = found;
  const hasPolicies = hasCompliancePolicies(asked);
  const result: RunResult = {
    scenario: asked.name,
    title: asked.title,
    question: asked.question,
    answer: asked.answer,
    live: found.live,
    seed: asked.seed,
    digest: found.digest,
    devices: asked.devices,
    days: asked.days,
    everyCheckIn: options.everyCheckIn ?? false,
    checkInsLived: tally.checkInsLived,
    eventsExecuted: found.eventsExecuted,
    wallMs: found.wallMs,
    // Node gives kibibytes on every platform.
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    states: tally.states(),
    actions: tally.actions,
    certificates: tally.certificates,
    recordsRemoved: tally.recordsRemoved,
    compliance: hasPolicies ? tally.compliance() : {},
    noncomplianceActions: hasPolicies ? tally.noncomplianceActions : {},
    mails: tally.mails,
    notices: tally.notices,
    notifications: tally.notifications.figures(),
    access: tally.access,
    checkers: found.checkers,
    expectations: [],
    timeline: found.timeline,
    report: options.report ?? null,
    file: options.file ?? null,
    passed: true,
  };
  const smaller = whySmaller(asked, scenario);
  const figures = scenario.expectations.map(
    (expectation): Verdict =>
      smaller === null
        ? judge(expectation, result)
        : { name: expectation.name, passed: true, judged: false, detail: `not judged: ${smaller}` },
  );
  result.expectations = [...found.story.verdicts(smaller), ...figures];
  result.passed = [...result.checkers, ...result.expectations].every((verdict) => verdict.passed);
  return result;
}

/** A run that is smaller than its file says must not fail for being small. */
function whySmaller({ devices, days }: Scenario, scenario: Scenario): string | null {
  const parts = [
    ...(devices < scenario.devices ? [`${devices} of the scenario's ${scenario.devices} devices`] : []),
    ...(days < scenario.days ? [`${days} of its ${scenario.days} days`] : []),
  ];
  return parts.length === 0 ? null : `the run has ${parts.join(' and ')}`;
}

function judge({ name, figure, equals, atLeast, atMost }: Expectation, result: object): Verdict {
  const value = figureOf(result, figure);
  const missed = (equals !== null && value !== equals) || (atLeast !== null && value < atLeast) || (atMost !== null && value > atMost);
  const bounds = [
    ...(equals === null ? [] : [`exactly ${equals}`]),
    ...(atLeast === null ? [] : [`at least ${atLeast}`]),
    ...(atMost === null ? [] : [`at most ${atMost}`]),
  ];
  return { name, passed: !missed, detail: `${figure} is ${value}, expected ${bounds.join(' and ')}` };
}

/** What never happened has no figure, and counts 0. */
function figureOf(result: object, path: string): number {
  let value: unknown = result;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : 0;
  }
  return typeof value === 'number' ? value : 0;
}

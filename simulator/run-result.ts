/** The result of a run from what it found out: figures, and whether they are as the scenario expects. */
import { dayMs, formatDuration, formatInstant } from '../runtime/duration.ts';
import type { FaultFigures, MeasuresFound, RunResult, TimelineEntry, Verdict } from './result.ts';
import type { RunOptions } from './run-options.ts';
import type { Expectation, Scenario } from './scenarios/scenario.ts';
import { type StoryRow, StoryVerdicts } from './story/verdicts.ts';
import { hasCompliancePolicies } from './world/compliance-checkers.ts';
import type { FaultsFound } from './world/faults/fault-tally.ts';
import { type CheckerFound, verdictOf } from './world/findings.ts';
import { endOf } from './world/found.ts';
import { livedFigures, measureFigures } from './world/measure-figures.ts';
import { notificationFigures } from './world/notification-tally.ts';
import type { TallyFound } from './world/tally.ts';

/** What a run found out, in virtual time or live. */
export interface Findings {
  live: boolean;
  /** Up to when all of `devicesLived` devices were lived, as an instant. */
  livedUntil: number;
  devicesLived: number;
  digest: string | null;
  eventsExecuted: number;
  wallMs: number;
  tally: TallyFound;
  measures: MeasuresFound;
  checkers: readonly CheckerFound[];
  story: readonly StoryRow[];
  timeline: readonly TimelineEntry[];
  faults: FaultsFound;
}

/** The scenario as it is lived, with what the caller wants in place of the file's own. */
export function overridden(scenario: Scenario, { devices, days, seed }: Pick<RunOptions, 'devices' | 'days' | 'seed'>): Scenario {
  return { ...scenario, devices: devices ?? scenario.devices, days: days ?? scenario.days, seed: seed ?? scenario.seed };
}

/** @param scenario as its file has it: its expectations are about so many devices and days */
export function resultOf(found: Findings, asked: Scenario, scenario: Scenario, options: RunOptions): RunResult {
  const { figures, notifications } = found.tally;
  const hasPolicies = hasCompliancePolicies(asked);
  const stopped = found.devicesLived < asked.devices || found.livedUntil < endOf(asked);
  const result: RunResult = {
    scenario: asked.name,
    title: asked.title,
    question: asked.question,
    answer: asked.answer,
    live: found.live,
    seed: asked.seed,
    digest: stopped ? null : found.digest,
    devices: asked.devices,
    days: asked.days,
    stopped,
    livedUntil: formatInstant(found.livedUntil),
    devicesLived: found.devicesLived,
    everyCheckIn: options.everyCheckIn ?? false,
    checkInsLived: figures.checkInsLived,
    eventsExecuted: found.eventsExecuted,
    wallMs: found.wallMs,
    // Node gives kibibytes on every platform.
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    lived: livedFigures({
      devices: found.devicesLived,
      days: (found.livedUntil - asked.startAt) / dayMs,
      states: figures.states,
      wallMs: found.wallMs,
    }),
    states: figures.states,
    actions: figures.actions,
    certificates: figures.certificates,
    recordsRemoved: figures.recordsRemoved,
    compliance: hasPolicies ? figures.compliance : {},
    noncomplianceActions: hasPolicies ? figures.noncomplianceActions : {},
    mails: figures.mails,
    notices: figures.notices,
    notifications: notificationFigures(notifications),
    access: figures.access,
    ...measureFigures(found.measures),
    faults: faultFigures(asked, found.faults),
    checkers: found.checkers.map(verdictOf),
    expectations: [],
    timeline: [...found.timeline],
    report: options.report ?? null,
    file: options.file ?? null,
    passed: true,
  };
  const smaller = stopped ? whyStopped(found, asked) : whySmaller(asked, scenario);
  const judged = scenario.expectations.map(
    (expectation): Verdict =>
      smaller === null
        ? judge(expectation, result)
        : { name: expectation.name, passed: true, judged: false, detail: `not judged: ${smaller}` },
  );
  result.expectations = [...new StoryVerdicts(asked, found.story).verdicts(smaller), ...judged];
  result.passed = [...result.checkers, ...result.expectations].every((verdict) => verdict.passed);
  return result;
}

/** Windows up to the end of the run: what comes later was not lived. */
function faultFigures(asked: Scenario, found: FaultsFound): RunResult['faults'] {
  const end = endOf(asked);
  return Object.fromEntries(
    asked.faults.map(({ name, what, windows }): [string, FaultFigures] => {
      const lived = windows.filter(({ from }) => from < end);
      const spans = lived.map(({ from, until }) => ({ from: formatInstant(from), until: formatInstant(Math.min(until, end)) }));
      return [name, { kind: what.kind, windows: spans, ...(found[name] ?? { devices: 0, touched: 0, effects: {} }) }];
    }),
  );
}

/** A run that is smaller than its file says must not fail for being small. */
function whySmaller({ devices, days }: Scenario, scenario: Scenario): string | null {
  const parts = [
    ...(devices < scenario.devices ? [`${devices} of the scenario's ${scenario.devices} devices`] : []),
    ...(days < scenario.days ? [`${days} of its ${scenario.days} days`] : []),
  ];
  return parts.length === 0 ? null : `the run has ${parts.join(' and ')}`;
}

function whyStopped({ devicesLived, livedUntil }: Findings, { devices, startAt, days }: Scenario): string {
  const lived = Math.floor((livedUntil - startAt) / dayMs);
  const fleet = devicesLived < devices ? `${devicesLived} of ${devices} devices` : 'all devices';
  return `the run was stopped: ${fleet}, ${lived} of ${days} days`;
}

function judge({ name, figure, equals, atLeast, atMost }: Expectation, result: object): Verdict {
  const isTime = figure.endsWith('Ms');
  const shown = (value: number) => (isTime ? formatDuration(value) : String(value));
  const bounds = [
    ...(equals === null ? [] : [`exactly ${shown(equals)}`]),
    ...(atLeast === null ? [] : [`at least ${shown(atLeast)}`]),
    ...(atMost === null ? [] : [`at most ${shown(atMost)}`]),
  ].join(' and ');
  const value = figureOf(result, figure);
  // What was never done took no time at all, and not none.
  if (value === null && isTime)
    return {
      name,
      passed: false,
      detail: `${figure} is not there: nothing was done, or it took longer than is counted; expected ${bounds}`,
    };
  const count = value ?? 0;
  const missed = (equals !== null && count !== equals) || (atLeast !== null && count < atLeast) || (atMost !== null && count > atMost);
  return { name, passed: !missed, detail: `${figure} is ${shown(count)}, expected ${bounds}` };
}

/** null: it never happened. */
function figureOf(result: object, path: string): number | null {
  let value: unknown = result;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : null;
  }
  return typeof value === 'number' ? value : null;
}

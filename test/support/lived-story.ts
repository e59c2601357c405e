/** A story, lived in one way or the other, and what of it must not depend on the way. */

import { type LiveOptions, liveScenario } from '../../simulator/live-run.ts';
import type { RunResult } from '../../simulator/result.ts';
import { runScenario } from '../../simulator/run.ts';
import type { RunOptions } from '../../simulator/run-options.ts';
import { findScenario, listScenarios } from '../../simulator/scenarios/catalogue.ts';

/** A row for each story of the catalogue. */
export const storyRows = listScenarios()
  .filter((entry) => entry.answer !== null)
  .map(({ name, requirements, days }) => ({ name, days, ids: requirements.join(' ') }));

export async function lived(name: string, options: RunOptions): Promise<RunResult> {
  const run = await runScenario(findScenario(name), options);
  run.close();
  return run.result;
}

/** By real agents. @param keys folder of the keys, which many stories share: to make them takes longer than most of these take */
export async function livedByAgents(name: string, keys: string, options: LiveOptions = {}): Promise<RunResult> {
  const run = await liveScenario(findScenario(name), { ...options, live: true, keys });
  run.close();
  return run.result;
}

export function outcome(result: RunResult) {
  const { states, actions, certificates, recordsRemoved, checkers, expectations, passed } = result;
  const { compliance, noncomplianceActions, mails, notices, notifications, access } = result;
  const verdicts = ({ name, passed: isPassed }: { name: string; passed: boolean }) => [name, isPassed];
  return {
    states,
    actions,
    certificates,
    recordsRemoved,
    ...{ compliance, noncomplianceActions, mails, notices, notifications, access },
    checkers: checkers.map(verdicts),
    expectations: expectations.map(verdicts),
    passed,
  };
}

/** The timeline, in an order that does not depend on which side was heard first. */
export function told({ timeline }: RunResult): string[] {
  return timeline.map(({ at, who, device, what }) => `${at} ${who} ${device} ${what}`).sort();
}

/** Tries a server case by case. Whatever it does, hang, die or send rubbish, is the outcome of a case. */
import { createKeyMaker, type KeyMaker } from '../../certs/rsa-key.ts';
import { Bench, type ConformanceTarget, type Keys } from './bench.ts';
import { CaseFailure, type ConformanceCase, LeftOut } from './conformance-case.ts';
import { conformanceCases } from './conformance-cases.ts';
import type { CaseOutcome, ConformanceResult } from './conformance-result.ts';

const clockCase = 'clock-first';

export interface ConformanceOptions {
  target: ConformanceTarget;
  /** Names of the cases to run; empty: all. */
  only: readonly string[];
  onCase(outcome: CaseOutcome): void;
  /** Where its two keys come from; absent: they are made. */
  makeKey?: KeyMaker;
  /** Ends the run after the case that is under way. */
  signal: AbortSignal;
}

export async function runConformance(options: ConformanceOptions): Promise<ConformanceResult> {
  const startedAt = new Date();
  const { target, only, onCase, signal, makeKey = createKeyMaker() } = options;
  const keys: Keys = await Promise.all([makeKey(), makeKey()]);
  const chosen = conformanceCases.filter(({ name }) => only.length === 0 || only.includes(name));
  const outcomes: CaseOutcome[] = [];
  for (const one of chosen) {
    const why = signal.aborted ? 'the run was stopped' : whyNotRun(one, target, outcomes);
    const outcome = why === undefined ? await tried(one, new Bench(target, keys, sendsClock(chosen, outcomes))) : notRun(one, why);
    outcomes.push(outcome);
    onCase(outcome);
  }
  const count = (status: CaseOutcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  const counts = { passed: count('passed'), failed: count('failed'), notRun: count('not-run') };
  return {
    schema: 'mockfleet/conformance-result/1',
    server: target.devices,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    ...counts,
    conforms: counts.failed === 0 && counts.passed > 0,
    cases: outcomes,
  };
}

function whyNotRun(
  { needs, administrator }: ConformanceCase,
  { graph }: ConformanceTarget,
  outcomes: readonly CaseOutcome[],
): string | undefined {
  const missing = needs.find((name) => outcomes.some((outcome) => outcome.name === name && outcome.status !== 'passed'));
  if (missing !== undefined) return `needs the case ${missing} to pass`;
  return administrator === true && graph === null ? 'needs an administrator: --graph and --graph-token' : undefined;
}

/** Whether links are to be heard out for the clock first: that case comes early, and whoever left it out has a server that sends it. */
function sendsClock(chosen: readonly ConformanceCase[], outcomes: readonly CaseOutcome[]): boolean {
  if (!chosen.some(({ name }) => name === clockCase)) return true;
  return outcomes.some(({ name, status }) => name === clockCase && status === 'passed');
}

async function tried(one: ConformanceCase, bench: Bench): Promise<CaseOutcome> {
  const { name, section, title } = one;
  const startedAt = performance.now();
  const failure = await one.run(bench).then(
    () => undefined,
    (error: unknown) => {
      // Anything else is a fault of the suite itself.
      if (!(error instanceof CaseFailure || error instanceof LeftOut)) throw error;
      return error;
    },
  );
  const ms = Math.round(performance.now() - startedAt);
  const frames = [...bench.transcript.entries];
  await bench.close();
  if (failure === undefined) return { name, section, title, status: 'passed', ms };
  if (failure instanceof LeftOut) return { name, section, title, status: 'not-run', ms, why: failure.message };
  return { name, section, title, status: 'failed', ms, expected: failure.expected, came: failure.came, frames };
}

function notRun({ name, section, title }: ConformanceCase, why: string): CaseOutcome {
  return { name, section, title, status: 'not-run', ms: 0, why };
}

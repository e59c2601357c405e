/** What every kind of report says in the same words: shares, rates, the order of rows and columns, and how numbers are written. */
import { dayMs } from '../../runtime/duration.ts';
import { type RunResult, resultAccess, resultCompliance, resultMails, resultOutcomes, resultStates, type Verdict } from '../result.ts';

export interface StateShare {
  name: string;
  count: number;
  /** Of all devices, 0 to 1. */
  share: number;
}

export interface ActionRow {
  action: string;
  /** In the order of the table's outcomes. */
  counts: number[];
  total: number;
}

export interface ActionTable {
  outcomes: string[];
  rows: ActionRow[];
  /** The last row; its action is `total`. */
  total: ActionRow;
}

/** `items` in the order of `names`; what it does not know comes last, as it came. */
export function inOrderOf<Item>(items: readonly Item[], names: readonly string[], nameOf: (item: Item) => string): Item[] {
  const rank = (item: Item) => {
    const index = names.indexOf(nameOf(item));
    return index < 0 ? names.length : index;
  };
  return items.toSorted((a, b) => rank(a) - rank(b));
}

export function inStateOrder<Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[] {
  return inOrderOf(items, resultStates, nameOf);
}

/** The states that any device ended in. */
export function finalStates(result: RunResult): StateShare[] {
  return shares(result.states, resultStates);
}

/** The states of compliance that any device which has a record ended in. */
export function finalCompliance(result: RunResult): StateShare[] {
  return shares(result.compliance, resultCompliance);
}

function shares(counts: Readonly<Record<string, number>>, order: readonly string[]): StateShare[] {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  const all = found.reduce((sum, [, count]) => sum + count, 0);
  return inOrderOf(found, order, ([name]) => name).map(([name, count]) => ({ name, count, share: count / all }));
}

/** Whether there is anything to say of compliance: the scenario had policies. */
export function hasCompliance({ compliance }: RunResult): boolean {
  return Object.keys(compliance).length > 0;
}

/** Action × outcome, without the outcomes that never came. */
export function actionTable(result: RunResult): ActionTable {
  return tableOf(result.actions, resultOutcomes);
}

/** Action for noncompliance × what came of it. */
export function noncomplianceTable(result: RunResult): ActionTable {
  return tableOf(result.noncomplianceActions, ['done', 'skipped']);
}

/** Office app × what changed with its attempts to sign in. */
export function accessTable(result: RunResult): ActionTable {
  return tableOf(result.access, resultAccess);
}

/** `11,969 sent, 3 failed`; empty where there was none. */
export function mailFigures({ mails }: RunResult): string {
  const found = Object.entries(mails).filter(([, count]) => count > 0);
  return inOrderOf(found, resultMails, ([state]) => state)
    .map(([state, count]) => `${formatCount(count)} ${state}`)
    .join(', ');
}

function tableOf(figures: Readonly<Record<string, Record<string, number>>>, order: readonly string[]): ActionTable {
  const actions = Object.entries(figures);
  const seen = new Set(
    actions.flatMap(([, outcomes]) =>
      Object.entries(outcomes)
        .filter(([, n]) => n > 0)
        .map(([name]) => name),
    ),
  );
  const outcomes = inOrderOf([...seen], order, (name) => name);
  const rows = actions.map(([action, byOutcome]) => {
    const counts = outcomes.map((name) => byOutcome[name] ?? 0);
    return { action, counts, total: sum(counts) };
  });
  const totals = outcomes.map((_, column) => sum(rows.map((row) => row.counts[column] ?? 0)));
  return { outcomes, rows, total: { action: 'total', counts: totals, total: sum(totals) } };
}

/** `6 of 6`; `4 not judged` where nothing else is there. */
export function passedOf(verdicts: readonly Verdict[]): string {
  const judged = verdicts.filter((verdict) => verdict.judged !== false);
  const skipped = verdicts.length - judged.length;
  const passed = `${formatCount(judged.filter((verdict) => verdict.passed).length)} of ${formatCount(judged.length)}`;
  if (skipped === 0) return passed;
  return judged.length === 0 ? `${formatCount(skipped)} not judged` : `${passed}, ${formatCount(skipped)} not judged`;
}

/** `6 of 6 passed`, `4 not judged`. */
export function headline(verdicts: readonly Verdict[]): string {
  const count = passedOf(verdicts);
  return count.endsWith('judged') ? count.replace(',', ' passed,') : `${count} passed`;
}

export function virtualDaysPerSecond(result: RunResult): number {
  // A run of less than a millisecond is possible (an empty fleet); it is no division by zero.
  return result.lived.days / (Math.max(result.wallMs, 1) / 1000);
}

/** One locale for all: a report must not depend on the machine that made it. */
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

export function formatCount(count: number): string {
  return whole.format(count);
}

/** A decimal below 100, none above: nobody needs `12,345.6`. */
export function formatRate(rate: number): string {
  return rate < 100 ? tenths.format(rate) : whole.format(rate);
}

/** Never `0.0%` for something that is there, nor `100.0%` where something is missing. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1%';
  if (share < 1 && share > 0.999) return '>99.9%';
  return `${(share * 100).toFixed(1)}%`;
}

export function formatWallTime(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${formatCount(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

export function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${formatCount(bytes / 1e6)} MB` : `${tenths.format(bytes / 1e9)} GB`;
}

/** `2027-03-04`, UTC. */
export function formatDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Days since the first sample, of sample `index`. */
export function dayOf(index: number, stepMs: number): number {
  return (index * stepMs) / dayMs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

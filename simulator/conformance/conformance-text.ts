/** What a conformance run prints for people: a line for each case, and all that is known of one that failed. */
import { printable } from '../scenarios/errors.ts';
import type { ConformanceCase, Section } from './conformance-case.ts';
import type { CaseOutcome, ConformanceResult } from './conformance-result.ts';
import type { TranscriptEntry } from './transcript.ts';

const marks: Record<CaseOutcome['status'], string> = { passed: 'ok', failed: 'FAIL', 'not-run': '--' };
const nameWidth = 26;

/** Lines of one case. */
export function caseLines(outcome: CaseOutcome): string[] {
  const { name, title, status, section } = outcome;
  const line = `${marks[status].padEnd(4)}  ${name.padEnd(nameWidth)}  ${title}`;
  if (outcome.status === 'passed') return [line];
  if (outcome.status === 'not-run') return [`${line}  (not run: ${outcome.why})`];
  const lines = [
    line,
    `        expected  ${outcome.expected}`,
    `        came      ${outcome.came}`,
    `        rule      ${ruleOf(section)}`,
    ...outcome.frames.map((entry) => `        ${entryLine(entry)}`),
    '',
  ];
  return lines.map(printable);
}

export function summaryLines({ server, passed, failed, notRun, cases, conforms }: ConformanceResult): string[] {
  const failures = cases.filter(({ status }) => status === 'failed').map(({ name }) => name);
  const counts = `${passed} passed, ${failed} failed, ${notRun} not run`;
  const verdict = conforms ? 'keeps the protocol, as far as it was tried' : 'does not keep the protocol';
  const found = failed === 0 && passed === 0 ? 'nothing was tried' : verdict;
  return ['', `${printable(server)}: ${found} (${counts}).`, ...(failures.length === 0 ? [] : [`Failed: ${failures.join(', ')}.`])];
}

/** The cases themselves. */
export function listLines(cases: readonly ConformanceCase[]): string[] {
  return cases.flatMap(({ name, title, section, administrator }, index) => {
    const head = section === cases[index - 1]?.section ? [] : [...(index === 0 ? [] : ['']), section];
    return [...head, `  ${name.padEnd(nameWidth)}  ${title}${administrator === true ? ' (--graph)' : ''}`];
  });
}

export function ruleOf(section: Section): string {
  return `protocol/README.md, ${section}`;
}

/** `1 → {"type":"clock",…}`: on link 1, from the server; `←` is from the device, as in protocol/README.md. */
export function entryLine({ link, from, text, ms }: TranscriptEntry): string {
  const who = { device: '←', server: '→', event: '·', administrator: '»' }[from];
  return `${String(ms).padStart(6)} ms  ${link === 0 ? ' ' : link} ${who} ${text}`;
}

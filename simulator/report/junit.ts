/**
 * A run as JUnit XML, for the test report of a CI: one test case per checker and per expectation. The dialect that Jenkins, GitLab, GitHub's
 * reporters and Azure DevOps read: testsuites > testsuite > properties, testcase > failure or skipped.
 */
import type { RunData, Verdict } from '../result.ts';
import { headline } from './figures.ts';

/** A whole XML document. */
export function junitXml({ result, replay, from, until }: RunData): string {
  return junitDocument({
    title: `mockfleet run ${result.scenario}`,
    prefix: `mockfleet.${result.scenario}`,
    suites: [
      { name: 'checkers', verdicts: result.checkers },
      { name: 'expectations', verdicts: result.expectations },
    ],
    wallMs: result.wallMs,
    properties: [
      ['scenario', result.scenario],
      ['seed', result.seed],
      ['digest', result.digest ?? ''],
      ['devices', String(result.devices)],
      ['days', String(result.days)],
      ['from', new Date(from).toISOString()],
      ['until', new Date(until).toISOString()],
      ['replay', replay],
    ],
    replay,
  });
}

export interface JunitReport {
  title: string;
  /** Of the names of its suites. */
  prefix: string;
  /** Those without verdicts are left out. */
  suites: readonly { name: string; verdicts: readonly Verdict[] }[];
  wallMs: number;
  properties: readonly (readonly [name: string, value: string])[];
  replay: string;
}

/** A whole XML document, of any kind of run. */
export function junitDocument({ title, prefix, suites: given, wallMs, properties, replay }: JunitReport): string {
  const suites = given.filter(({ verdicts }) => verdicts.length > 0);
  const all = suites.flatMap(({ verdicts }) => verdicts);
  const seconds = (wallMs / 1000).toFixed(3);
  const parts = suites.map(({ name, verdicts }, index) => {
    const suite = `${prefix}.${name}`;
    return [
      // The whole run took so long; which of its verdicts did, nobody can say.
      `  <testsuite name="${xml(suite)}" ${counts(verdicts)} time="${index === 0 ? seconds : '0.000'}">`,
      '    <properties>',
      ...properties.map(([property, value]) => `      <property name="${property}" value="${xml(value)}"/>`),
      '    </properties>',
      ...numbered(verdicts).map(({ label, verdict }) => testCase(suite, label, verdict)),
      `    <system-out>${xml(`${headline(verdicts)}. Again: ${replay}`)}</system-out>`,
      '  </testsuite>',
    ].join('\n');
  });
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="${xml(title)}" ${counts(all)} time="${seconds}">`, ...parts, '</testsuites>'].join('\n')}\n`;
}

function counts(verdicts: readonly Verdict[]): string {
  const failures = verdicts.filter(({ passed }) => !passed).length;
  const skipped = verdicts.filter(({ judged }) => judged === false).length;
  return `tests="${verdicts.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

/** Test cases are told apart by their names; two expectations may have the same one. */
function numbered(verdicts: readonly Verdict[]): { label: string; verdict: Verdict }[] {
  const seen = new Map<string, number>();
  return verdicts.map((verdict) => {
    const count = (seen.get(verdict.name) ?? 0) + 1;
    seen.set(verdict.name, count);
    return { label: count === 1 ? verdict.name : `${verdict.name} (${count})`, verdict };
  });
}

function testCase(suite: string, label: string, { passed, judged, detail }: Verdict): string {
  const open = `    <testcase classname="${xml(suite)}" name="${xml(label)}" time="0.000"`;
  if (judged === false) return `${open}><skipped message="${xml(detail)}"/></testcase>`;
  if (passed) return `${open}/>`;
  return `${open}><failure type="missed" message="${xml(detail)}">${xml(detail)}</failure></testcase>`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** For text and attributes. XML 1.0 has no word for most control characters, half surrogates and two others: each becomes `�`. */
export function xml(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd').replace(/[&<>"'\n\r\t]/g, (sign) => entities[sign] ?? sign);
}

/** A conformance run as JUnit XML: one test case for each case. */
import { xml } from '../report/junit.ts';
import type { CaseOutcome, ConformanceResult } from './conformance-result.ts';
import { entryLine, ruleOf } from './conformance-text.ts';

const suite = 'mockfleet.conformance';

/** A whole XML document. */
export function conformanceJunit({ server, durationMs, failed, notRun, cases }: ConformanceResult): string {
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" skipped="${notRun}" time="${seconds(durationMs)}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="mockfleet conformance" ${counts}>`,
    `  <testsuite name="${suite}" ${counts}>`,
    '    <properties>',
    `      <property name="server" value="${xml(server)}"/>`,
    '    </properties>',
    ...cases.map(testCase),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function testCase(outcome: CaseOutcome): string {
  const open = `    <testcase classname="${suite}" name="${xml(outcome.name)}" time="${seconds(outcome.ms)}"`;
  if (outcome.status === 'passed') return `${open}/>`;
  if (outcome.status === 'not-run') return `${open}><skipped message="${xml(outcome.why)}"/></testcase>`;
  const message = `Expected: ${outcome.expected}. Came: ${outcome.came}.`;
  const text = [message, ruleOf(outcome.section), ...outcome.frames.map(entryLine)].join('\n');
  return `${open}><failure type="protocol" message="${xml(message)}">${xml(text)}</failure></testcase>`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

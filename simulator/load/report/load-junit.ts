/** A load run as JUnit XML: a test case per check and per threshold. */
import { junitDocument } from '../../report/junit.ts';
import type { LoadReport } from './load-report.ts';

export function loadJunit(report: LoadReport): string {
  return junitDocument({
    title: `mockfleet load ${report.shape}`,
    prefix: `mockfleet.load.${report.shape}`,
    suites: [
      { name: 'checks', verdicts: report.checks },
      { name: 'thresholds', verdicts: report.thresholds },
    ],
    wallMs: report.durationMs,
    properties: [
      ['shape', report.shape],
      ['server', report.server],
      ['seed', report.seed],
      ['devices', String(report.asked)],
      ['connected', String(report.connected)],
      ['from', report.startedAt],
      ['replay', report.replay],
    ],
    replay: report.replay,
  });
}

/** The summary of a load run for a terminal. Colour only repeats what words and signs say already. */
import { formatCount } from '../../report/figures.ts';
import { plainTable } from '../../report/plain-table.ts';
import { indent, type Paint, paints, plain, section, verdictLines, wrap } from '../../report/terminal-parts.ts';
import type { LoadReport } from './load-report.ts';
import { formatMs, formatSeconds, latencyRows, loadFacts } from './load-words.ts';

export interface LoadSummaryOptions {
  color: boolean;
  /** Columns of the terminal; 80 where none is named. */
  width?: number;
}

const widthMin = 60;
const widthMax = 120;

/** Several lines, with a line break at the end. */
export function loadSummary(report: LoadReport, options: LoadSummaryOptions): string {
  const width = Math.min(Math.max(options.width ?? 80, widthMin), widthMax);
  const paint = paints(options.color);
  const blocks = [
    header(report, width, paint),
    section('What it came to', factLines(report, width), paint),
    section('How long it took', latencyLines(report, paint), paint),
    section('Errors by reason', reasonLines(report), paint),
    limitLines(report, width, paint),
    verdictLines('Checks', report.checks, width, paint),
    verdictLines('Thresholds', report.thresholds, width, paint),
    closing(report, paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header(report: LoadReport, width: number, paint: Paint): string[] {
  const { passed, stopped, shape } = report;
  const badge = passed ? (stopped ? 'STOPPED' : 'PASSED') : 'FAILED';
  const name = plain(`load ${shape}`);
  const gap = ' '.repeat(Math.max(2, width - name.length - badge.length));
  const shown = passed ? (stopped ? badge : paint.green(badge)) : paint.red(badge);
  const devices = `${formatCount(report.asked)} ${report.asked === 1 ? 'device' : 'devices'}`;
  const about = `${devices} for ${formatSeconds(report.durationMs)}, over real sockets to ${plain(report.server)}`;
  const ended = report.abortedBy === null ? [] : [paint.red(`ended early: ${plain(report.abortedBy)} was missed`)];
  return [`${paint.bold(name)}${gap}${paint.bold(shown)}`, paint.dim(about), ...ended];
}

function factLines(report: LoadReport, width: number): string[] {
  const names = 15;
  return loadFacts(report).flatMap(([name, figures]) =>
    wrap(figures, width - indent.length - names).map((line, index) => `${(index === 0 ? name : '').padEnd(names)}${line}`),
  );
}

function latencyLines(report: LoadReport, paint: Paint): string[] {
  const rows = latencyRows(report).map(({ words, latency }) => [
    words,
    formatCount(latency.count),
    ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(formatMs),
  ]);
  if (rows.length === 0) return [];
  const heads = ['', 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'];
  const [head = '', ...lines] = plainTable([heads, ...rows], { aligns: heads.map((_, column) => (column === 0 ? 'left' : 'right')) });
  return [paint.dim(head), ...lines];
}

function reasonLines({ errorsByReason }: LoadReport): string[] {
  const reasons = Object.entries(errorsByReason).toSorted(([, n], [, m]) => m - n);
  return plainTable(
    reasons.map(([reason, count]) => [plain(reason), formatCount(count)]),
    { aligns: ['left', 'right'] },
  );
}

/** Before the verdicts, because it says what they are worth. */
function limitLines({ generator: { limit } }: LoadReport, width: number, paint: Paint): string[] {
  return limit === null ? [] : wrap(`WARNING: ${plain(limit)}`, width).map((line) => paint.bold(line));
}

/** Never wrapped: these lines are there to be copied. */
function closing({ seed, replay, report }: LoadReport, paint: Paint): string[] {
  const rows: [string, string | null][] = [
    ['seed', seed],
    ['replay', replay],
    ['report', report],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${paint.dim(name.padEnd(10))}${plain(value)}`]));
}

/**
 * The summary of a run for a terminal: what came out on top, what to do about it at the bottom, where the eye is when a command ends.
 * Colour only repeats what words and signs say already.
 */
import type { RunResult } from '../result.ts';
import { faultEffects, faultTimes } from './fault-parts.ts';
import {
  type ActionRow,
  type ActionTable,
  accessTable,
  actionTable,
  finalCompliance,
  finalStates,
  formatBytes,
  formatCount,
  formatRate,
  formatShare,
  formatWallTime,
  mailFigures,
  noncomplianceTable,
  type StateShare,
  virtualDaysPerSecond,
} from './figures.ts';
import { delayShares, finalPushes, hasNotifications, refusedFigures, sentFigures } from './notification-figures.ts';
import { plainTable } from './plain-table.ts';
import { answerParts } from './story-parts.ts';
import { clip, indent, type Paint, paints, plain, section, verdictLines, wrap } from './terminal-parts.ts';
import { actionTimes, certificatesSoon, formatSpan, pendingShares } from './time-figures.ts';

export interface SummaryOptions {
  color: boolean;
  /** Columns of the terminal; 80 where none is named. */
  width?: number;
  /** The command line that repeats the run; made from the result where none is given. */
  replay?: string;
}

const widthMin = 60;
const widthMax = 120;

/** The run's result as text of several lines, with a line break at the end. */
export function summaryText(result: RunResult, options: SummaryOptions): string {
  const width = Math.min(Math.max(options.width ?? 80, widthMin), widthMax);
  const paint = paints(options.color);
  const blocks = [
    header(result, width, paint),
    questionLines(result, width, paint),
    timelineLines(result, width, paint),
    section('Devices by final state', stateLines(finalStates(result), width, paint), paint),
    section('Actions by outcome', actionLines(result, width, paint), paint),
    section('From asked to done', timeLines(result, paint), paint),
    section('Pending actions by age', stateLines(pendingShares(result), width, paint), paint),
    section('Devices by final compliance', stateLines(finalCompliance(result), width, paint), paint),
    section('Actions for noncompliance', tableLines(noncomplianceTable(result), width, paint), paint),
    section('Access of apps', tableLines(accessTable(result), width, paint), paint),
    section('Pushes of custom notifications', stateLines(finalPushes(result), width, paint), paint),
    section('From sent to shown', stateLines(delayShares(result), width, paint), paint),
    section('Faults', faultLines(result, width), paint),
    section('Along the way', wayLines(result), paint),
    verdictLines('Checkers', result.checkers, width, paint),
    verdictLines('Expectations', result.expectations, width, paint),
    answerLines(result, width, paint),
    closing(result, options.replay ?? replayOf(result), paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header(result: RunResult, width: number, paint: Paint): string[] {
  const badge = result.passed ? (result.stopped ? 'STOPPED' : 'PASSED') : 'FAILED';
  const name = clip(plain(result.scenario), width - badge.length - 2);
  const gap = ' '.repeat(Math.max(2, width - name.length - badge.length));
  const rate = formatRate(virtualDaysPerSecond(result));
  const devices = `${formatCount(result.devices)} ${result.devices === 1 ? 'device' : 'devices'}`;
  const size = `${devices}, ${formatCount(result.lived.days)} days in ${formatWallTime(result.wallMs)}`;
  return [
    `${paint.bold(name)}${gap}${paint.bold(result.passed ? (result.stopped ? badge : paint.green(badge)) : paint.red(badge))}`,
    paint.dim(result.live ? `${size}, live: real agents against a real stub` : `${size}: ${rate} virtual days per second`),
  ];
}

function questionLines({ question }: RunResult, width: number, paint: Paint): string[] {
  return question === null ? [] : wrap(plain(question), width).map((line) => paint.bold(line));
}

/** What happened, line by line; a date stands once, before its first line. */
function timelineLines({ timeline }: RunResult, width: number, paint: Paint): string[] {
  if (timeline.length === 0) return [];
  const names = new Set(timeline.flatMap(({ device }) => (device === null ? [] : [device])));
  const device = names.size > 1 ? Math.min(24, Math.max(...[...names].map((name) => name.length))) : 0;
  const lines = [paint.bold('What happened')];
  let day = '';
  for (const entry of timeline) {
    if (entry.at.slice(0, 10) !== day) {
      day = entry.at.slice(0, 10);
      lines.push(`${indent}${paint.dim(day)}`);
    }
    const who = entry.who.padEnd('administrator'.length);
    const whose = device === 0 ? '' : `${clip(plain(entry.device ?? 'all'), device).padEnd(device)}  `;
    const margin = indent.length + '00:00:00  '.length + who.length + 2 + whose.length;
    wrap(plain(entry.what), Math.max(24, width - margin)).forEach((line, index) => {
      const start = `${paint.dim(entry.at.slice(11, 19))}  ${entry.who === 'administrator' ? paint.cyan(who) : who}  ${whose}`;
      lines.push(index === 0 ? `${indent}${start}${line}` : `${' '.repeat(margin)}${line}`);
    });
  }
  return lines;
}

function answerLines({ answer }: RunResult, width: number, paint: Paint): string[] {
  if (answer === null) return [];
  return answerParts.flatMap(([part, title]) => [
    paint.bold(title),
    ...wrap(plain(answer[part]), width - indent.length).map((line) => `${indent}${line}`),
  ]);
}

function stateLines(states: StateShare[], width: number, paint: Paint): string[] {
  const names = Math.max(...states.map((state) => state.name.length));
  const counts = Math.max(...states.map((state) => formatCount(state.count).length));
  const bars = width - indent.length - names - counts - '  100.0%  '.length - 2;
  return states.map((state) => {
    const figures = `${formatCount(state.count).padStart(counts)}  ${formatShare(state.share).padStart(6)}`;
    return `${plain(state.name).padEnd(names)}  ${figures}${state.count === 0 ? '' : `  ${paint.cyan(bar(state.share, bars))}`}`;
  });
}

/** The most frequent actions; the others are in the other kinds of report. */
const timesShown = 8;

function timeLines(result: RunResult, paint: Paint): string[] {
  const times = actionTimes(result);
  if (times.length === 0) return [];
  const rows = times
    .slice(0, timesShown)
    .map(({ action, count, p50Ms, p90Ms, p99Ms }) => [plain(action), formatCount(count), ...[p50Ms, p90Ms, p99Ms].map(formatSpan)]);
  const heads = ['', 'done', 'half within', '90% within', '99% within'];
  const [head = '', ...lines] = plainTable([heads, ...rows], { aligns: ['left', 'right', 'right', 'right', 'right'] });
  const more = times.length > timesShown ? [paint.dim(`and ${times.length - timesShown} more actions`)] : [];
  return [paint.dim(head), ...lines, ...more];
}

/** Eighths of a block at the end, and never nothing for something. */
function bar(share: number, columns: number): string {
  const eighths = Math.max(1, Math.round(share * columns * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
}

/** Heads that break in two where the whole table would not fit. */
const brokenHeads: Record<string, string> = { acknowledged: 'acknow-\nledged', 'not-supported': 'not-\nsupported' };

function actionLines(result: RunResult, width: number, paint: Paint): string[] {
  const lines = tableLines(actionTable(result), width, paint);
  return lines.length === 0 ? ['none'] : lines;
}

function tableLines({ outcomes, rows, total }: ActionTable, width: number, paint: Paint): string[] {
  if (rows.length === 0) return [];
  const all = rows.length > 1 ? [...rows, total] : rows;
  const cells = all.map((row) => [plain(row.action), ...[...row.counts, row.total].map((n) => (n === 0 ? '·' : formatCount(n)))]);
  const { heads, gap, widths } = fitColumns(['', ...outcomes.map(plain), 'total'], cells, width - indent.length);
  const lines = plainTable([heads.map((content) => ({ content, vAlign: 'bottom' as const })), ...cells], {
    aligns: heads.map((_, column) => (column === 0 ? 'left' : 'right')),
    widths,
    gap,
  });
  const headLines = lines.length - cells.length;
  return lines.map((text, index) => (index < headLines || isTotal(all, index - headLines) ? paint.dim(text) : text));
}

function isTotal(rows: ActionRow[], index: number): boolean {
  return rows.length > 1 && index === rows.length - 1;
}

const namesMin = 9;

/** First the heads give way, then the gaps, then the names of actions; figures never do. */
function fitColumns(heads: string[], cells: string[][], room: number): { heads: string[]; gap: number; widths: number[] } {
  const broken = heads.map((head) => brokenHeads[head] ?? head);
  const layouts = [
    { heads, gap: 2 },
    { heads: broken, gap: 2 },
    { heads: broken, gap: 1 },
  ].map((layout) => ({ ...layout, widths: columnWidths(layout.heads, cells, layout.gap) }));
  // The gap after the last column is never seen.
  const excess = (widths: number[], gap: number) => widths.reduce((sum, columns) => sum + columns, -gap) - room;
  const fits = layouts.find((layout) => excess(layout.widths, layout.gap) <= 0);
  if (fits !== undefined) return fits;
  const tight = columnWidths(broken, cells, 1);
  const [names = 0, ...figures] = tight;
  return { heads: broken, gap: 1, widths: [Math.max(Math.min(namesMin, names), names - excess(tight, 1)), ...figures] };
}

function columnWidths(heads: string[], cells: string[][], gap: number): number[] {
  const lengthOf = (text: string) => Math.max(...text.split('\n').map((line) => line.length));
  return heads.map((head, column) => Math.max(lengthOf(head), ...cells.map((row) => (row[column] ?? '').length)) + gap);
}

function wayLines(result: RunResult): string[] {
  const { issued, renewed, expired } = result.certificates;
  const mails = mailFigures(result);
  const rows: [string, string][] = [
    ['certificates', `${formatCount(issued)} issued, ${formatCount(renewed)} renewed, ${formatCount(expired)} expired`],
    ...(certificatesSoon(result) === '' ? [] : [['', `${certificatesSoon(result)}, at the end`] as [string, string]]),
    ['records removed', formatCount(result.recordsRemoved)],
    ...(mails === '' ? [] : [['mails', mails] as [string, string]]),
    ...(result.notices === 0 ? [] : [['notices', `${formatCount(result.notices)} of noncompliance shown on devices`] as [string, string]]),
    ...(hasNotifications(result) ? [['notifications', sentFigures(result)] as [string, string]] : []),
    ...(refusedFigures(result) === '' ? [] : [['', refusedFigures(result)] as [string, string]]),
    ['check-ins lived', formatCount(result.checkInsLived)],
    ...livedRow(result),
    ['events executed', formatCount(result.eventsExecuted) + (result.everyCheckIn ? ' (every check-in executed)' : '')],
    ['peak memory', formatBytes(result.peakRssBytes)],
  ];
  return rows.map(([name, figures]) => `${name.padEnd(17)}${figures}`);
}

function faultLines({ faults }: RunResult, width: number): string[] {
  return Object.entries(faults).flatMap(([name, fault]) => {
    const effects = faultEffects(fault);
    const did = effects === '' ? 'did nothing' : effects;
    const line = `${plain(name)} (${fault.kind}), ${faultTimes(fault)}: touched ${formatCount(fault.touched)} of ${formatCount(fault.devices)} devices: ${did}`;
    return wrap(line, width - indent.length).map((part, index) => (index === 0 ? part : `  ${part}`));
  });
}

/** What was asked for and what it came to, where they differ; and how fast. */
function livedRow({ lived, devices, stopped, devicesLived, livedUntil }: RunResult): [string, string][] {
  const rows: [string, string, boolean][] = [
    [
      'stopped',
      `${formatCount(devicesLived)} of ${formatCount(devices)} devices were lived, up to ${livedUntil.slice(0, 10)} at least`,
      stopped,
    ],
    ['enrolled', `${formatCount(lived.devices)} of ${formatCount(devicesLived)} devices`, lived.devices < devicesLived],
    ['device-days', `${formatCount(lived.deviceDays)}, ${formatCount(lived.deviceDaysPerSecond)} per second`, true],
  ];
  return rows.flatMap(([name, figures, isShown]) => (isShown ? [[name, figures] as [string, string]] : []));
}

/** Never wrapped: these lines are there to be copied. */
function closing(result: RunResult, replay: string, paint: Paint): string[] {
  const rows: [string, string | null][] = [
    ['seed', result.seed],
    ['digest', result.digest],
    ['replay', replay],
    ['run file', result.file],
    ['report', result.report],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${paint.dim(name.padEnd(10))}${plain(value)}`]));
}

function replayOf(result: RunResult): string {
  const everyCheckIn = result.everyCheckIn ? ' --every-check-in' : '';
  const live = result.live ? ' --live' : '';
  return `mockfleet run ${quoted(result.scenario)} --devices ${result.devices} --days ${result.days} --seed ${quoted(result.seed)}${everyCheckIn}${live}`;
}

/** One word of a POSIX shell's command line. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

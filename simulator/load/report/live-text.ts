/** A load run while it goes on: one screen for a terminal, and one line for everybody else. Pure. */
import { formatCount, formatRate } from '../../report/figures.ts';
import { plainTable } from '../../report/plain-table.ts';
import { clip, type Paint, plain } from '../../report/terminal-parts.ts';
import { latenciesOf } from '../latency.ts';
import type { LoadFigures } from '../load-figures.ts';
import type { LoadProgress } from '../load-options.ts';
import type { ThresholdVerdict } from '../load-result.ts';
import { reasonsText } from './load-report.ts';
import { formatMs, formatPercent, formatSeconds, formatSize, latencyRows } from './load-words.ts';

export interface LiveView {
  shape: string;
  server: string;
  progress: LoadProgress;
  /** The progress of a second ago; null: there was none. */
  before: LoadProgress | null;
  /** As they stand, of those that can be judged by now. */
  thresholds: readonly ThresholdVerdict[];
  /** What a user should read, the oldest first. */
  troubles: readonly string[];
}

/** Above this the figures may be the load side's own limits. */
const stallMs = 100;
const troublesShown = 3;

/** At most `columns` wide, each line. */
export function liveScreen(view: LiveView, { columns, paint }: { columns: number; paint: Paint }): string[] {
  const { progress, thresholds, troubles } = view;
  const { figures } = progress;
  const line = (name: string, text: string) => clip(`  ${name.padEnd(12)}${plain(text)}`, columns);
  const warning = generatorWarning(view);
  const missed = thresholds.filter(({ passed }) => !passed);
  return [
    ...headLines(view, columns, paint),
    line('devices', deviceText(figures)),
    line('now', rateText(view)),
    ...latencyLines(progress).map((text) => clip(`  ${text}`, columns)),
    line('errors', errorText(figures)),
    line('load side', generatorText(view)),
    ...(thresholds.length === 0
      ? []
      : [line('thresholds', `${thresholds.length - missed.length} of ${thresholds.length} hold${missed.map(missedText).join('')}`)]),
    ...(warning === null ? [] : [paint.bold(clip(`  WARNING: ${warning}`, columns))]),
    ...troubles.slice(-troublesShown).map((sentence) => paint.dim(clip(`  ${plain(sentence)}`, columns))),
  ];
}

/** The same in one line, for a log. */
export function liveLine(view: LiveView): string {
  const { progress } = view;
  const { figures, elapsedMs, durationMs, doing } = progress;
  const checkIn = latenciesOf(figures.times).latencyMs['check-in'];
  const latency = checkIn.count === 0 ? [] : [`check-in p50 ${formatMs(checkIn.p50)}, p99 ${formatMs(checkIn.p99)}`];
  const warning = generatorWarning(view);
  return plain(
    [
      `${formatSeconds(elapsedMs)} of ${formatSeconds(durationMs)}, ${doing}: ${deviceText(figures)}`,
      rateText(view),
      ...latency,
      `errors ${errorText(figures)}`,
      ...(warning === null ? [] : [`WARNING: ${warning}`]),
    ].join('; '),
  );
}

function headLines({ shape, server, progress }: LiveView, columns: number, paint: Paint): string[] {
  const { elapsedMs, durationMs, doing } = progress;
  const left = Math.max(0, durationMs - elapsedMs);
  const share = durationMs === 0 ? 1 : Math.min(1, elapsedMs / durationMs);
  const place = `${formatSeconds(elapsedMs)} of ${formatSeconds(durationMs)}, ${formatSeconds(left)} left: ${doing}`;
  const cells = Math.max(0, Math.min(30, columns - place.length - 6));
  const full = Math.round(share * cells);
  const bar = cells < 5 ? '' : `${'█'.repeat(full)}${'░'.repeat(cells - full)}  `;
  return [paint.bold(clip(plain(`load ${shape}  ${server}`), columns)), paint.cyan(clip(`  ${bar}${plain(place)}`, columns))];
}

function deviceText({ asked, enrolled, connected, alive }: LoadFigures): string {
  return `${formatCount(asked)} asked, ${formatCount(enrolled)} enrolled, ${formatCount(connected)} connected, ${formatCount(alive)} alive`;
}

function rateText({ progress: { sample } }: LiveView): string {
  const errors = sample.errors === 0 ? '' : `, ${formatCount(sample.errors)} errors/s`;
  return `${formatCount(sample.connections)} connections/s, ${formatCount(sample.checkIns)} check-ins/s, ${formatCount(sample.roundTrips)} round trips/s${errors}`;
}

/** Overall; and for check-ins, of the last second. */
function latencyLines({ figures, sample }: LoadProgress): string[] {
  const rows = latencyRows(latenciesOf(figures.times)).map(({ words, latency }) => [
    words,
    ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(formatMs),
    formatCount(latency.count),
  ]);
  if (rows.length === 0) return [];
  const { checkInP50, checkInP99 } = sample;
  const last =
    checkInP50 === null || checkInP99 === null
      ? []
      : [['  last second', formatMs(checkInP50), '', formatMs(checkInP99), '', '', formatCount(sample.checkIns)]];
  const at = rows.findIndex(([words]) => words === 'check-in');
  const all = at < 0 ? rows : [...rows.slice(0, at + 1), ...last, ...rows.slice(at + 1)];
  const heads = ['', 'p50', 'p90', 'p99', 'p99.9', 'max', 'count'];
  return plainTable([heads, ...all], { aligns: heads.map((_, column) => (column === 0 ? 'left' : 'right')) });
}

function errorText({ errors }: LoadFigures): string {
  const all = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return all === 0 ? '0' : `${formatCount(all)}: ${reasonsText(errors)}`;
}

/** Of the last second; of all processes together. */
function cpuNow({ progress, before }: LiveView): number {
  const { cpuMs, wallMs } = progress.figures.generator;
  const [cpu, wall] =
    before === null ? [cpuMs, wallMs] : [cpuMs - before.figures.generator.cpuMs, wallMs - before.figures.generator.wallMs];
  return wall <= 0 ? 0 : Math.max(0, cpu / wall);
}

function generatorText(view: LiveView): string {
  const { connected, generator } = view.progress.figures;
  const grown = Math.max(0, generator.rssBytes - generator.rssBytesBefore);
  const each = connected === 0 ? '' : `, ${formatSize(grown / connected)} a device`;
  const stalls = `stalls ${formatMs(generator.stallMsP99)} p99, ${formatMs(generator.stallMsMax)} max`;
  return `${formatPercent(cpuNow(view))} of a core; ${stalls}; ${formatSize(generator.rssBytes)}${each}`;
}

function generatorWarning({ progress }: LiveView): string | null {
  const { stallMsP99 } = progress.figures.generator;
  if (stallMsP99 <= stallMs) return null;
  return `the load side stalls for ${formatMs(stallMsP99)} (p99): what it measures may be its own limit, and not the server\u2019s`;
}

function missedText({ name, value }: ThresholdVerdict): string {
  return `; ${name} is missed${value === null ? '' : ` (${formatRate(value)})`}`;
}

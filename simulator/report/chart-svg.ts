/**
 * The fleet's states over time as a still picture: what a page shows where no script runs, and what a mail can hold.
 * Painter's algorithm: the sum of all states first, down to the axis, then one state less over it, and so on. One edge per state.
 */
import { dayMs } from '../../runtime/duration.ts';
import type { Band } from './fault-parts.ts';
import { dayOf, formatCount, formatDate } from './figures.ts';
import { escapeHtml } from './page-text.ts';

export interface ChartSeries {
  startAt: number;
  stepMs: number;
  /** From the bottom up. */
  states: readonly { name: string; counts: readonly number[] }[];
}

const width = 960;
const height = 360;
const plot = { left: 76, right: width - 12, top: 12, bottom: height - 44 };

/** More samples than this lie closer together than the eye, or the printer, can see. */
const samplesMax = 640;

/** An `<svg>` whose bands have the classes `state-FIRST`, `state-(FIRST + 1)`, …: the page gives them their colours. @param label what it shows, in words */
export function chartSvg(
  series: ChartSeries,
  { first, label: what, isDaily = false, bands: faults = [] }: { first: number; label: string; isDaily?: boolean; bands?: readonly Band[] },
): string {
  const length = Math.max(0, ...series.states.map((state) => state.counts.length));
  const sums = cumulated(series);
  const ticks = countTicks(Math.max(1, ...(sums.at(-1) ?? [])));
  const top = ticks.at(-1) ?? 1;
  // A day that counts together what it had is as wide as it is long; a sample is an instant.
  const last = isDaily ? length : length - 1;
  const x = (index: number) => round(plot.left + (plot.right - plot.left) * (last > 0 ? index / last : 0));
  const y = (count: number) => round(plot.bottom - (plot.bottom - plot.top) * (count / top));
  const bands = sums.map((edge, state) => {
    const line = isDaily
      ? steps(edge, x, y)
      : `L${sampleIndices(length)
          .map((index) => `${x(index)},${y(edge[index] ?? 0)}`)
          .join('L')}`;
    const band = `M${plot.left},${plot.bottom}${line}L${x(Math.max(0, last))},${plot.bottom}Z`;
    return `<path class="state-${first + state}" d="${band}"><title>${escapeHtml(series.states[state]?.name ?? '')}</title></path>`;
  });
  return [
    `<svg class="still" viewBox="0 0 ${width} ${height}" role="img" aria-label="${what}">`,
    ...bands.toReversed(),
    ...faults.map(({ name, fromDay, untilDay }) => {
      const from = x((fromDay * dayMs) / series.stepMs);
      // One of minutes is seen, too.
      const wide = round(Math.max(1.5, x((untilDay * dayMs) / series.stepMs) - from));
      return `<rect class="fault" x="${from}" y="${plot.top}" width="${wide}" height="${plot.bottom - plot.top}"><title>${escapeHtml(name)}</title></rect>`;
    }),
    ...ticks.map((count) => line(y(count)) + label(plot.left - 8, y(count) + 4, 'end', formatCount(count))),
    ...timeLabels(series, length, x),
    '</svg>',
  ].join('\n');
}

/** Where days lie closer together than can be seen, the highest of a few stands for them: a single day must not be lost. */
function steps(edge: readonly number[], x: (index: number) => number, y: (count: number) => number): string {
  const width = Math.max(1, Math.ceil(edge.length / samplesMax));
  const parts: string[] = [];
  for (let from = 0; from < edge.length; from += width) {
    const until = Math.min(edge.length, from + width);
    parts.push(`L${x(from)},${y(Math.max(...edge.slice(from, until)))}H${x(until)}`);
  }
  return parts.join('');
}

/** For each state the sum of its counts and of all below it. */
function cumulated(series: ChartSeries): number[][] {
  const edges: number[][] = [];
  for (const { counts } of series.states) {
    const below = edges.at(-1);
    edges.push(counts.map((count, index) => count + (below?.[index] ?? 0)));
  }
  return edges;
}

/** Evenly spread, the first and the last among them. */
function sampleIndices(length: number): number[] {
  const kept = Math.min(length, samplesMax);
  return Array.from({ length: kept }, (_, n) => (kept < 2 ? 0 : Math.round((n * (length - 1)) / (kept - 1))));
}

/** About five steps of 1, 2 or 5 times a power of ten, from zero to the first that holds `most`. */
function countTicks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, n) => n * step);
}

function timeLabels(series: ChartSeries, length: number, x: (index: number) => number): string[] {
  if (length === 0) return [];
  const parts = Math.min(6, length - 1);
  const indices = parts < 1 ? [0] : Array.from({ length: parts + 1 }, (_, n) => Math.round((n * (length - 1)) / parts));
  return indices.flatMap((index, n) => {
    const anchor = n === 0 ? 'start' : n === indices.length - 1 ? 'end' : 'middle';
    const day = Math.round(dayOf(index, series.stepMs) * 10) / 10;
    return [
      label(x(index), plot.bottom + 18, anchor, `day ${formatCount(day)}`),
      label(x(index), plot.bottom + 34, anchor, formatDate(series.startAt + index * series.stepMs)),
    ];
  });
}

function line(y: number): string {
  return `<path class="grid" d="M${plot.left},${y}H${plot.right}"/>`;
}

function label(x: number, y: number, anchor: string, text: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** The charts of a load run's page: lines over the seconds of the run, for the page's program, as a still picture and as a table. */
import { formatCount, formatRate } from '../../report/figures.ts';
import { escapeHtml, jsonForScript } from '../../report/page-text.ts';
import { type Palette, rankColors } from '../../report/state-colors.ts';
import type { LoadSample } from '../load-result.ts';
import { lineSvg } from './line-svg.ts';
import type { LoadReport } from './load-report.ts';

export interface Line {
  name: string;
  /** One for each sample; null: there was nothing to measure. */
  values: readonly (number | null)[];
}

export interface LineChart {
  /** Of its elements on the page. */
  id: string;
  title: string;
  unit: string;
  /** Seconds since the beginning, of each sample. */
  seconds: readonly number[];
  lines: readonly Line[];
  /** The page's number of its first colour. */
  first: number;
}

/** Reasons beyond these are counted together: more colours than that nobody tells apart. */
const reasonsMax = rankColors.length - 1;
const rowsMax = 25;

export function loadCharts({ samples, errorsByReason }: LoadReport, palette: Palette): LineChart[] {
  const seconds = samples.map(({ second }) => second);
  const chart = (id: string, title: string, unit: string, lines: Line[]): LineChart[] => {
    const shown = lines.filter(({ values }) => values.some((value) => value !== null && value > 0));
    if (shown.length === 0) return [];
    return [{ id, title, unit, seconds, lines: shown, first: palette.add(rankColors.slice(0, shown.length)) }];
  };
  const of = (name: string, read: (sample: LoadSample) => number | null): Line => ({ name, values: samples.map(read) });
  return [
    ...chart('connected', 'Devices', 'connected, and answered to lately', [
      of('connected', (sample) => sample.connected),
      of('alive', (sample) => sample.alive),
    ]),
    ...chart('rates', 'Round trips', 'in each second', [
      of('round trips', (sample) => sample.roundTrips),
      of('check-ins', (sample) => sample.checkIns),
    ]),
    ...chart('latency', 'Check-ins: how long they took', 'ms, of those that ended in that second', [
      of('p50', (sample) => sample.checkInP50),
      of('p99', (sample) => sample.checkInP99),
    ]),
    ...chart('connections', 'Connections', 'opened in each second', [of('connections', (sample) => sample.connections)]),
    ...chart('errors', 'Errors by reason', 'in each second', reasonLines(samples, errorsByReason)),
  ];
}

function reasonLines(samples: readonly LoadSample[], reasons: Readonly<Record<string, number>>): Line[] {
  const byCount = Object.entries(reasons)
    .toSorted(([, n], [, m]) => m - n)
    .map(([reason]) => reason);
  const named = byCount.length <= reasonsMax + 1 ? byCount : byCount.slice(0, reasonsMax);
  const others = byCount.slice(named.length);
  const lines = named.map((reason): Line => ({ name: reason, values: samples.map(({ errorsByReason }) => errorsByReason[reason] ?? 0) }));
  if (others.length === 0) return lines;
  const sum = ({ errorsByReason }: LoadSample) => others.reduce((total, reason) => total + (errorsByReason[reason] ?? 0), 0);
  return [...lines, { name: `${others.length} others`, values: samples.map(sum) }];
}

/** Script turns the legend's buttons on; without it they are the key to the still picture. */
export function lineChartSection(chart: LineChart): string {
  const { id, title, unit, lines, first } = chart;
  const keys = lines.map(({ name, values }, index) => {
    const swatch = `<span class="swatch state-${first + index}"></span>`;
    return `<li><button type="button" disabled aria-pressed="true" data-line="${index}">${swatch}${escapeHtml(name)}<output>${figureText(values.at(-1) ?? null)}</output></button></li>`;
  });
  return `<section id="${id}">
<h2>${title}<span class="note">${unit}</span></h2>
<div class="cursor" hidden><output class="when"></output><span>Point at a second, drag to zoom, double-click for all; a name hides it</span></div>
<div class="chart low" hidden tabindex="0" role="group" aria-label="${title}: ${unit}. Arrow keys walk through the seconds."></div>
<noscript>${lineSvg(chart)}</noscript>
<ul class="legend">${keys.join('\n')}</ul>
${lineTable(chart)}
</section>`;
}

/** What the page's program draws. */
export function lineChartData({ id, seconds, lines, first }: LineChart): string {
  return `<script type="application/json" data-chart="${id}">${jsonForScript({ seconds, lines, first })}</script>`;
}

/** Folded away. A few dozen seconds, evenly spread. */
function lineTable({ seconds, lines }: LineChart): string {
  const step = Math.max(1, Math.ceil(seconds.length / rowsMax));
  const rows = seconds.flatMap((second, index) => {
    // How it ended is what most look for.
    if (index % step !== 0 && index !== seconds.length - 1) return [];
    const cells = lines.map(({ values }) => `<td class="n">${figureText(values[index] ?? null)}</td>`);
    return [`<tr><th scope="row">${formatRate(second)} s</th>${cells.join('')}</tr>`];
  });
  const heads = lines.map(({ name }) => `<th scope="col" class="n">${escapeHtml(name)}</th>`);
  return `<details><summary>As a table</summary><div class="scroll"><table>
<thead><tr><th scope="col">Second</th>${heads.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></details>`;
}

function figureText(value: number | null): string {
  if (value === null) return '–';
  return Number.isInteger(value) ? formatCount(value) : formatRate(value);
}

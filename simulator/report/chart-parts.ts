/** The charts of the HTML report along the days: how many devices were in which state, and how much there was of something on each day. */
import { dayMs } from '../../runtime/duration.ts';
import { noRecord, type RunData, resultCompliance, resultMails, type StateSeries } from '../result.ts';
import { chartSvg } from './chart-svg.ts';
import { chartTable } from './chart-table.ts';
import type { Band } from './fault-parts.ts';
import { formatCount, hasCompliance, inOrderOf, inStateOrder } from './figures.ts';
import { escapeHtml, jsonForScript } from './page-text.ts';
import { type Palette, rankColors } from './state-colors.ts';

export interface Chart {
  /** Of its elements on the page. */
  id: string;
  title: string;
  /** What it shows, in words. */
  label: string;
  unit: string;
  series: StateSeries;
  /** The page's number of its first state: colours are numbered across charts. */
  first: number;
  /** Each sample is the sum of a day, and is drawn as a step; absent: it is how things stood at that instant. */
  isDaily?: boolean;
}

/**
 * The fleet by state, and where devices were judged, by compliance. From the bottom up in a device's order of life, so that `managed` lies on the
 * axis, where heights are easiest to compare.
 */
export function chartsOf({ result, series, compliance }: RunData, palette: Palette): Chart[] {
  const chart = (id: string, title: string, label: string, unit: string, shown: StateSeries): Chart => {
    return { id, title, label, unit, series: shown, first: palette.add(shown.states.map(({ name }) => name)) };
  };
  const states = { ...series, states: inStateOrder(series.states, ({ name }) => name) };
  const fleet = chart('fleet', 'The fleet over time', 'Devices by state over time, stacked', 'devices by state, stacked', states);
  if (!hasCompliance(result)) return [fleet];
  const label = 'Devices by compliance over time, stacked';
  return [fleet, chart('compliance', 'Compliance over time', label, 'devices that have a record, stacked', judged(compliance))];
}

/** Devices without a record are left out: nothing is known of them. */
function judged(series: StateSeries): StateSeries {
  const states = inOrderOf(series.states, resultCompliance, ({ name }) => name);
  return { ...series, states: states.filter(({ name }) => name !== noRecord) };
}

const removalOrder = ['expired', 'retired', 'wiped', 'deleted', 'unenrolled'];

/** What there was on each day, as far as there was any. */
export function dailyCharts({ from, measures: { daily } }: RunData, palette: Palette): Chart[] {
  const chart = (id: string, title: string, unit: string, states: StateSeries['states'], colors?: readonly string[]): Chart[] => {
    const shown = states.filter(({ counts }) => counts.some((count) => count > 0));
    if (shown.length === 0) return [];
    const first = palette.add(colors?.slice(0, shown.length) ?? shown.map(({ name }) => name));
    return [{ id, title, label: `${title}: ${unit}`, unit, series: { startAt: from, stepMs: dayMs, states: shown }, first, isDaily: true }];
  };
  const named = (family: string, names?: readonly string[]) => {
    const states = Object.entries(daily[family] ?? {}).map(([name, counts]) => ({ name, counts }));
    return names === undefined ? states : inOrderOf(states, names, ({ name }) => name);
  };
  const mails = named('mails', resultMails).filter(({ name }) => name !== 'queued');
  const { states: asked, colors } = ranked(named('asked'));
  return [
    ...chart('removals', 'Records removed per day', 'records by why they went, stacked', named('removed', removalOrder)),
    ...chart('asked', 'Actions asked for per day', 'actions, stacked', asked, colors),
    ...chart('mails', 'Mails per day', 'mails by what became of them, stacked', mails),
    ...chart('renewals', 'Certificates per day', 'certificates renewed and expired, stacked', [
      ...named('certificates').filter(({ name }) => name === 'renewed'),
      ...named('certificates').filter(({ name }) => name === 'expired'),
    ]),
  ];
}

/** The most frequent ones by name, and all others together: more colours than that nobody tells apart. */
function ranked(states: StateSeries['states']): { states: StateSeries['states']; colors: readonly string[] } {
  const total = ({ counts }: { counts: number[] }) => counts.reduce((sum, count) => sum + count, 0);
  const byTotal = states.toSorted((a, b) => total(b) - total(a) || (a.name < b.name ? -1 : 1));
  if (byTotal.length <= rankColors.length) return { states: byTotal, colors: rankColors };
  const named = byTotal.slice(0, rankColors.length - 1);
  const others = byTotal.slice(named.length);
  const counts = (others[0]?.counts ?? []).map((_, day) => others.reduce((sum, state) => sum + (state.counts[day] ?? 0), 0));
  return { states: [...named, { name: `${others.length} others`, counts }], colors: rankColors };
}

/** Script turns the legend's buttons on; without it they are the key to the still picture. A state that never came has none. */
export function chartSection({ id, title, label, unit, series, first, isDaily = false }: Chart, bands: readonly Band[]): string {
  const keys = series.states.flatMap((state, index) => {
    if (!state.counts.some((count) => count > 0)) return [];
    const shown = isDaily ? state.counts.reduce((sum, count) => sum + count, 0) : (state.counts.at(-1) ?? 0);
    const swatch = `<span class="swatch state-${first + index}"></span>`;
    return `<li><button type="button" disabled aria-pressed="true" data-state="${index}">${swatch}${escapeHtml(state.name)}<output>${formatCount(shown)}</output></button></li>`;
  });
  return `<section id="${id}">
<h2>${title}<span class="note">${unit}</span></h2>
<div class="cursor" hidden><output class="when"></output><span>Point at a day, drag to zoom, double-click for all; a name hides it</span></div>
<div class="chart${isDaily ? ' low' : ''}" hidden tabindex="0" role="group" aria-label="${label}. Arrow keys walk through the days."></div>
<noscript>${chartSvg(series, { first, label, isDaily, bands })}</noscript>
<ul class="legend">${keys.join('\n')}</ul>
${chartTable(series, { isDaily })}
</section>`;
}

/** What the page's program draws. */
export function chartData({ id, series, first, isDaily = false }: Chart, bands: readonly Band[]): string {
  return `<script type="application/json" data-chart="${id}">${jsonForScript({ ...series, first, isDaily, bands })}</script>`;
}

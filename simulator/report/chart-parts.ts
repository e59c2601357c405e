/** The charts of the HTML report: how many devices were in which state, day by day. */
import { noRecord, type RunData, resultCompliance, type StateSeries } from '../result.ts';
import { chartSvg } from './chart-svg.ts';
import { formatCount, hasCompliance, inOrderOf, inStateOrder } from './figures.ts';
import { escapeHtml, jsonForScript } from './page-text.ts';

export interface Chart {
  /** Of its elements on the page. */
  id: string;
  title: string;
  /** What it shows, in words. */
  label: string;
  series: StateSeries;
  /** The page's number of its first state: colours are numbered across charts. */
  first: number;
}

/**
 * The fleet by state, and where devices were judged, by compliance. From the bottom up in a device's order of life, so that `managed` lies on the
 * axis, where heights are easiest to compare.
 * @param first number of the first colour of compliance
 */
export function chartsOf({ result, series, compliance }: RunData, first: number): Chart[] {
  const fleet: Chart = {
    id: 'fleet',
    title: 'The fleet over time',
    label: 'Devices by state over time, stacked',
    series: { ...series, states: inStateOrder(series.states, ({ name }) => name) },
    first: 0,
  };
  return hasCompliance(result)
    ? [
        fleet,
        {
          id: 'compliance',
          title: 'Compliance over time',
          label: 'Devices by compliance over time, stacked',
          series: judged(compliance),
          first,
        },
      ]
    : [fleet];
}

/** Devices without a record are left out: nothing is known of them. */
function judged(series: StateSeries): StateSeries {
  const states = inOrderOf(series.states, resultCompliance, ({ name }) => name);
  return { ...series, states: states.filter(({ name }) => name !== noRecord) };
}

/** Script turns the legend's buttons on; without it they are the key to the still picture. A state that never came has none. */
export function chartSection({ id, title, label, series, first }: Chart): string {
  const keys = series.states.flatMap((state, index) => {
    if (!state.counts.some((count) => count > 0)) return [];
    const end = formatCount(state.counts.at(-1) ?? 0);
    const swatch = `<span class="swatch state-${first + index}"></span>`;
    return `<li><button type="button" disabled aria-pressed="true" data-state="${index}">${swatch}${escapeHtml(state.name)}<output>${end}</output></button></li>`;
  });
  const unit = id === 'fleet' ? 'devices by state, stacked' : 'devices that have a record, stacked';
  return `<section id="${id}">
<h2>${title}<span class="note">${unit}</span></h2>
<div class="cursor" hidden><output class="when"></output><span>Point at a day, drag to zoom, double-click for all; a state's name hides it</span></div>
<div class="chart" hidden tabindex="0" role="group" aria-label="${label}. Arrow keys walk through the days."></div>
<noscript>${chartSvg(series, { first, label })}</noscript>
<ul class="legend">${keys.join('\n')}</ul>
</section>`;
}

/** What the page's program draws. */
export function chartData({ id, series, first }: Chart): string {
  return `<script type="application/json" data-chart="${id}">${jsonForScript({ ...series, first })}</script>`;
}

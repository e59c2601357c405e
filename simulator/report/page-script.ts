/**
 * The report's program, in the browser's JavaScript: it is never run here, only put into the page.
 * Text and not a function of ours, because what `toString()` gives depends on what compiled it.
 */

import { chartEndScript, labelledSize } from './chart-script.ts';

/** Sums the shown columns from the bottom up; a hidden one adds nothing. `bands` name the upper and the lower edge of each area (uPlot). */
export const stackScript = `
function stack(columns, shown) {
  const sums = new Array(columns.length === 0 ? 0 : columns[0].length).fill(0);
  const edges = columns.map((counts, state) => shown[state] ? counts.map((count, index) => (sums[index] += count)) : counts);
  const bands = [];
  columns.forEach((_, lower) => {
    if (!shown[lower]) return;
    const upper = shown.findIndex((on, state) => on && state > lower);
    if (upper >= 0) bands.push({ series: [upper + 1, lower + 1] });
  });
  return { edges, bands };
}
`;

export const pageScript = String.raw`'use strict';
(() => {
${stackScript}
const dayMs = 86400000;
const element = (id) => document.getElementById(id);

/** One chart: its data, and the section that it is drawn in. */
function chartOf(source) {
const fleet = JSON.parse(source.textContent);
const section = element(source.dataset.chart);
const place = section.querySelector('.chart');
const when = section.querySelector('.when');
const buttons = [...section.querySelectorAll('[data-state]')];
const states = buttons.map((button) => Number(button.dataset.state));
const columns = states.map((state) => fleet.states[state].counts);
const shown = columns.map(() => true);
const last = Math.max(0, ...columns.map((counts) => counts.length)) - 1;
const days = Array.from({ length: last + 1 }, (_, index) => (index * fleet.stepMs) / dayMs);
// A day that counts together what it had is as wide as it is long: its step ends where the next day would begin.
const xs = fleet.isDaily ? [...days, ((last + 1) * fleet.stepMs) / dayMs] : days;
const marks = days;
const edgeOf = (counts) => fleet.isDaily ? [...counts, counts[last]] : counts;
const counted = new Intl.NumberFormat('en-US').format;
let chart;

function dateOf(day) {
  const text = new Date(fleet.startAt + day * dayMs).toISOString();
  return Number.isInteger(day) ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}

/** Tells a sample's figures in words: the legend is the chart's tooltip. */
function tell(index) {
  if (last < 0) return;
  const at = Math.min(last, index ?? last);
  const isTotal = fleet.isDaily && index === undefined;
  const faults = index === undefined ? [] : fleet.bands.filter((band) => band.fromDay < days[at] + 1 && band.untilDay > days[at]);
  const trouble = faults.length === 0 ? '' : '; fault: ' + [...new Set(faults.map((band) => band.name))].join(', ');
  when.textContent = isTotal ? 'All days together' : 'Day ' + counted(days[at]) + ', ' + dateOf(days[at]) + (index === undefined ? ' (end)' : '') + trouble;
  buttons.forEach((button, state) => {
    button.querySelector('output').textContent = counted(isTotal ? columns[state].reduce((sum, count) => sum + count, 0) : columns[state][at]);
  });
}

/** Over the picture, because it may fill its whole frame: a thin veil, and a strip at the top. */
function drawFaults(plot) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--bad').trim();
  for (const band of fleet.bands) {
    const from = plot.valToPos(band.fromDay, 'x', true);
    const wide = Math.max(2, plot.valToPos(band.untilDay, 'x', true) - from);
    ctx.globalAlpha = 0.16;
    ctx.fillRect(from, bbox.top, wide, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(from, bbox.top, wide, 4);
  }
  ctx.restore();
}

/** Made anew for every change: it takes milliseconds, and there is no half-old state to think of. */
function draw() {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const zoom = chart === undefined ? {} : { min: chart.scales.x.min, max: chart.scales.x.max };
  const stacked = stack(columns, shown);
  const axis = { stroke: color('--quiet'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line'), width: 1 },
    font: '12px ' + getComputedStyle(document.body).fontFamily };
  const dayTick = (day) => ['day ' + counted(day), dateOf(day)].join('\n');
  if (chart !== undefined) chart.destroy();
  chart = new uPlot({
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    padding: [10, 38, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false } },
    scales: { x: { time: false, ...zoom }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.02)] } },
    axes: [
      { ...axis, size: 54, gap: 6, space: 110, incrs: [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
        values: (_, ticks) => ticks.map(dayTick) },
      { ...axis, size: ${labelledSize}, incrs: [1, 2, 5].flatMap((n) => [n, n * 10, n * 100, n * 1e3, n * 1e4, n * 1e5, n * 1e6]).sort((a, b) => a - b),
        values: (_, ticks) => ticks.map((tick) => counted(tick)) },
    ],
    series: [{}, ...columns.map((_, state) => ({
      show: shown[state],
      fill: color('--state-' + (fleet.first + states[state])),
      stroke: color('--card'),
      width: fleet.isDaily ? 0 : 0.8,
      ...(fleet.isDaily ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
      points: { show: false },
    }))],
    bands: stacked.bands,
    hooks: { setCursor: [(plot) => tell(plot.cursor.idx ?? undefined)], draw: [drawFaults] },
  }, [xs, ...stacked.edges.map(edgeOf)], place);
}
${chartEndScript}})();
`;

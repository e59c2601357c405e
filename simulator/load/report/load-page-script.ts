/** The program of a load run's page, in the browser's JavaScript: it is never run here, only put into the page. */
import { chartEndScript, labelledSize } from '../../report/chart-script.ts';

export const loadPageScript = `'use strict';
(() => {
const element = (id) => document.getElementById(id);
const counted = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }).format;

/** One chart: its data, and the section that it is drawn in. */
function chartOf(source) {
const { seconds, lines, first } = JSON.parse(source.textContent);
const section = element(source.dataset.chart);
const place = section.querySelector('.chart');
const when = section.querySelector('.when');
const buttons = [...section.querySelectorAll('[data-line]')];
const shown = lines.map(() => true);
const last = seconds.length - 1;
const marks = seconds;
let chart;

/** Tells a second's figures in words: the legend is the chart's tooltip. */
function tell(index) {
  const at = Math.min(last, index ?? last);
  when.textContent = 'Second ' + counted(seconds[at]) + (index === undefined ? ' (end)' : '');
  buttons.forEach((button, line) => {
    const value = lines[line].values[at];
    button.querySelector('output').textContent = value === null ? '–' : counted(value);
  });
}

/** Made anew for every change: it takes milliseconds, and there is no half-old state to think of. */
function draw() {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const zoom = chart === undefined ? {} : { min: chart.scales.x.min, max: chart.scales.x.max };
  const axis = { stroke: color('--quiet'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line'), width: 1 },
    font: '12px ' + getComputedStyle(document.body).fontFamily };
  if (chart !== undefined) chart.destroy();
  chart = new uPlot({
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    padding: [10, 24, 0, 0],
    cursor: { y: false, drag: { x: true, y: false } },
    scales: { x: { time: false, ...zoom }, y: { range: (_, low, high) => [0, Math.max(1, (high ?? 1) * 1.05)] } },
    axes: [
      { ...axis, space: 80, incrs: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800], values: (_, ticks) => ticks.map((tick) => counted(tick) + ' s') },
      { ...axis, size: ${labelledSize}, values: (_, ticks) => ticks.map((tick) => counted(tick)) },
    ],
    series: [{}, ...lines.map((_, line) => ({
      show: shown[line],
      stroke: color('--state-' + (first + line)),
      width: 2,
      spanGaps: true,
      points: { show: false },
    }))],
    hooks: { setCursor: [(plot) => tell(plot.cursor.idx ?? undefined)] },
  }, [seconds, ...lines.map((line) => line.values)], place);
}
${chartEndScript}})();
`;

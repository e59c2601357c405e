/** The program of a load run's page, in the browser's JavaScript: it is never run here, only put into the page. */
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
const most = lines.reduce((high, line) => line.values.reduce((most, value) => Math.max(most, value ?? 0), high), 1);
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
      { ...axis, size: Math.max(56, 20 + 7 * counted(most).length), values: (_, ticks) => ticks.map((tick) => counted(tick)) },
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

function toggle(button, line) {
  shown[line] = !shown[line];
  button.setAttribute('aria-pressed', String(shown[line]));
  draw();
  tell();
}

function walk(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const index = Math.min(last, Math.max(0, (chart.cursor.idx ?? last) + step));
  chart.setCursor({ left: chart.valToPos(seconds[index], 'x'), top: 1 });
}

if (last < 0) return;
place.hidden = false;
section.querySelector('.cursor').hidden = false;
draw();
tell();
buttons.forEach((button, line) => {
  button.disabled = false;
  button.addEventListener('click', () => toggle(button, line));
});
place.addEventListener('keydown', walk);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
new ResizeObserver(() => {
  if (place.clientWidth !== chart.width) chart.setSize({ width: place.clientWidth, height: place.clientHeight });
}).observe(place);
}

async function copy(button) {
  const text = element('replay');
  getSelection().selectAllChildren(text);
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Selected: press Ctrl+C';
  }
}

element('copy').hidden = false;
element('copy').addEventListener('click', (event) => copy(event.currentTarget));
document.querySelectorAll('[data-chart]').forEach(chartOf);
})();
`;

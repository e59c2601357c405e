/** Lines over seconds as a still picture: what a page shows where no script runs, and what a mail can hold. */
import { formatCount } from '../../report/figures.ts';
import { escapeHtml } from '../../report/page-text.ts';
import type { Line, LineChart } from './load-charts.ts';

const width = 960;
const height = 260;
const plot = { left: 76, right: width - 12, top: 12, bottom: height - 28 };
/** More samples than this lie closer together than the eye can see: the highest of a few stands for them. */
const samplesMax = 640;

/** An `<svg>` whose lines have the classes `state-FIRST`, …: the page gives them their colours. */
export function lineSvg({ title, unit, seconds, lines, first }: LineChart): string {
  const most = Math.max(1, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const step = stepOf(most);
  const top = Math.ceil(most / step) * step;
  const until = Math.max(1, seconds.at(-1) ?? 1);
  const x = (second: number) => round(plot.left + (plot.right - plot.left) * (second / until));
  const y = (value: number) => round(plot.bottom - (plot.bottom - plot.top) * (value / top));
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, n) => n * step);
  const times = Array.from({ length: 7 }, (_, n) => Math.round((until * n) / 6)).filter((second, n, all) => all.indexOf(second) === n);
  return [
    `<svg class="still" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${unit}">`,
    ...ticks.map(
      (value) =>
        `<path class="grid" d="M${plot.left},${y(value)}H${plot.right}"/>${label(plot.left - 8, y(value) + 4, 'end', formatCount(value))}`,
    ),
    ...times.map((second, n) =>
      label(x(second), plot.bottom + 18, n === 0 ? 'start' : second === until ? 'end' : 'middle', `${formatCount(second)} s`),
    ),
    ...lines.map(
      (line, index) =>
        `<polyline class="line state-${first + index}" points="${points(line, seconds, x, y)}"><title>${escapeHtml(line.name)}</title></polyline>`,
    ),
    '</svg>',
  ].join('\n');
}

/** What was not measured is left out: its neighbours are joined. */
function points({ values }: Line, seconds: readonly number[], x: (second: number) => number, y: (value: number) => number): string {
  const each = Math.max(1, Math.ceil(seconds.length / samplesMax));
  const parts: string[] = [];
  for (let from = 0; from < seconds.length; from += each) {
    const some = values.slice(from, from + each).filter((value) => value !== null);
    if (some.length > 0) parts.push(`${x(seconds[from] as number)},${y(Math.max(...some))}`);
  }
  return parts.join(' ');
}

/** About five of them, each 1, 2 or 5 times a power of ten. */
function stepOf(most: number): number {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

function label(x: number, y: number, anchor: string, text: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** A chart's figures as a table, for readers who cannot see it. */
import type { StateSeries } from '../result.ts';
import { dayOf, formatCount, formatDate } from './figures.ts';
import { escapeHtml } from './page-text.ts';

const rowsMax = 25;

/** Folded away. Rows of so many days that a few dozen hold them all: how things stood then, or (`isDaily`) what the days came to together. */
export function chartTable(series: StateSeries, { isDaily }: { isDaily: boolean }): string {
  const states = series.states.filter(({ counts }) => counts.some((count) => count > 0));
  const length = Math.max(0, ...states.map(({ counts }) => counts.length));
  if (length === 0) return '';
  const step = Math.max(1, Math.ceil(length / rowsMax));
  const starts = Array.from({ length: Math.ceil(length / step) }, (_, row) => row * step);
  // How it ended is what most look for.
  if (!isDaily && starts.at(-1) !== length - 1) starts.push(length - 1);
  const rows = starts.map((from) => {
    const cells = states.map(({ counts }) => {
      const count = isDaily ? counts.slice(from, from + step).reduce((sum, n) => sum + n, 0) : (counts[from] ?? 0);
      return `<td class="n${count === 0 ? ' zero' : ''}">${formatCount(count)}</td>`;
    });
    const day = formatCount(Math.round(dayOf(from, series.stepMs) * 10) / 10);
    return `<tr><th scope="row">${day}</th><td>${formatDate(series.startAt + from * series.stepMs)}</td>${cells.join('')}</tr>`;
  });
  const heads = states.map(({ name }) => `<th scope="col" class="n">${escapeHtml(name)}</th>`);
  const day = isDaily && step > 1 ? `${step} days from day` : 'Day';
  return `<details><summary>As a table</summary><div class="scroll"><table>
<thead><tr><th scope="col">${day}</th><th scope="col">Date</th>${heads.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></details>`;
}

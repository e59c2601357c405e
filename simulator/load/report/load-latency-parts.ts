/** How long things took, on the page: percentiles beside the whole distribution. */
import { formatCount, formatShare } from '../../report/figures.ts';
import { escapeHtml } from '../../report/page-text.ts';
import type { Palette } from '../../report/state-colors.ts';
import { spanEndsMs } from '../latency.ts';
import type { LatencySpan } from '../load-result.ts';
import type { LoadReport } from './load-report.ts';
import { formatMs, type LatencyRow, latencyRows } from './load-words.ts';

/** Empty where nothing was timed. */
export function latencySection(report: LoadReport, palette: Palette): string {
  const rows = latencyRows(report);
  if (rows.length === 0) return '';
  const color = `state-${palette.add(['time'])}`;
  const spans = rows.map(({ thing }) => report.latencySpans[thing]);
  const [from, until] = usedSpans(spans);
  const names = [...spanEndsMs, null].slice(from, until);
  const heads = names.map((end, index) => `<span>${isLabelled(index, names.length) ? spanName(end) : ''}</span>`);
  const lines = rows.map((row, index) => latencyRow(row, spans[index] ?? [], from, until, color));
  return `<section id="latencies"><h2>How long it took<span class="note">in an open loop, from the instant at which each was due; the height of a column is the root of its share</span></h2>
<div class="scroll"><table class="spread">
<thead><tr><th scope="col"></th><th scope="col" class="n">Count</th><th scope="col" class="share"><div class="heads">${heads.join('')}</div></th>${['p50', 'p90', 'p99', 'p99.9', 'max'].map((name) => `<th scope="col" class="n">${name}</th>`).join('')}</tr></thead>
<tbody>${lines.join('\n')}</tbody></table></div>
${spanTable(rows, spans, from, until)}
</section>`;
}

/** A head over every third column, so that there is room for it. */
function isLabelled(index: number, columns: number): boolean {
  return columns <= 8 || index % 3 === 0;
}

function indexOfSpan(upToMs: number | null): number {
  const index = upToMs === null ? -1 : spanEndsMs.indexOf(upToMs);
  return index < 0 ? spanEndsMs.length : index;
}

/** Spans that nothing falls into, at either end, are no part of the picture. */
function usedSpans(all: readonly (readonly LatencySpan[])[]): [from: number, until: number] {
  const used = all.flatMap((spans) => spans.filter(({ count }) => count > 0).map(({ upToMs }) => indexOfSpan(upToMs)));
  return used.length === 0 ? [0, 1] : [Math.min(...used), Math.max(...used) + 1];
}

function countsIn(spans: readonly LatencySpan[], from: number, until: number): number[] {
  const counts = Array.from({ length: until - from }, () => 0);
  for (const { upToMs, count } of spans) {
    const column = indexOfSpan(upToMs) - from;
    if (column >= 0 && column < counts.length) counts[column] = count;
  }
  return counts;
}

function latencyRow({ words, latency }: LatencyRow, spans: readonly LatencySpan[], from: number, until: number, color: string): string {
  const counts = countsIn(spans, from, until);
  const most = Math.max(1, ...counts);
  const columns = counts.flatMap((count, column) => {
    if (count === 0) return [];
    // By the root: the few that take long are what one looks for, and they stand beside the many that do not.
    const height = Math.max(1.5, Math.sqrt(count / most) * 32);
    const title = `${spanName(spanEndsMs[from + column] ?? null)}: ${formatCount(count)}, ${formatShare(count / latency.count)}`;
    return [
      `<rect class="${color}" x="${column * 10 + 1}" y="${(33 - height).toFixed(1)}" width="8" height="${height.toFixed(1)}"><title>${title}</title></rect>`,
    ];
  });
  const width = counts.length * 10;
  const times = [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map((ms) => `<td class="n">${formatMs(ms)}</td>`);
  return `<tr><th scope="row">${escapeHtml(words)}</th><td class="n">${formatCount(latency.count)}</td><td class="share"><svg class="columns" viewBox="0 0 ${width} 34" preserveAspectRatio="none" aria-hidden="true">${columns.join('')}<rect class="base" y="33" width="${width}" height="1"/></svg></td>${times.join('')}</tr>`;
}

/** The same in figures. */
function spanTable(rows: readonly LatencyRow[], all: readonly (readonly LatencySpan[])[], from: number, until: number): string {
  const columns = rows.map((_, index) => countsIn(all[index] ?? [], from, until));
  const lines = [...spanEndsMs, null].slice(from, until).map((end, span) => {
    const cells = columns.map((counts) => `<td class="n${counts[span] === 0 ? ' zero' : ''}">${formatCount(counts[span] ?? 0)}</td>`);
    return `<tr><th scope="row">${spanName(end)}</th>${cells.join('')}</tr>`;
  });
  const heads = rows.map(({ words }) => `<th scope="col" class="n">${escapeHtml(words)}</th>`);
  return `<details><summary>As a table</summary><div class="scroll"><table>
<thead><tr><th scope="col">Within</th>${heads.join('')}</tr></thead>
<tbody>${lines.join('\n')}</tbody></table></div></details>`;
}

function spanName(upToMs: number | null): string {
  if (upToMs === null) return 'longer';
  return upToMs < 1000 ? `${upToMs} ms` : `${upToMs / 1000} s`;
}

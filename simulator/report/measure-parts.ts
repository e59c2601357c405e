/** The distributions on the page: how long actions took, what waits and for how long, which certificates end when. */
import type { MeasuresFound, RunResult } from '../result.ts';
import { formatCount, formatShare } from './figures.ts';
import { escapeHtml } from './page-text.ts';
import type { Palette } from './state-colors.ts';
import { certificateShares, formatSpan, type PendingShare, pendingShares, spanNames, type TimeRow, timeRows } from './time-figures.ts';

/** From asked to done, as a distribution by action, platform and online behaviour. Empty where nothing was done. */
export function timeSection(measures: MeasuresFound, palette: Palette): string {
  const { byAction, byPlatform, byOnline } = timeRows(measures);
  if (byAction.length === 0) return '';
  const color = `state-${palette.add(['time'])}`;
  // Spans that nothing falls into, at either end, are no part of the picture.
  const isUsed = (span: number) => byAction.some(({ spans }) => (spans[span] ?? 0) > 0);
  const used = spanNames.map((_, span) => span).filter(isUsed);
  const [from, until] = [used[0] ?? 0, (used.at(-1) ?? 0) + 1];
  const kinds = [
    ['By action', byAction],
    ['By platform', byPlatform],
    ['By online behaviour', byOnline],
  ] as const;
  const bodies = kinds.map(
    ([kind, rows]) => `<tbody><tr class="kind"><th scope="rowgroup" colspan="6">${kind}</th></tr>
${rows.map((row) => timeRow(row, from, until, color)).join('\n')}</tbody>`,
  );
  const heads = spanNames.slice(from, until).map((name) => `<span>${name}</span>`);
  return `<section id="time-to-done"><h2>From asked to done<span class="note">carried out by the device; each column holds what took up to the time above it, its height is the root of its share</span></h2>
<div class="scroll"><table class="spread">
<thead><tr><th scope="col"></th><th scope="col" class="n">Done</th><th scope="col" class="share"><div class="heads">${heads.join('')}</div></th><th scope="col" class="n">half within</th><th scope="col" class="n">90% within</th><th scope="col" class="n">99% within</th></tr></thead>
${bodies.join('\n')}</table></div>
${spanTable(kinds, from, until)}
</section>`;
}

function timeRow({ name, figures, spans }: TimeRow, from: number, until: number, color: string): string {
  const shown = spans.slice(from, until);
  const most = Math.max(1, ...shown);
  const columns = shown.flatMap((count, column) => {
    if (count === 0) return [];
    // By the root: few that take months are what one looks for, and they stand beside many that take seconds.
    const height = Math.max(1.5, Math.sqrt(count / most) * 32);
    const title = `${spanNames[from + column]}: ${formatCount(count)}, ${formatShare(count / figures.count)}`;
    return [
      `<rect class="${color}" x="${column * 10 + 1}" y="${(33 - height).toFixed(1)}" width="8" height="${height.toFixed(1)}"><title>${title}</title></rect>`,
    ];
  });
  const width = shown.length * 10;
  const times = [figures.p50Ms, figures.p90Ms, figures.p99Ms].map((ms) => `<td class="n">${formatSpan(ms)}</td>`);
  return `<tr><th scope="row">${escapeHtml(name)}</th><td class="n">${formatCount(figures.count)}</td><td class="share"><svg class="columns" viewBox="0 0 ${width} 34" preserveAspectRatio="none" aria-hidden="true">${columns.join('')}<rect class="base" y="33" width="${width}" height="1"/></svg></td>${times.join('')}</tr>`;
}

/** The same in figures. */
function spanTable(kinds: readonly (readonly [string, readonly TimeRow[]])[], from: number, until: number): string {
  const heads = spanNames.slice(from, until).map((name) => `<th scope="col" class="n">${name}</th>`);
  const rows = kinds.flatMap(([, of]) =>
    of.map(({ name, spans }) => `<tr><th scope="row">${escapeHtml(name)}</th>${spans.slice(from, until).map(countCell).join('')}</tr>`),
  );
  return `<details><summary>As a table</summary><div class="scroll"><table>
<thead><tr><th scope="col">Done within</th>${heads.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></details>`;
}

/** What waits at the end by age, and certificates by days left; empty where there is neither. */
export function endSections(result: RunResult, palette: Palette): string {
  const pending = pendingShares(result);
  const certificates = certificateShares(result);
  const first = palette.add(['queued', 'delivered', 'time', 'error']);
  const sections = [
    ...(pending.length === 0 ? [] : [pendingSection(pending, first)]),
    ...(certificates.length === 0
      ? []
      : [
          section(
            'certificates',
            'Certificates by days left',
            'of the records that are there at the end',
            ['Ends in', 'Certificates', 'Share'],
            certificates.map(({ name, count, share }) => {
              const most = Math.max(...certificates.map((row) => row.share));
              const color = `state-${first + (name === 'ended' ? 3 : 2)}`;
              return [name, [formatCount(count), formatShare(share)], count === 0, bar([{ color, share: share / most }])];
            }),
          ),
        ]),
  ];
  return sections.length === 0 ? '' : `<div class="pair">\n${sections.join('\n')}\n</div>`;
}

function pendingSection(pending: readonly PendingShare[], first: number): string {
  const most = Math.max(...pending.map(({ count }) => count));
  const rows = pending.map(({ name, queued, delivered, count }): Row => {
    const parts = [
      { color: `state-${first}`, share: queued / most },
      { color: `state-${first + 1}`, share: delivered / most },
    ];
    return [name, [formatCount(queued), formatCount(delivered)], count === 0, bar(parts)];
  });
  const heads = [
    'Waits since',
    `<span class="swatch state-${first}"></span>Queued`,
    `<span class="swatch state-${first + 1}"></span>Delivered`,
  ];
  return section('pending', 'Pending actions by age', 'at the end; delivered ones have no answer yet', heads, rows);
}

type Row = [name: string, figures: readonly string[], isZero: boolean, bar: string];

/** @param heads markup */
function section(id: string, title: string, note: string, heads: readonly string[], rows: readonly Row[]): string {
  const [name = '', ...figures] = heads;
  const lines = rows.map(([of, counts, isZero, picture]) => {
    const cells = counts.map((count) => `<td class="n${isZero ? ' zero' : ''}">${count}</td>`);
    return `<tr><th scope="row">${escapeHtml(of)}</th>${cells.join('')}<td class="share">${picture}</td></tr>`;
  });
  return `<section id="${id}"><h2>${title}<span class="note">${note}</span></h2><div class="scroll"><table>
<thead><tr><th scope="col">${name}</th>${figures.map((head) => `<th scope="col" class="n">${head}</th>`).join('')}<td></td></tr></thead>
<tbody>${lines.join('\n')}</tbody></table></div></section>`;
}

/** Parts side by side; never nothing for something. */
function bar(parts: readonly { color: string; share: number }[]): string {
  let x = 0;
  const rects = parts.map(({ color, share }) => {
    const width = share === 0 ? 0 : Math.max(0.7, share * 100);
    const rect = `<rect class="${color}" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="12"/>`;
    x += width;
    return rect;
  });
  return `<svg class="bar" width="90" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="12"/>${rects.join('')}</svg>`;
}

function countCell(count: number): string {
  return `<td class="n${count === 0 ? ' zero' : ''}">${formatCount(count)}</td>`;
}

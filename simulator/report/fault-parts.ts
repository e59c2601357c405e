/** What went wrong on purpose: as bands along the days of a chart, and as a table. */
import { dayMs } from '../../runtime/duration.ts';
import type { FaultFigures, RunData, RunResult } from '../result.ts';
import { formatCount } from './figures.ts';
import { escapeHtml } from './page-text.ts';

/** When a fault was at work, in days since the run's start. */
export interface Band {
  name: string;
  fromDay: number;
  untilDay: number;
}

/** A fault that comes back every few minutes is no longer a picture. */
const bandsMax = 400;

/** In the order of time, none beyond the run's end. */
export function faultBands({ result, from, until }: RunData): Band[] {
  const day = (at: number) => Math.round(((at - from) / dayMs) * 1e4) / 1e4;
  return Object.entries(result.faults)
    .flatMap(([name, { windows }]) => windows.map((window) => ({ name, begin: Date.parse(window.from), end: Date.parse(window.until) })))
    .filter(({ begin, end }) => begin < until && end > from)
    .sort((a, b) => a.begin - b.begin)
    .slice(0, bandsMax)
    .map(({ name, begin, end }) => ({ name, fromDay: day(Math.max(begin, from)), untilDay: day(Math.min(end, until)) }));
}

/** `2026-03-04 08:00 to 2026-03-04 09:00`, and how many more there were. */
export function faultTimes({ windows }: FaultFigures): string {
  const [first] = windows;
  if (first === undefined) return 'never';
  const time = (instant: string) => instant.slice(0, 16).replace('T', ' ');
  const more = windows.length > 1 ? `, and ${formatCount(windows.length - 1)} more` : '';
  return `${time(first.from)} to ${time(first.until)}${more}`;
}

/** `3 delayed, 1 linkCut`; empty where it did nothing. */
export function faultEffects({ effects }: FaultFigures): string {
  return Object.entries(effects)
    .filter(([, count]) => count > 0)
    .map(([effect, count]) => `${formatCount(count)} ${effect.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(', ');
}

/** Empty where the scenario has none. */
export function faultSection({ faults }: RunResult): string {
  const entries = Object.entries(faults);
  if (entries.length === 0) return '';
  const rows = entries.map(([name, fault]) => {
    const cells = [fault.kind, faultTimes(fault)].map((text) => `<td>${escapeHtml(text)}</td>`);
    const counts = [fault.devices, fault.touched].map((count) => `<td class="n">${formatCount(count)}</td>`);
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join('')}${counts.join('')}<td>${escapeHtml(faultEffects(fault))}</td></tr>`;
  });
  return `<section id="faults"><h2>Faults<span class="note">what went wrong on purpose; red bands in the charts</span></h2><div class="scroll"><table>
<thead><tr><th scope="col">Fault</th><th scope="col">Kind</th><th scope="col">At work (UTC)</th><th scope="col" class="n">Devices</th><th scope="col" class="n">Touched</th><th scope="col">What it did</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

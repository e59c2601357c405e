/** What the HTML report has of a story: its question and answer, and what happened, line by line. */
import type { RunResult, TimelineEntry } from '../result.ts';
import { escapeHtml } from './page-text.ts';

/** The parts of an answer in the order in which they are read, with their headings. */
export const answerParts = [
  ['administrator', 'What the administrator sees'],
  ['device', 'What the device shows'],
  ['why', 'Why'],
  ['whatToDo', 'What to do'],
] as const;

/** Empty where the scenario asks nothing. */
export function questionSection({ question, answer }: RunResult): string {
  if (question === null) return '';
  const parts = answerParts.map(([part, title]) => `<dt>${title}</dt><dd>${escapeHtml(answer?.[part] ?? '')}</dd>`);
  return `<section class="question"><h2>${escapeHtml(question)}</h2>${answer === null ? '' : `<dl class="answer">${parts.join('\n')}</dl>`}</section>`;
}

/** Empty where nothing is told (larger fleets). A day's name stands once, before its first line. */
export function timelineSection({ timeline }: RunResult): string {
  if (timeline.length === 0) return '';
  const isSeveral = new Set(timeline.map(({ device }) => device).filter((name) => name !== null)).size > 1;
  let day = '';
  const rows = timeline.map((entry) => {
    const date = entry.at.slice(0, 10);
    const isNew = date !== day;
    day = date;
    return `${isNew ? `<tr class="day"><th scope="rowgroup" colspan="${isSeveral ? 4 : 3}">${date}</th></tr>\n` : ''}${row(entry, isSeveral)}`;
  });
  const heads = ['Time', 'Who', ...(isSeveral ? ['Device'] : []), 'What'].map((name) => `<th scope="col">${name}</th>`);
  return `<section><h2>What happened<span class="note">${timeline.length} entries, UTC</span></h2><div class="scroll"><table class="timeline">
<thead><tr>${heads.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

function row({ at, who, device, what }: TimelineEntry, isSeveral: boolean): string {
  const cells = [
    `<td class="when"><time datetime="${escapeHtml(at)}">${escapeHtml(at.slice(11, 19))}</time></td>`,
    `<td><span class="who ${who}">${who}</span></td>`,
    ...(isSeveral ? [`<td class="device">${escapeHtml(device ?? 'all')}</td>`] : []),
    `<td>${escapeHtml(what)}</td>`,
  ];
  return `<tr>${cells.join('')}</tr>`;
}

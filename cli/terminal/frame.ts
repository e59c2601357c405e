/**
 * A device as a terminal draws it: its screen in a box, the line that is being written, and below it the latest events. Pure: a
 * picture of so many columns and rows comes out as lines, and the place of the cursor.
 */
import type { DeviceView } from '../../protocol/hands.ts';
import type { ScreenButton, ScreenField, ScreenView } from '../../protocol/screens.ts';
import { isolated } from './foreign-text.ts';
import type { Line } from './line.ts';
import { clipped, padded, textWidth, wrapped } from './text-width.ts';

export interface FrameInput {
  device: DeviceView;
  line: Line;
  /** Fields of the screen that the line was begun on: what was secret there stays so, even if another screen is shown by now. */
  fields: readonly ScreenField[];
  /** What came of the latest line, in one sentence; '' for nothing. */
  message: string;
  /** Oldest first. */
  log: readonly string[];
  columns: number;
  rows: number;
  color: boolean;
}

export interface Frame {
  lines: string[];
  /** From 0. */
  cursor: { row: number; column: number };
}

const boxColumnsMax = 72;
const columnsMin = 24;
const rowsMin = 8;
const fieldColumns = 24;
const dot = '\u2022';

export function drawFrame({ device, line, fields, message, log, columns, rows, color }: FrameInput): Frame {
  const width = Math.max(columnsMin, columns);
  const height = Math.max(rowsMin, rows);
  const paint = color ? colors : plain;
  const prompt = promptOf(line, fields, width);
  const description = wrapped(device.description, width - 1)
    .slice(0, 2)
    .map(isolated);
  // The description (two rows at most), the message and the prompt stand between the box and the log.
  const box = drawBox(device, {
    columns: Math.min(boxColumnsMax, width - 1),
    rows: height - 5,
    paint,
    typed: typedInto(device.screen, line, fields),
  });
  const above = [...box, ...description, paint.notice(clipped(message, width - 1))];
  const roomForLog = height - above.length - 2;
  const events = roomForLog <= 0 ? [] : log.slice(-roomForLog).map((text) => paint.faint(isolated(clipped(text, width - 1))));
  return {
    lines: [...above, prompt.text, ...(events.length === 0 ? [] : ['', ...events])],
    cursor: { row: above.length, column: prompt.column },
  };
}

interface Paint {
  title(text: string): string;
  notice(text: string): string;
  faint(text: string): string;
}

const plain: Paint = { title: (text) => text, notice: (text) => text, faint: (text) => text };
const colors: Paint = {
  title: (text) => `\x1b[1m${text}\x1b[22m`,
  notice: (text) => (text === '' ? '' : `\x1b[33m${text}\x1b[39m`),
  faint: (text) => `\x1b[2m${text}\x1b[22m`,
};

interface BoxOptions {
  columns: number;
  rows: number;
  paint: Paint;
  /** What stands in the last field already. */
  typed: string;
}

function drawBox(device: DeviceView, { columns, rows, paint, typed }: BoxOptions): string[] {
  const inner = columns - 4;
  const row = (text: string, painted = text) =>
    `${paint.faint('\u2502')} ${painted}${padded('', inner - textWidth(text))} ${paint.faint('\u2502')}`;
  const label = ` ${isolated(clipped(`${device.deviceName} \u00b7 ${device.model} \u00b7 ${device.network ? 'network' : 'no network'}`, columns - 6))} `;
  const top = paint.faint(`\u250c\u2500${label}${'\u2500'.repeat(Math.max(0, columns - 3 - textWidth(label)))}\u2510`);
  const bottom = paint.faint(`\u2514${'\u2500'.repeat(columns - 2)}\u2518`);
  const content = contentOf(device.screen, { columns: inner, rows: Math.max(1, rows - 2), typed }).map(({ text, kind }) =>
    row(isolated(text), kind === undefined ? isolated(text) : paint[kind](isolated(text))),
  );
  return [top, ...content, bottom];
}

interface Row {
  text: string;
  kind?: 'title' | 'notice' | 'faint';
}

/** A banner takes no more rows. */
const bannerRowsMax = 3;
/** More buttons than these stand side by side. */
const buttonRowsMax = 8;

/** Sections of the screen with an empty row between them. Where there is too little room, its lines are cut: what can be pressed stays in sight. */
function contentOf(screen: ScreenView, { columns, rows, typed }: { columns: number; rows: number; typed: string }): Row[] {
  const sectionsWith = (lines: string[]): Row[][] => [
    bannerRows(screen, columns).map((text) => ({ text, kind: 'notice' })),
    wrapped(screen.title, columns).map((text) => ({ text, kind: 'title' })),
    lines.map((text) => ({ text })),
    screen.fields.map((field, index) => ({ text: fieldText(field, index === screen.fields.length - 1 ? typed : '', columns) })),
    buttonRows(screen.buttons, columns).map((text) => ({ text })),
    screen.notice === null ? [] : wrapped(`! ${screen.notice}`, columns).map((text) => ({ text, kind: 'notice' })),
  ];
  const lines = screen.lines.flatMap((paragraph) => wrapped(paragraph, columns));
  const all = spaced(sectionsWith(lines));
  const room = Math.max(1, lines.length - (all.length - rows));
  if (all.length <= rows || room >= lines.length) return all.slice(0, rows);
  return spaced(sectionsWith([...lines.slice(0, room - 1), '\u2026'])).slice(0, rows);
}

function spaced(sections: Row[][]): Row[] {
  const filled = sections.filter((section) => section.length > 0);
  return filled.flatMap((section, index) => (index === 0 ? section : [{ text: '' }, ...section]));
}

function bannerRows({ banner }: ScreenView, columns: number): string[] {
  if (banner === null) return [];
  const rows = [...wrapped(`* ${banner.app}: ${banner.title}`, columns), ...wrapped(banner.body, columns)];
  return rows.length <= bannerRowsMax ? rows : [...rows.slice(0, bannerRowsMax - 1), '\u2026'];
}

/** One in a row with its label; many, by their names alone where the label says no more. */
function buttonRows(buttons: readonly ScreenButton[], columns: number): string[] {
  if (buttons.length <= buttonRowsMax) return buttons.flatMap(({ name, label }) => wrapped(`/${name}  ${label}`, columns));
  const rows: string[] = [];
  for (const { name, label } of buttons) {
    const entry = clipped(label.toLowerCase().replaceAll(' ', '-') === name ? `/${name}` : `/${name}  ${label}`, columns);
    const last = rows.at(-1);
    if (last !== undefined && textWidth(last) + 3 + textWidth(entry) <= columns) rows[rows.length - 1] = `${last}   ${entry}`;
    else rows.push(entry);
  }
  return rows;
}

/** `Passcode: [••••        ]`, with the name that a command calls it by where the label does not say it. */
function fieldText({ label, name }: ScreenField, typed: string, columns: number): string {
  const called = label.toLowerCase() === name.toLowerCase() ? '' : ` (${name})`;
  return clipped(`${label}${called}: [${padded(clipped(typed, fieldColumns), fieldColumns)}]`, columns);
}

/** Plain text stands in the last field while it is written, if it was begun on this screen. */
function typedInto(screen: ScreenView, line: Line, fields: readonly ScreenField[]): string {
  if (line.screen !== screen.number || (line.text.startsWith('/') && !line.text.startsWith('//'))) return '';
  return shownText(line.text.replace(/^\/\//, '/'), fields);
}

/** The end of a line that is longer than the terminal stays in sight, and the cursor with it. */
function promptOf(line: Line, fields: readonly ScreenField[], columns: number): { text: string; column: number } {
  const shown = [...shownText(line.text, fields)];
  const room = columns - 4;
  const from = Math.max(0, line.cursor - room);
  const before = shown.slice(from, line.cursor).join('');
  const all = before + shown.slice(line.cursor, from + room).join('');
  return { text: `> ${all}`, column: 2 + textWidth(before) };
}

/**
 * What is written, with dots in place of what is secret: as many as there are characters. Plain text goes into the last field; after a
 * slash each value counts as secret, unless its field is known not to be.
 */
export function shownText(text: string, fields: readonly ScreenField[]): string {
  if (!fields.some(({ secret }) => secret)) return text;
  const dots = (secret: string) => dot.repeat([...secret].length);
  if (!text.startsWith('/') || text.startsWith('//')) return fields.at(-1)?.secret === true ? dots(text) : text;
  return text.replace(/(\s)([^\s=]*)=("[^"]*"?|\S*)/g, (whole, blank: string, name: string, value: string) =>
    fields.some((field) => field.name === name && !field.secret) ? whole : `${blank}${name}=${dots(value)}`,
  );
}

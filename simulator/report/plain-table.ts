/** Columns without any lines around them, for terminals. */
import Table from 'cli-table3';

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

export interface PlainTableOptions {
  /** Characters, gap included. Absent: as wide as the widest cell. */
  widths?: number[];
  /** A cell that is longer than its column is broken between words; without it, it is cut off. */
  wraps?: boolean;
  aligns?: ('left' | 'right')[];
  /** Spaces between two columns. */
  gap?: number;
}

/** Its lines; none ends with a space. */
export function plainTable(rows: readonly (readonly Table.Cell[])[], options: PlainTableOptions = {}): string[] {
  if (rows.length === 0) return [];
  const { widths, wraps = false, aligns, gap = 2 } = options;
  const table = new Table({
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
    wordWrap: wraps,
    ...(widths === undefined ? {} : { colWidths: widths }),
    ...(aligns === undefined ? {} : { colAligns: aligns }),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

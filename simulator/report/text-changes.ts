/** Which lines of a text are others than in another one. */

/** Lines that only the first has (`-`) and that only the other has (`+`), in their order. */
export interface TextChange {
  sign: '-' | '+';
  line: string;
}

/** Beyond so many lines on both sides, what lies between the first and the last difference counts as changed altogether. */
const comparedMax = 4_000_000;

/** By the longest sequence of lines that both have. */
export function textChanges(one: string, other: string): TextChange[] {
  const [before, after] = [one.split('\n'), other.split('\n')];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return changesWithin(before.slice(start, before.length - end), after.slice(start, after.length - end));
}

function changesWithin(before: readonly string[], after: readonly string[]): TextChange[] {
  const [rows, columns] = [before.length, after.length];
  if (rows * columns > comparedMax) {
    return [...before.map((line) => ({ sign: '-' as const, line })), ...after.map((line) => ({ sign: '+' as const, line }))];
  }
  // common[row][column]: how many lines the ends of both from there on have in common.
  const wide = columns + 1;
  const common = new Uint32Array((rows + 1) * wide);
  const at = (row: number, column: number) => common[row * wide + column] as number;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      common[row * wide + column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const changes: TextChange[] = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && before[row] === after[column]) {
      row += 1;
      column += 1;
    } else if (row < rows && (column === columns || at(row + 1, column) >= at(row, column + 1))) {
      changes.push({ sign: '-', line: before[row++] as string });
    } else changes.push({ sign: '+', line: after[column++] as string });
  }
  return changes;
}

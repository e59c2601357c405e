/**
 * The line that a person is writing: its text, the cursor, and the screen that it is meant for. Keys go in as Node's readline names
 * them, and a new line comes out. Pure.
 */
export interface Line {
  text: string;
  /** Code points before the cursor. */
  cursor: number;
  /** Number of the screen that was shown when the first key came; undefined while nothing is written. */
  screen: number | undefined;
}

export interface Key {
  name?: string | undefined;
  ctrl?: boolean | undefined;
  meta?: boolean | undefined;
}

export type KeyResult = { line: Line; done?: undefined } | { line: Line; done: 'entered' | 'quit' };

export const emptyLine: Line = { text: '', cursor: 0, screen: undefined };

/** The longest text that a field takes, and a command around it. */
const lineCharsMax = 512;

/** @param typed the characters that the key stands for; several at once where text was pasted */
export function pressKey(line: Line, typed: string | undefined, key: Key, screen: number): KeyResult {
  if (key.ctrl === true) return control(line, key.name ?? '');
  const chars = [...line.text];
  const { cursor } = line;
  switch (key.name) {
    case 'return':
    case 'enter':
      return { line, done: 'entered' };
    case 'escape':
      return { line: emptyLine };
    case 'backspace':
      return { line: cursor === 0 ? line : written(line, [...chars.slice(0, cursor - 1), ...chars.slice(cursor)], cursor - 1) };
    case 'delete':
      return { line: written(line, [...chars.slice(0, cursor), ...chars.slice(cursor + 1)], cursor) };
    case 'left':
      return { line: { ...line, cursor: Math.max(0, cursor - 1) } };
    case 'right':
      return { line: { ...line, cursor: Math.min(chars.length, cursor + 1) } };
    case 'home':
      return { line: { ...line, cursor: 0 } };
    case 'end':
      return { line: { ...line, cursor: chars.length } };
  }
  // Function keys and the like stand for no character, and neither do the control characters in what was pasted.
  const added = key.meta === true ? [] : [...(typed ?? '')].filter((char) => !/\p{Cc}/u.test(char));
  if (added.length === 0 || chars.length + added.length > lineCharsMax) return { line };
  const text = [...chars.slice(0, cursor), ...added, ...chars.slice(cursor)];
  return { line: written({ ...line, screen: line.screen ?? screen }, text, cursor + added.length) };
}

function control(line: Line, name: string): KeyResult {
  const chars = [...line.text];
  switch (name) {
    case 'c':
      return { line, done: 'quit' };
    case 'd':
      return chars.length === 0 ? { line, done: 'quit' } : { line };
    case 'u':
      return { line: written(line, chars.slice(line.cursor), 0) };
    case 'a':
      return { line: { ...line, cursor: 0 } };
    case 'e':
      return { line: { ...line, cursor: chars.length } };
    // Some terminals send backspace this way, and return as a line feed.
    case 'h':
      return pressKey(line, undefined, { name: 'backspace' }, 0);
    case 'j':
    case 'm':
      return { line, done: 'entered' };
    default:
      return { line };
  }
}

/** A line that is empty again belongs to no screen. */
function written(line: Line, chars: readonly string[], cursor: number): Line {
  return chars.length === 0 ? emptyLine : { ...line, text: chars.join(''), cursor };
}

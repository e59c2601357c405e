/** How many columns text takes on a terminal, and how it is broken into lines of so many. Pure. */
import { harmless } from './foreign-text.ts';

/** East Asian wide characters and emoji take two columns, marks that stand on another character and what joins characters none. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const none = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** Makes an emoji of the symbol before it, which is wide then. */
const asEmoji = '\ufe0f';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Where terminals disagree, the wider: an emoji of several is as wide as its parts, so that no row is longer than it was thought to be. */
export function textWidth(text: string): number {
  let width = 0;
  let before = 0;
  for (const char of text) {
    const own = char === asEmoji && before === 1 ? 1 : charWidth(char);
    width += own;
    before = own;
  }
  return width;
}

function charWidth(char: string): number {
  return none.test(char) ? 0 : wide.test(char) ? 2 : 1;
}

/** As much of the text as fits, with an ellipsis where something was left out. Control characters become escapes. */
export function clipped(text: string, columns: number): string {
  const safe = harmless(text);
  if (textWidth(safe) <= columns) return safe;
  return `${taken(safe, Math.max(0, columns - 1))}\u2026`;
}

export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/** Lines of at most `columns`, broken between words; a word that is longer is broken within. Control characters become escapes. */
export function wrapped(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrappedParagraph(harmless(paragraph), columns));
}

function wrappedParagraph(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    while (textWidth(rest) > columns) {
      // At least one character, so that a terminal without width ends too.
      const head = taken(rest, columns) || (segmenter.segment(rest).containing(0)?.segment ?? rest);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** The longest beginning of at most so many columns, of whole characters as a person sees them. */
function taken(text: string, columns: number): string {
  let head = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += textWidth(segment);
    if (width > columns) break;
    head += segment;
  }
  return head;
}

/** Text of others on a terminal: it may be in any script, and may steer nothing. */
import { printable } from '../../simulator/scenarios/errors.ts';

/** Scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Control characters and what turns the direction of writing become escapes. Format characters that only join others stay: they are
 * in emoji families and flags, and in Indic and Persian words.
 */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => (joins(character) ? character : printable(character)));
}

function joins(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code === 0x200c || code === 0x200d || (code >= 0xe0020 && code <= 0xe007f);
}

/** Text from right to left turns nothing that stands beside it in its row: U+2068 and U+2069 isolate it (Unicode UAX #9). */
export function isolated(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

export function terminalText(text: string): string {
  return isolated(harmless(text));
}

/**
 * The text of a custom notification: a title of at most 50 characters and a body of at most 500 (CN-02), counted as a person counts
 * them: an emoji of several code points is one, and so is a letter with all of its accents (Unicode UAX #29, grapheme clusters).
 */
import { z } from 'zod';

export const titleCharactersMax = 50;
export const bodyCharactersMax = 500;

/** That are named directly; those within them do not count (CN-09). */
export const groupsToNotifyMax = 25;

/** One character may be made of many code units; a text of so many for each is still nothing that a person would write. */
const unitsPerCharacterMax = 32;
export const titleUnitsMax = titleCharactersMax * unitsPerCharacterMax;
export const bodyUnitsMax = bodyCharactersMax * unitsPerCharacterMax;

export interface NotificationText {
  title: string;
  body: string;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** How many characters a person sees. */
export function charactersIn(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** Why this cannot be sent, in words that go on after "…is not valid: "; null: it can. */
function whyNot(text: string, charactersMax: number, mayBreak: boolean): string | null {
  // What joins, hides or turns others is nothing by itself: with spaces and that alone there is nothing to be seen.
  if (!/[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u.test(text)) return 'write at least one character';
  // With the flag u a pair is one character: what is left are halves.
  if (/\p{Cs}/u.test(text)) return 'half of a surrogate pair stands alone in it, which is no character';
  // Line breaks and tabs are part of a text; of a title one line is shown.
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(mayBreak ? text.replaceAll(/[\t\n\r\u2028\u2029]/g, '') : text)) {
    return mayBreak ? 'it holds a control character' : 'it holds a line break or another control character';
  }
  const unitsMax = charactersMax * unitsPerCharacterMax;
  if (text.length > unitsMax) return `${text.length} code units, and ${unitsMax} are allowed`;
  const count = charactersIn(text);
  return count > charactersMax ? `${count} characters, and ${charactersMax} are allowed` : null;
}

function textOf(charactersMax: number, mayBreak: boolean) {
  return z.string().superRefine((text, context) => {
    const why = whyNot(text, charactersMax, mayBreak);
    if (why !== null) context.addIssue({ code: 'custom', message: why });
  });
}

export const titleSchema = textOf(titleCharactersMax, false);
export const bodySchema = textOf(bodyCharactersMax, true);

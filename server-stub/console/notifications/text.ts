/** What a custom notification may say (Intune: a title of at most 50 characters, a body of at most 500), counted as a person counts: an emoji is one. */

export const titleCharactersMax = 50;
export const bodyCharactersMax = 500;
/** Groups that one notification names. */
export const groupsMax = 25;
/** Devices that one request names. */
export const devicesMax = 100;

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** How many characters a person sees. */
export function charactersIn(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

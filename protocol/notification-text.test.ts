import { describe, expect, it } from 'vitest';
import {
  bodyCharactersMax,
  bodySchema,
  bodyUnitsMax,
  charactersIn,
  titleCharactersMax,
  titleSchema,
  titleUnitsMax,
} from './notification-text.ts';

const schemas = { title: titleSchema, body: bodySchema };
const whyNot = (part: keyof typeof schemas, text: unknown) => schemas[part].safeParse(text).error?.issues[0]?.message;

/** One character, as a person counts, of these code units. */
const characters: [string, string, units: number][] = [
  ['a letter', 'a', 1],
  ['a letter with its accent', '\u00e9', 1],
  ['a letter and its accent', 'e\u0301', 2],
  ['a letter with many marks', `Z${'\u0308\u0327\u0331\u0303'.repeat(4)}`, 17],
  ['an emoji', '\u{1f600}', 2],
  ['an emoji with a skin colour', '\u{1f44d}\u{1f3fd}', 4],
  ['a family', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}', 11],
  ['a flag', '\u{1f1e8}\u{1f1ed}', 4],
  ['a flag of England', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', 14],
  ['a digit in a box', '1\ufe0f\u20e3', 3],
  ['a Hangul syllable of three jamo', '\u1112\u1161\u11ab', 3],
  ['a Hebrew letter with its vowel', '\u05d1\u05bc\u05b0', 3],
  ['an Arabic letter with its vowel', '\u0628\u064e', 2],
  ['a Devanagari syllable with its sign', '\u0928\u093f', 2],
  ['a Han character beyond the first plane', '\u{20bb7}', 2],
];

describe('the length of a text', () => {
  it.each(characters)('CN-02 %s is one character', (_what, character, units) => {
    expect([charactersIn(character), character.length]).toEqual([1, units]);
    for (const [part, max] of [
      ['title', titleCharactersMax],
      ['body', bodyCharactersMax],
    ] as const) {
      expect(whyNot(part, character.repeat(max)), `${max} of them`).toBeUndefined();
      expect(whyNot(part, character.repeat(max + 1)), 'one more').toBe(`${max + 1} characters, and ${max} are allowed`);
    }
  });

  it('CN-02 a line break counts one, of whatever it is made', () => {
    for (const lineBreak of ['\n', '\r\n', '\r']) {
      expect(whyNot('body', `${'x'.repeat(498)}${lineBreak}x`)).toBeUndefined();
      expect(whyNot('body', `${'x'.repeat(499)}${lineBreak}x`)).toBe('501 characters, and 500 are allowed');
    }
  });

  it('CN-02 text from right to left counts as any other, marks of direction among it', () => {
    expect(whyNot('title', '\u05e9\u05dc\u05d2'.repeat(16))).toBeUndefined();
    expect(whyNot('title', `\u202e${'\u0634'.repeat(49)}`)).toBeUndefined();
    expect(whyNot('title', `\u202e${'\u0634'.repeat(50)}`)).toBe('51 characters, and 50 are allowed');
  });

  it.each([
    ['title', titleUnitsMax],
    ['body', bodyUnitsMax],
  ] as const)('CN-02 one character of a %s cannot be made of more than the whole may be', (part, max) => {
    const marks = (units: number) => `e${'\u0301'.repeat(units - 1)}`;
    expect(whyNot(part, marks(max))).toBeUndefined();
    expect(whyNot(part, marks(max + 1))).toMatch(new RegExp(`^${max + 1} code units`));
  });
});

const refused: [string, keyof typeof schemas, unknown, RegExp][] = [
  ['nothing', 'title', undefined, /expected string/],
  ['null', 'body', null, /expected string/],
  ['a number', 'title', 5, /expected string/],
  ['an empty title', 'title', '', /at least one character/],
  ['an empty body', 'body', '', /at least one character/],
  ['blanks', 'title', '   ', /at least one character/],
  ['blanks of other scripts', 'title', '\u00a0\u3000\u2003', /at least one character/],
  ['characters that nobody sees', 'title', '\u200b\u200d\ufeff\u3164', /at least one character/],
  ['a body of line breaks', 'body', '\r\n\n\t ', /at least one character/],
  ['a line break in a title', 'title', 'Snow\ntoday', /line break/],
  ['a line separator in a title', 'title', 'Snow\u2028today', /line break/],
  ['a paragraph separator in a title', 'title', 'Snow\u2029today', /line break/],
  ['a next line in a title', 'title', 'Snow\u0085today', /line break/],
  ['a next line in a body', 'body', 'Snow\u0085today', /control character/],
  ['a tab in a title', 'title', 'Snow\ttoday', /control character/],
  ['an escape', 'title', 'Snow\u001b[2J', /control character/],
  ['an escape', 'body', 'Snow\u001b[2J', /control character/],
  ['a zero byte', 'body', 'Snow\0', /control character/],
  ['a C1 control', 'body', 'Snow\u009b2J', /control character/],
  ['the first half of a pair', 'title', 'Snow \ud83d', /surrogate/],
  ['the second half of a pair', 'body', '\ude00 Snow', /surrogate/],
  ['halves in the wrong order', 'body', '\ude00\ud83d', /surrogate/],
];

describe('what cannot be sent', () => {
  it.each(refused)('CN-02 %s in a %s: %j', (_what, part, text, why) => {
    expect(whyNot(part, text)).toMatch(why);
  });

  it('CN-02 all else can: a body has lines and tabs, and one character is enough', () => {
    expect(whyNot('body', 'Dear all,\r\n\r\n\tthe office\nis closed.')).toBeUndefined();
    expect(whyNot('body', 'Dear all,\u2028the office\u2029is closed.')).toBeUndefined();
    expect([whyNot('title', '\u2744\ufe0f'), whyNot('body', '.')]).toEqual([undefined, undefined]);
    expect(titleSchema.parse('  Snow  '), 'as it was written').toBe('  Snow  ');
  });
});

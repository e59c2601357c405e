import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textChanges } from './text-changes.ts';

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));

/** How often each line is there. */
function counts(lines: readonly string[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const line of lines) all.set(line, (all.get(line) ?? 0) + 1);
  return all;
}

describe('textChanges', () => {
  it('says what to take away from one text and what to add to it for the other', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const changes = textChanges(one, other);
        const of = (sign: '-' | '+') => changes.filter((change) => change.sign === sign).map(({ line }) => line);
        const found = counts([...one.split('\n'), ...of('+')]);
        const expected = counts([...other.split('\n'), ...of('-')]);
        expect(found).toEqual(expected);
        expect(changes.length === 0).toBe(one === other);
      }),
    );
  });

  it('keeps what both have', () => {
    expect(textChanges('a\nb\nc\nd', 'a\nx\nc\nd\ne')).toEqual([
      { sign: '-', line: 'b' },
      { sign: '+', line: 'x' },
      { sign: '+', line: 'e' },
    ]);
  });

  it('gives up on texts that have thousands of lines of difference, in good order', () => {
    const lines = (word: string) => Array.from({ length: 3000 }, (_, line) => `${word} ${line}`).join('\n');
    const changes = textChanges(`same\n${lines('old')}`, `same\n${lines('new')}`);
    expect(changes).toHaveLength(6000);
    expect(changes[0]).toEqual({ sign: '-', line: 'old 0' });
  });
});

import { describe, expect, it } from 'vitest';
import { filledIn, inWords, type Notebook } from './notebook.ts';

const notebook: Notebook = { bypassCode: 'AB3DE-6G', passcode: '12345678', unlockPin: '' };

describe('placeholders', () => {
  it.each([
    ['{bypassCode}', 'AB3DE-6G'],
    ['{bypassCode:lower}', 'ab3de-6g'],
    ['{bypassCode:plain}', 'ab3de6g'],
    ['{bypassCode:wrong}', 'XB3DE-6G'],
    ['{passcode:wrong}', '72345678'],
    ['{passcode}', '12345678'],
    ['{unlockPin}', ''],
    ['{unlockPin:wrong}', ''],
    ['{other}', '{other}'],
    ['246810', '246810'],
  ])('TD-04 %s becomes %s', (text, filled) => {
    expect(filledIn({ type: text }, notebook)).toEqual({ type: filled });
    expect(filledIn({ press: 'unlock', values: { pin: text } }, notebook)).toEqual({ press: 'unlock', values: { pin: filled } });
  });

  it('are empty where nothing was noted, and never what was typed correctly when a slip is asked for', () => {
    expect(filledIn({ type: '{bypassCode}' }, {})).toEqual({ type: '' });
    for (const bypassCode of ['X1', '7A', 'x', '8']) {
      const slip = filledIn({ type: '{bypassCode:wrong}' }, { bypassCode });
      expect('type' in slip && slip.type.toLowerCase()).not.toBe(bypassCode.toLowerCase());
    }
  });
});

it('tells what is typed without telling it', () => {
  expect(inWords({ type: '246810' })).toBe('types 6 characters');
  expect(inWords({ type: '{bypassCode:plain}' })).toBe('types the bypass code without dashes and in lower case');
  expect(inWords({ press: 'unlock', values: { passcode: '246810' } })).toBe('types 6 characters into "passcode" and presses "unlock"');
  expect(inWords({ press: 'sync' })).toBe('presses "sync"');
});

/** A device's screen on a terminal: what is drawn, what keys do, what a written line means; and the same through a pipe. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Person } from '../cli/agent-stdin.ts';
import { parseBehavior } from '../cli/behavior.ts';
import { screenLines } from '../cli/devices/screen.ts';
import { openAgentTerminal } from '../cli/terminal/agent-terminal.ts';
import { drawFrame, type FrameInput, shownText } from '../cli/terminal/frame.ts';
import { emptyLine, type Key, type Line, pressKey } from '../cli/terminal/line.ts';
import { clipped, textWidth, wrapped } from '../cli/terminal/text-width.ts';
import { parseTyped, parseTypedJson } from '../cli/terminal/typed.ts';
import type { DeviceView, HandsAct } from '../protocol/hands.ts';
import type { ScreenField, ScreenView } from '../protocol/screens.ts';

const passcodeField: ScreenField = { name: 'passcode', label: 'Passcode', secret: true };

const locked: ScreenView = {
  kind: 'locked',
  number: 7,
  title: 'Locked',
  lines: ['Enter the passcode.'],
  fields: [passcodeField],
  buttons: [{ name: 'unlock', label: 'Unlock' }],
  notice: null,
  banner: null,
};

const phone: DeviceView = {
  serialNumber: 'S1',
  deviceId: 'd1',
  deviceName: 'phone',
  platform: 'ios',
  enrollment: 'automated',
  model: 'iPhone 15',
  osVersion: '17.5.1',
  userPrincipalName: 'adele@contoso.example',
  phase: 'enrolled',
  description: 'phone is enrolled.',
  network: true,
  power: 'on',
  lastCheckInAt: null,
  certificateEndsAt: null,
  notices: [],
  companyPortal: true,
  notificationsAllowed: 'allowed',
  lockScreenNotifications: 'shown',
  notifications: [],
  readByOtherApps: [],
  apps: [],
  companyData: true,
  userData: true,
  esim: false,
  access: {},
  screen: locked,
};

function picture(more: Partial<FrameInput> = {}) {
  return drawFrame({ device: phone, line: emptyLine, fields: [], message: '', log: [], columns: 60, rows: 24, color: false, ...more });
}

const lineOf = (text: string): Line => ({ text, cursor: [...text].length, screen: 7 });

describe('the picture', () => {
  it('is the screen in a box: title, lines, fields, buttons, notice', () => {
    const { lines } = picture({ device: { ...phone, screen: { ...locked, notice: 'Wrong passcode.' } } });
    const width = textWidth(lines[0] ?? '');
    const box = lines.slice(0, lines.findIndex((line) => line.startsWith('└')) + 1);
    expect(box.map(textWidth)).toEqual(box.map(() => width));
    const text = lines.join('\n');
    for (const part of ['phone · iPhone 15 · network', 'Locked', 'Enter the passcode.', 'Passcode', '/unlock  Unlock', '! Wrong passcode.'])
      expect(text).toContain(part);
  });

  it('puts the cursor behind what is written', () => {
    const { lines, cursor } = picture({ line: lineOf('/lock') });
    expect(lines[cursor.row]).toBe('> /lock');
    expect(cursor.column).toBe('> /lock'.length);
  });

  it('shows dots for what is secret', () => {
    const { lines, cursor } = picture({ line: lineOf('1234'), fields: [passcodeField] });
    expect(lines[cursor.row]).toBe('> ••••');
    expect(lines.join('\n')).not.toContain('1234');
  });

  it('shows in the field what is written into it, as long as it is the same screen', () => {
    expect(picture({ line: lineOf('12'), fields: [passcodeField] }).lines.join('\n')).toMatch(/Passcode: \[•• +\]/);
    expect(picture({ line: { ...lineOf('12'), screen: 6 }, fields: [passcodeField] }).lines.join('\n')).toMatch(/Passcode: \[ +\]/);
    expect(picture({ line: lineOf('/unlock'), fields: [passcodeField] }).lines.join('\n')).toMatch(/Passcode: \[ +\]/);
  });

  it('keeps what was begun as a secret hidden when another screen comes', () => {
    const home: ScreenView = { ...locked, kind: 'home', number: 8, fields: [], buttons: [] };
    expect(picture({ device: { ...phone, screen: home }, line: lineOf('1234'), fields: [passcodeField] }).lines.join('\n')).not.toContain(
      '1234',
    );
  });

  it.each([
    [24, 8],
    [40, 10],
    [80, 24],
    [200, 60],
  ])('never takes more than the terminal has: %i columns, %i rows', (columns, rows) => {
    const log = Array.from({ length: 100 }, (_, index) => `event ${index} ${'long '.repeat(50)}`);
    const device = { ...phone, screen: { ...locked, lines: ['word '.repeat(200)] } };
    const { lines, cursor } = picture({ device, columns, rows, log, message: 'm'.repeat(300), line: lineOf('x'.repeat(300)) });
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map(textWidth))).toBeLessThan(columns);
    expect(cursor.row).toBeLessThan(rows);
    expect(cursor.column).toBeLessThan(columns);
  });

  it('ends with the latest events', () => {
    const log = Array.from({ length: 100 }, (_, index) => `event ${index}`);
    expect(picture({ log }).lines.at(-1)).toBe('event 99');
  });

  it('lets no device steer the terminal', () => {
    const evil = '\x1b[2J\x07\u202eevil';
    const device = {
      ...phone,
      deviceName: evil,
      model: evil,
      description: evil,
      screen: { ...locked, title: evil, lines: [evil], notice: evil },
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what is shown
    expect(picture({ device, log: [evil], message: evil }).lines.join('')).not.toMatch(/[\x00-\x1f\u202e]/);
  });

  it('CN-14 has a banner above the screen, three rows at most', () => {
    const banner = { app: 'Company Portal', title: 'Snow', body: 'The office stays closed. '.repeat(20) };
    const { lines } = picture({ device: { ...phone, screen: { ...locked, banner } } });
    expect(lines[1]).toContain('* Company Portal: Snow');
    expect(lines[3]).toContain('\u2026');
    expect(lines[5]).toContain('Locked');
  });

  it('CN-19 keeps the buttons in sight, however many notifications there are', () => {
    const buttons = Array.from({ length: 50 }, (_, n) => ({ name: `dismiss-${n + 1}`, label: `Dismiss ${n + 1}` }));
    const full: ScreenView = { ...locked, fields: [], lines: Array.from({ length: 100 }, (_, n) => `line ${n}`) };
    const text = (screen: ScreenView) => picture({ device: { ...phone, screen }, columns: 80 }).lines.join('\n');
    for (const some of [buttons.slice(0, 3), buttons]) {
      const shown = text({ ...full, buttons: [...some, { name: 'home', label: 'Close' }] });
      expect(shown).toContain('line 0');
      expect(shown).toContain('/dismiss-3');
      expect(shown).toContain('/home  Close');
      expect(shown).not.toContain('line 99');
    }
  });

  it('CN-14 text from right to left turns nothing around it, and emoji stay whole', () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    const screen = { ...locked, lines: [`\u05e9\u05dc\u05d2 ${family}`, `Snow ${family}`, '\u0628\u202e\u061c\u2069'] };
    const { lines } = picture({ device: { ...phone, screen } });
    const text = lines.join('\n');
    expect(text).toContain(`\u2502 \u2068\u05e9\u05dc\u05d2 ${family}\u2069 `);
    expect(text).toContain(`\u2502 Snow ${family} `);
    expect(text, 'nobody else isolates or overrides').toContain('\u2068\u0628\\u202e\\u061c\\u2069\u2069');
    expect(new Set(lines.slice(0, 9).map(textWidth)).size, 'each row of the box is as wide').toBe(1);
    expect(screenLines(screen)).toContain(`\u2068\u05e9\u05dc\u05d2 ${family}\u2069\nSnow ${family}\n`);
  });

  it('has colors only where they are wanted, and means the same without', () => {
    const colored = picture({ color: true, log: ['event'] }).lines;
    expect(colored.join('')).toContain('\x1b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colors are made of
    expect(colored.map((line) => line.replace(/\x1b\[\d+m/g, ''))).toEqual(picture({ log: ['event'] }).lines);
  });
});

describe('secrets in a written line', () => {
  const appleId: ScreenField = { name: 'appleId', label: 'Apple ID', secret: false };
  const password: ScreenField = { name: 'password', label: 'Password', secret: true };
  it.each([
    ['1234', '••••'],
    ['//1234', '••••••'],
    ['/unlock', '/unlock'],
    ['/unlock appleId=me password=secret', '/unlock appleId=me password=••••••'],
    ['/unlock pasword=secret', '/unlock pasword=••••••'],
    ['/unlock password="two words"', '/unlock password=•••••••••••'],
  ])('%s is shown as %s', (text, shown) => {
    expect(shownText(text, [appleId, password])).toBe(shown);
  });

  it('there are none on a screen without secret fields', () => {
    expect(shownText('1234', [appleId])).toBe('1234');
    expect(shownText('1234', [])).toBe('1234');
  });
});

describe('keys', () => {
  /** Characters, and names of keys in angle brackets. */
  function pressed(keys: string, screen = 1, line = emptyLine) {
    let result: ReturnType<typeof pressKey> = { line };
    for (const [key] of keys.matchAll(/<[^>]+>|./gu)) {
      const name = /^<(?:(C)-)?([^>]+)>$/.exec(key);
      const how: Key = name === null ? {} : { name: name[2], ctrl: name[1] === 'C' };
      result = pressKey(result.line, name === null ? key : undefined, how, screen);
    }
    return result;
  }

  it.each([
    ['abc', 'abc', 3],
    ['abc<backspace>', 'ab', 2],
    ['abc<C-h>', 'ab', 2],
    ['abc<left><left>x', 'axbc', 2],
    ['abc<left><delete>', 'ab', 2],
    ['abc<home>x<end>y', 'xabcy', 5],
    ['abc<C-a>x<C-e>y', 'xabcy', 5],
    ['abc<left><C-u>', 'c', 0],
    ['abc<escape>', '', 0],
    ['<left><backspace><delete>', '', 0],
    ['a<f5><up>b', 'ab', 2],
    ['ä😀<backspace>x', 'äx', 2],
  ])('%s writes "%s"', (keys, text, cursor) => {
    expect(pressed(keys).line).toMatchObject({ text, cursor });
  });

  it('Enter ends the line, Ctrl-C everything, Ctrl-D only what is empty', () => {
    expect(pressed('ab<return>').done).toBe('entered');
    expect(pressed('ab<C-c>').done).toBe('quit');
    expect(pressed('<C-d>').done).toBe('quit');
    expect(pressed('ab<C-d>').done).toBeUndefined();
  });

  it('a line belongs to the screen on which it was begun, and an emptied one to none', () => {
    const begun = pressed('ab', 1).line;
    expect(pressed('cd', 2, begun).line.screen).toBe(1);
    const emptied = pressed('<backspace><backspace>', 2, begun).line;
    expect(emptied.screen).toBeUndefined();
    expect(pressed('x', 2, emptied).line.screen).toBe(2);
  });

  it('takes no control characters and no endless text', () => {
    expect(pressKey(emptyLine, 'a\x1b[2Jb\n', {}, 1).line.text).toBe('a[2Jb');
    expect(pressKey(emptyLine, 'x'.repeat(10_000), {}, 1).line.text).toBe('');
  });
});

describe('a written line', () => {
  const shown = { screen: 7, isOn: true };
  it.each([
    ['1234', { act: { input: { type: '1234', screen: 7 } } }],
    ['//etc', { act: { input: { type: '/etc', screen: 7 } } }],
    ['/unlock', { act: { input: { press: 'unlock', screen: 7 } } }],
    ['/unlock passcode=12=34', { act: { input: { press: 'unlock', values: { passcode: '12=34' }, screen: 7 } } }],
    ['/unlock a="two words" b=', { act: { input: { press: 'unlock', values: { a: 'two words', b: '' }, screen: 7 } } }],
    ['/network off', { act: { network: false } }],
    ['/network on', { act: { network: true } }],
    ['/power', { act: { power: false } }],
    ['/power on', { act: { power: true } }],
    ['/enroll', { act: { enroll: true } }],
    ['/help', { local: 'help' }],
    ['/quit', { local: 'quit' }],
  ])('%s', (line, typed) => {
    expect(parseTyped(line, shown)).toEqual(typed);
  });

  it('switches on what is off', () => {
    expect(parseTyped('/power', { screen: 7, isOn: false })).toEqual({ act: { power: true } });
  });

  it.each(['/', '/network', '/network maybe', '/power of', '/unlock 1234', '/enroll now', 'x'.repeat(300)])(
    '%s is refused in words',
    (line) => {
      expect(parseTyped(line, shown)).toEqual({ wrong: expect.any(String) });
    },
  );

  it.each([
    ['{"type":"1234"}', { act: { input: { type: '1234' } } }],
    [
      '{"press":"unlock","values":{"passcode":"1"},"screen":3}',
      { act: { input: { press: 'unlock', values: { passcode: '1' }, screen: 3 } } },
    ],
    ['{"input":{"type":"1234"}}', { act: { input: { type: '1234' } } }],
    ['{"network":false}', { act: { network: false } }],
    ['{"change":{"findMy":true}}', { act: { change: { findMy: true } } }],
  ])('of a program: %s', (line, parsed) => {
    expect(parseTypedJson(line)).toEqual(parsed);
  });

  it.each(['1234', '"1234"', '{}', '{"type":1234}', '{"type":"1","other":2}', '{"change":{"nothing":1}}', 'null'])(
    'of a program: %s is refused, and not repeated',
    (line) => {
      const parsed = parseTypedJson(line);
      expect(parsed).toEqual({ wrong: expect.any(String) });
    },
  );
});

describe('the terminal', () => {
  const home: ScreenView = { ...locked, kind: 'home', number: 8, title: 'Home', fields: [], buttons: [{ name: 'lock', label: 'Lock' }] };

  /** A terminal that keeps what is written to it, in front of a phone that is locked until 246810 is typed. */
  function open() {
    const input = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => raw.push(isRaw) });
    const raw: boolean[] = [];
    const written: string[] = [];
    const acts: HandsAct[] = [];
    let view = phone;
    let hasQuit = false;
    const output = Object.assign(new EventEmitter(), {
      columns: 60,
      rows: 24,
      hasColors: () => false,
      write: (text: string) => written.push(text),
    });
    const person: Person = {
      view: () => view,
      act(act) {
        acts.push(act);
        const isRight = 'input' in act && 'type' in act.input && act.input.type === '246810' && act.input.screen === view.screen.number;
        if (isRight) view = { ...view, screen: home };
        return { outcome: isRight ? 'done' : 'screen-changed', view };
      },
    };
    const onQuit = () => {
      hasQuit = true;
    };
    const terminal = openAgentTerminal({ input, output, person, onQuit });
    onTestFinished(() => terminal.close());
    return {
      terminal,
      acts,
      raw,
      written,
      shows: (next: ScreenView) => {
        view = { ...view, screen: next };
        terminal.changed();
      },
      hasQuit: () => hasQuit,
      /** What was written since the last time, after all that was typed is read and drawn. */
      async typed(text: string): Promise<string> {
        written.splice(0);
        input.write(text);
        for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
        return written.join('');
      },
    };
  }

  it('draws the screen, types into it, and never echoes a secret', async () => {
    const { typed, acts, raw, written } = open();
    expect(await typed('')).toContain('Locked');
    expect(raw).toEqual([true]);
    const echo = await typed('246810');
    expect(echo).toContain('••••••');
    // Only what changed: the field and the line.
    expect(echo).not.toContain('Locked');
    expect(await typed('\r')).toContain('Home');
    expect(acts).toEqual([{ input: { type: '246810', screen: 7 } }]);
    expect(written.join('')).not.toContain('246810');
  });

  it('types nothing into a screen that came in the meantime, and says so', async () => {
    const { typed, acts, shows } = open();
    await typed('2468');
    shows({ ...locked, kind: 'lost-mode', number: 9, title: 'Lost', fields: [], buttons: [] });
    expect(await typed('10')).not.toContain('2468');
    expect(await typed('\r')).toContain('Another screen came while you were typing');
    expect(acts).toEqual([{ input: { type: '246810', screen: 7 } }]);
  });

  it('shows events below, helps, and gives the terminal back', async () => {
    const { terminal, typed, hasQuit, raw, written } = open();
    terminal.event('something happened');
    expect(await typed('')).toContain('something happened');
    expect(await typed('/help\r')).toContain('/button name=value');
    expect(hasQuit()).toBe(false);
    await typed('/quit\r');
    expect(hasQuit()).toBe(true);
    terminal.close();
    expect(raw).toEqual([true, false]);
    expect(written.at(-1)).toBe('\x1b[?1049l');
    terminal.event('too late');
    expect(await typed('x')).toBe('');
  });
});

describe('text on a terminal', () => {
  it('has a width', () => {
    expect(['abc', 'ä', 'a\u0308', '漢字', '😀', ''].map(textWidth)).toEqual([3, 1, 1, 4, 2, 0]);
  });

  it('is broken between words, within long ones, and at line breaks', () => {
    expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapped('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapped('a\nb', 4)).toEqual(['a', 'b']);
    expect(wrapped('漢字', 1)).toEqual(['漢', '字']);
    expect(wrapped('', 4)).toEqual(['']);
  });

  it('is cut with an ellipsis', () => {
    expect(clipped('abcdef', 4)).toBe('abc…');
    expect(clipped('漢字漢', 4)).toBe('漢…');
    expect(clipped('abcd', 4)).toBe('abcd');
  });
});

describe('a behavior on the command line', () => {
  const habit = (on: string, what: string, more: object = {}) => Object.fromEntries([['on', on], ['then', what], ...Object.entries(more)]);
  it.each([
    ['wipe:silent', habit('wipe', 'silent')],
    ['any:fail:12', habit('any', 'fail', { errorCode: 12 })],
    ['lock:fail:-2016330850', habit('remoteLock', 'fail', { errorCode: -2016330850 })],
    ['retire:slow:10m', habit('retire', 'slow', { delayMs: 600_000 })],
    ['retire:slow:10m@5%x1', habit('retire', 'slow', { delayMs: 600_000, chance: 0.05, times: 1 })],
    ['any:not-now x3 @0.5', habit('any', 'not-now', { chance: 0.5, times: 3 })],
    ['remoteLock:not-supported', habit('remoteLock', 'not-supported')],
  ])('%s', (text, behavior) => {
    expect(parseBehavior(text)).toEqual(behavior);
  });

  it.each([
    ['wip:silent', /"wip" is no action; did you mean wipe\? Allowed: any, /],
    ['wipe', /"" is none of not-now, fail/],
    ['wipe:fial', /"fial" is none of/],
    ['retire:silent', /only a wipe can be silent/],
    ['retire:slow', /slow:10m/],
    ['retire:slow:0s', /slow:10m/],
    ['retire:fail:x', /fail:12/],
    ['retire:not-now:x', /not-now takes nothing more/],
    ['retire:fail:1:2', /"2" is too much/],
    ['retire:fail@101%', /at most 100%/],
    ['retire:fail x0', /at least once/],
  ])('%s is refused', (text, message) => {
    expect(() => parseBehavior(text)).toThrow(message);
  });
});

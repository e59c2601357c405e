import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listenForKeys } from './keys.ts';

function keyboard({ isTTY = true, isInForeground = true } = {}) {
  const seen: string[] = [];
  const processEvents = new EventEmitter();
  const terminal = Object.assign(new EventEmitter(), {
    isTTY,
    setRawMode: (raw: boolean) => seen.push(raw ? 'raw' : 'cooked'),
    resume: () => seen.push('read'),
    pause: () => seen.push('unread'),
  });
  const steer = {
    isInForeground: () => isInForeground,
    signal: (name: string) => seen.push(name),
    onceContinued: (work: () => void) => processEvents.once('continued', work),
  };
  const keys = listenForKeys(terminal as unknown as Parameters<typeof listenForKeys>[0], () => seen.push('pause'), steer);
  return { seen, keys, type: (text: string) => terminal.emit('data', Buffer.from(text)), goOn: () => processEvents.emit('continued') };
}

describe('keys in a terminal', () => {
  it('p pauses; Ctrl-C and Ctrl-\\ are the signals that they always are; all others are nothing', () => {
    const { seen, type, keys } = keyboard();
    type('xp\u0003\r\u001c');
    keys.close();
    keys.close();
    type('p');
    expect(seen).toEqual(['raw', 'read', 'pause', 'SIGINT', 'SIGQUIT', 'unread', 'cooked']);
  });

  it('Ctrl-Z leaves the terminal as it was, and takes it again when the process goes on, unless it is over by then', () => {
    const { seen, type, goOn, keys } = keyboard();
    type('\u001a');
    expect(seen).toEqual(['raw', 'read', 'cooked', 'SIGTSTP']);
    goOn();
    expect(seen.at(-1)).toBe('raw');
    type('\u001a');
    keys.close();
    goOn();
    expect(seen.at(-1)).toBe('cooked');
  });

  it.each([{ isTTY: false }, { isInForeground: false }])('the terminal is left alone with %j', (where) => {
    const { seen, keys } = keyboard(where);
    keys.close();
    expect(seen).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { LoadProgress } from '../../simulator/load/load-options.ts';
import { exampleLoadResult, exampleTimes } from '../../simulator/load/report/example-load.fixture.ts';
import { loadScreen } from './screen.ts';

const [sample] = exampleLoadResult().samples;
if (sample === undefined) throw new Error('The example has no second.');

const progressAt = (elapsedMs: number, errors: Record<string, number> = {}): LoadProgress => ({
  figures: {
    ...{
      asked: 20,
      enrolled: 18,
      connected: 17,
      alive: 16,
      connectionsTried: 1,
      connectionsOpened: 1,
      connectionsResumed: 0,
      linksLost: 0,
    },
    ...{ enrolments: 1, roundTrips: 1, checkIns: 1, checkInsMissed: 0, commandsDelivered: 0, commandsExecuted: 0, commandsRedelivered: 0 },
    ...{ commandsDoubled: 0, notifications: 0, bytesSent: 1, bytesReceived: 1, errors, rampMs: 1, rampConnections: 1, isGathered: false },
    times: exampleTimes(elapsedMs > 1000 ? 10 : 0),
    generator: { cpuMs: 1, wallMs: 1, rssBytes: 1, rssBytesBefore: 1, stallMsMax: 1, stallMsP99: 1 },
  },
  ...{ sample, elapsedMs, durationMs: 60_000, doing: 'check-ins' },
});

const esc = String.fromCharCode(27);
/** Up, all below away, the rest of a line away, to its beginning, to the next one, text, colours. */
const written = new RegExp(`${esc}\\[(\\d+)A|(${esc}\\[J)|(${esc}\\[K)|(\r)|(\n)|([^${esc}\r\n]+)|${esc}\\[\\d+m`, 'g');

/** As much of a terminal as a screen needs: its lines after all that was written. */
function terminal(isTTY: boolean) {
  const lines = [''];
  let row = 0;
  let raw = '';
  const write = (text: string) => {
    raw += text;
    for (const [, up, clears, isErased, isReturn, isBreak, plain = ''] of text.matchAll(written)) {
      if (up !== undefined) row -= Number(up);
      else if (clears !== undefined) lines.splice(row, lines.length, '');
      else if (isBreak !== undefined) lines[++row] ??= '';
      else if (isErased === undefined && isReturn === undefined) lines[row] = plain;
    }
    return true;
  };
  const stream = { isTTY, columns: 100, rows: 40, hasColors: () => false, write } as unknown as NodeJS.WriteStream;
  return { stream, shown: () => lines.join('\n').trimEnd(), raw: () => raw };
}

const about = { shape: 'steady', server: 'wss://x' };

describe('the screen of a load run', () => {
  it('is drawn over itself, leaves what is said above it, and goes without a trace', () => {
    const { stream, shown } = terminal(true);
    const screen = loadScreen(stream, about);
    screen.say('seed 1');
    screen.show(progressAt(1000), []);
    screen.show(progressAt(2000, { timeout: 1 }), []);
    screen.trouble('something');
    screen.show(progressAt(3000), []);
    expect(shown()).toMatch(/^seed 1\nload steady {2}wss:\/\/x\n/);
    expect(shown().match(/load steady/g)).toHaveLength(1);
    expect(shown()).toContain('3 s of 60 s');
    expect(shown()).not.toContain('2 s of 60 s');
    expect(shown()).toContain('something');
    screen.say('stopping');
    expect(shown()).toMatch(/^seed 1\nstopping\nload steady/);
    screen.clear();
    expect(shown()).toBe('seed 1\nstopping');
  });

  it('is as high as the terminal at most', () => {
    const { stream, shown } = terminal(true);
    stream.rows = 6;
    const screen = loadScreen(stream, about);
    for (const ms of [1000, 2000, 3000]) screen.show(progressAt(ms), []);
    expect(shown().split('\n')).toHaveLength(5);
  });

  it('is no screen where there is no terminal: troubles one by one, but not without end, and nothing that steers one', () => {
    const { stream, raw } = terminal(false);
    const screen = loadScreen(stream, about);
    screen.show(progressAt(1000), []);
    for (let n = 0; n < 200; n++) screen.trouble(`trouble ${n} \u001b[2J`);
    screen.clear();
    expect(raw()).not.toContain('\u001b');
    expect(raw()).not.toContain('load steady');
    expect(raw().split('\n').length).toBeLessThan(60);
    expect(raw()).toContain('trouble 0 \\u001b[2J');
  });
});

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../result.ts';
import { exampleRun } from './example-run.fixture.ts';
import { summaryText } from './terminal.ts';
import { formatSpan } from './time-figures.ts';

const passing = exampleRun({ devices: 5000, days: 600, scenario: 'fleet-lifecycle' }).result;
const failing = exampleRun({ devices: 5000, days: 600, scenario: 'fleet-lifecycle', failing: true }).result;

/** The line that starts with `name`, its blanks made single. */
function lineOf(text: string, name: string): string {
  const line = text.split('\n').find((candidate) => candidate.trimStart().startsWith(`${name} `));
  return line?.trim().replace(/\s+/g, ' ') ?? `no line: ${name}`;
}

describe('summaryText', () => {
  const text = summaryText(passing, { color: false });

  it('has every figure of the run', () => {
    expect(lineOf(text, 'fleet-lifecycle')).toContain('PASSED');
    expect(text).toContain('5,000 devices, 600 days in 2.31 s: 260 virtual days per second');
    expect(lineOf(text, 'certificates')).toBe('certificates 10,000 issued, 4,650 renewed, 350 expired');
    expect(lineOf(text, 'records removed')).toBe(`records removed ${passing.recordsRemoved.toLocaleString('en-US')}`);
    expect(lineOf(text, 'check-ins lived')).toBe('check-ins lived 9,000,000');
    expect(lineOf(text, 'events executed')).toBe(`events executed ${passing.eventsExecuted.toLocaleString('en-US')}`);
    expect(lineOf(text, 'Checkers')).toBe('Checkers 6 of 6 passed');
    expect(lineOf(text, 'Expectations')).toBe('Expectations 2 of 2 passed');
  });

  it('NC-13 tells how compliant the fleet is and what was done about it, and nothing of it where there is no policy', () => {
    const judged = summaryText(exampleRun({ devices: 1000, days: 100, judged: true }).result, { color: false });
    expect(lineOf(judged, 'compliant')).toMatch(/^compliant 840 85\.7% /);
    expect(judged.indexOf('inGracePeriod')).toBeLessThan(judged.indexOf('noncompliant '));
    expect(lineOf(judged, 'block')).toBe('block 412 · 412');
    expect(judged).toMatch(/remoteLock +177 +23 +200/);
    expect(lineOf(judged, 'outlook')).toBe('outlook 990 45 40 1,075');
    expect(lineOf(judged, 'mails')).toBe('mails 1,204 sent, 2 failed');
    expect(lineOf(judged, 'notices')).toBe('notices 31 of noncompliance shown on devices');
    for (const word of ['compliance', 'Access of apps', 'mails', 'notices']) expect(text).not.toContain(word);
  });

  it('CN-13 tells what became of custom notifications and how long they took, and nothing of it where none was sent', () => {
    const told = summaryText(exampleRun({ devices: 1000, days: 100, notified: true }).result, { color: false });
    expect(told).toMatch(/\n {2}notifications +1 to groups, 1 to single devices\n +4 refused: too many within an hour\n/);
    expect(lineOf(told, 'shown as a banner')).toMatch(/^shown as a banner 700 69\.9% /);
    for (const line of [
      /no Company Portal +40 /,
      /notifications not allowed +60 /,
      /device away for too long +20 /,
      /waiting at the end +49 /,
    ]) {
      expect(told).toMatch(line);
    }
    // From the shortest to the longest that came about; a gap between them has no bar.
    expect(told).toMatch(/up to 1s +3 .*\n +up to 10s +640 .*\n +up to 1m +0 +0\.0%\n/);
    expect(told).toContain('up to 28d');
    expect(told).not.toContain('over 28d');
    expect(told).not.toContain('no Google Play');
    for (const word of ['notifications', 'sent to shown']) expect(text).not.toContain(word);
  });

  it('tells how long actions took, what waits, and which certificates end soon', () => {
    const { wipe, retire } = passing.timeToDone;
    for (const [action, figures] of Object.entries({ wipe, retire })) {
      const times = [figures?.p50Ms, figures?.p90Ms, figures?.p99Ms].map((ms) => formatSpan(ms ?? null));
      expect(text).toMatch(new RegExp(` ${action} +${figures?.count.toLocaleString('en-US')} +${times.join(' +')}\n`));
    }
    expect(lineOf(text, 'up to 360d')).toMatch(/^up to 360d \d+ \d+\.\d% /);
    expect(text).not.toContain('up to 1s');
    const soon = { ended: 7, current: [{ fromDays: 0, untilDays: 30, count: 1 }] };
    expect(summaryText({ ...passing, certificatesLeft: soon }, { color: false })).toContain('7 ended, 1 ends within 30 days, at the end');
    const none = summaryText({ ...passing, timeToDone: {}, pendingByAge: [] }, { color: false });
    for (const title of ['From asked to done', 'Pending actions by age']) {
      expect(text).toContain(title);
      expect(none).not.toContain(title);
    }
  });

  it('writes a time in the unit that fits it', () => {
    const written = [0, 999, 1_000, 6_249, 90_000, 5_400_000, 172_800_000, 14_256_000_000].map((ms) => formatSpan(ms));
    expect(written).toEqual(['at once', 'at once', '1 s', '6.2 s', '1.5 min', '1.5 h', '2 d', '165 d']);
    expect(formatSpan(null)).toBe('over 720d');
  });

  it('tells what faults did, and that a run was stopped', () => {
    const faulty = exampleRun({ devices: 1000, days: 100, faulty: true }).result;
    const told = summaryText(faulty, { color: false, width: 120 }).replace(/\s+/g, ' ');
    expect(told).toContain(
      '(unavailable), 2026-01-03 08:00 to 2026-01-05 08:00, and 1 more: touched 641 of 800 devices: 1,204 refused, 77 link cut',
    );
    expect(text).not.toContain('Faults');
    const stopped = summaryText({ ...passing, stopped: true, devicesLived: 4_000, livedUntil: '2026-05-01T00:00:00Z' }, { color: false });
    expect(lineOf(stopped, 'fleet-lifecycle')).toMatch(/STOPPED$/);
    expect(lineOf(stopped, 'stopped')).toBe('stopped 4,000 of 5,000 devices were lived, up to 2026-05-01 at least');
    expect(text).not.toMatch(/stopped/i);
  });

  it('M-09 tells a story: its question, line by line what happened, and its answer', () => {
    const story = exampleRun({ devices: 2, days: 10, story: true, scenario: 'wipe-pending' }).result;
    const told = summaryText(story, { color: false, width: 110 });
    for (const fragment of ['stay pending?', '08:00:02  device', 'the network is gone', 'What to do\n  Delete the record.']) {
      expect(told).toContain(fragment);
    }
    expect(told.match(/^ {2}2026-01-0\d$/gm)).toEqual(['  2026-01-02', '  2026-01-05']);
    expect(told.indexOf('What happened')).toBeLessThan(told.indexOf('Devices by final state'));
    expect(text).not.toContain('What happened');
    const live = summaryText({ ...story, live: true, digest: null }, { color: false });
    expect(live).toContain('live: real agents against a real stub');
    expect(live).toMatch(/^replay .* --live$/m);
    expect(live).not.toContain('digest');
  });

  it('gives each state its devices, its share and a bar', () => {
    for (const [name, count] of Object.entries(passing.states)) expect(lineOf(text, name)).toContain(` ${count.toLocaleString('en-US')} `);
    const bars = text.split('\n').filter((line) => line.includes('█'));
    const longest = bars.toSorted((a, b) => b.split('█').length - a.split('█').length)[0];
    expect(longest).toContain('managed');
  });

  it('counts actions by outcome, and in all', () => {
    const wide = summaryText(passing, { color: false, width: 120 });
    const heads = wide.split('\n').find((line) => line.includes('acknowledged')) ?? '';
    expect(heads.trim().split(/\s+/)).toEqual([
      'acknowledged',
      'failed',
      'not-supported',
      'canceled',
      'expired',
      'delivered',
      'queued',
      'total',
    ]);
    const wipe = passing.actions.wipe ?? {};
    const total = Object.values(wipe).reduce((sum, n) => sum + n, 0);
    const counts = heads.trim().split(/\s+/).slice(0, -1);
    expect(lineOf(wide, 'wipe')).toBe(
      ['wipe', ...counts.map((name) => wipe[name] ?? 0), total].map((n) => n.toLocaleString('en-US')).join(' '),
    );
    expect(lineOf(wide, 'total')).toMatch(/^total [\d, ]+$/);
  });

  it('ends with what one copies: seed, digest, replay, files', () => {
    const last = summaryText(passing, { color: false, replay: 'mockfleet run x --seed violet-7' }).trimEnd().split('\n').slice(-5);
    expect(last.map((line) => line.replace(/\s{2,}/, ': '))).toEqual([
      'seed: violet-7',
      `digest: ${passing.digest}`,
      'replay: mockfleet run x --seed violet-7',
      'run file: /home/somebody/runs/run.sqlite',
      'report: /home/somebody/runs/report.html',
    ]);
    expect(summaryText({ ...passing, file: null, report: null }, { color: false })).not.toContain('report  ');
  });

  it('makes a replay command that a shell reads back as it was', () => {
    const odd = { ...passing, scenario: "it's mine", seed: '$HOME', everyCheckIn: true };
    expect(lineOf(summaryText(odd, { color: false }), 'replay')).toBe(
      `replay mockfleet run 'it'\\''s mine' --devices 5000 --days 600 --seed '$HOME' --every-check-in`,
    );
  });

  it.each([80, 100, 120])('keeps within %i columns, but for what is copied', (width) => {
    const notified = exampleRun({ devices: 100, days: 10, notified: true }).result;
    const lines = [failing, notified].flatMap((result) => summaryText(result, { color: false, width }).split('\n'));
    for (const line of lines) {
      expect(line).toBe(line.trimEnd());
      if (!line.startsWith('replay')) expect(line.length, line).toBeLessThanOrEqual(width);
    }
  });

  it('keeps the names of actions whole at 80 columns', () => {
    expect(lineOf(text, 'remoteLock')).toMatch(/^remoteLock 1/);
  });

  it('shows what failed with its figures, and what passed by name', () => {
    const failed = summaryText(failing, { color: false });
    expect(lineOf(failed, 'fleet-lifecycle')).toContain('FAILED');
    expect(failed).toContain('Checkers  5 of 6 passed, 1 FAILED');
    expect(failed).toMatch(/✗ nothing after a wipe\n {6}Device/);
    expect(failed.replace(/\s+/g, ' ')).toContain('the first was 8 hours later');
    expect(failed).toContain('✓ one final state · never twice');
    expect(failed).not.toContain('No command ran twice');
  });

  it('differs with colour in nothing but the colour', () => {
    const colored = summaryText(failing, { color: true });
    expect(colored).toContain('\u001b[31m');
    expect(stripVTControlCharacters(colored)).toBe(summaryText(failing, { color: false }));
  });

  it('lets no control character of a file reach the terminal', () => {
    const evil: RunResult = {
      ...passing,
      scenario: 'a\u001b]0;title\u0007b',
      checkers: [{ name: 'x\u001b[2J', passed: false, detail: 'y\r\nz' }],
    };
    const shown = summaryText(evil, { color: false });
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('says something for a run in which nothing happened', () => {
    const empty: RunResult = { ...passing, devices: 0, states: {}, actions: {}, checkers: [], expectations: [], wallMs: 0 };
    const shown = summaryText(empty, { color: false });
    expect(shown).toContain('Actions by outcome\n  none');
    expect(shown).not.toMatch(/NaN|Infinity|undefined/);
  });
});

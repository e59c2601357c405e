import { createHash } from 'node:crypto';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { measureFigures } from '../world/measure-figures.ts';
import { markup } from './example-records.fixture.ts';
import { exampleRun } from './example-run.fixture.ts';
import { reportHtml } from './html.ts';
import { pageScript, stackScript } from './page-script.ts';
import { escapeHtml } from './page-text.ts';
import { formatSpan } from './time-figures.ts';

const data = exampleRun({ devices: 1000, days: 600, failing: true });
const html = reportHtml(data);

/** The text of every element of this name, as the browser gets it. */
function contents(name: string, text = html): string[] {
  return [...text.matchAll(new RegExp(`<${name}[^>]*>([\\s\\S]*?)</${name}>`, 'g'))].map((match) => match[1] ?? '');
}

/** Without what no browser reads as markup. */
const body = html.replace(/(<(script|style)[^>]*>)[\s\S]*?(<\/\2>)/g, '$1$3');

describe('reportHtml', () => {
  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [tag, slash, name = '', rest = ''] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^>"])*)>/g)) {
      if (slash === '/') expect(open.pop(), tag).toBe(name);
      else if (!['meta', 'br'].includes(name) && !rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
    // Every `<` belongs to one of these tags.
    expect(body.replace(/<!DOCTYPE html>|<\/?[a-z][a-z0-9]*(?:"[^"]*"|[^>"])*>/g, '')).not.toContain('<');
  });

  it('asks for nothing from elsewhere', () => {
    expect(body).not.toMatch(/\b(src|href|srcset|action|data)\s*=/i);
    expect(body).not.toMatch(/https?:/i);
    expect(contents('style').join()).not.toMatch(/url\(|@import/i);
    expect(contents('script').join()).not.toMatch(/\bfetch\(|XMLHttpRequest|import\(/);
  });

  it('lets its own style and programs run, and no others', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const programs = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '');
    expect(programs).toHaveLength(2);
    for (const text of [...programs, ...contents('style')]) expect(policy).toContain(hash(text));
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toContain('unsafe');
    expect(body).not.toMatch(/\sstyle=|\son[a-z]+=/i);
  });

  it('CN-13 shows what became of custom notifications, and how long they took, where any was asked for', () => {
    const page = reportHtml(exampleRun({ devices: 1000, days: 100, notified: true }));
    const [section = ''] = /<section id="notifications">[\s\S]*?<\/section>/.exec(page) ?? [];
    expect(section).toContain('1 to groups, 1 to single devices; 4 refused: too many within an hour');
    expect(section).toContain('<th scope="row">shown as a banner</th><td class="n">700</td><td class="n">69.9%</td>');
    expect(page).toContain('<th scope="row">up to 10s</th><td class="n">640</td>');
    // Each bar has a colour that the page knows.
    const classes = [...page.matchAll(/<rect class="(state-\d+)"/g)].map(([, name]) => name ?? '');
    for (const name of classes) expect(page).toContain(`.${name}{fill:var(--${name})`);
    const noPush = exampleRun({ devices: 10, days: 5 }).result.notifications;
    const refused = exampleRun({ devices: 10, days: 5 });
    refused.result.notifications = { ...noPush, refused: { device: 2, groups: 0 } };
    expect(reportHtml(refused)).toContain('none sent; 2 refused: too many within an hour');
    expect(reportHtml(refused)).toContain('None came on its way to a device.');
    expect(html).not.toContain('notifications');
  });

  it('draws what happened on each day, with a table of the same figures beneath, and leaves out what never did', () => {
    const charts = [...html.matchAll(/<script type="application\/json" data-chart="([^"]*)">([\s\S]*?)<\/script>/g)];
    expect(charts.map(([, id]) => id)).toEqual(['fleet', 'removals', 'asked']);
    const removals = JSON.parse(charts[1]?.[2] ?? '') as { isDaily: boolean; states: { name: string; counts: number[] }[]; first: number };
    expect(removals.isDaily).toBe(true);
    expect(removals.states).toEqual([{ name: 'wipe', counts: data.measures.daily.removed?.wipe }]);
    expect(html).toContain(`.state-${removals.first}{`);
    const [section = ''] = /<section id="removals">[\s\S]*?<\/section>/.exec(html) ?? [];
    const [table = ''] = /<details><summary>As a table<\/summary>[\s\S]*?<\/details>/.exec(section) ?? [];
    const cells = [...table.matchAll(/<td class="n[^"]*">([\d,]+)<\/td>/g)].map(([, count]) => Number(count?.replaceAll(',', '')));
    const all = data.measures.daily.removed?.wipe?.reduce((sum, count) => sum + count, 0);
    expect(cells.length).toBeLessThanOrEqual(25);
    expect(cells.reduce((sum, count) => sum + count, 0)).toBe(all);
    // The still picture has every day of it, the last one included.
    expect(section).toMatch(/<path class="state-\d+" d="M76,316L76,[\d.]+H[\d.L,H]+H948L948,316Z">/);
    const nothing = { daily: {}, timeToDone: {}, pending: {}, certificatesLeft: {} };
    const page = reportHtml({ ...data, measures: nothing, result: { ...data.result, ...measureFigures(nothing) } });
    for (const id of ['removals', 'asked', 'time-to-done', 'pending', 'certificates', 'faults']) expect(page).not.toContain(`id="${id}"`);
  });

  it('shows how long actions took by action, platform and online behaviour, what waits, and what is left of certificates', () => {
    const [section = ''] = /<section id="time-to-done">[\s\S]*?<\/section>/.exec(html) ?? [];
    for (const head of ['By action', 'By platform', 'By online behaviour']) expect(section).toContain(head);
    for (const row of ['wipe', 'ios', 'windows', 'always-on', 'sometimes-away']) expect(section).toContain(`<th scope="row">${row}</th>`);
    const { count = 0, p50Ms = null } = data.result.timeToDone.wipe ?? {};
    expect(section).toMatch(new RegExp(`<th scope="row">wipe</th><td class="n">${count}</td>.*<td class="n">${formatSpan(p50Ms)}</td>`));
    // Each row once as a picture, once as figures.
    const rows = 5 + 4 + 3;
    expect(section.match(/<svg class="columns"/g)).toHaveLength(rows);
    expect(section.match(/<th scope="row">/g)).toHaveLength(2 * rows);
    const waits = data.result.pendingByAge.reduce((sum, { queued, delivered }) => sum + queued + delivered, 0);
    const [pending = ''] = /<section id="pending">[\s\S]*?<\/section>/.exec(html) ?? [];
    const figures = [...pending.matchAll(/<td class="n[^"]*">([\d,]+)<\/td>/g)].map(([, text]) => Number(text?.replaceAll(',', '')));
    expect(figures.reduce((sum, figure) => sum + figure, 0)).toBe(waits);
    expect(/<section id="certificates">[\s\S]*?<\/section>/.exec(html)?.[0]).toContain('100.0%');
  });

  it('marks when a fault was at work, in each chart and in a table', () => {
    const faulty = exampleRun({ devices: 100, days: 100, faulty: true });
    const page = reportHtml(faulty);
    const charts = [...page.matchAll(/data-chart="[^"]*">([\s\S]*?)<\/script>/g)].map(([, text]) => JSON.parse(text ?? ''));
    expect(charts.length).toBeGreaterThan(1);
    for (const { bands } of charts) {
      // The second one outlasts the run.
      expect(bands).toEqual([
        { name: markup, fromDay: 2.3333, untilDay: 4.3333 },
        { name: markup, fromDay: 19.3333, untilDay: 100 },
      ]);
    }
    expect(page.match(/<rect class="fault"/g)).toHaveLength(2 * charts.length);
    expect(page).toContain('<td>2026-01-03 08:00 to 2026-01-05 08:00, and 1 more</td>');
    expect(page).toContain('1,204 refused, 77 link cut');
    expect(page).not.toContain(markup);
  });

  it('says what was asked for and what it came to', () => {
    const [section = ''] = /<section id="lived">[\s\S]*?<\/section>/.exec(html) ?? [];
    expect(section).toContain('<th scope="row">Device-days</th><td class="n">600,000</td><td class="n">600,000</td>');
    const lived = { ...data.result.lived, devices: 300, days: 12, deviceDays: 4_800 };
    const stopped = { ...data.result, stopped: true, devicesLived: 400, livedUntil: '2026-01-13T00:00:00Z', lived };
    const page = reportHtml({ ...data, result: stopped });
    expect(page).toContain('stopped before its end');
    expect(page).toContain('<td class="n">300 enrolled of 400 lived</td>');
    expect(page).toContain('up to 2026-01-13, where it was stopped');
    expect(html).not.toContain('stopped');
  });

  it('turns foreign markup into text, wherever it stands', () => {
    expect(html).not.toContain(markup);
    expect(html).not.toContain('<script>alert');
    const escaped = '&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;!-- &amp; &#39;x&#39;';
    // Title, heading and the line below it, the failed checker twice, the scenario's text.
    expect(html.split(escaped).length - 1).toBe(6);
    const named = { ...data, series: { ...data.series, states: [{ name: markup, counts: [1, 2] }] } };
    const page = reportHtml({
      ...named,
      replay: markup,
      result: { ...data.result, states: { [markup]: 1 }, actions: { [markup]: { [markup]: 1 } } },
    });
    expect(page).not.toContain('<script>alert');
    expect(JSON.parse(contents('script', page)[0] ?? '').states[0].name).toBe(markup);
  });

  it('M-09 tells a story: its question, its answer, and line by line what happened', () => {
    const story = exampleRun({ devices: 2, days: 10, story: true, scenario: 'wipe-pending' });
    const page = reportHtml(story);
    const { question, answer, timeline } = story.result;
    expect(page).not.toContain(markup);
    for (const text of [question ?? '', ...Object.values(answer ?? {}), ...timeline.map(({ what }) => what)]) {
      expect(page).toContain(escapeHtml(text));
    }
    expect(page.indexOf('What happened')).toBeLessThan(page.indexOf('The fleet over time'));
    expect(page.match(/class="day"/g)).toHaveLength(2);
    expect(html).not.toContain('What happened');
    const live = reportHtml({ ...story, result: { ...story.result, live: true, digest: null } });
    expect(live).toContain('lived by real agents over real sockets');
    expect(live).not.toContain('Digest');
  });

  it('NC-13 shows compliance over time beside the states, and nothing of it where there is no policy', () => {
    const judged = exampleRun({ devices: 1000, days: 100, judged: true });
    const page = reportHtml(judged);
    const charts = [...page.matchAll(/<script type="application\/json" data-chart="([^"]*)">([\s\S]*?)<\/script>/g)];
    expect(charts.map(([, id]) => id)).toEqual(['fleet', 'compliance', 'removals', 'asked']);
    const { states, first } = JSON.parse(charts[1]?.[2] ?? '') as { states: { name: string; counts: number[] }[]; first: number };
    // From the best to the worst; what has no record is no part of it.
    expect(states.map(({ name }) => name)).toEqual(['compliant', 'inGracePeriod', 'noncompliant']);
    expect(states[0]?.counts).toHaveLength(100);
    // Each has a colour of its own, after those of the fleet.
    for (const [index] of states.entries()) expect(page).toContain(`.state-${first + index}{`);
    expect(page).toContain(`<svg class="still" viewBox="0 0 960 360" role="img" aria-label="Devices by compliance over time, stacked">`);
    for (const text of ['Devices by final compliance', 'Actions for noncompliance', 'Access of apps', '1,204 sent, 2 failed'])
      expect(page).toContain(text);
    for (const text of ['ompliance', 'Access of apps', 'Mails']) expect(body).not.toContain(text);
  });

  it('holds the series as it was given', () => {
    const embedded = JSON.parse(contents('script')[0] ?? '');
    expect(embedded.startAt).toBe(data.series.startAt);
    expect(embedded.stepMs).toBe(data.series.stepMs);
    expect(embedded.states).toHaveLength(data.series.states.length);
    expect(embedded.states).toEqual(expect.arrayContaining(data.series.states));
    expect(embedded.states[0].name).toBe('managed');
  });

  it('shows what failed first, and every verdict', () => {
    expect(body).toContain('<span class="badge failed">✗ failed</span>');
    expect(body.indexOf('What failed')).toBeLessThan(body.indexOf('Check-ins lived'));
    expect(body).toContain('Expected locked, found home.');
    for (const verdict of data.result.checkers) expect(body).toContain(`<strong>${verdict.name}</strong>`);
    const passed = reportHtml(exampleRun({ devices: 10, days: 10 }));
    expect(passed).toContain('<span class="badge passed">✓ passed</span>');
    expect(passed).not.toContain('What failed');
  });

  it('has the figures, the seed, the digest and the replay command, and no path of this machine', () => {
    for (const figure of ['1,000', '1,800,000', '930', '70', '260', '5 of 6', '1 of 2', data.result.seed, data.result.digest, data.replay])
      expect(body).toContain(`>${figure}<`);
    expect(html).not.toContain('/home/');
    expect(html).not.toContain(process.cwd());
  });

  it('draws a still picture for readers without script', () => {
    const svg = /<noscript>(<svg[\s\S]*?<\/svg>)<\/noscript>/.exec(body)?.[1] ?? '';
    expect(svg.match(/<path class="state-/g)).toHaveLength(data.series.states.length);
    expect(svg).toContain('day 600');
    expect(svg).toContain('2026-01-01');
    expect(svg).not.toContain('NaN');
  });

  it('stays small', () => {
    const library = Math.max(...contents('script').map(({ length }) => length));
    expect(html.length - library).toBeLessThan(250_000);
  });

  it('survives a run without samples, states and actions', () => {
    const { result, series } = data;
    const empty = reportHtml({
      ...data,
      result: { ...result, devices: 0, states: {}, actions: {}, checkers: [], expectations: [] },
      series: { ...series, states: [] },
    });
    expect(empty.replace(/<script[\s\S]*<\/script>/, '')).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("the page's program", () => {
  it('is JavaScript', () => {
    expect(() => new vm.Script(pageScript)).not.toThrow();
  });

  it('stacks what is shown, and lays each area between its neighbours', () => {
    const stack = (shown: boolean[]) =>
      JSON.parse(vm.runInNewContext(`${stackScript}; JSON.stringify(stack([[1, 2], [10, 20], [100, 200]], ${JSON.stringify(shown)}))`));
    expect(stack([true, true, true])).toEqual({
      edges: [
        [1, 2],
        [11, 22],
        [111, 222],
      ],
      bands: [{ series: [2, 1] }, { series: [3, 2] }],
    });
    expect(stack([true, false, true]).edges).toEqual([
      [1, 2],
      [10, 20],
      [101, 202],
    ]);
    expect(stack([true, false, true]).bands).toEqual([{ series: [3, 1] }]);
    expect(stack([false, false, true]).bands).toEqual([]);
  });
});

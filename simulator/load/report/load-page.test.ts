import { createHash } from 'node:crypto';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { exampleLoad, loadMarkup } from './example-load.fixture.ts';
import { loadPage } from './load-page.ts';
import { loadPageScript } from './load-page-script.ts';

const report = exampleLoad({ failing: true, limited: true, thresholds: ['check-in.p99<25ms', 'connected=100%'] });
// Each text that a server, a file or a command line has decided.
const html = loadPage({ ...report, server: loadMarkup, replay: loadMarkup, seed: loadMarkup, shape: loadMarkup, abortedBy: loadMarkup });
/** Without what no browser reads as markup. */
const body = html.replace(/(<(script|style)[^>]*>)[\s\S]*?(<\/\2>)/g, '$1$3');

describe('the page of a load run', () => {
  it('closes what it opens, with hostile names too', () => {
    const open: string[] = [];
    for (const [tag, slash, name = '', rest = ''] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^>"])*)>/g)) {
      if (slash === '/') expect(open.pop(), tag).toBe(name);
      else if (!['meta', 'br'].includes(name) && !rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
    expect(body).not.toContain('<img');
    expect(html.match(/<script/g)).toHaveLength(html.match(/<\/script>/g)?.length ?? 0);
  });

  it('asks for nothing from elsewhere, and lets its own programs run alone', () => {
    expect(body).not.toMatch(/\b(src|href|srcset|action|data)\s*="/i);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const programs = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '');
    expect(programs).toHaveLength(2);
    for (const text of programs) expect(policy).toContain(createHash('sha256').update(text).digest('base64'));
    expect(policy).toMatch(/^default-src 'none'/);
    expect(body).not.toMatch(/<[^>]*\s(?:style|on[a-z]+)=/i);
    expect(() => new vm.Script(loadPageScript)).not.toThrow();
  });

  it('draws the figures of every second, as lines, as a still picture and as a table', () => {
    const charts = new Map(
      [...html.matchAll(/<script type="application\/json" data-chart="([^"]*)">([\s\S]*?)<\/script>/g)].map(([, id, text]) => [
        id,
        JSON.parse(text ?? ''),
      ]),
    );
    expect([...charts.keys()]).toEqual(['connected', 'rates', 'latency', 'connections', 'errors']);
    expect(charts.get('latency').seconds).toEqual(report.samples.map(({ second }) => second));
    expect(charts.get('latency').lines).toEqual([
      { name: 'p50', values: report.samples.map(({ checkInP50 }) => checkInP50) },
      { name: 'p99', values: report.samples.map(({ checkInP99 }) => checkInP99) },
    ]);
    expect(charts.get('errors').lines.map(({ name }: { name: string }) => name)).toEqual(['connection-refused', 'timeout']);
    for (const [id, { first, lines }] of charts) {
      expect(html).toContain(`<section id="${id}">`);
      for (const number of lines.keys()) expect(html).toContain(`.line.state-${first + number}{stroke:var(--state-${first + number})}`);
    }
    expect(html.match(/<polyline class="line/g)).toHaveLength(9);
    expect(/<section id="connected">[\s\S]*?<\/section>/.exec(html)?.[0]).toMatch(/<th scope="row">59 s<\/th><td class="n">2,000<\/td>/);
  });

  it('has the distribution of each time, in percentiles, as columns and in figures', () => {
    const [section = ''] = /<section id="latencies">[\s\S]*?<\/section>/.exec(html) ?? [];
    for (const words of ['connecting', 'enrolment', 'check-in', 'action to delivered', 'action to acknowledged'])
      expect(section).toContain(`<th scope="row">${words}</th>`);
    expect(section).not.toContain('coming back');
    expect(section).toContain('<td class="n">48.4 ms</td>');
    const [table = ''] = /<details>[\s\S]*?<\/details>/.exec(section) ?? [];
    const counts = [...table.matchAll(/<td class="n[^"]*">([\d,]+)<\/td>/g)].map(([, text]) => Number(text?.replaceAll(',', '')));
    const all = Object.values(report.latencyMs).reduce((sum, { count }) => sum + count, 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all);
  });

  it('says first what failed, and what the figures are worth', () => {
    const alarms = [...html.matchAll(/<section class="alarm">[\s\S]*?<\/section>/g)].map(([text]) => text);
    expect(alarms).toHaveLength(2);
    expect(alarms[0]).toContain('check-in.p99&lt;25ms');
    expect(alarms[1]).toContain('The load side used 97 % of a core');
    const fine = loadPage(exampleLoad());
    expect(fine).not.toContain('class="alarm"');
    expect(fine).toContain('There were none.');
    expect(fine).not.toContain('<section id="errors">');
  });

  it('holds nothing of a run that had no second, no device and no time', () => {
    const { latencyMs, latencySpans } = report;
    const none = Object.fromEntries(Object.entries(latencyMs).map(([thing, latency]) => [thing, { ...latency, count: 0 }]));
    const empty = loadPage({ ...report, samples: [], latencyMs: none as typeof latencyMs, latencySpans, asked: 0, connected: 0 });
    expect(empty).not.toContain('NaN');
    expect(empty).not.toContain('data-chart="');
  });
});

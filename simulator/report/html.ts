/**
 * The report of a run as one HTML file: nothing is loaded, so it can be mailed, archived and opened years later.
 * A content security policy lets only its own style and programs work, by their hashes: even a hole in the escaping would run nothing.
 */
import { createHash } from 'node:crypto';
import { formatInstant } from '../../runtime/duration.ts';
import type { RunData } from '../result.ts';
import { chartLibrary } from './chart-library.ts';
import { chartData, chartSection, chartsOf } from './chart-parts.ts';
import { finalStates, formatCount, formatDate, inStateOrder } from './figures.ts';
import { pushFamilies } from './notification-figures.ts';
import { notificationSections } from './notification-parts.ts';
import { actionSection, complianceSections, failureSection, figureTiles, runSection, stateSection, verdictSection } from './page-parts.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { codeForScript, escapeHtml } from './page-text.ts';
import { stateColors } from './state-colors.ts';
import { questionSection, timelineSection } from './story-parts.ts';

/** A whole HTML document. It names no path of this machine, unless the replay command does. */
export function reportHtml(data: RunData): string {
  const { result } = data;
  // States that only the end knows (none, usually) get a colour too, after the chart's.
  const fleet = inStateOrder(data.series.states, ({ name }) => name).map(({ name }) => name);
  const names = [...new Set([...fleet, ...finalStates(result).map(({ name }) => name)])];
  const charts = chartsOf(data, names.length);
  const judged = charts[1]?.series.states.map(({ name }) => name) ?? [];
  const library = chartLibrary();
  const style = `${library.style}\n${pageStyle(stateColors([...names, ...judged, ...pushFamilies]))}`;
  const programs = [codeForScript(library.code), codeForScript(pageScript)];
  const title = escapeHtml(result.scenario);
  const verdict = result.passed ? 'passed' : 'failed';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, programs)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}: ${verdict} (mockfleet run)</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">mockfleet run</p>
<h1>${title}</h1>
<span class="badge ${verdict}">${result.passed ? '✓ passed' : '✗ failed'}</span>
<p class="about">${escapeHtml(result.title)}</p>
<p class="about">${formatCount(result.devices)} ${result.devices === 1 ? 'device' : 'devices'} from ${time(data.from)} to ${time(data.until)}, lived ${result.live ? 'by real agents over real sockets' : 'in virtual time'}</p>
</header>
${failureSection(result)}
${questionSection(result)}
${result.timeline.length === 0 ? '' : verdictSection('Expectations', result.expectations)}
${timelineSection(result)}
${figureTiles(result)}
${charts.map(chartSection).join('\n')}
<div class="pair">
${stateSection(result, names)}
${actionSection(result)}
</div>
${complianceSections(result, judged, names.length)}
${notificationSections(result, names.length + judged.length)}
${verdictSection('Checkers', result.checkers)}
${result.timeline.length === 0 ? verdictSection('Expectations', result.expectations) : ''}
${runSection(data)}
<footer>All instants are virtual and in UTC. Chart: uPlot (MIT).</footer>
</main>
${charts.map(chartData).join('\n')}
${programs.map((program) => `<script>${program}</script>`).join('\n')}
</body>
</html>
`;
}

function policy(style: string, programs: readonly string[]): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(style)}; script-src ${programs.map(hash).join(' ')}; base-uri 'none'; form-action 'none'`;
}

function time(at: number): string {
  return `<time datetime="${formatInstant(at)}">${formatDate(at)}</time>`;
}

/**
 * The report of a run as one HTML file: nothing is loaded, so it can be mailed, archived and opened years later.
 * A content security policy lets only its own style and programs work, by their hashes: even a hole in the escaping would run nothing.
 */
import { createHash } from 'node:crypto';
import { formatInstant } from '../../runtime/duration.ts';
import type { RunData, StateSeries } from '../result.ts';
import { chartLibrary } from './chart-library.ts';
import { chartSvg } from './chart-svg.ts';
import { finalStates, formatCount, formatDate, inStateOrder } from './figures.ts';
import { actionSection, failureSection, figureTiles, runSection, stateSection, verdictSection } from './page-parts.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { codeForScript, escapeHtml, jsonForScript } from './page-text.ts';
import { stateColors } from './state-colors.ts';
import { questionSection, timelineSection } from './story-parts.ts';

/** A whole HTML document. It names no path of this machine, unless the replay command does. */
export function reportHtml(data: RunData): string {
  const { result } = data;
  const series = chartSeries(data.series);
  // States that only the end knows (none, usually) get a colour too, after the chart's.
  const names = [...new Set([...series.states.map((state) => state.name), ...finalStates(result).map((state) => state.name)])];
  const library = chartLibrary();
  const style = `${library.style}\n${pageStyle(stateColors(names))}`;
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
${chartSection(series)}
<div class="pair">
${stateSection(result, names)}
${actionSection(result)}
</div>
${verdictSection('Checkers', result.checkers)}
${result.timeline.length === 0 ? verdictSection('Expectations', result.expectations) : ''}
${runSection(data)}
<footer>All instants are virtual and in UTC. Chart: uPlot (MIT).</footer>
</main>
<script type="application/json" id="fleet">${jsonForScript(series)}</script>
${programs.map((program) => `<script>${program}</script>`).join('\n')}
</body>
</html>
`;
}

/** From the bottom up in a device's order of life, so that `managed` lies on the axis, where heights are easiest to compare. */
function chartSeries(series: StateSeries): StateSeries {
  return { ...series, states: inStateOrder(series.states, (state) => state.name) };
}

/** Script turns the legend's buttons on; without it they are the key to the still picture. A state that never came has none. */
function chartSection(series: StateSeries): string {
  const keys = series.states.flatMap((state, index) => {
    if (!state.counts.some((count) => count > 0)) return [];
    const end = formatCount(state.counts.at(-1) ?? 0);
    const swatch = `<span class="swatch state-${index}"></span>`;
    return `<li><button type="button" disabled aria-pressed="true" data-state="${index}">${swatch}${escapeHtml(state.name)}<output>${end}</output></button></li>`;
  });
  return `<section>
<h2>The fleet over time<span class="note">devices by state, stacked</span></h2>
<div class="cursor" id="cursor" hidden><output id="when"></output><span>Point at a day, drag to zoom, double-click for all; a state's name hides it</span></div>
<div id="chart" hidden tabindex="0" role="group" aria-label="Devices by state over time, stacked. Arrow keys walk through the days."></div>
<noscript>${chartSvg(series)}</noscript>
<ul class="legend">${keys.join('\n')}</ul>
</section>`;
}

function policy(style: string, programs: readonly string[]): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(style)}; script-src ${programs.map(hash).join(' ')}; base-uri 'none'; form-action 'none'`;
}

function time(at: number): string {
  return `<time datetime="${formatInstant(at)}">${formatDate(at)}</time>`;
}

/** The report of a run as one HTML file: nothing is loaded, so it can be mailed, archived and opened years later. */
import { formatInstant } from '../../runtime/duration.ts';
import type { RunData } from '../result.ts';
import { chartLibrary } from './chart-library.ts';
import { chartData, chartSection, chartsOf, dailyCharts } from './chart-parts.ts';
import { faultBands, faultSection } from './fault-parts.ts';
import { finalCompliance, finalStates, formatCount, formatDate } from './figures.ts';
import { endSections, timeSection } from './measure-parts.ts';
import { pushFamilies } from './notification-figures.ts';
import { notificationSections } from './notification-parts.ts';
import {
  actionSection,
  complianceSections,
  failureSection,
  figureTiles,
  livedSection,
  runSection,
  stateSection,
  verdictSection,
} from './page-parts.ts';
import { pageScript } from './page-script.ts';
import { wholePage } from './page-shell.ts';
import { pageStyle } from './page-style.ts';
import { codeForScript, escapeHtml } from './page-text.ts';
import { createPalette } from './state-colors.ts';
import { questionSection, timelineSection } from './story-parts.ts';

/** A whole HTML document. It names no path of this machine, unless the replay command does. */
export function reportHtml(data: RunData): string {
  const { result } = data;
  const palette = createPalette();
  const charts = chartsOf(data, palette);
  // States that only the end knows (none, usually) get a colour too, after the chart's.
  const colorsOf = (index: number, ended: readonly { name: string }[]) => {
    const { series, first } = charts[index] ?? { series: { states: [] }, first: 0 };
    const numbers = new Map(series.states.map(({ name }, place) => [name, first + place]));
    for (const { name } of ended) if (!numbers.has(name)) numbers.set(name, palette.add([name]));
    return numbers;
  };
  const states = colorsOf(0, finalStates(result));
  const compliance = colorsOf(1, finalCompliance(result));
  const pushes = palette.add(pushFamilies);
  const daily = dailyCharts(data, palette);
  const bands = faultBands(data);
  const times = timeSection(data.measures, palette);
  const ends = endSections(result, palette);
  const library = chartLibrary();
  const style = `${library.style}\n${pageStyle(palette.colors())}`;
  const programs = [codeForScript(library.code), codeForScript(pageScript)];
  const title = escapeHtml(result.scenario);
  const verdict = result.passed ? 'passed' : 'failed';
  const body = `<main>
<header>
<p class="eyebrow">mockfleet run</p>
<h1>${title}</h1>
<span class="badge ${verdict}">${result.passed ? '✓ passed' : '✗ failed'}</span>${result.stopped ? '<span class="badge">stopped before its end</span>' : ''}
<p class="about">${escapeHtml(result.title)}</p>
<p class="about">${formatCount(result.devices)} ${result.devices === 1 ? 'device' : 'devices'} from ${time(data.from)} to ${time(data.until)}, lived ${result.live ? 'by real agents over real sockets' : 'in virtual time'}</p>
</header>
${failureSection(result)}
${questionSection(result)}
${result.timeline.length === 0 ? '' : verdictSection('Expectations', result.expectations)}
${timelineSection(result)}
${figureTiles(result)}
${charts.map((chart) => chartSection(chart, bands)).join('\n')}
${faultSection(result)}
<div class="pair">
${stateSection(result, states)}
${actionSection(result)}
</div>
${times}
${ends}
${daily.map((chart) => chartSection(chart, bands)).join('\n')}
${complianceSections(result, compliance)}
${notificationSections(result, pushes)}
${verdictSection('Checkers', result.checkers)}
${result.timeline.length === 0 ? verdictSection('Expectations', result.expectations) : ''}
${livedSection(data)}
${runSection(data)}
<footer>All instants are virtual and in UTC. Chart: uPlot (MIT).</footer>
</main>
${[...charts, ...daily].map((chart) => chartData(chart, bands)).join('\n')}`;
  return wholePage({ title: `${title}: ${verdict} (mockfleet run)`, style, programs, body });
}

function time(at: number): string {
  return `<time datetime="${formatInstant(at)}">${formatDate(at)}</time>`;
}

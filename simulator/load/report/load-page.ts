/** A load run as one HTML file: nothing is loaded, so it can be mailed, archived and opened years later. */
import { chartLibrary } from '../../report/chart-library.ts';
import { formatCount, formatRate } from '../../report/figures.ts';
import { failureSection, verdictSection } from '../../report/page-parts.ts';
import { wholePage } from '../../report/page-shell.ts';
import { pageStyle } from '../../report/page-style.ts';
import { codeForScript, escapeHtml } from '../../report/page-text.ts';
import { createPalette } from '../../report/state-colors.ts';
import { lineChartData, lineChartSection, loadCharts } from './load-charts.ts';
import { latencySection } from './load-latency-parts.ts';
import { loadPageScript } from './load-page-script.ts';
import type { LoadReport } from './load-report.ts';
import { formatMs, formatPercent, formatSeconds, formatSize, requestedRows } from './load-words.ts';

/** Lines in place of areas. */
const lineStyle = '.still .line{fill:none;background:none;stroke-width:2;stroke-linejoin:round}';

/** A whole HTML document. It names no path of this machine, unless the replay command does. */
export function loadPage(report: LoadReport): string {
  const palette = createPalette();
  const charts = loadCharts(report, palette);
  const latencies = latencySection(report, palette);
  const library = chartLibrary();
  const strokes = palette.colors().map((_, index) => `.still .line.state-${index}{stroke:var(--state-${index})}`);
  const style = `${library.style}\n${pageStyle(palette.colors())}${lineStyle}\n${strokes.join('\n')}\n`;
  const programs = [codeForScript(library.code), codeForScript(loadPageScript)];
  const title = escapeHtml(`load ${report.shape}`);
  const verdict = report.passed ? 'passed' : 'failed';
  const badges = [
    `<span class="badge ${verdict}">${report.passed ? '✓ passed' : '✗ failed'}</span>`,
    ...(report.abortedBy !== null ? [`<span class="badge failed">ended early: ${escapeHtml(report.abortedBy)}</span>`] : []),
    ...(report.stopped && report.abortedBy === null ? ['<span class="badge">stopped before its end</span>'] : []),
  ];
  const body = `<main>
<header>
<p class="eyebrow">mockfleet load</p>
<h1>${title}</h1>
${badges.join('')}
<p class="about">${formatCount(report.asked)} ${report.asked === 1 ? 'device' : 'devices'} for ${formatSeconds(report.durationMs)} over real sockets to ${escapeHtml(report.server)}, begun ${escapeHtml(report.startedAt.slice(0, 19).replace('T', ' '))} UTC</p>
</header>
${failureSection({ checkers: [...report.checks], expectations: [...report.thresholds] })}
${limitSection(report)}
${tiles(report)}
${charts.map(lineChartSection).join('\n')}
${latencies}
<div class="pair">
${errorSection(report)}
${generatorSection(report)}
</div>
${verdictSection('Thresholds', report.thresholds)}
${verdictSection('Checks', report.checks)}
${requestSection(report)}
${replaySection(report)}
<footer>Seconds are since the beginning of the run. Chart: uPlot (MIT).</footer>
</main>
${charts.map(lineChartData).join('\n')}`;
  return wholePage({ title: `${title}: ${verdict} (mockfleet load)`, style, programs, body });
}

function tiles(report: LoadReport): string {
  const { latencyMs, connections, commands, generator } = report;
  const checkIn = latencyMs['check-in'];
  const shown: [name: string, figure: string, note: string][] = [
    [
      'Devices connected',
      formatCount(report.connected),
      `of ${formatCount(report.asked)}; ${formatCount(report.enrolled)} enrolled, ${formatCount(report.alive)} alive`,
    ],
    ['Errors', formatCount(report.errors), report.errors === 0 ? '' : 'by reason below'],
    ['Connections per second', formatRate(report.connectionsPerSecond), `in a ramp of ${formatSeconds(report.rampMs)}`],
    ['Round trips per second', formatRate(report.roundTripsPerSecond), `${formatCount(report.roundTrips)} in all`],
    ...(checkIn.count === 0
      ? []
      : [['Check-in p99', formatMs(checkIn.p99), `half within ${formatMs(checkIn.p50)}`] as [string, string, string]]),
    ['Connections', formatCount(connections.opened), `${formatCount(connections.resumed)} resumed, ${formatCount(connections.lost)} lost`],
    ...(commands.accepted + commands.delivered === 0
      ? []
      : [
          [
            'Actions executed',
            formatCount(commands.executed),
            `${formatCount(commands.lost)} lost, ${formatCount(commands.doubled)} doubled`,
          ] as [string, string, string],
        ]),
    ['Memory per device', formatSize(report.bytesPerDevice), 'of the load side'],
    [
      'Load side',
      formatPercent(generator.cpu),
      `of a core; ${formatCount(generator.processes)} ${generator.processes === 1 ? 'process' : 'processes'}`,
    ],
    ['Sent and received', formatSize(report.bytesSent + report.bytesReceived), `${formatSize(report.bytesSent)} sent`],
  ];
  const cells = shown.map(([name, figure, note]) => {
    const small = note === '' ? '' : `<small>${note}</small>`;
    return `<div><dt>${name}</dt><dd>${figure}${small}</dd></div>`;
  });
  return `<dl class="tiles">${cells.join('\n')}</dl>`;
}

/** It says what all other figures are worth. */
function limitSection({ generator: { limit } }: LoadReport): string {
  return limit === null ? '' : `<section class="alarm"><h2>The load side may be the limit</h2><p>${escapeHtml(limit)}</p></section>`;
}

function errorSection({ errors, errorsByReason }: LoadReport): string {
  if (errors === 0) return '<section id="reasons"><h2>Errors by reason</h2><p>There were none.</p></section>';
  const rows = Object.entries(errorsByReason)
    .toSorted(([, n], [, m]) => m - n)
    .map(([reason, count]) => `<tr><th scope="row">${escapeHtml(reason)}</th><td class="n">${formatCount(count)}</td></tr>`);
  return `<section id="reasons"><h2>Errors by reason</h2><div class="scroll"><table>
<thead><tr><th scope="col">Reason</th><th scope="col" class="n">Count</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

function generatorSection({ generator, bytesPerDevice }: LoadReport): string {
  const rows: [string, string][] = [
    ['Processes', formatCount(generator.processes)],
    ['CPU of the busiest', `${formatPercent(generator.cpu)} of a core`],
    ['Stalls of an event loop, p99', formatMs(generator.stallMsP99)],
    ['Stalls of an event loop, max', formatMs(generator.stallMsMax)],
    ['Resident memory', formatSize(generator.rssBytes)],
    ['Memory per device', formatSize(bytesPerDevice)],
  ];
  const lines = rows.map(([name, figure]) => `<tr><th scope="row">${name}</th><td class="n">${figure}</td></tr>`);
  return `<section id="generator"><h2>The load side itself</h2><div class="scroll"><table><tbody>${lines.join('\n')}</tbody></table></div></section>`;
}

function requestSection(report: LoadReport): string {
  const rows = requestedRows(report).map(
    ([name, asked, came]) => `<tr><th scope="row">${name}</th><td>${escapeHtml(asked)}</td><td>${escapeHtml(came)}</td></tr>`,
  );
  return `<section id="requested"><h2>Asked for, and what it came to</h2><div class="scroll"><table>
<thead><tr><td></td><th scope="col">Asked for</th><th scope="col">Came to</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

/** How to have the same again. */
function replaySection({ seed, replay }: LoadReport): string {
  return `<section><h2>Run it again<span class="note">the same devices and the same script; real sockets and a real server decide the rest</span></h2>
<dl class="facts"><dt>Seed</dt><dd><code>${escapeHtml(seed)}</code></dd></dl>
<div class="copy"><pre class="whole" id="replay">${escapeHtml(replay)}</pre><button type="button" id="copy" hidden>Copy</button></div>
</section>`;
}

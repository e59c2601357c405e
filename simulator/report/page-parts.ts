/** The sections of the HTML report, each a function from the run's figures to markup. Whatever comes from a file is escaped here. */
import type { RunData, RunResult, Verdict } from '../result.ts';
import {
  type ActionRow,
  type ActionTable,
  accessTable,
  actionTable,
  finalCompliance,
  finalStates,
  formatBytes,
  formatCount,
  formatDate,
  formatRate,
  formatShare,
  formatWallTime,
  hasCompliance,
  headline,
  mailFigures,
  noncomplianceTable,
  passedOf,
  type StateShare,
  virtualDaysPerSecond,
} from './figures.ts';
import { escapeHtml } from './page-text.ts';

export function figureTiles(result: RunResult): string {
  const { issued, renewed, expired } = result.certificates;
  const tiles: [name: string, figure: string, note: string][] = [
    ['Devices', formatCount(result.devices), ''],
    [
      'Virtual days per second',
      formatRate(virtualDaysPerSecond(result)),
      `${formatCount(result.lived.days)} days in ${formatWallTime(result.wallMs)}`,
    ],
    ['Check-ins lived', formatCount(result.checkInsLived), ''],
    ['Events executed', formatCount(result.eventsExecuted), result.everyCheckIn ? 'each check-in is one' : 'quiet check-ins are none'],
    ['Records removed', formatCount(result.recordsRemoved), '180 days after expiry'],
    ['Certificates renewed', formatCount(renewed), `${formatCount(issued)} issued in all`],
    ['Certificates expired', formatCount(expired), ''],
    ...judgedTiles(result),
    ['Checkers passed', passedOf(result.checkers), ''],
    ['Expectations met', passedOf(result.expectations), ''],
    ['Peak memory', formatBytes(result.peakRssBytes), ''],
  ];
  const cells = tiles.map(([name, figure, note]) => {
    const small = note === '' ? '' : `<small>${note}</small>`;
    return `<div><dt>${name}</dt><dd>${figure}${small}</dd></div>`;
  });
  return `<dl class="tiles">${cells.join('\n')}</dl>`;
}

function judgedTiles(result: RunResult): [name: string, figure: string, note: string][] {
  const mails = result.mails.sent ?? 0;
  return [
    ...(Object.keys(result.mails).length === 0
      ? []
      : [['Mails sent', formatCount(mails), mailFigures(result)] as [string, string, string]]),
    ...(result.notices === 0
      ? []
      : [['Notices', formatCount(result.notices), 'of noncompliance, shown on devices'] as [string, string, string]]),
  ];
}

/** What failed, before anything else; empty when nothing did. */
export function failureSection(result: Pick<RunResult, 'checkers' | 'expectations'>): string {
  const failed = [...result.checkers, ...result.expectations].filter((verdict) => !verdict.passed);
  return failed.length === 0 ? '' : `<section class="alarm"><h2>What failed</h2>${verdictList(failed)}</section>`;
}

export function verdictSection(title: string, verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  return `<section><h2>${title}<span class="note">${headline(verdicts)}</span></h2>${verdictList(verdicts)}</section>`;
}

function verdictList(verdicts: readonly Verdict[]): string {
  const items = verdicts.map(({ name, passed, judged, detail }) => {
    const badge =
      judged === false
        ? '<span class="badge">not judged</span>'
        : passed
          ? '<span class="badge passed">✓ passed</span>'
          : '<span class="badge failed">✗ failed</span>';
    return `<li>${badge}<strong>${escapeHtml(name)}</strong><p>${escapeHtml(detail)}</p></li>`;
  });
  return `<ul class="verdicts">${items.join('\n')}</ul>`;
}

/** Name → number of its colour. */
export type ColorNumbers = ReadonlyMap<string, number>;

export function stateSection(result: RunResult, colors: ColorNumbers): string {
  return shareSection('Devices by final state', 'State', finalStates(result), colors);
}

/** What came of policies: empty where the scenario has none. */
export function complianceSections(result: RunResult, colors: ColorNumbers): string {
  const sections = [
    ...(hasCompliance(result) ? [shareSection('Devices by final compliance', 'Compliance', finalCompliance(result), colors)] : []),
    tableSection('Actions for noncompliance', 'Action', noncomplianceTable(result)),
    tableSection('Access of apps', 'App', accessTable(result)),
  ].filter((section) => section !== '');
  return sections.length === 0 ? '' : `<div class="pair">\n${sections.join('\n')}\n</div>`;
}

function shareSection(title: string, of: string, shares: readonly StateShare[], colors: ColorNumbers): string {
  const rows = shares.map(({ name, count, share }) => {
    const color = `state-${colors.get(name) ?? 0}`;
    const bar = `<svg class="bar" width="90" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="12"/><rect class="${color}" width="${Math.max(0.7, share * 100).toFixed(1)}" height="12"/></svg>`;
    return `<tr><th scope="row"><span class="swatch ${color}"></span>${escapeHtml(name)}</th><td class="n">${formatCount(count)}</td><td class="n">${formatShare(share)}</td><td class="share">${bar}</td></tr>`;
  });
  return `<section><h2>${title}</h2><div class="scroll"><table>
<thead><tr><th scope="col">${of}</th><th scope="col" class="n">Devices</th><th scope="col" class="n">Share</th><td></td></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

export function actionSection(result: RunResult): string {
  const section = tableSection('Actions by outcome', 'Action', actionTable(result));
  return section === '' ? '<section><h2>Actions by outcome</h2><p>The run had none.</p></section>' : section;
}

/** Empty where the table has no rows. */
function tableSection(title: string, of: string, { outcomes, rows, total }: ActionTable): string {
  if (rows.length === 0) return '';
  const heads = [...outcomes, 'total'].map((name) => `<th scope="col" class="n">${escapeHtml(name)}</th>`);
  return `<section><h2>${title}</h2><div class="scroll"><table>
<thead><tr><th scope="col">${of}</th>${heads.join('')}</tr></thead>
<tbody>${rows.map(actionRow).join('\n')}</tbody>
<tfoot>${actionRow(total)}</tfoot></table></div></section>`;
}

function actionRow(row: ActionRow): string {
  const cells = [...row.counts, row.total].map((n) => `<td class="n${n === 0 ? ' zero' : ''}">${formatCount(n)}</td>`);
  return `<tr><th scope="row">${escapeHtml(row.action)}</th>${cells.join('')}</tr>`;
}

/** What was asked for beside what it came to. */
export function livedSection({ result, from }: RunData): string {
  const { lived, devices, days } = result;
  const rows: [name: string, asked: string, came: string][] = [
    [
      'Devices',
      formatCount(devices),
      `${formatCount(lived.devices)} enrolled${result.stopped ? ` of ${formatCount(result.devicesLived)} lived` : ''}`,
    ],
    [
      'Days',
      `${formatCount(days)} from ${formatDate(from)}`,
      `up to ${result.livedUntil.slice(0, 10)}${result.stopped ? ', where it was stopped' : ''}`,
    ],
    ['Device-days', formatCount(devices * days), formatCount(lived.deviceDays)],
    ['Device-days per second', '', formatCount(lived.deviceDaysPerSecond)],
    ['Check-ins lived', '', formatCount(result.checkInsLived)],
    ['Events executed', result.everyCheckIn ? 'every check-in' : 'no quiet check-in', formatCount(result.eventsExecuted)],
    ['Real time', '', formatWallTime(result.wallMs)],
    ['Peak memory', '', formatBytes(result.peakRssBytes)],
  ];
  const lines = rows.map(
    ([name, asked, came]) => `<tr><th scope="row">${name}</th><td class="n">${asked}</td><td class="n">${came}</td></tr>`,
  );
  return `<section id="lived"><h2>Asked for and lived</h2><div class="scroll"><table>
<thead><tr><td></td><th scope="col" class="n">Asked for</th><th scope="col" class="n">Came to</th></tr></thead>
<tbody>${lines.join('\n')}</tbody></table></div></section>`;
}

/** How to have the same run again. */
export function runSection(data: RunData): string {
  const { result } = data;
  const facts: [string, string][] = [
    ['Seed', `<code>${escapeHtml(result.seed)}</code>`],
    ...(result.digest === null ? [] : [['Digest', `<code>${escapeHtml(result.digest)}</code>`] as [string, string]]),
  ];
  const note = result.live
    ? 'real agents and real sockets: the same seed gives the same outcome'
    : 'the same seed gives the same digest on every machine';
  return `<section><h2>Run it again<span class="note">${note}</span></h2>
<dl class="facts">${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}</dl>
<div class="copy"><pre class="whole" id="replay">${escapeHtml(data.replay)}</pre><button type="button" id="copy" hidden>Copy</button></div>
<details><summary>The scenario</summary><pre>${escapeHtml(data.scenarioText)}</pre></details>
</section>`;
}

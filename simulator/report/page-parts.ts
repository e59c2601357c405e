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
      `${formatCount(result.days)} days in ${formatWallTime(result.wallMs)}`,
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
export function failureSection(result: RunResult): string {
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

/** `names`: the states in the order of their colours. */
export function stateSection(result: RunResult, names: readonly string[]): string {
  return shareSection('Devices by final state', 'State', finalStates(result), names, 0);
}

/** What came of policies: empty where the scenario has none. `names`: states of compliance in the order of their colours, from `first` on. */
export function complianceSections(result: RunResult, names: readonly string[], first: number): string {
  const sections = [
    ...(hasCompliance(result) ? [shareSection('Devices by final compliance', 'Compliance', finalCompliance(result), names, first)] : []),
    tableSection('Actions for noncompliance', 'Action', noncomplianceTable(result)),
    tableSection('Access of apps', 'App', accessTable(result)),
  ].filter((section) => section !== '');
  return sections.length === 0 ? '' : `<div class="pair">\n${sections.join('\n')}\n</div>`;
}

/** @param names in the order of their colours, of which `first` is the number of the first one */
function shareSection(title: string, of: string, shares: readonly StateShare[], names: readonly string[], first: number): string {
  const rows = shares.map(({ name, count, share }) => {
    const color = `state-${first + names.indexOf(name)}`;
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

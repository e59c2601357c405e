/** A comparison of two runs for a terminal. */
import { printable } from '../scenarios/errors.ts';
import type { Comparison, FigureChange, RunName } from './compare.ts';
import { formatBytes, formatCount, formatRate, formatWallTime } from './figures.ts';
import { plainTable } from './plain-table.ts';
import { formatSpan } from './time-figures.ts';

export interface CompareTextOptions {
  /** The runs as they were named, for commands to copy. */
  named: readonly [string, string];
  /** How many figures are shown at most. */
  figuresMax: number;
}

const linesShown = 20;

/** Lines with a break at the end. */
export function compareText(comparison: Comparison, { named, figuresMax }: CompareTextOptions): string {
  const blocks = [
    headLines(comparison),
    section('Asked for', plainTable(comparison.asked.map(({ what, one, other }) => [what, printable(one), '→', printable(other)]))),
    section('Scenario file', textLines(comparison)),
    figureLines(comparison, figuresMax),
    section(
      'Verdicts',
      comparison.verdicts.map(({ name, one, other, detail }) => `${printable(name)}: ${one} → ${other} (${printable(detail)})`),
    ),
    lifeLines(comparison, named),
    section('How they were lived (no part of the comparison)', wayLines(comparison)),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines({ one, other, same, sameDigest, perDevice }: Comparison): string[] {
  const run = (letter: string, { file, scenario, seed, devices, days, digest, passed, stopped }: RunName) => {
    const verdict = passed ? (stopped ? 'stopped' : 'passed') : 'FAILED';
    const size = `${formatCount(devices)} devices, ${formatCount(days)} days, seed ${seed}`;
    return `${letter}  ${printable(scenario)}: ${size}; ${verdict}; digest ${digest ?? 'none'}; ${printable(file)}`;
  };
  const digests = sameDigest === null ? 'one of them has no digest' : sameDigest ? 'the same digest' : 'different digests';
  return [
    run('A', one),
    run('B', other),
    same ? `The same outcome (${digests}).` : `Different outcomes (${digests}).`,
    ...(perDevice ? ['Of different size: figures that count are compared per device, and their change is that of the share.'] : []),
    ...(one.days === other.days ? [] : ['Of different length: nothing makes up for that, what grows with time differs by it.']),
  ];
}

function textLines({ scenario }: Comparison): string[] {
  const shown = scenario.slice(0, linesShown).map(({ sign, line }) => `${sign} ${printable(line)}`);
  const more = scenario.length - shown.length;
  return more > 0 ? [...shown, `and ${formatCount(more)} more lines`] : shown;
}

function figureLines({ figures, figuresSame, perDevice }: Comparison, max: number): string[] {
  const title = `Figures  ${formatCount(figures.length)} changed, ${formatCount(figuresSame)} the same`;
  if (figures.length === 0) return [title];
  const rows = figures
    .slice(0, max)
    .map((change) => [
      printable(change.figure),
      written(change, change.one),
      written(change, change.other),
      differenceOf(change, perDevice),
      percentOf(change),
    ]);
  const lines = plainTable([['', 'A', 'B', perDevice ? 'per 1,000 devices' : 'difference', ''], ...rows], {
    aligns: ['left', 'right', 'right', 'right', 'right'],
  });
  const more = figures.length - rows.length;
  return [title, ...lines.map((line) => `  ${line}`), ...(more > 0 ? [`  and ${formatCount(more)} more: --all, or --json`] : [])];
}

function isTime({ figure }: FigureChange): boolean {
  return figure.endsWith('Ms') && !figure.endsWith('wallMs');
}

function written(change: FigureChange, value: number): string {
  if (change.figure === 'wallMs') return formatWallTime(value);
  if (change.figure === 'peakRssBytes') return formatBytes(value);
  return isTime(change) ? formatSpan(value) : formatCount(value);
}

function differenceOf(change: FigureChange, perDevice: boolean): string {
  const { difference } = change;
  const sign = difference > 0 ? '+' : difference < 0 ? '-' : '';
  const size = Math.abs(difference);
  // Less than a second between two times is a difference, not an instant.
  if (isTime(change)) return `${sign}${size > 0 && size < 1000 ? `${formatCount(size)} ms` : formatSpan(size)}`;
  return `${sign}${perDevice ? formatRate(size * 1000) : formatCount(size)}`;
}

function percentOf({ percent, one, other }: FigureChange): string {
  if (one === other) return '';
  if (percent === null) return 'new';
  if (other === 0) return 'gone';
  if (percent >= 1000) return `×${formatRate(percent / 100 + 1)}`;
  const rounded = Math.abs(percent) < 0.05 ? '<0.1' : formatRate(Math.abs(percent));
  return `${percent < 0 ? '-' : '+'}${rounded}%`;
}

function lifeLines({ lives }: Comparison, [one, other]: readonly [string, string]): string[] {
  if (lives === null) return [];
  const { inBoth, different, first } = lives;
  const all = `Lives  ${formatCount(inBoth - different)} of the ${formatCount(inBoth)} devices that both have lived the same`;
  if (first === null) return [all];
  const name = first.one === first.other ? first.one : `${first.one}, ${first.other}`;
  return [
    all,
    `  the first that did not: number ${first.index} (${printable(name)})`,
    `  mockfleet trace ${one} --device ${first.index}`,
    `  mockfleet trace ${other} --device ${first.index}`,
  ];
}

function wayLines({ way }: Comparison): string[] {
  return plainTable(
    way.map((change) => [change.figure, written(change, change.one), written(change, change.other), percentOf(change)]),
    { aligns: ['left', 'right', 'right', 'right'] },
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

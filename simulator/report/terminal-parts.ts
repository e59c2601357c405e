/** What summaries of runs are made of on a terminal: headings, verdicts, and lines that fit. */
import type { Verdict } from '../result.ts';
import { headline } from './figures.ts';

export type Paint = Record<'bold' | 'dim' | 'red' | 'green' | 'cyan', (text: string) => string>;

export const indent = '  ';

export function section(title: string, lines: string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint.bold(title), ...lines.map((line) => indent + line)];
}

/** Failures one by one with their figures; what passed in one paragraph of names. */
export function verdictLines(title: string, verdicts: readonly Verdict[], width: number, paint: Paint): string[] {
  if (verdicts.length === 0) return [];
  const failed = verdicts.filter((verdict) => !verdict.passed);
  const passed = verdicts.filter((verdict) => verdict.passed && verdict.judged !== false);
  const count = headline(verdicts);
  const lines = [`${paint.bold(title)}  ${failed.length === 0 ? paint.green(count) : paint.red(`${count}, ${failed.length} FAILED`)}`];
  for (const verdict of failed) {
    const [first = '', ...more] = wrap(plain(verdict.name), width - 4);
    lines.push(`${indent}${paint.red('✗')} ${paint.bold(first)}`, ...more.map((line) => `${indent}  ${paint.bold(line)}`));
    lines.push(...wrap(plain(verdict.detail), width - 6).map((line) => `${indent}    ${line}`));
  }
  if (passed.length > 0) {
    wrap(passed.map((verdict) => plain(verdict.name)).join(' · '), width - 4).forEach((line, index) => {
      lines.push(`${indent}${index === 0 ? paint.green('✓') : ' '} ${paint.dim(line)}`);
    });
  }
  const unjudged = verdicts.find((verdict) => verdict.judged === false);
  if (unjudged !== undefined) lines.push(...wrap(plain(unjudged.detail), width - 4).map((line) => `${indent}  ${paint.dim(line)}`));
  return lines;
}

/** Names and details come from files: their control characters must not reach the terminal. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

export function clip(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

/** Lines of at most `columns`, broken between words; a longer word has a line of its own. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

export function paints(color: boolean): Paint {
  const code = (open: number, close: number) => (text: string) => (color ? `\u001b[${open}m${text}\u001b[${close}m` : text);
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39), cyan: code(36, 39) };
}

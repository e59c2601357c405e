/** zod's issues in words: what was found, what is allowed instead, under one of our codes. */
import type { z } from 'zod';
import { printable, type ScenarioErrorCode, show } from './errors.ts';
import { nearest } from './nearest.ts';
import { codeOf } from './values.ts';

export interface Explanation {
  path: PropertyKey[];
  /** What to point at: the value, or the key that should not be there. */
  part: 'value' | 'key';
  message: string;
  code: ScenarioErrorCode;
  /** Of an unknown key: the known one that was probably meant. */
  meant?: string;
}

/** All issues in words. What is only missing because its key is misspelt is left out: one slip, one issue. */
export function explainAll(issues: readonly z.core.$ZodIssue[], data: unknown): Explanation[] {
  const all = issues.filter((issue) => issue.code !== 'custom' || issue.params?.isSlip !== true).flatMap((issue) => explain(issue, data));
  const slips = new Set<string>();
  for (const { path, meant } of all) {
    if (meant === undefined) continue;
    const parent = path.slice(0, -1);
    // The key itself, or what the mapping says of itself when none of several keys is there.
    slips.add(pathText([...parent, meant])).add(pathText(parent));
  }
  return all.filter(({ code, path }) => code !== 'scenario-missing' || !slips.has(pathText(path)));
}

/** One zod issue is one explanation, or one per unknown key. `data` is what was parsed. */
function explain(issue: z.core.$ZodIssue, data: unknown): Explanation[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], key, message));
  const one = (code: ScenarioErrorCode, text: string): Explanation[] => [{ path, part: 'value', message: text, code }];

  const found = valueAt(data, path);
  const code = codeOf(issue) ?? codes[issue.code] ?? 'scenario-value';
  if (issue.code === 'custom' && issue.params?.sentence === true) return one(code, printable(message));
  if (found === undefined) return one('scenario-missing', `it is missing; allowed: ${message}`);
  const isType = code === 'scenario-type' || (issue.code === 'invalid_value' && typeof found !== 'string');
  if (!isType) return one(code, `${show(found)} is not allowed here; allowed: ${message}${repair(found, message)}`);
  return one('scenario-type', `${show(found)} ${kindOf(found)}; allowed: ${message}${repair(found, message)}`);
}

const codes: Partial<Record<z.core.$ZodIssue['code'], ScenarioErrorCode>> = {
  invalid_type: 'scenario-type',
  too_small: 'scenario-range',
  too_big: 'scenario-range',
  not_multiple_of: 'scenario-range',
  invalid_union: 'scenario-type',
};

/** @param known the keys that may stand there, separated by commas (see `mapping`) */
function unknownKey(path: PropertyKey[], key: string, known: string): Explanation {
  const near = nearest(key, known.split(', '));
  const hint = near === undefined ? '' : ` did you mean "${near}"?`;
  const message = `unknown key ${show(key)};${hint} allowed: ${known}`;
  return { path, part: 'key', message, code: 'scenario-unknown-key', ...(near === undefined ? {} : { meant: near }) };
}

function kindOf(value: unknown): string {
  if (value === null) return 'is written here';
  if (typeof value === 'string') return 'is text';
  if (typeof value === 'number') return Number.isInteger(value) ? 'is a whole number' : 'is a number';
  if (typeof value === 'boolean') return 'is true or false, not text';
  return 'stands here';
}

/** YAML's usual traps: a version that became a number, a duration without its unit, a number in quotes. */
function repair(found: unknown, phrase: string): string {
  const isNumber = typeof found === 'number' || (typeof found === 'string' && /^-?\d+(\.\d+)?$/.test(found));
  if (isNumber && phrase.startsWith('a duration')) return ` (${found} has no unit: write ${Math.abs(Number(found))}d for days)`;
  if (typeof found === 'number' && phrase.startsWith('text of')) return ` (put it in quotes: "${found}")`;
  if (typeof found === 'string' && isNumber && phrase.startsWith('a whole number')) return ` (without quotes: ${found})`;
  return '';
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** `fleet[0].platform`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const key = printable(String(step).slice(0, 64));
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** What is wrong with a scenario file: each issue with its place, all of them in one error. */

/** Stable: programs may switch on these, never on a message. */
export type ScenarioErrorCode =
  /** No such file, a directory, no permission, not UTF-8 text. */
  | 'scenario-unreadable'
  /** More than 1 MiB. */
  | 'scenario-too-large'
  /** Not YAML, or YAML that a scenario may not use: duplicate keys, alias bombs, tags. */
  | 'scenario-syntax'
  | 'scenario-unknown-key'
  | 'scenario-missing'
  | 'scenario-type'
  | 'scenario-value'
  | 'scenario-range'
  /** Not the name of a built-in scenario. */
  | 'scenario-unknown';

export interface ScenarioIssue {
  file: string;
  /** From 1; null when the issue is about the file as a whole. */
  line: number | null;
  column: number | null;
  /** `fleet[0].platform`; '' when the issue is about the file as a whole. */
  path: string;
  message: string;
  code: ScenarioErrorCode;
}

/** Issues printed and kept; more of them help nobody. */
const issuesMax = 20;

/** One line: `fleet.yaml:12:5 fleet[0].platform: "symbian" is not allowed here; allowed: ios, macos (scenario-value)`. */
function formatIssue({ file, line, column, path, message, code }: ScenarioIssue): string {
  const name = printable(file);
  const place = line === null ? `${name}:` : `${name}:${line}:${column}${path === '' ? '' : ` ${path}`}:`;
  return `${place} ${message} (${code})`;
}

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  /** Of the first issue. */
  readonly code: ScenarioErrorCode;
  /** In the order of the file, at most 20; `omitted` says how many more there were. */
  readonly issues: readonly ScenarioIssue[];
  readonly omitted: number;

  /** @param issues at least one */
  constructor(issues: readonly [ScenarioIssue, ...ScenarioIssue[]], omitted = 0) {
    const kept = [...issues].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)).slice(0, issuesMax);
    const more = issues.length - kept.length + omitted;
    const lines = kept.map(formatIssue);
    super([...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'));
    this.code = (kept[0] ?? issues[0]).code;
    this.issues = kept;
    this.omitted = more;
  }
}

/** An error about the file as a whole. */
export function fileError(file: string, code: ScenarioErrorCode, message: string): ScenarioError {
  return new ScenarioError([{ file, line: null, column: null, path: '', message, code }]);
}

/** A value as it stands in a message: quoted, short, without control characters. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return printable(JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value));
}

/** Control characters and what turns the direction of writing would garble a terminal: they become escapes. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * YAML text to plain data that still knows its places. The YAML is narrowed here: YAML 1.2, one document, keys are text and unique,
 * no tags of its own, few aliases, not deep. So whatever passes is small and plain, and the schema need not fear it.
 */
import { type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { fileError, printable, ScenarioError, type ScenarioErrorCode, type ScenarioIssue, show } from './errors.ts';
import { pathText } from './explain.ts';

export type Path = readonly PropertyKey[];

export interface ScenarioDocument {
  data: unknown;
  /** Place of the node at `path`, or of the nearest one above it. `key`: of the key that leads there. */
  place(path: Path, part: 'value' | 'key'): { line: number; column: number };
}

/** What kind of file it is, in the words of messages. */
export interface FileKind {
  /** `a scenario`. */
  noun: string;
  /** The keys that it begins with: `name: …, title: …, fleet: …`. */
  keys: string;
  /** Where somebody with an empty file can look. */
  hint: string;
  /** What else there is for somebody whose file is not there. */
  elsewhere: string;
}

export const scenarioKind: FileKind = {
  noun: 'a scenario',
  keys: 'name: …, title: …, fleet: …',
  hint: '`mockfleet scenarios` lists files to copy from, fleet-lifecycle.yaml first',
  elsewhere: '`mockfleet scenarios` lists the built-in ones',
};

const depthMax = 32;
const aliasesMax = 50;
/** One slip in YAML makes many errors; the first ones tell. */
const syntaxErrorsMax = 3;

/** @throws ScenarioError (scenario-syntax, scenario-missing, scenario-type) */
export function readDocument(text: string, file: string, kind: FileKind = scenarioKind): ScenarioDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The library compares every key with every other; `checkPlain` does it in one pass.
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
    version: '1.2',
    // 'silent' would also silence that there is more than one document.
    logLevel: 'error',
  });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const issueAt = (offset: number, code: ScenarioErrorCode, message: string, path = ''): ScenarioIssue => ({
    file,
    ...placeAt(offset),
    path,
    message,
    code,
  });

  // Warnings are tags that nobody knows: the value would silently mean something else than it says.
  const problems = [...document.errors, ...document.warnings]
    .filter(({ pos }, index, all) => pos[0] !== all[index - 1]?.pos[0])
    .slice(0, syntaxErrorsMax);
  const [first, ...others] = problems.map((error) => issueAt(error.pos[0], 'scenario-syntax', syntaxMessage(error.code, error.message)));
  if (first !== undefined) throw new ScenarioError([first, ...others]);
  if (document.directives?.yaml.version !== '1.2') {
    throw new ScenarioError([issueAt(0, 'scenario-syntax', `${kind.noun} is YAML 1.2; leave the %YAML line out`)]);
  }

  const found: ScenarioIssue[] = [];
  checkPlain(document.contents, [], new Set(), (node, path, message) =>
    found.push(issueAt(offsetOf(node), 'scenario-syntax', message, pathText(path))),
  );
  const [one, ...more] = found;
  if (one !== undefined) throw new ScenarioError([one, ...more]);

  const data = plainData(document, (message) => issueAt(offsetOf(firstAlias(document.contents)), 'scenario-syntax', message));
  if (data === null) {
    throw fileError(file, 'scenario-missing', `the file is empty; allowed: ${kind.noun} (${kind.keys}); ${kind.hint}`);
  }
  if (!isMap(document.contents)) {
    const message = `${show(data)} is not ${kind.noun}; allowed: a mapping of keys and values (${kind.keys})`;
    throw new ScenarioError([issueAt(offsetOf(document.contents), 'scenario-type', message)]);
  }
  return { data, place: (path, part) => placeAt(offsetOf(find(document, path, part))) };
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab is used for indentation; allowed: spaces';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here (---); allowed: one in a file';
  if (message.startsWith('Unresolved tag')) return `${printable(message.slice(0, 80))}; allowed: values without tags`;
  if (/call stack/.test(message)) return `it is nested too deep; allowed: up to ${depthMax} levels`;
  return `not valid YAML: ${printable(message.slice(0, 200))}`;
}

/**
 * Reports duplicate keys, `__proto__`, aliases of nothing, and nesting beyond the limit, where the recursion ends.
 * @param anchors names seen so far, in the order of the file
 */
function checkPlain(node: unknown, path: Path, anchors: Set<string>, report: (node: unknown, path: Path, message: string) => void): void {
  if ((isCollection(node) || isScalar(node)) && node.anchor !== undefined) anchors.add(node.anchor);
  if (isAlias(node)) {
    if (!anchors.has(node.source))
      report(node, path, `there is no anchor &${printable(node.source.slice(0, 40))} above; allowed: *name of an &name`);
  } else if (path.length > depthMax) {
    report(node, [], `it is nested too deep; allowed: up to ${depthMax} levels`);
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      checkPlain(item, [...path, index], anchors, report);
    });
  } else if (isMap(node)) {
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = isNode(key) ? String(key.toJSON()) : String(key);
      if (seen.has(name)) report(key, [...path, name], `the key ${show(name)} stands here twice; allowed: once`);
      // A record cannot hold it as it holds other keys, so the schema would not see it.
      if (name === '__proto__') report(key, path, `the key ${show(name)} is not allowed`);
      seen.add(name);
      checkPlain(value, [...path, name], anchors, report);
    }
  }
}

function plainData(document: Document, issue: (message: string) => ScenarioIssue): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasesMax }) ?? null;
  } catch (error) {
    // Aliases that multiply; nothing else can fail on a checked document.
    if (!(error instanceof ReferenceError)) throw error;
    throw new ScenarioError([issue(`too many aliases (*name); allowed: about ${aliasesMax}, fewer if they stand for one another`)]);
  }
}

function firstAlias(node: unknown): Node | undefined {
  if (isAlias(node)) return node;
  if (isPair(node)) return firstAlias(node.value);
  if (!isMap(node) && !isSeq(node)) return undefined;
  for (const item of node.items) {
    const alias = firstAlias(item);
    if (alias !== undefined) return alias;
  }
  return undefined;
}

/** The node at `path`, following aliases, or the nearest one above it. */
function find(document: Document, path: Path, part: 'value' | 'key'): unknown {
  let node: unknown = document.contents;
  for (const [depth, step] of path.entries()) {
    const collection = isAlias(node) ? node.resolve(document) : node;
    if (isSeq(collection)) {
      const item = collection.items[Number(step)];
      if (item === undefined) return node;
      node = item;
    } else if (isMap(collection)) {
      const pair = collection.items.find(({ key }) => (isNode(key) ? String(key.toJSON()) : String(key)) === String(step));
      if (pair === undefined) return node;
      node = (part === 'key' && depth === path.length - 1) || pair.value === null ? pair.key : pair.value;
    } else {
      return node;
    }
  }
  return node;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

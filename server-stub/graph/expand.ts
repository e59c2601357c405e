/** `$expand`: relationships with their own options in parentheses: `members($select=id;$top=5),owners`. What they hold, query.ts says. */
import type { GraphVersion } from './endpoint.ts';
import { badRequest } from './errors.ts';
import { type OptionName, type OptionValues, optionName, optionValues } from './query-options.ts';

/** Relationships within relationships. The real service takes one level (reference §3.1), policies of Intune two. */
const expandDepthMax = 3;

/** A relationship that is shown within each item. */
export interface Expansion<Item> {
  /** @throws GraphFault 400: options that it does not take */
  prepare(options: OptionValues, version: GraphVersion, depth: number): Expanded<Item>;
}

/** By name, in the schema's case. */
export type Expansions<Item> = Readonly<Record<string, Expansion<Item>>>;

export interface Expanded<Item> {
  /** What `@odata.context` says within the parentheses: `id,displayName`. */
  context: string;
  /** What is shown of this item's. @param at where it is, for `@odata.context`; null: such notes are not wanted */
  read(item: Item, at: string | null): unknown;
}

const nestedOptions: readonly OptionName[] = ['select', 'expand', 'filter', 'top', 'orderby'];

/** Each relationship that is to be shown. @param depth 1: of the items themselves. @throws GraphFault 400 BadRequest */
export function expandedOf<Item>(
  option: string | undefined,
  typeName: string,
  known: Expansions<Item>,
  version: GraphVersion,
  depth: number,
): [name: string, Expanded<Item>][] {
  if (option === undefined || option.trim() === '') return [];
  const expanded = new Map<string, Expanded<Item>>();
  for (const part of splitOutside(option, ',')) {
    const [, path, inner] = /^\s*([^\s()]+)\s*(?:\((.*)\))?\s*$/s.exec(part) ?? [];
    if (path === undefined) throw expandFault(`Syntax error in '${part.slice(0, 128)}'`);
    const entry = Object.entries(known).find(([name]) => name.toLowerCase() === path.toLowerCase());
    if (entry === undefined) {
      const names = Object.keys(known).join(', ') || 'none';
      throw expandFault(`Could not find a relationship named '${path.slice(0, 128)}' on type '${typeName}', which has: ${names}`);
    }
    const [name, expansion] = entry;
    if (expanded.has(name)) throw expandFault(`'${name}' was named more than once`);
    if (depth > expandDepthMax) throw expandFault(`More than ${expandDepthMax} relationships within each other, at '${name}'`);
    const options = optionValues(inner === undefined ? [] : pairsOf(inner, version), nestedOptions);
    expanded.set(name, expansion.prepare(options, version, depth));
  }
  return [...expanded];
}

function* pairsOf(inner: string, version: GraphVersion): Generator<[option: string, value: string]> {
  for (const part of splitOutside(inner, ';')) {
    if (part.trim() === '') continue;
    const [, name, value] = /^\s*([^\s=]+)\s*=(.*)$/s.exec(part) ?? [];
    const option = name === undefined ? undefined : optionName(name, version);
    if (option === undefined || value === undefined) throw expandFault(`Syntax error in '${part.trim().slice(0, 128)}'`);
    yield [option, value.trim()];
  }
}

/** The parts between the separators that are in no parentheses and no quotes. @throws GraphFault 400: one of them has no end */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth < 0) break;
    if (character !== separator || depth > 0) continue;
    parts.push(text.slice(start, index));
    start = index + 1;
  }
  if (quoted) throw expandFault(`There is an unterminated string literal in '${text.slice(0, 128)}'`);
  if (depth !== 0) throw expandFault(`The parentheses do not match in '${text.slice(0, 128)}'`);
  return [...parts, text.slice(start)];
}

function expandFault(what: string) {
  return badRequest(`Parsing OData Select and Expand failed: ${what}.`);
}

/**
 * `$search` on directory objects (Graph: search-query-parameter): clauses in double quotes, `"displayName:adele"`, with AND, OR and
 * parentheses between them. Names and descriptions are searched by their words, everything else by its beginning.
 */
import { folded } from './comparable.ts';
import { directoryRefusal } from './directory-faults.ts';
import type { GraphFault } from './errors.ts';
import type { Property, Resource } from './property.ts';

/** Properties that are cut into words; all others match by how they begin. */
const wordwise: readonly string[] = ['displayName', 'description'];

/** Deeper nesting is refused: every level is one level of our own stack. */
const searchDepthMax = 20;

type Predicate<Source> = (source: Source) => boolean;

interface Parser<Source> {
  search: string;
  resource: Resource<Source>;
  next: number;
  depth: number;
}

/** @throws GraphFault 400 Request_BadRequest, with the position of what is wrong */
export function searchOf<Source>(search: string, resource: Resource<Source>): Predicate<Source> {
  const parser: Parser<Source> = { search, resource, next: 0, depth: 0 };
  const predicate = parseOr(parser);
  if (parser.next < search.length) throw searchFault(parser, 'Syntax error');
  return predicate;
}

function parseOr<Source>(parser: Parser<Source>): Predicate<Source> {
  const terms = [parseAnd(parser)];
  while (take(parser, /OR(?![\w"])/y) !== undefined) terms.push(parseAnd(parser));
  return (source) => terms.some((term) => term(source));
}

function parseAnd<Source>(parser: Parser<Source>): Predicate<Source> {
  const terms = [parseTerm(parser)];
  while (take(parser, /AND(?![\w"])/y) !== undefined) terms.push(parseTerm(parser));
  return (source) => terms.every((term) => term(source));
}

function parseTerm<Source>(parser: Parser<Source>): Predicate<Source> {
  if (take(parser, /\(/y) !== undefined) {
    if (++parser.depth > searchDepthMax) throw searchFault(parser, `More than ${searchDepthMax} nested terms`);
    const term = parseOr(parser);
    if (take(parser, /\)/y) === undefined) throw searchFault(parser, "')' expected");
    parser.depth--;
    return term;
  }
  const start = parser.next;
  const clause = take(parser, /"(?:[^"\\]|\\.)*"/sy);
  if (clause === undefined) throw searchFault(parser, 'A clause in double quotes expected, such as "displayName:adele",');
  const text = clause.slice(1, -1).replace(/\\(.)/gs, '$1');
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0)).trim();
  const value = text.slice(colon + 1).trim();
  const property = parser.resource.property(name);
  if (colon === -1 || value === '') throw searchFault(parser, `A clause reads "property:value", not ${clause.slice(0, 128)},`, start);
  if (property === undefined || property.type !== 'Edm.String' || property.secret === true) {
    throw searchFault(parser, `'${name.slice(0, 128)}' is no property of type '${parser.resource.typeName}' that can be searched,`, start);
  }
  return clauseOf(property, value);
}

function clauseOf<Source>(property: Property<Source>, value: string): Predicate<Source> {
  if (!wordwise.includes(property.name)) {
    const start = folded(value);
    return (source) => folded(textOf(property.read(source))).startsWith(start);
  }
  const wanted = wordsOf(value);
  return (source) => {
    const words = wordsOf(textOf(property.read(source)));
    return wanted.length > 0 && wanted.every((start) => words.some((word) => word.startsWith(start)));
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Cut at spaces, symbols, numbers, and where capitals begin: `OneDrive2 team` is one, drive, 2, team. */
function wordsOf(text: string): string[] {
  return (text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{L}\p{M}]+?(?=\p{Lu}|[^\p{L}\p{M}]|$)|\p{N}+/gu) ?? []).map(folded);
}

function take(parser: Parser<never>, pattern: RegExp): string | undefined {
  const space = /\s*/y;
  space.lastIndex = parser.next;
  space.exec(parser.search);
  parser.next = space.lastIndex;
  pattern.lastIndex = parser.next;
  const found = pattern.exec(parser.search)?.[0];
  parser.next += found?.length ?? 0;
  return found;
}

function searchFault(parser: Parser<never>, what: string, position = parser.next): GraphFault {
  return directoryRefusal(`Invalid search clause: ${what} at position ${position} in '${parser.search}'.`);
}

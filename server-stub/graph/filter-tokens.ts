/** The words of a `$filter` (OData 4.01 URL conventions §5.1.1, the part that Graph takes). */
import { badRequest, type GraphFault } from './errors.ts';

export type Token =
  | { kind: 'word' | 'symbol'; text: string; position: number }
  | { kind: 'string'; value: string; position: number }
  | { kind: 'number'; value: number; position: number }
  /** Milliseconds since 1970. */
  | { kind: 'date'; value: number; position: number }
  | { kind: 'end'; position: number };

const space = /\s+/y;
const quoted = /'(?:[^']|'')*'/y;
/** A member of an enum with its type before it, as some clients write it: `microsoft.graph.complianceState'compliant'`. */
const enumMember = /microsoft\.graph\.\w+'\w+'/iy;
const dateTime = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?(?:Z|[+-]\d{2}:\d{2}))?(?![\w-])/iy;
const decimal = /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.-])/y;
const word = /[A-Za-z_][\w.]*/y;
const symbol = /[(),/:]/y;

/** What is wrong, and at which character (from 0) of which filter. */
export function filterFault(what: string, position: number, filter: string): GraphFault {
  return badRequest(`Invalid filter clause: ${what} at position ${position} in '${filter}'.`);
}

/** The last token is always the end. @throws GraphFault 400 BadRequest */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    return pattern.exec(filter)?.[0];
  };
  for (;;) {
    position += take(space)?.length ?? 0;
    if (position >= filter.length) {
      tokens.push({ kind: 'end', position: filter.length });
      return tokens;
    }
    const [text, token] = next(take, position, filter);
    tokens.push(token);
    position += text.length;
  }
}

function next(take: (pattern: RegExp) => string | undefined, position: number, filter: string): [string, Token] {
  let text = take(quoted);
  // A quote inside a string is written twice.
  if (text !== undefined) return [text, { kind: 'string', value: text.slice(1, -1).replaceAll("''", "'"), position }];
  text = take(enumMember);
  if (text !== undefined) return [text, { kind: 'string', value: text.slice(text.indexOf("'") + 1, -1), position }];
  text = take(dateTime);
  if (text !== undefined) {
    const value = Date.parse(text);
    if (Number.isNaN(value)) throw filterFault(`'${text}' is not a date-time`, position, filter);
    return [text, { kind: 'date', value, position }];
  }
  text = take(decimal);
  if (text !== undefined) return [text, { kind: 'number', value: Number(text), position }];
  text = take(word);
  if (text !== undefined) return [text, { kind: 'word', text, position }];
  text = take(symbol);
  if (text !== undefined) return [text, { kind: 'symbol', text, position }];
  if (filter[position] === "'") throw filterFault('There is an unterminated string literal', position, filter);
  throw filterFault('Syntax error', position, filter);
}

/**
 * `$filter`: tokens → expression, by recursive descent, each rule one function. filter-predicate.ts gives it its meaning.
 *
 *   or    := and ('or' and)*
 *   and   := not ('and' not)*
 *   not   := 'not' not | '(' or ')' | call | value (operator value | 'in' '(' literal (',' literal)* ')')?
 *   call  := ('startswith' | 'endswith' | 'contains') '(' value ',' value ')'
 *   value := property | literal
 *
 * Operators and functions are read without regard to case, as Graph reads them.
 */
import { filterFault, type Token, tokensOf } from './filter-tokens.ts';
import type { PropertyType } from './property.ts';

export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];
export const textFunctions = ['startswith', 'endswith', 'contains'] as const;
export type TextFunction = (typeof textFunctions)[number];

export type LiteralType = 'null' | 'Edm.String' | 'Edm.Boolean' | 'number' | 'Edm.DateTimeOffset';

export type Operand =
  | { kind: 'property'; name: string; type: PropertyType; position: number }
  | { kind: 'literal'; value: string | number | boolean | null; type: LiteralType; position: number };

export type Expression =
  | { kind: 'and' | 'or'; terms: Expression[] }
  | { kind: 'not'; term: Expression }
  | { kind: 'compare'; operator: Comparison; left: Operand; right: Operand; position: number }
  | { kind: 'in'; item: Operand; values: Operand[]; position: number }
  | { kind: 'call'; name: TextFunction; text: Operand; search: Operand; position: number }
  /** A boolean that stands alone. */
  | { kind: 'flag'; operand: Operand };

/** The properties that a filter may name; `undefined`: no such property. */
export type PropertyLookup = (name: string) => { name: string; type: PropertyType } | undefined;

/** Deeper nesting is refused: every level is one level of our own stack. */
export const filterDepthMax = 100;

interface Parser {
  filter: string;
  typeName: string;
  lookup: PropertyLookup;
  tokens: Token[];
  next: number;
  depth: number;
}

/** @throws GraphFault 400 BadRequest, with the position of what is wrong */
export function parseFilter(filter: string, typeName: string, lookup: PropertyLookup): Expression {
  const parser: Parser = { filter, typeName, lookup, tokens: tokensOf(filter), next: 0, depth: 0 };
  const expression = parseOr(parser);
  if (peek(parser).kind !== 'end') throw syntaxError(parser, peek(parser));
  return expression;
}

function parseOr(parser: Parser): Expression {
  return parseChain(parser, 'or', parseAnd);
}

function parseAnd(parser: Parser): Expression {
  return parseChain(parser, 'and', parseNot);
}

/** A chain is a list, not a tree, so that a filter of a thousand ids does not need a thousand levels. */
function parseChain(parser: Parser, kind: 'and' | 'or', parseTerm: (parser: Parser) => Expression): Expression {
  const first = parseTerm(parser);
  if (!isWord(peek(parser), kind)) return first;
  const terms = [first];
  while (isWord(peek(parser), kind)) {
    parser.next++;
    terms.push(parseTerm(parser));
  }
  return { kind, terms };
}

function parseNot(parser: Parser): Expression {
  const token = peek(parser);
  const nested = isWord(token, 'not') || isSymbol(token, '(');
  if (!nested) return parsePredicate(parser);
  if (++parser.depth > filterDepthMax) {
    throw filterFault(`More than ${filterDepthMax} nested terms`, token.position, parser.filter);
  }
  parser.next++;
  let expression: Expression;
  if (isSymbol(token, '(')) {
    expression = parseOr(parser);
    expectSymbol(parser, ')');
  } else {
    expression = { kind: 'not', term: parseNot(parser) };
  }
  parser.depth--;
  return expression;
}

function parsePredicate(parser: Parser): Expression {
  const start = peek(parser);
  const following = parser.tokens[parser.next + 1];
  if (start.kind === 'word' && following !== undefined && isSymbol(following, '(')) return parseCall(parser, start.text);
  const left = parseOperand(parser);
  const token = peek(parser);
  if (token.kind === 'word') {
    const name = token.text.toLowerCase();
    const operator = comparisons.find((known) => known === name);
    if (operator !== undefined) {
      parser.next++;
      return { kind: 'compare', operator, left, right: parseOperand(parser), position: token.position };
    }
    if (name === 'in') {
      parser.next++;
      return { kind: 'in', item: left, values: parseList(parser), position: token.position };
    }
  }
  return { kind: 'flag', operand: left };
}

function parseCall(parser: Parser, text: string): Expression {
  const position = peek(parser).position;
  const name = textFunctions.find((known) => known === text.toLowerCase());
  if (name === undefined) throw filterFault(`An unknown function with name '${text}' was found`, position, parser.filter);
  parser.next++;
  expectSymbol(parser, '(');
  const subject = parseOperand(parser);
  expectSymbol(parser, ',');
  const search = parseOperand(parser);
  expectSymbol(parser, ')');
  return { kind: 'call', name, text: subject, search, position };
}

function parseList(parser: Parser): Operand[] {
  expectSymbol(parser, '(');
  const values = [parseOperand(parser)];
  while (isSymbol(peek(parser), ',')) {
    parser.next++;
    values.push(parseOperand(parser));
  }
  expectSymbol(parser, ')');
  return values;
}

function parseOperand(parser: Parser): Operand {
  const token = peek(parser);
  const { position } = token;
  switch (token.kind) {
    case 'string':
      parser.next++;
      return { kind: 'literal', type: 'Edm.String', value: token.value, position };
    case 'number':
      parser.next++;
      return { kind: 'literal', type: 'number', value: token.value, position };
    case 'date':
      parser.next++;
      return { kind: 'literal', type: 'Edm.DateTimeOffset', value: token.value, position };
    case 'word':
      parser.next++;
      return parseName(parser, token.text, position);
    default:
      throw syntaxError(parser, token);
  }
}

function parseName(parser: Parser, text: string, position: number): Operand {
  if (text === 'null') return { kind: 'literal', type: 'null', value: null, position };
  if (text === 'true' || text === 'false') return { kind: 'literal', type: 'Edm.Boolean', value: text === 'true', position };
  const property = parser.lookup(text);
  if (property === undefined) {
    throw filterFault(`Could not find a property named '${text}' on type '${parser.typeName}'`, position, parser.filter);
  }
  return { kind: 'property', ...property, position };
}

function peek(parser: Parser): Token {
  const token = parser.tokens[parser.next];
  if (token === undefined) throw new Error('The parser read past the end of its tokens.');
  return token;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}

function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.text === symbol;
}

function expectSymbol(parser: Parser, symbol: string): void {
  const token = peek(parser);
  if (!isSymbol(token, symbol)) throw filterFault(`'${symbol}' expected`, token.position, parser.filter);
  parser.next++;
}

function syntaxError(parser: Parser, token: Token): Error {
  return filterFault(token.kind === 'end' ? 'Expression expected' : 'Syntax error', token.position, parser.filter);
}

/**
 * `$filter`: tokens → expression, by recursive descent, each rule one function. filter-predicate.ts gives it its meaning.
 *
 *   or     := and ('or' and)*
 *   and    := not ('and' not)*
 *   not    := 'not' not | '(' or ')' | test (('eq' | 'ne') ('true' | 'false'))? | value (operator value | 'in' '(' value (',' value)* ')')?
 *   test   := ('startswith' | 'endswith' | 'contains') '(' value ',' value ')' | path '/' ('any' | 'all') '(' (variable ':' or)? ')'
 *             | 'isof' '(' type ')'
 *   value  := path | literal | ('tolower' | 'toupper' | 'length') '(' value ')'
 *   path   := (property | variable) ('/' member)*
 *
 * Operators, functions and properties are read without regard to case, as Graph reads them; variables are not.
 */
import { filterFault, type Token, tokensOf } from './filter-tokens.ts';
import type { PropertyType, Resource, Shape } from './property.ts';
import { memberOf, type PathEnd, pathEnd, propertyOf } from './property-path.ts';

const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];
const textFunctions = ['startswith', 'endswith', 'contains'] as const;
export type TextFunction = (typeof textFunctions)[number];
const valueFunctions = ['tolower', 'toupper', 'length'] as const;
export type ValueFunction = (typeof valueFunctions)[number];
const quantifiers = ['any', 'all'] as const;

type LiteralType = 'null' | 'Edm.String' | 'Edm.Boolean' | 'number' | 'Edm.DateTimeOffset';

/** A property or a variable, and the members on the way from it. */
export interface Path {
  kind: 'path';
  /** How many variables stand around this one: what it is a value of; null: a property of the resource. */
  variable: number | null;
  /** Of a property the name first; all in the schema's case. */
  names: string[];
  /** As it was written, for messages. */
  text: string;
  type: PropertyType;
  shape?: Shape;
  position: number;
}

export type Operand =
  | Path
  | { kind: 'literal'; value: string | number | boolean | null; type: LiteralType; position: number }
  | { kind: 'function'; name: ValueFunction; of: Operand; type: 'Edm.String' | 'number'; position: number };

export type Expression =
  | { kind: 'and' | 'or'; terms: Expression[] }
  | { kind: 'not'; term: Expression }
  | { kind: 'compare'; operator: Comparison; left: Operand; right: Operand; position: number }
  | { kind: 'in'; item: Operand; values: Operand[]; position: number }
  | { kind: 'call'; name: TextFunction; text: Operand; search: Operand; position: number }
  /** `variable`: which one stands for an item; without a term: whether there is any item. */
  | { kind: 'lambda'; quantifier: 'any' | 'all'; items: Path; variable: number; term: Expression | null }
  /** Whether an item is of this type (in the schema's case). */
  | { kind: 'isof'; typeName: string }
  /** A boolean that stands alone. */
  | { kind: 'flag'; operand: Operand };

/** Deeper nesting is refused: every level is one level of our own stack. */
export const filterDepthMax = 100;

/** `any` and `all` within each other: every one of them goes through its items again for each item of those around it. */
const lambdaDepthMax = 3;

interface Parser {
  filter: string;
  resource: Resource<never>;
  tokens: Token[];
  next: number;
  depth: number;
  /** Those of the lambdas around what is read now, the outermost first. */
  variables: { name: string; end: PathEnd }[];
}

/** @throws GraphFault 400 BadRequest, with the position of what is wrong */
export function parseFilter(filter: string, resource: Resource<never>): Expression {
  const parser: Parser = { filter, resource, tokens: tokensOf(filter), next: 0, depth: 0, variables: [] };
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
  if (isSymbol(token, '(')) {
    parser.next++;
    return deeper(parser, token, () => {
      const expression = parseOr(parser);
      expectSymbol(parser, ')');
      return expression;
    });
  }
  if (isWord(token, 'not')) {
    parser.next++;
    return deeper(parser, token, () => ({ kind: 'not', term: parseNot(parser) }));
  }
  return parsePredicate(parser);
}

function deeper<T>(parser: Parser, token: Token, parse: () => T): T {
  if (++parser.depth > filterDepthMax) {
    throw filterFault(`More than ${filterDepthMax} nested terms`, token.position, parser.filter);
  }
  const parsed = parse();
  parser.depth--;
  return parsed;
}

function parsePredicate(parser: Parser): Expression {
  const start = peek(parser);
  if (start.kind === 'word' && isCall(parser)) {
    const name = oneOf(textFunctions, start.text);
    if (name !== undefined) return parseTruth(parser, parseTextCall(parser, name));
    if (isWord(start, 'isof')) return parseTruth(parser, parseTypeTest(parser));
  }
  const left = parseValue(parser);
  const token = peek(parser);
  if (left.kind === 'path' && isSymbol(token, '/')) return parseTruth(parser, parseLambda(parser, left));
  if (token.kind === 'word') {
    const operator = oneOf(comparisons, token.text);
    if (operator !== undefined) {
      parser.next++;
      return { kind: 'compare', operator, left, right: parseOperand(parser), position: token.position };
    }
    if (isWord(token, 'in')) {
      parser.next++;
      return { kind: 'in', item: left, values: parseList(parser), position: token.position };
    }
  }
  return { kind: 'flag', operand: left };
}

/** A test may be compared with what it says: `startswith(deviceName,'a') eq true`. */
function parseTruth(parser: Parser, test: Expression): Expression {
  const operator = peek(parser);
  if (operator.kind !== 'word' || !(isWord(operator, 'eq') || isWord(operator, 'ne'))) return test;
  parser.next++;
  const operand = parseOperand(parser);
  if (operand.kind !== 'literal' || typeof operand.value !== 'boolean') {
    throw filterFault("'true' or 'false' expected", operand.position, parser.filter);
  }
  return isWord(operator, 'eq') === operand.value ? test : { kind: 'not', term: test };
}

function parseTextCall(parser: Parser, name: TextFunction): Expression {
  const { position } = peek(parser);
  parser.next++;
  expectSymbol(parser, '(');
  const text = parseOperand(parser);
  expectSymbol(parser, ',');
  const search = parseOperand(parser);
  expectSymbol(parser, ')');
  return { kind: 'call', name, text, search, position };
}

/** The type in quotes or without, as clients write it: `isof('microsoft.graph.iosCompliancePolicy')`. */
function parseTypeTest(parser: Parser): Expression {
  parser.next++;
  expectSymbol(parser, '(');
  const token = peek(parser);
  if (token.kind !== 'string' && token.kind !== 'word') throw syntaxError(parser, token);
  const named = token.kind === 'string' ? token.value : token.text;
  const { typeName: own, subtypes = [] } = parser.resource;
  const typeName = [own, ...subtypes].find((one) => one.toLowerCase() === named.toLowerCase());
  if (typeName === undefined) {
    throw filterFault(
      `'${named.slice(0, 128)}' is no type of '${own}', which has ${subtypes.join(', ') || 'none'}`,
      token.position,
      parser.filter,
    );
  }
  parser.next++;
  expectSymbol(parser, ')');
  return { kind: 'isof', typeName };
}

/** After a path: `/any(r: …)`. */
function parseLambda(parser: Parser, items: Path): Expression {
  expectSymbol(parser, '/');
  const token = peek(parser);
  const quantifier = token.kind === 'word' ? oneOf(quantifiers, token.text) : undefined;
  if (quantifier === undefined) throw syntaxError(parser, token);
  parser.next++;
  if (items.shape?.kind !== 'collection') {
    const what = items.type === 'complex' && items.shape === undefined ? 'cannot be looked into' : 'is no collection';
    throw filterFault(`'${items.text}' ${what}: '${quantifier}' is not possible`, token.position, parser.filter);
  }
  expectSymbol(parser, '(');
  const variable = parser.variables.length;
  if (quantifier === 'any' && isSymbol(peek(parser), ')')) {
    parser.next++;
    return { kind: 'lambda', quantifier, items, variable, term: null };
  }
  const name = parseVariable(parser);
  if (variable >= lambdaDepthMax) {
    throw filterFault(`More than ${lambdaDepthMax} nested terms of 'any' and 'all'`, token.position, parser.filter);
  }
  expectSymbol(parser, ':');
  parser.variables.push({ name, end: pathEnd(items.shape.of) });
  const term = deeper(parser, token, () => parseOr(parser));
  parser.variables.pop();
  expectSymbol(parser, ')');
  return { kind: 'lambda', quantifier, items, variable, term };
}

function parseVariable(parser: Parser): string {
  const token = peek(parser);
  if (token.kind !== 'word') throw syntaxError(parser, token);
  if (parser.variables.some(({ name }) => name === token.text)) {
    throw filterFault(`The range variable '${token.text}' has already been declared`, token.position, parser.filter);
  }
  parser.next++;
  return token.text;
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

/** A value where a test is not one. */
function parseOperand(parser: Parser): Operand {
  const operand = parseValue(parser);
  if (operand.kind === 'path' && isSymbol(peek(parser), '/')) throw syntaxError(parser, peek(parser));
  return operand;
}

function parseValue(parser: Parser): Operand {
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
      return isCall(parser) ? parseValueCall(parser, token.text) : parseName(parser, token.text);
    default:
      throw syntaxError(parser, token);
  }
}

function parseValueCall(parser: Parser, text: string): Operand {
  const token = peek(parser);
  const { position } = token;
  const name = oneOf(valueFunctions, text);
  if (name === undefined) {
    const known = oneOf(textFunctions, text) !== undefined;
    throw known ? syntaxError(parser, token) : filterFault(`An unknown function with name '${text}' was found`, position, parser.filter);
  }
  parser.next++;
  return deeper(parser, token, () => {
    expectSymbol(parser, '(');
    const of = parseOperand(parser);
    if (of.type !== 'Edm.String') throw filterFault(`${name} takes a text, not '${of.type}',`, of.position, parser.filter);
    expectSymbol(parser, ')');
    return { kind: 'function', name, of, type: name === 'length' ? 'number' : 'Edm.String', position };
  });
}

function parseName(parser: Parser, text: string): Operand {
  const { position } = peek(parser);
  const index = parser.variables.findIndex(({ name }) => name === text);
  const variable = parser.variables[index];
  if (variable === undefined) {
    const literal = literals.get(text);
    if (literal !== undefined) {
      parser.next++;
      return { kind: 'literal', ...literal, position };
    }
  }
  const start = variable === undefined ? propertyOf(parser.resource, text) : { ...variable.end, name: text };
  if (start === undefined) {
    if (parser.resource.property(text) !== undefined)
      throw filterFault(`'${text}' is a secret and takes no filter`, position, parser.filter);
    throw filterFault(`Could not find a property named '${text}' on type '${parser.resource.typeName}'`, position, parser.filter);
  }
  parser.next++;
  const { name, ...end } = start;
  const path: Path = {
    kind: 'path',
    ...end,
    names: variable === undefined ? [name] : [],
    variable: variable ? index : null,
    text,
    position,
  };
  return parseMembers(parser, path);
}

const literals: ReadonlyMap<string, { type: LiteralType; value: boolean | null }> = new Map([
  ['null', { type: 'null', value: null }],
  ['true', { type: 'Edm.Boolean', value: true }],
  ['false', { type: 'Edm.Boolean', value: false }],
]);

/** As far as names follow; `/any(` and `/all(` are left to whoever can take a test. */
function parseMembers(parser: Parser, start: Path): Path {
  let path = start;
  for (;;) {
    const token = parser.tokens[parser.next + 1];
    if (!isSymbol(peek(parser), '/') || token?.kind !== 'word') return path;
    const following = parser.tokens[parser.next + 2];
    if (oneOf(quantifiers, token.text) !== undefined && following !== undefined && isSymbol(following, '(')) return path;
    parser.next += 2;
    path = memberPath(parser, path, token);
  }
}

function memberPath(
  { filter }: Parser,
  { variable, names, text, shape, position }: Path,
  member: Token & { kind: 'word' | 'symbol' },
): Path {
  if (shape?.kind === 'collection') {
    throw filterFault(`'${text}' is a collection: ask by '${text}/any(x: …)'`, member.position, filter);
  }
  const found = shape && memberOf(shape, member.text);
  if (found === undefined) throw filterFault(`Could not find a property named '${member.text}' on '${text}'`, member.position, filter);
  const { name, ...end } = found;
  return { kind: 'path', variable, names: [...names, name], text: `${text}/${member.text}`, ...end, position };
}

function oneOf<Name extends string>(known: readonly Name[], text: string): Name | undefined {
  const lower = text.toLowerCase();
  return known.find((name) => name === lower);
}

/** A word with a parenthesis behind it. */
function isCall(parser: Parser): boolean {
  const following = parser.tokens[parser.next + 1];
  return following !== undefined && isSymbol(following, '(');
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

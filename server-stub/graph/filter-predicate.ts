/**
 * What a `$filter` means: an expression becomes a predicate, after its types were checked, as Graph does before it looks at data.
 * Texts are compared without regard to case. `null` equals only itself; every other comparison with it is false.
 */

import { type Comparable, comparableOf, folded } from './comparable.ts';
import type { GraphFault } from './errors.ts';
import type { Comparison, Expression, Operand, Path, TextFunction } from './filter.ts';
import { filterFault } from './filter-tokens.ts';
import type { Resource } from './property.ts';
import { memberAt } from './property-path.ts';

export type Predicate<Source> = (source: Source) => boolean;

interface Compiler<Source> {
  filter: string;
  resource: Resource<Source>;
  /** The items that the variables stand for now, the outermost first: set by `any` and `all` while they go through theirs. */
  items: unknown[];
}

/** A filter sees the real values, also those that a list does not show. @throws GraphFault 400 BadRequest */
export function predicateOf<Source>(expression: Expression, filter: string, resource: Resource<Source>): Predicate<Source> {
  return compile(expression, { filter, resource, items: [] });
}

function compile<Source>(expression: Expression, compiler: Compiler<Source>): Predicate<Source> {
  const { filter } = compiler;
  switch (expression.kind) {
    case 'and': {
      const terms = expression.terms.map((term) => compile(term, compiler));
      return (source) => terms.every((term) => term(source));
    }
    case 'or': {
      const terms = expression.terms.map((term) => compile(term, compiler));
      return (source) => terms.some((term) => term(source));
    }
    case 'not': {
      const term = compile(expression.term, compiler);
      return (source) => !term(source);
    }
    case 'flag': {
      const { operand } = expression;
      if (operand.type !== 'Edm.Boolean') throw filterFault('A condition expected', operand.position, filter);
      const value = reader(operand, compiler);
      return (source) => value(source) === true;
    }
    case 'compare':
      return comparison(expression.operator, expression.left, expression.right, expression.position, compiler);
    case 'in':
      return membership(expression.item, expression.values, expression.position, compiler);
    case 'call':
      return textCall(expression.name, expression.text, expression.search, compiler);
    case 'lambda':
      return lambda(expression, compiler);
    case 'isof': {
      const { typeName, subtypeOf } = compiler.resource;
      return (source) => expression.typeName === typeName || subtypeOf?.(source).typeName === expression.typeName;
    }
  }
}

function lambda<Source>(expression: Expression & { kind: 'lambda' }, compiler: Compiler<Source>): Predicate<Source> {
  const { items } = compiler;
  const { variable, quantifier } = expression;
  const read = pathReader(expression.items, compiler);
  const term = expression.term === null ? () => true : compile(expression.term, compiler);
  return (source) => {
    const collection = read(source);
    // Nothing at all is like an empty collection: `any` fails on it, `all` holds.
    const values: unknown[] = Array.isArray(collection) ? collection : [];
    const holds = (item: unknown) => {
      items[variable] = item;
      return term(source);
    };
    return quantifier === 'any' ? values.some(holds) : values.every(holds);
  };
}

type Sort = 'text' | 'enum' | 'boolean' | 'number' | 'instant' | 'structure' | 'null';

function sortOf(operand: Operand, filter: string): Sort {
  switch (operand.type) {
    case 'Edm.String':
      return 'text';
    case 'enum':
      return 'enum';
    case 'Edm.Boolean':
      return 'boolean';
    case 'Edm.Int64':
    case 'number':
      return 'number';
    case 'Edm.DateTimeOffset':
      return 'instant';
    case 'null':
      return 'null';
    case 'complex':
      if (operand.shape?.kind === 'structure') return 'structure';
      throw notComparable(operand, filter);
  }
}

function notComparable(operand: Operand, filter: string): GraphFault {
  const name = operand.kind === 'path' ? operand.text : operand.type;
  return filterFault(`'${name}' is a collection or a structure and cannot be compared`, operand.position, filter);
}

/** Which comparisons each sort of value has; enums are texts on the wire, without an order. */
const ordered: Record<Sort, boolean> = {
  text: true,
  number: true,
  instant: true,
  null: true,
  enum: false,
  boolean: false,
  structure: false,
};

/** @throws GraphFault 400: these two cannot be compared so */
function checkTypes(operator: Comparison, left: Operand, right: Operand, position: number, filter: string): void {
  const sorts = [sortOf(left, filter), sortOf(right, filter)] as const;
  const [a, b] = sorts;
  // Only whether there is one at all can be asked of a structure.
  if (a === 'structure' && b !== 'null') throw notComparable(left, filter);
  if (b === 'structure' && a !== 'null') throw notComparable(right, filter);
  const alike = a === b || sorts.includes('null') || (sorts.includes('enum') && sorts.includes('text'));
  const inOrder = operator === 'eq' || operator === 'ne' || sorts.every((sort) => ordered[sort]);
  if (alike && inOrder) return;
  throw filterFault(
    `A binary operator with incompatible types was detected. Found operand types '${left.type}' and '${right.type}' for operator kind '${operator}'`,
    position,
    filter,
  );
}

function comparison<Source>(
  operator: Comparison,
  left: Operand,
  right: Operand,
  position: number,
  compiler: Compiler<Source>,
): Predicate<Source> {
  checkTypes(operator, left, right, position, compiler.filter);
  const readLeft = reader(left, compiler);
  const readRight = reader(right, compiler);
  const holds = comparers[operator];
  return (source) => holds(readLeft(source), readRight(source));
}

const comparers: Record<Comparison, (a: Comparable, b: Comparable) => boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a !== null && b !== null && a > b,
  ge: (a, b) => a !== null && b !== null && a >= b,
  lt: (a, b) => a !== null && b !== null && a < b,
  le: (a, b) => a !== null && b !== null && a <= b,
};

/** A list of constants is looked up, not gone through: scripts ask for a thousand ids at once. */
function membership<Source>(item: Operand, values: readonly Operand[], position: number, compiler: Compiler<Source>): Predicate<Source> {
  for (const value of values) checkTypes('eq', item, value, position, compiler.filter);
  const read = reader(item, compiler);
  const constants = new Set(values.flatMap((value) => (value.kind === 'literal' ? [literalOf(value)] : [])));
  const others = values.filter((value) => value.kind !== 'literal').map((value) => reader(value, compiler));
  return (source) => {
    const found = read(source);
    return constants.has(found) || others.some((other) => other(source) === found);
  };
}

function textCall<Source>(name: TextFunction, text: Operand, search: Operand, compiler: Compiler<Source>): Predicate<Source> {
  for (const operand of [text, search]) {
    if (operand.type !== 'Edm.String') {
      throw filterFault(`${name} takes texts, not '${operand.type}',`, operand.position, compiler.filter);
    }
  }
  const readText = reader(text, compiler);
  const readSearch = reader(search, compiler);
  const holds = textTests[name];
  return (source) => {
    const a = readText(source);
    const b = readSearch(source);
    return typeof a === 'string' && typeof b === 'string' && holds(a, b);
  };
}

const textTests: Record<TextFunction, (text: string, search: string) => boolean> = {
  startswith: (text, search) => text.startsWith(search),
  endswith: (text, search) => text.endsWith(search),
  contains: (text, search) => text.includes(search),
};

function literalOf({ value }: Operand & { kind: 'literal' }): Comparable {
  return typeof value === 'string' ? folded(value) : value;
}

/** Values that compare with `===` and `<`. A literal is folded once, not per item. */
function reader<Source>(operand: Operand, compiler: Compiler<Source>): (source: Source) => Comparable {
  switch (operand.kind) {
    case 'literal': {
      const value = literalOf(operand);
      return () => value;
    }
    case 'function': {
      if (operand.name === 'length') {
        const read = textReader(operand.of, compiler);
        return (source) => read(source)?.length ?? null;
      }
      // Case makes no difference to any comparison, so it need not be changed.
      return reader(operand.of, compiler);
    }
    case 'path': {
      const read = pathReader(operand, compiler);
      const { type } = operand;
      return (source) => comparableOf(type, read(source));
    }
  }
}

/** A text as it is: folding may change its length. */
function textReader<Source>(operand: Operand, compiler: Compiler<Source>): (source: Source) => string | null {
  if (operand.kind === 'function') return textReader(operand.of, compiler);
  const read = operand.kind === 'path' ? pathReader(operand, compiler) : () => operand.value;
  return (source) => {
    const value = read(source);
    return typeof value === 'string' ? value : null;
  };
}

function pathReader<Source>({ names, variable }: Path, { resource, items }: Compiler<Source>): (source: Source) => unknown {
  if (variable !== null) return () => memberAt(items[variable], names);
  const [name = '', ...members] = names;
  const property = resource.property(name);
  if (property === undefined) throw new Error(`The filter was parsed for another resource: ${name}.`);
  return (source) => memberAt(property.read(source), members);
}

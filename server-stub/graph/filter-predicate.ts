/**
 * What a `$filter` means: an expression becomes a predicate, after its types were checked, as Graph does before it looks at data.
 * Texts are compared without regard to case. `null` equals only itself; every other comparison with it is false.
 */
import { type Comparison, type Expression, type Operand, type PropertyLookup, parseFilter, type TextFunction } from './filter.ts';
import { filterFault } from './filter-tokens.ts';

/** The value of a property of the resource in question, as it is written on the wire. */
export type Read = (name: string) => unknown;
export type Predicate = (read: Read) => boolean;

/** @throws GraphFault 400 BadRequest */
export function compileFilter(filter: string, typeName: string, lookup: PropertyLookup): Predicate {
  return compile(parseFilter(filter, typeName, lookup), filter);
}

function compile(expression: Expression, filter: string): Predicate {
  switch (expression.kind) {
    case 'and': {
      const terms = expression.terms.map((term) => compile(term, filter));
      return (read) => terms.every((term) => term(read));
    }
    case 'or': {
      const terms = expression.terms.map((term) => compile(term, filter));
      return (read) => terms.some((term) => term(read));
    }
    case 'not': {
      const term = compile(expression.term, filter);
      return (read) => !term(read);
    }
    case 'flag': {
      const { operand } = expression;
      if (operand.type !== 'Edm.Boolean') throw filterFault('A condition expected', operand.position, filter);
      const value = reader(operand);
      return (read) => value(read) === true;
    }
    case 'compare':
      return comparison(expression.operator, expression.left, expression.right, expression.position, filter);
    case 'in': {
      const { item, values, position } = expression;
      const terms = values.map((value) => comparison('eq', item, value, position, filter));
      return (read) => terms.some((term) => term(read));
    }
    case 'call':
      return textCall(expression.name, expression.text, expression.search, filter);
  }
}

type Sort = 'text' | 'enum' | 'boolean' | 'number' | 'instant' | 'null';
type Comparable = string | number | boolean | null;

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
    case 'complex': {
      const name = operand.kind === 'property' ? operand.name : '';
      throw filterFault(`'${name}' is a collection or a structure and cannot be compared`, operand.position, filter);
    }
  }
}

/** Which comparisons each sort of value has; enums are texts on the wire, without an order. */
const ordered: Record<Sort, boolean> = { text: true, number: true, instant: true, null: true, enum: false, boolean: false };

function comparison(operator: Comparison, left: Operand, right: Operand, position: number, filter: string): Predicate {
  const sorts = [sortOf(left, filter), sortOf(right, filter)] as const;
  const [a, b] = sorts;
  const alike = a === b || sorts.includes('null') || (sorts.includes('enum') && sorts.includes('text'));
  const inOrder = operator === 'eq' || operator === 'ne' || sorts.every((sort) => ordered[sort]);
  if (!alike || !inOrder) {
    throw filterFault(
      `A binary operator with incompatible types was detected. Found operand types '${left.type}' and '${right.type}' for operator kind '${operator}'`,
      position,
      filter,
    );
  }
  const readLeft = reader(left);
  const readRight = reader(right);
  const holds = comparers[operator];
  return (read) => holds(readLeft(read), readRight(read));
}

const comparers: Record<Comparison, (a: Comparable, b: Comparable) => boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a !== null && b !== null && a > b,
  ge: (a, b) => a !== null && b !== null && a >= b,
  lt: (a, b) => a !== null && b !== null && a < b,
  le: (a, b) => a !== null && b !== null && a <= b,
};

function textCall(name: TextFunction, text: Operand, search: Operand, filter: string): Predicate {
  for (const operand of [text, search]) {
    if (operand.type !== 'Edm.String') throw filterFault(`${name} takes texts, not '${operand.type}',`, operand.position, filter);
  }
  const readText = reader(text);
  const readSearch = reader(search);
  const holds = textTests[name];
  return (read) => {
    const a = readText(read);
    const b = readSearch(read);
    return typeof a === 'string' && typeof b === 'string' && holds(a, b);
  };
}

const textTests: Record<TextFunction, (text: string, search: string) => boolean> = {
  startswith: (text, search) => text.startsWith(search),
  endswith: (text, search) => text.endsWith(search),
  contains: (text, search) => text.includes(search),
};

/** Values that compare with `===` and `<`: texts folded, date-times in milliseconds. A literal is folded once, not per device. */
function reader(operand: Operand): (read: Read) => Comparable {
  if (operand.kind === 'literal') {
    const value = typeof operand.value === 'string' ? operand.value.toLowerCase() : operand.value;
    return () => value;
  }
  const { name, type } = operand;
  return (read) => {
    const value = read(name);
    if (type === 'Edm.DateTimeOffset' && typeof value === 'string') return Date.parse(value);
    if (typeof value === 'string') return value.toLowerCase();
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  };
}

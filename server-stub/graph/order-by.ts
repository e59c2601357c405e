/**
 * `$orderby`: several properties, each ascending or descending. Texts are ordered without regard to case; what has no value comes
 * first ascending. Items that are alike in all of them are in the order of their ids, so that every list has one order alone and
 * a page can begin after any place in it.
 */
import { type Comparable, comparableOf } from './comparable.ts';
import { badRequest } from './errors.ts';
import type { Resource } from './property.ts';
import { memberAt, memberOf, propertyOf } from './property-path.ts';

export interface Order<Source> {
  terms: readonly Term<Source>[];
  /** Of two orders the same exactly if they order alike: `devicename desc,id asc`. */
  signature: string;
}

interface Term<Source> {
  /** In the schema's case, with slashes. */
  path: string;
  descending: boolean;
  read(source: Source): Comparable;
}

/** A place in an order: behind the item with these values and this id. */
export interface Position {
  keys: readonly Comparable[];
  id: string;
}

/** Longer texts, which no device's properties are, are ordered by their beginnings, so that a place fits into a link. */
const keyLengthMax = 1024;
const termsMax = 10;

/** @throws GraphFault 400 BadRequest */
export function orderOf<Source>(option: string, of: Resource<Source>): Order<Source> {
  const terms = option.split(',').map((part) => termOf(part, option, of));
  if (terms.length > termsMax) throw badRequest(`The query option '$orderby' takes at most ${termsMax} properties, not ${terms.length}.`);
  return { terms, signature: terms.map(({ path, descending }) => `${path} ${descending ? 'desc' : 'asc'}`).join(',') };
}

function termOf<Source>(part: string, option: string, of: Resource<Source>): Term<Source> {
  const [, path, direction = 'asc'] = /^\s*([\w.]+(?:\/\w+)*)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? [];
  if (path === undefined) {
    throw badRequest(
      `Invalid orderby clause: Syntax error in '${option.slice(0, 128)}'. Write 'property', 'property asc' or 'property desc', with commas between.`,
    );
  }
  const [first = '', ...rest] = path.split('/');
  const property = of.property(first);
  const start = propertyOf(of, first);
  if (property === undefined || start === undefined) {
    const what = property === undefined ? `Could not find a property named '${first}' on type '${of.typeName}'` : `'${first}' is a secret`;
    throw badRequest(`Invalid orderby clause: ${what}.`);
  }
  let end = start;
  const members: string[] = [];
  for (const name of rest) {
    const member = end.shape?.kind === 'structure' ? memberOf(end.shape, name) : undefined;
    if (member === undefined) throw badRequest(`Invalid orderby clause: Could not find a property named '${name}' on '${end.name}'.`);
    members.push(member.name);
    end = member;
  }
  const { type } = end;
  if (type === 'complex') {
    throw badRequest(`Invalid orderby clause: '${path}' is a collection or a structure, and has no order.`);
  }
  return {
    path: [start.name, ...members].join('/'),
    descending: direction.toLowerCase() === 'desc',
    read: (source) => orderKey(comparableOf(type, memberAt(property.read(source), members))),
  };
}

/** Texts are ordered by code points, as databases order them: JavaScript puts what is beyond U+FFFF before U+E000. */
function orderKey(value: Comparable): Comparable {
  if (typeof value !== 'string') return value;
  const key = value.slice(0, keyLengthMax);
  return beyondSurrogates.test(key) ? key.replace(everyoneBeyond, swapped) : key;
}

const beyondSurrogates = /[\ud800-\uffff]/;
const everyoneBeyond = /[\ud800-\uffff]/g;

function swapped(unit: string): string {
  const code = unit.charCodeAt(0);
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
}

/** Negative: `a` comes first. */
function comparePositions(order: Order<never>, a: Position, b: Position): number {
  for (const [index, { descending }] of order.terms.entries()) {
    const compared = compareValues(a.keys[index] ?? null, b.keys[index] ?? null);
    if (compared !== 0) return descending ? -compared : compared;
  }
  return compareValues(a.id, b.id);
}

function compareValues(a: Comparable, b: Comparable): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

export interface Placed<Item> extends Position {
  item: Item;
}

/**
 * The first `size` items of the order behind `after`, in it. However many there are, only about twice `size` are kept at a time.
 */
export function firstInOrder<Item, Source>(
  items: Iterable<Item>,
  order: Order<Source>,
  sourceOf: (item: Item) => Source,
  idOf: (item: Item) => string,
  after: Position | null,
  size: number,
): Placed<Item>[] {
  const compare = (a: Position, b: Position) => comparePositions(order, a, b);
  let kept: Placed<Item>[] = [];
  /** Whatever comes behind it is not among the first. */
  let worst: Placed<Item> | undefined;
  for (const item of items) {
    const source = sourceOf(item);
    const placed = { keys: order.terms.map((term) => term.read(source)), id: idOf(item), item };
    if (after !== null && compare(placed, after) <= 0) continue;
    if (worst !== undefined && compare(placed, worst) > 0) continue;
    kept.push(placed);
    if (kept.length >= 2 * size + 16) {
      kept = kept.sort(compare).slice(0, size);
      worst = kept.at(-1);
    }
  }
  return kept.sort(compare).slice(0, size);
}

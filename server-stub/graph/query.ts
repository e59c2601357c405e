/** What a request wants to see of a resource: which items ($filter), what of each ($select), and what belongs to each ($expand). */
import type { GraphVersion } from './endpoint.ts';
import { type Expansion, type Expansions, expandedOf } from './expand.ts';
import { type Expression, parseFilter } from './filter.ts';
import { predicateOf } from './filter-predicate.ts';
import { firstInOrder, orderOf } from './order-by.ts';
import { type Place, type Resource, render } from './property.ts';
import { type OptionValues, pageSize, selection } from './query-options.ts';

/** Items, and how to read them. */
export interface Readable<Item, Source> {
  resource: Resource<Source>;
  sourceOf(item: Item): Source;
  /** What `$expand` may name. */
  expansions?: Expansions<Item>;
}

export interface View<Item> {
  /** What `@odata.context` says of it: `(id,members())`, or nothing. */
  context: string;
  /** @param at the `@odata.context` of the collection, for notes about what is expanded; null: none are wanted */
  show(item: Item, place: Place, at: string | null): Record<string, unknown>;
}

/** @throws GraphFault 400 BadRequest */
export function viewOf<Item, Source>(values: OptionValues, of: Readable<Item, Source>, version: GraphVersion, depth = 1): View<Item> {
  const { resource, sourceOf, expansions = {} } = of;
  const selected = selection(values.get('select'), resource, Object.keys(expansions));
  const expanded = expandedOf(values.get('expand'), resource.typeName, expansions, version, depth);
  const names = [...(selected ?? []).map(({ name }) => name), ...expanded.map(([name, { context }]) => `${name}(${context})`)];
  return {
    context: names.join(','),
    show(item, place, at) {
      const source = sourceOf(item);
      const shown = render(resource, selected, place, source);
      const here = at === null ? null : `${at}('${String(resource.property('id')?.read(source) ?? '')}')`;
      for (const [name, { context, read }] of expanded) {
        if (here !== null) shown[`${name}@odata.context`] = `${here}/${name}${context === '' ? '' : `(${context})`}`;
        shown[name] = read(item, here === null ? null : `${here}/${name}`);
      }
      return shown;
    },
  };
}

export interface Filter<Item> {
  expression: Expression | null;
  matches(item: Item): boolean;
  /** Nothing was asked for: every item matches. */
  isAll?: true;
}

/** @throws GraphFault 400 BadRequest */
export function filterOf<Item, Source>(option: string | undefined, { resource, sourceOf }: Readable<Item, Source>): Filter<Item> {
  if (option === undefined) return { expression: null, matches: () => true, isAll: true };
  const expression = parseFilter(option, resource);
  const predicate = predicateOf(expression, option, resource);
  return { expression, matches: (item) => predicate(sourceOf(item)) };
}

export interface Relationship<Item, Other, Source> {
  resource: Resource<Source>;
  sourceOf(other: Other): Source;
  /** What belongs to this item, in its own order. */
  of(item: Item): Iterable<Other>;
  /** There is one at most: an object or null, not a list. */
  single?: true;
  /** No more are shown than these (the directory: 20). */
  limit?: number;
  /** What `$expand` may name within it; asked for late, because relationships lead back to where they come from. */
  expansions?: () => Expansions<Other>;
}

/** A relationship that `$expand` may name. */
export function relationship<Item, Other, Source>(to: Relationship<Item, Other, Source>): Expansion<Item> {
  const { resource, sourceOf } = to;
  return {
    prepare(options, version, depth) {
      const expansions = to.expansions?.();
      const view = viewOf(options, { resource, sourceOf, ...(expansions && { expansions }) }, version, depth + 1);
      const filter = filterOf(options.get('filter'), { resource, sourceOf });
      const orderBy = options.get('orderby');
      const order = orderBy === undefined ? null : orderOf(orderBy, resource);
      const limit = to.limit ?? Number.MAX_SAFE_INTEGER;
      const size = pageSize(options.get('top'), { default: limit, max: limit });
      const wanted = (item: Item): Other[] => {
        const found = matching(to.of(item), filter, order === null ? size : null);
        if (order === null) return found;
        // What is alike stays in its own order.
        const places = new Map(found.map((other, index) => [other, String(index).padStart(10, '0')]));
        return firstInOrder(found, order, sourceOf, (other) => places.get(other) ?? '', null, Math.min(size, found.length)).map(
          (placed) => placed.item,
        );
      };
      return {
        context: view.context,
        read(item, at) {
          const shown = wanted(item).map((other) => view.show(other, 'list', at));
          return to.single === true ? (shown[0] ?? null) : shown;
        },
      };
    },
  };
}

/** @param limit null: all */
function matching<Item>(items: Iterable<Item>, filter: Filter<Item>, limit: number | null): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.length === limit) break;
    if (filter.matches(item)) found.push(item);
  }
  return found;
}

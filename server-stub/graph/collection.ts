/**
 * Reading a collection of the service: pages of it, how many there are, one of them (reference §3.1, §3.2). What differs between
 * collections is a record; what a page, a filter and a link are does not.
 */
import { isEventual, mustBeAdvanced, mustBeEventual, mustBePageSize } from './advanced-query.ts';
import { directoryRefusal } from './directory-faults.ts';
import type { Call } from './endpoint.ts';
import { badRequest } from './errors.ts';
import type { Expression } from './filter.ts';
import { firstInOrder, type Order, orderOf, type Placed, type Position } from './order-by.ts';
import { type Filter, filterOf, type Readable, viewOf } from './query.ts';
import {
  isCountWanted,
  type OptionName,
  type OptionValues,
  type PageSizes,
  pageSize,
  preferredPageSize,
  queryOptions,
  skipCount,
} from './query-options.ts';
import { jsonResponse, textResponse } from './response.ts';
import { searchOf } from './search.ts';
import { afterToken, foreignToken, skipToken } from './skip-token.ts';
import type { GraphResponse } from './tenant.ts';

export interface Collection<Item, Source> extends Readable<Item, Source> {
  /** Below `/{version}/`: `deviceManagement/managedDevices`. */
  path: string;
  /** What `@odata.context` calls it, where that is not its path: `directoryObjects`, `users('…')/managedDevices`. */
  context?: string;
  /** Users, groups and what is in them have other pages, other counts and other questions than Intune's collections. */
  style?: 'directory';
  /**
   * In the collection's own order, beginning after the item with the id `afterId`.
   * @param ascending only where `order` is given: the other way round
   * @param filter what is asked for, as a hint: more may be handed out
   */
  items(afterId: string | null, ascending: boolean, filter: Expression | null): Iterable<Item>;
  /** Different for each item. */
  idOf(item: Item): string;
  /** How many there are in all, where that is known without going through them. */
  total?(): number;
  /** Where an index can sort and search; `items` with a predicate comes to the same, by going through all of them. */
  index?: CollectionIndex<Item, Source>;
  /** The property by which the own order is descending, where there is one: `$orderby` by it alone needs no sorting. */
  order?: string;
}

/** Answers of an index; undefined: it does not know this question, or another way is shorter. */
export interface CollectionIndex<Item, Source> {
  /**
   * In this order (null: the collection's own), and of those that are alike by id. More may be handed out than the filter asks for.
   * @param size how many are asked for, behind those that are left out
   */
  found(question: { filter: Expression | null; order: Order<Source> | null; skip: number; size: number }): Found<Item> | undefined;
  count(filter: Expression | null): number | undefined;
}

interface Found<Item> {
  items: Iterable<Item>;
  /** So many of the first that match were left out: all that were to be, or none. */
  skipped: number;
}

const intunePages: PageSizes = { default: 1000, max: 1000 };
const directoryPages: PageSizes = { default: 100, max: 999 };

/**
 * One page. `@odata.count` of Intune counts this page, asked for or not; of the directory all items, in the first page, if asked for
 * (reference §3.1). `@odata.nextLink` is there exactly when one more item would match now.
 * @throws GraphFault
 */
export function listPage<Item, Source>(call: Call, collection: Collection<Item, Source>): GraphResponse {
  const { request, version } = call;
  const { resource, path } = collection;
  const { values, raw } = optionsOf(call, collection);
  const isDirectory = collection.style === 'directory';
  const view = viewOf(values, collection, version);
  const filter = questionOf(values, collection);
  const isCounted = isCountWanted(values.get('count'));
  if (isDirectory) {
    mustBeAdvanced(request, values, filter.expression);
    mustBePageSize(values.get('top'), directoryPages.max);
  }
  const preferred = preferredPageSize(request.headers.prefer);
  const size = Math.min(pageSize(values.get('top'), isDirectory ? directoryPages : intunePages), preferred ?? Number.MAX_SAFE_INTEGER);
  const sorting = sortingOf(values.get('orderby'), collection);
  const tokenOf = `${resource.typeName} ${sorting.signature}`;
  const after = afterToken(tokenOf, sorting.order?.terms.length ?? 0, values.get('skiptoken'));
  const skip = skipCount(values.get('skip'));
  if (after !== null && skip > 0) throw badRequest("'$skip' and '$skiptoken' exclude each other: follow @odata.nextLink as it is.");
  const found = firstItems(collection, sorting, filter, after, { skip, size: size + 1 });
  const page = found.slice(0, size);
  const last = found.length > size ? page.at(-1) : undefined;
  const contextPath = contextOf(call, collection);
  const answer = {
    '@odata.context': `${contextPath}${view.context === '' ? '' : `(${view.context})`}`,
    ...(!isDirectory && { '@odata.count': page.length }),
    ...(isDirectory && isCounted && isEventual(request) && after === null && { '@odata.count': countMatches(collection, filter) }),
    ...(last !== undefined && {
      '@odata.nextLink': `${request.origin}/${version}/${path}?${[...raw, `$skiptoken=${skipToken(tokenOf, last)}`].join('&')}`,
    }),
    value: page.map(({ item }) => view.show(item, 'list', isDirectory ? null : contextPath)),
  };
  return jsonResponse(request, answer, {
    ...(isDirectory && directoryHeaders),
    ...(preferred !== null && { 'preference-applied': `odata.maxpagesize=${preferred}` }),
  });
}

/** What a question to the directory costs; every one of ours is a small one (reference §3.2). */
const directoryHeaders = { 'x-ms-resource-unit': '1' };

/** `/$count`: all that match, as a bare integer. @throws GraphFault */
export function countItems<Item, Source>({ request, version }: Call, collection: Collection<Item, Source>): GraphResponse {
  const isDirectory = collection.style === 'directory';
  const { values } = queryOptions(request.query, version, ['filter', ...(isDirectory ? (['search'] as const) : [])]);
  const filter = questionOf(values, collection);
  if (isDirectory) mustBeEventual(request);
  return textResponse(request, String(countMatches(collection, filter)));
}

/** One item, found by `find` after the options were read, so that a wrong `$select` is told first. @throws GraphFault */
export function oneItem<Item, Source>(call: Call, collection: Collection<Item, Source>, find: () => Item): GraphResponse {
  const { request, version } = call;
  const isDirectory = collection.style === 'directory';
  const { values } = queryOptions(request.query, version, ['select', ...(collection.expansions ? (['expand'] as const) : [])]);
  const view = viewOf(values, collection, version);
  const item = find();
  const contextPath = contextOf(call, collection);
  const answer = {
    '@odata.context': `${contextPath}${view.context === '' ? '' : `(${view.context})`}/$entity`,
    ...view.show(item, 'entity', isDirectory ? null : contextPath),
  };
  return jsonResponse(request, answer, isDirectory ? directoryHeaders : {});
}

/** What a POST or PATCH answers about the item that it made or changed. */
export function entityBody<Item, Source>(call: Call, collection: Collection<Item, Source>, item: Item): Record<string, unknown> {
  return {
    '@odata.context': `${contextOf(call, collection)}/$entity`,
    ...viewOf(new Map(), collection, call.version).show(item, 'entity', null),
  };
}

/**
 * What comes after the last item that the caller has seen, for a collection that is kept in one order. Where items are only ever
 * added at the other end, no page misses or doubles one. @throws GraphFault 400: there is no such item
 */
export function* itemsAfter<Item>(items: Iterable<Item>, isLast: (item: Item) => boolean): Generator<Item, void, void> {
  let passed = false;
  for (const item of items) {
    if (passed) yield item;
    else passed = isLast(item);
  }
  if (!passed) throw foreignToken();
}

/** @throws GraphFault 400 */
function optionsOf<Item, Source>({ request, version }: Call, { style, expansions }: Collection<Item, Source>) {
  const allowed: OptionName[] = ['select', 'filter', 'orderby', 'top', 'skip', 'skiptoken', 'count'];
  if (expansions !== undefined) allowed.push('expand');
  if (style === 'directory') allowed.push('search');
  const options = queryOptions(request.query, version, allowed);
  if (style === 'directory' && options.values.has('skip')) throw directoryRefusal("'$skip' is not supported by the service.");
  return options;
}

/** `$filter` and `$search`. A filter sees the real values, also those that a list does not show. @throws GraphFault 400 */
function questionOf<Item, Source>(values: OptionValues, collection: Collection<Item, Source>): Filter<Item> {
  const filter = filterOf(values.get('filter'), collection);
  const text = values.get('search');
  if (text === undefined) return filter;
  const search = searchOf(text, collection.resource);
  return { expression: filter.expression, matches: (item) => filter.matches(item) && search(collection.sourceOf(item)) };
}

interface Sorting<Source> {
  /** null: the collection's own. */
  order: Order<Source> | null;
  ascending: boolean;
  signature: string;
}

/** @throws GraphFault 400 */
function sortingOf<Item, Source>(option: string | undefined, { resource, order: own }: Collection<Item, Source>): Sorting<Source> {
  if (option === undefined || option.trim() === '') return { order: null, ascending: false, signature: '' };
  const order = orderOf(option, resource);
  const [first, second] = order.terms;
  if (first === undefined || second !== undefined || first.path !== own) return { order, ascending: false, signature: order.signature };
  return { order: null, ascending: !first.descending, signature: first.descending ? '' : order.signature };
}

function firstItems<Item, Source>(
  collection: Collection<Item, Source>,
  { order, ascending }: Sorting<Source>,
  filter: Filter<Item>,
  after: Position | null,
  { skip, size }: { skip: number; size: number },
): Placed<Item>[] {
  const { idOf, sourceOf } = collection;
  const indexed = after === null && !ascending ? collection.index?.found({ filter: filter.expression, order, skip, size }) : undefined;
  const keysOf = (item: Item) => (order === null ? [] : order.terms.map((term) => term.read(sourceOf(item))));
  const place = (item: Item): Placed<Item> => ({ item, id: idOf(item), keys: keysOf(item) });
  if (indexed !== undefined) return firstMatching(indexed.items, filter, skip - indexed.skipped, size).map(place);
  if (order === null) {
    return firstMatching(collection.items(after?.id ?? null, ascending, filter.expression), filter, skip, size).map(place);
  }
  const all = matching(collection.items(null, false, filter.expression), filter);
  return firstInOrder(all, order, sourceOf, idOf, after, skip + size).slice(skip);
}

function firstMatching<Item>(items: Iterable<Item>, filter: Filter<Item>, skip: number, size: number): Item[] {
  const found: Item[] = [];
  let left = skip;
  for (const item of matching(items, filter)) {
    if (left-- > 0) continue;
    found.push(item);
    if (found.length === size) break;
  }
  return found;
}

function* matching<Item>(items: Iterable<Item>, { matches }: Filter<Item>): Generator<Item, void, void> {
  for (const item of items) if (matches(item)) yield item;
}

function countMatches<Item, Source>(
  { items, total, index }: Collection<Item, Source>,
  { expression, matches, isAll }: Filter<Item>,
): number {
  if (total !== undefined && isAll === true) return total();
  const known = index?.count(expression);
  if (known !== undefined) return known;
  let count = 0;
  for (const item of items(null, false, expression)) if (matches(item)) count++;
  return count;
}

function contextOf<Item, Source>({ request, version }: Call, { path, context }: Collection<Item, Source>): string {
  return `${request.origin}/${version}/$metadata#${context ?? path}`;
}

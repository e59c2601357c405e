/**
 * Reading a collection of the service: pages of it, how many there are, one of them (reference §3.1, §3.2). What differs between
 * collections is a record; what a page, a filter and a link are does not.
 */
import { badRequest } from './errors.ts';
import { compileFilter } from './filter-predicate.ts';
import { type Property, type Resource, render } from './property.ts';
import { type GraphVersion, type OptionName, pageSize, queryOptions, selection } from './query-options.ts';
import { jsonResponse, textResponse } from './response.ts';
import { afterToken, foreignToken, skipToken } from './skip-token.ts';
import type { GraphRequest, GraphResponse } from './tenant.ts';

export interface Collection<Item, Source> {
  /** Below `/{version}/`: `deviceManagement/managedDevices`. */
  path: string;
  resource: Resource<Source>;
  /** What a skip token calls the id in it. */
  tokenName: string;
  /** In the order that they are served, beginning after `afterId`. */
  items(afterId: string | null, ascending: boolean): Iterable<Item>;
  idOf(item: Item): string;
  sourceOf(item: Item): Source;
  /** The one property that `$orderby` may name, where there is one; without `$orderby` the order is descending by it. */
  order?: string;
}

/**
 * One page. `@odata.count` counts this page, asked for or not, as Intune does (reference §3.1).
 * `@odata.nextLink` is there exactly when one more item would match now.
 * @throws GraphFault
 */
export function listPage<Item, Source>(request: GraphRequest, version: GraphVersion, collection: Collection<Item, Source>): GraphResponse {
  const { resource, order, path } = collection;
  const allowed: OptionName[] = ['select', 'filter', 'top', 'skiptoken', 'count', ...(order === undefined ? [] : (['orderby'] as const))];
  const { values, raw } = queryOptions(request.query, version, allowed);
  checkCount(values.get('count'));
  const selected = selection(values.get('select'), resource);
  const size = pageSize(values.get('top'));
  const matches = filterOf(values.get('filter'), collection);
  const items = collection.items(afterToken(collection.tokenName, values.get('skiptoken')), isAscending(values.get('orderby'), order));
  const page: Item[] = [];
  let more = false;
  for (const item of items) {
    if (!matches(item)) continue;
    more = page.length === size;
    if (more) break;
    page.push(item);
  }
  const last = page.at(-1);
  const next = (item: Item) =>
    `${request.origin}/${version}/${path}?${[...raw, `$skiptoken=${skipToken(collection.tokenName, collection.idOf(item))}`].join('&')}`;
  return jsonResponse(request, {
    '@odata.context': contextOf(request, version, collection, selected),
    '@odata.count': page.length,
    ...(more && last !== undefined && { '@odata.nextLink': next(last) }),
    value: page.map((item) => render(resource, selected, 'list', collection.sourceOf(item))),
  });
}

/** `/$count`: all that match, as a bare integer. @throws GraphFault */
export function countItems<Item, Source>(
  request: GraphRequest,
  version: GraphVersion,
  collection: Collection<Item, Source>,
): GraphResponse {
  const { values } = queryOptions(request.query, version, ['filter']);
  const matches = filterOf(values.get('filter'), collection);
  let count = 0;
  for (const item of collection.items(null, false)) if (matches(item)) count++;
  return textResponse(request, String(count));
}

/** One item, found by `find` after the options were read, so that a wrong `$select` is told first. @throws GraphFault */
export function oneItem<Item, Source>(
  request: GraphRequest,
  version: GraphVersion,
  collection: Collection<Item, Source>,
  find: () => Item,
): GraphResponse {
  const { values } = queryOptions(request.query, version, ['select']);
  const selected = selection(values.get('select'), collection.resource);
  const item = find();
  return jsonResponse(request, {
    '@odata.context': `${contextOf(request, version, collection, selected)}/$entity`,
    ...render(collection.resource, selected, 'entity', collection.sourceOf(item)),
  });
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

/** A filter sees the real values, also those that a list does not show: a filter that can never match helps nobody. */
function filterOf<Item, Source>(option: string | undefined, { resource, sourceOf }: Collection<Item, Source>): (item: Item) => boolean {
  if (option === undefined) return () => true;
  const predicate = compileFilter(option, resource.typeName, (name) => {
    const property = resource.property(name);
    return property && { name: property.name, type: property.type };
  });
  return (item) => {
    const source = sourceOf(item);
    return predicate((name) => resource.property(name)?.read(source));
  };
}

function isAscending(option: string | undefined, order: string | undefined): boolean {
  if (option === undefined || order === undefined) return false;
  const [, name, direction = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(option) ?? [];
  if (name?.toLowerCase() !== order.toLowerCase()) {
    throw badRequest(`The query option '$orderby' takes '${order} asc' or '${order} desc' here, not '${option.slice(0, 128)}'.`);
  }
  return direction.toLowerCase() === 'asc';
}

function checkCount(option: string | undefined): void {
  if (option === undefined || /^(true|false)$/i.test(option)) return;
  throw badRequest(`Invalid value '${option}' for $count query option found. Valid values are 'true' and 'false'.`);
}

function contextOf<Item, Source>(
  request: GraphRequest,
  version: GraphVersion,
  { path }: Collection<Item, Source>,
  selected: readonly Property<Source>[] | null,
): string {
  const names = selected === null ? '' : `(${selected.map((property) => property.name).join(',')})`;
  return `${request.origin}/${version}/$metadata#${path}${names}`;
}

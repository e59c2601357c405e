/**
 * The query options of a request (reference §3.1). What we do not do is refused, never ignored: a filter or an order that is
 * silently dropped, as the real service is reported to do, is a bug that only shows in production.
 */
import { badRequest } from './errors.ts';
import type { Property, Resource } from './property.ts';

export type GraphVersion = 'v1.0' | 'beta';
export type OptionName = 'select' | 'filter' | 'top' | 'skiptoken' | 'count' | 'orderby';

/** Graph's options that a request does not take, and what to do instead where there is an answer. */
const advice: Readonly<Record<string, string>> = {
  orderby: 'the real service is reported to ignore it on Intune resources, so no program may rely on it; sort the answer instead',
  search: 'use $filter with contains(…)',
  expand: 'request the navigation by itself',
  skip: 'follow @odata.nextLink',
  format: 'answers are JSON',
  apply: '',
  compute: '',
};

/** What at least one collection of ours takes. */
const supported: readonly string[] = ['select', 'filter', 'top', 'skiptoken', 'count', 'orderby'] satisfies OptionName[];

export interface QueryOptions {
  values: ReadonlyMap<OptionName, string>;
  /** As they came, without $skiptoken: what a next link repeats. */
  raw: readonly string[];
}

/** @throws GraphFault 400 BadRequest */
export function queryOptions(query: string, version: GraphVersion, allowed: readonly OptionName[]): QueryOptions {
  const values = new Map<OptionName, string>();
  const raw: string[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const [name, value] = pair(part);
    const option = optionName(name, version);
    if (option !== 'skiptoken') raw.push(part);
    // Other parameters are the caller's own (cache breakers such as `_=1576515130721`).
    if (option === undefined) continue;
    const known = allowed.find((candidate) => candidate === option);
    if (known === undefined) throw notSupported(option);
    if (values.has(known))
      throw badRequest(`Query option '$${known}' was specified more than once, but it must be specified at most once.`);
    values.set(known, value);
  }
  return { values, raw };
}

function pair(part: string): [name: string, value: string] {
  const equals = part.indexOf('=');
  const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));
  try {
    return equals === -1 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
  } catch {
    throw badRequest(`The query option '${part.slice(0, 128)}' is not percent-encoded correctly.`);
  }
}

/** Without its `$` and in lower case; `undefined`: not an option of OData. On beta the `$` may be left out. */
function optionName(name: string, version: GraphVersion): string | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith('$')) return lower.slice(1);
  if (!supported.includes(lower) && !Object.hasOwn(advice, lower)) return undefined;
  if (version === 'beta') return lower;
  throw badRequest(`The query option '${name}' needs its dollar sign on v1.0: '$${lower}'.`);
}

function notSupported(option: string) {
  const name = `$${option.slice(0, 64)}`;
  if (Object.hasOwn(advice, option)) {
    const instead = advice[option] ?? '';
    return badRequest(`The query option '${name}' is not supported here${instead === '' ? '' : `: ${instead}`}.`);
  }
  if (supported.includes(option)) return badRequest(`The query option '${name}' is not supported on this request.`);
  return badRequest(`The query parameter '${name}' is not supported.`);
}

/** The selected properties in the caller's order; `null`: all. @throws GraphFault 400 BadRequest */
export function selection<Source>(option: string | undefined, of: Resource<Source>): Property<Source>[] | null {
  if (option === undefined || option.trim() === '') return null;
  const selected = new Set<Property<Source>>();
  for (const name of option.split(',').map((part) => part.trim())) {
    if (name === '*') return null;
    const property = of.property(name);
    if (property === undefined) {
      throw badRequest(`Parsing OData Select and Expand failed: Could not find a property named '${name}' on type '${of.typeName}'.`);
    }
    selected.add(property);
  }
  return [...selected];
}

/** Graph's page size at most and by default (reference §3.1). */
const pageSizeMax = 1000;

/** `$top` is the size of a page, not of the whole answer: with more to come there is a next link. @throws GraphFault 400 */
export function pageSize(option: string | undefined): number {
  if (option === undefined) return pageSizeMax;
  if (!/^\d{1,9}$/.test(option) || Number(option) === 0) {
    throw badRequest(`Invalid value '${option}' for $top query option found. The $top query option requires an integer of 1 or more.`);
  }
  return Math.min(Number(option), pageSizeMax);
}

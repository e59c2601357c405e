/**
 * The query options of a request (reference §3.1). What we do not do is refused, never ignored: a filter or an order that is
 * silently dropped, as the real service is reported to do, is a bug that only shows in production.
 */
import type { GraphVersion } from './endpoint.ts';
import { badRequest, GraphFault } from './errors.ts';
import type { Property, Resource } from './property.ts';

/** What at least one request of ours takes. `$format` is taken by all. */
const supported = ['select', 'filter', 'top', 'skip', 'skiptoken', 'count', 'orderby', 'search', 'expand'] as const;
export type OptionName = (typeof supported)[number];
export type OptionValues = ReadonlyMap<OptionName, string>;

/** Graph's options that a request may not take, and what to do instead where there is an answer. */
const advice: Readonly<Record<string, string>> = {
  search: 'use $filter with contains(…)',
  expand: 'nothing here can be expanded',
  apply: '',
  compute: '',
};

export interface QueryOptions {
  values: OptionValues;
  /** As they came, without $skip and $skiptoken: what a next link repeats. */
  raw: readonly string[];
}

/** @throws GraphFault 400 BadRequest */
export function queryOptions(query: string, version: GraphVersion, allowed: readonly OptionName[]): QueryOptions {
  const raw: string[] = [];
  const pairs: [name: string, value: string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const [name, value] = pair(part);
    const option = optionName(name, version);
    if (option !== 'skiptoken' && option !== 'skip') raw.push(part);
    // Other parameters are the caller's own (cache breakers such as `_=1576515130721`).
    if (option !== undefined) pairs.push([option, value]);
  }
  return { values: optionValues(pairs, allowed), raw };
}

/** @param pairs options without their `$`, in lower case. @throws GraphFault 400 BadRequest */
export function optionValues(pairs: Iterable<readonly [option: string, value: string]>, allowed: readonly OptionName[]): OptionValues {
  const values = new Map<OptionName, string>();
  for (const [option, value] of pairs) {
    if (option === 'format') {
      checkFormat(value);
      continue;
    }
    const known = allowed.find((candidate) => candidate === option);
    if (known === undefined) throw notSupported(option);
    if (values.has(known)) {
      throw badRequest(`Query option '$${known}' was specified more than once, but it must be specified at most once.`);
    }
    values.set(known, value);
  }
  return values;
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
export function optionName(name: string, version: GraphVersion): string | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith('$')) return lower.slice(1);
  const known = lower === 'format' || (supported as readonly string[]).includes(lower) || Object.hasOwn(advice, lower);
  if (!known) return undefined;
  if (version === 'beta') return lower;
  throw badRequest(`The query option '${name}' needs its dollar sign on v1.0: '$${lower}'.`);
}

function notSupported(option: string) {
  const name = `$${option.slice(0, 64)}`;
  if (Object.hasOwn(advice, option)) {
    const instead = advice[option] ?? '';
    return badRequest(`The query option '${name}' is not supported here${instead === '' ? '' : `: ${instead}`}.`);
  }
  if ((supported as readonly string[]).includes(option)) {
    return badRequest(`The query option '${name}' is not supported on this request.`);
  }
  return badRequest(`The query parameter '${name}' is not supported.`);
}

function checkFormat(value: string): void {
  if (/^(json|application\/json(;.*)?)$/i.test(value.trim())) return;
  throw new GraphFault(406, 'NotAcceptable', `The query option '$format' takes 'json' here, not '${value.slice(0, 64)}'.`);
}

/**
 * The selected properties in the caller's order; `null`: all.
 * @param relationships names that `$select` may hold too: `$expand` decides about them. @throws GraphFault 400 BadRequest
 */
export function selection<Source>(
  option: string | undefined,
  of: Resource<Source>,
  relationships: readonly string[] = [],
): Property<Source>[] | null {
  if (option === undefined || option.trim() === '') return null;
  const selected = new Set<Property<Source>>();
  for (const name of option.split(',').map((part) => part.trim())) {
    if (name === '*') return null;
    if (relationships.some((known) => known.toLowerCase() === name.toLowerCase())) continue;
    const property = of.property(name);
    if (property === undefined) {
      throw badRequest(
        `Parsing OData Select and Expand failed: Could not find a property named '${name.slice(0, 128)}' on type '${of.typeName}'.`,
      );
    }
    selected.add(property);
  }
  return [...selected];
}

export interface PageSizes {
  default: number;
  max: number;
}

/** `$top` is the size of a page, not of the whole answer: with more to come there is a next link. @throws GraphFault 400 */
export function pageSize(option: string | undefined, sizes: PageSizes): number {
  if (option === undefined) return sizes.default;
  if (!/^\d{1,9}$/.test(option) || Number(option) === 0) {
    throw badRequest(`Invalid value '${option}' for $top query option found. The $top query option requires an integer of 1 or more.`);
  }
  return Math.min(Number(option), sizes.max);
}

/** How many items to leave out. @throws GraphFault 400 */
export function skipCount(option: string | undefined): number {
  if (option === undefined) return 0;
  if (!/^\d{1,9}$/.test(option)) {
    throw badRequest(`Invalid value '${option}' for $skip query option found. The $skip query option requires an integer of 0 or more.`);
  }
  return Number(option);
}

/** Whether the number of items is wanted. @throws GraphFault 400 */
export function isCountWanted(option: string | undefined): boolean {
  if (option === undefined) return false;
  if (/^(true|false)$/i.test(option)) return option.toLowerCase() === 'true';
  throw badRequest(`Invalid value '${option}' for $count query option found. Valid values are 'true' and 'false'.`);
}

/** `Prefer: odata.maxpagesize=50`; null: none that can be honoured (RFC 7240: a preference is never an error). */
export function preferredPageSize(prefer: string | undefined): number | null {
  const [, text] = /(?:^|[,;])\s*(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer ?? '') ?? [];
  return text === undefined || Number(text) === 0 ? null : Number(text);
}

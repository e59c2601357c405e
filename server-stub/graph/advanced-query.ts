/**
 * The directory answers its simple questions from one index and the others from a second one, which follows a little later: whoever
 * asks those has to say that this is no harm (Graph: aad-advanced-queries). Nothing follows later here, but the rule is kept:
 * a program that forgets the header must fail here too.
 */
import { directoryRefusal } from './directory-faults.ts';
import { GraphFault } from './errors.ts';
import type { Expression } from './filter.ts';
import { isCountWanted, type OptionValues } from './query-options.ts';
import type { GraphRequest } from './tenant.ts';

export function isEventual({ headers }: GraphRequest): boolean {
  return (headers.consistencylevel ?? '').trim().toLowerCase() === 'eventual';
}

/**
 * `$count=true` without the header is no such question: it is not answered, and not refused (microsoftgraph/microsoft-graph-docs issue
 * 8586). @throws GraphFault 400 Request_UnsupportedQuery: an advanced question without its header, or without `$count=true`
 */
export function mustBeAdvanced(request: GraphRequest, values: OptionValues, filter: Expression | null): void {
  const advanced = filter === null ? null : advancedPart(filter);
  const sortedFilter = filter !== null && values.has('orderby');
  const needsCount = advanced ?? (sortedFilter ? "'$orderby' together with '$filter'" : null);
  if (!isEventual(request)) {
    const needsHeader = needsCount ?? (values.has('search') ? "'$search'" : null);
    if (needsHeader !== null) throw unsupportedQuery(`${needsHeader} needs the request header 'ConsistencyLevel: eventual'`);
    if (filter !== null) mustBeFewClauses(filter);
  }
  if (needsCount !== null && !isCountWanted(values.get('count'))) throw unsupportedQuery(`${needsCount} needs '$count=true'`);
}

/** What the first index takes at once (Graph: known issues, "limited to 15 expressions in the filter clause"). */
const clausesMax = 15;

/** @throws GraphFault 400 Request_UnsupportedQuery */
function mustBeFewClauses(filter: Expression): void {
  const count = clausesOf(filter);
  if (count <= clausesMax) return;
  const message = `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: ${clausesMax}.`;
  throw new GraphFault(400, 'Request_UnsupportedQuery', message);
}

/** How many alternatives there are in the part of a filter that has the most; a list after `in` is so many of them. */
function clausesOf(filter: Expression): number {
  switch (filter.kind) {
    case 'or':
      return filter.terms.reduce((sum, term) => sum + clausesOf(term), 0);
    case 'and':
      return filter.terms.reduce((most, term) => Math.max(most, clausesOf(term)), 0);
    case 'in':
      return filter.values.length;
    case 'not':
      return clausesOf(filter.term);
    case 'lambda':
      return filter.term === null ? 1 : clausesOf(filter.term);
    case 'compare':
    case 'call':
    case 'isof':
    case 'flag':
      return 1;
  }
}

/** Of `/$count`. @throws GraphFault 400 Request_BadRequest */
export function mustBeEventual(request: GraphRequest): void {
  if (!isEventual(request)) {
    throw directoryRefusal("$count is not currently supported without the request header 'ConsistencyLevel: eventual'.");
  }
}

/** A larger page is refused, where Intune hands out a smaller one. @throws GraphFault 400 Request_UnsupportedQuery */
export function mustBePageSize(option: string | undefined, max: number): void {
  if (option === undefined || !/^\d+$/.test(option) || (Number(option) >= 1 && Number(option) <= max)) return;
  const message = `Invalid page size specified: '${option.slice(0, 32)}'. Must be between 1 and ${max} inclusive.`;
  throw new GraphFault(400, 'Request_UnsupportedQuery', message);
}

function unsupportedQuery(what: string): GraphFault {
  return new GraphFault(400, 'Request_UnsupportedQuery', `Unsupported query: ${what}.`);
}

/** What of a filter the first index cannot answer; null: nothing. @throws GraphFault 400: what neither of them can */
function advancedPart(filter: Expression): string | null {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.reduce<string | null>((found, term) => found ?? advancedPart(term), null);
    case 'not':
      return "'not' in '$filter'";
    case 'compare':
      return filter.operator === 'ne' ? "'ne' in '$filter'" : null;
    case 'call':
      if (filter.name === 'contains') throw unsupportedQuery("the directory has no 'contains' in '$filter'; use '$search' or 'startswith'");
      return filter.name === 'endswith' ? "'endsWith' in '$filter'" : null;
    case 'lambda':
      return filter.term === null ? null : advancedPart(filter.term);
    case 'in':
    case 'isof':
    case 'flag':
      return null;
  }
}

/** From a path to what it names. Segments are matched without regard to case (decisions: path segments). */
import { actionTable, type CommandType, commandTypes } from '../../protocol/commands.ts';
import { badRequest, noRoute, unknownSegment } from './errors.ts';
import type { GraphVersion } from './query-options.ts';

export type Route = { version: GraphVersion } & (
  | { resource: 'devices' }
  | { resource: 'device-count' }
  | { resource: 'device'; id: string }
  | { resource: 'device-apps'; id: string }
  | { resource: 'device-action'; id: string; action: CommandType }
  | { resource: 'audit-events' }
  | { resource: 'audit-event-count' }
  | { resource: 'audit-event'; id: string }
  | { resource: 'audit-categories' }
  | { resource: 'audit-activity-types'; category: string }
  | { resource: 'remote-action-audits' }
);

/** What follows a collection's name in the path, as it was sent and decoded. */
type Below = (method: string, version: GraphVersion, rest: string[], inParentheses: boolean) => Route;

/** The collections of `/{version}/deviceManagement`, by name. */
const collections: Readonly<Record<string, Below>> = {
  manageddevices: managedDevices,
  auditevents: auditEvents,
  remoteactionaudits: remoteActionAudits,
};

/**
 * `/{version}/deviceManagement/{collection}`, then `/$count`, `/{id}` or `('{id}')`, and after the id of a device an action, with or
 * without `microsoft.graph.` before its name.
 * @throws GraphFault 400: `BadRequest` where Graph does not know the segment, `No method match route template` below a device
 */
export function routeOf(method: string, path: string): Route {
  const [first = '', ...segments] = segmentsOf(path);
  const version = versionOf(first);
  const [service, collection, ...rest] = segments;
  if (!same(service, 'deviceManagement')) throw unknownSegment(service ?? '');
  if (collection === undefined) throw unknownSegment(service ?? '');
  const parenthesized = /^(\w+)\((?:'(.*)'|(.*))\)$/.exec(collection);
  const name = (parenthesized?.[1] ?? collection).toLowerCase();
  const below = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (below === undefined) throw unknownSegment(collection);
  if (parenthesized !== null) rest.unshift((parenthesized[2] ?? parenthesized[3] ?? '').replaceAll("''", "'"));
  // An id that a script forgot to fill in: `/managedDevices//wipe`.
  if (rest[0] === '') throw unknownSegment('');
  return below(method, version, rest, parenthesized !== null);
}

function managedDevices(method: string, version: GraphVersion, [id, action, ...tooMany]: string[], inParentheses: boolean): Route {
  if (id === undefined) return { version, resource: 'devices' };
  if (!inParentheses && id === '$count' && action === undefined) return { version, resource: 'device-count' };
  if (action === undefined) return { version, resource: 'device', id };
  const name = action.toLowerCase().replace(/^microsoft\.graph\./, '');
  const known = commandTypes.find((type) => type.toLowerCase() === name);
  const isThere = known !== undefined && (version === 'beta' || actionTable[known].beta !== true);
  if (isThere && tooMany.length === 0) return { version, resource: 'device-action', id, action: known };
  if (version === 'beta' && same(action, 'detectedApps') && tooMany.length === 0) return { version, resource: 'device-apps', id };
  const tail = [action, ...tooMany].join('/').slice(0, 128);
  throw noRoute('~/singleton/navigation/key/unresolved', method, `/deviceManagement/managedDevices('${id.slice(0, 64)}')/${tail}`);
}

function auditEvents(_method: string, version: GraphVersion, [id, ...tooMany]: string[], inParentheses: boolean): Route {
  if (id === undefined) return { version, resource: 'audit-events' };
  if (tooMany.length > 0) throw unknownSegment(tooMany[0] ?? '');
  if (inParentheses) return { version, resource: 'audit-event', id };
  if (id === '$count') return { version, resource: 'audit-event-count' };
  // Functions, with or without the namespace before and (where they take nothing) the parentheses behind.
  const call = /^(?:microsoft\.graph\.)?(getAuditCategories|getAuditActivityTypes)(?:\((.*)\))?$/i.exec(id);
  if (call === null) return { version, resource: 'audit-event', id };
  const [, name, parameters = ''] = call;
  if (same(name, 'getAuditCategories') && parameters.trim() === '') return { version, resource: 'audit-categories' };
  const category = /^\s*category\s*=\s*'(.*)'\s*$/i.exec(parameters)?.[1]?.replaceAll("''", "'");
  if (same(name, 'getAuditCategories') || category === undefined) throw unknownSegment(id);
  return { version, resource: 'audit-activity-types', category };
}

function remoteActionAudits(_method: string, version: GraphVersion, rest: string[]): Route {
  if (version !== 'beta') throw unknownSegment('remoteActionAudits');
  if (rest[0] !== undefined) throw unknownSegment(rest[0]);
  return { version, resource: 'remote-action-audits' };
}

/** Decoded one by one: a slash inside a segment stays there. One slash at the end is allowed. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  try {
    return segments.map(decodeURIComponent);
  } catch {
    throw badRequest('The path is not percent-encoded correctly.');
  }
}

function versionOf(segment: string): GraphVersion {
  const lower = segment.toLowerCase();
  if (lower === 'v1.0' || lower === 'beta') return lower;
  throw badRequest(`Invalid version: ${segment.slice(0, 64)}`);
}

function same(segment: string | undefined, name: string): boolean {
  return segment?.toLowerCase() === name.toLowerCase();
}

/** From a path to what it names. Segments are matched without regard to case (decisions: path segments). */
import { type CommandType, commandTypes } from '../../protocol/commands.ts';
import { badRequest, noRoute, unknownSegment } from './errors.ts';
import type { GraphVersion } from './query-options.ts';

export type Route = { version: GraphVersion } & (
  | { resource: 'devices' }
  | { resource: 'device-count' }
  | { resource: 'device'; id: string }
  | { resource: 'device-action'; id: string; action: CommandType }
);

/**
 * `/{version}/deviceManagement/managedDevices`, then `/$count`, `/{id}` or `('{id}')`, and after an id an action, with or without
 * `microsoft.graph.` before its name.
 * @throws GraphFault 400: `BadRequest` where Graph does not know the segment, `No method match route template` below a device
 */
export function routeOf(method: string, path: string): Route {
  const [first = '', ...segments] = segmentsOf(path);
  const version = versionOf(first);
  const [service, collection, ...rest] = segments;
  if (!same(service, 'deviceManagement')) throw unknownSegment(service ?? '');
  if (collection === undefined) throw unknownSegment(service ?? '');
  const parenthesized = /^managedDevices\((?:'(.*)'|(.*))\)$/i.exec(collection);
  if (parenthesized === null && !same(collection, 'managedDevices')) throw unknownSegment(collection);
  if (parenthesized !== null) rest.unshift((parenthesized[1] ?? parenthesized[2] ?? '').replaceAll("''", "'"));
  const [id, action, ...tooMany] = rest;
  if (id === undefined) return { version, resource: 'devices' };
  if (parenthesized === null && id === '$count' && action === undefined) return { version, resource: 'device-count' };
  // An id that a script forgot to fill in: `/managedDevices//wipe`.
  if (id === '') throw unknownSegment('');
  if (action === undefined) return { version, resource: 'device', id };
  const name = action.toLowerCase().replace(/^microsoft\.graph\./, '');
  const known = commandTypes.find((type) => type.toLowerCase() === name);
  if (known !== undefined && tooMany.length === 0) return { version, resource: 'device-action', id, action: known };
  const tail = [action, ...tooMany].join('/').slice(0, 128);
  throw noRoute('~/singleton/navigation/key/unresolved', method, `/deviceManagement/managedDevices('${id.slice(0, 64)}')/${tail}`);
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

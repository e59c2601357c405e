/** From a path to the endpoint that it names. Segments are matched without regard to case (decisions: path segments). */
import type { Endpoint, GraphVersion } from './endpoint.ts';
import { badRequest, noRoute, unknownSegment } from './errors.ts';

export interface Route {
  version: GraphVersion;
  endpoint: Endpoint;
  params: Record<string, string>;
}

/** A segment as it was sent: a name, a key in parentheses after one, or a function with its parameters. */
type Token =
  | { kind: 'name'; text: string }
  | { kind: 'key'; text: string }
  | { kind: 'call'; name: string; text: string; parameters: Record<string, string> };

interface Node {
  names: Map<string, Node>;
  /** By name and parameters: `getauditactivitytypes(category)`. */
  calls: Map<string, Node>;
  key: { name: string; node: Node } | null;
  endpoint: Endpoint | null;
  /** Names that beta alone has here: v1.0 does not know them, not even as keys. */
  unknown: Set<string>;
}

/** The endpoints of one version as a tree of segments. */
export type RouteTree = Node;

const emptyNode = (): Node => ({ names: new Map(), calls: new Map(), key: null, endpoint: null, unknown: new Set() });

export function routeTree(endpoints: readonly Endpoint[], version: GraphVersion): RouteTree {
  const root = emptyNode();
  for (const endpoint of endpoints) {
    const isKnown = endpoint.only !== 'beta' || version === 'beta';
    const segments = endpoint.path.split('/');
    const last = isKnown ? undefined : segments.pop();
    let node = root;
    for (const segment of segments) node = childFor(node, segment, endpoint.path);
    if (last !== undefined) {
      node.unknown.add(last.toLowerCase());
      continue;
    }
    if (node.endpoint !== null) throw new Error(`Two endpoints are at ${endpoint.path}.`);
    node.endpoint = endpoint;
  }
  return root;
}

function childFor(node: Node, segment: string, path: string): Node {
  const parameter = /^\{(\w+)\}$/.exec(segment)?.[1];
  if (parameter !== undefined) {
    node.key ??= { name: parameter, node: emptyNode() };
    if (node.key.name !== parameter) throw new Error(`Two names for one key: {${node.key.name}} and {${parameter}}, at ${path}.`);
    return node.key.node;
  }
  const children = segment.endsWith(')') ? node.calls : node.names;
  const name = segment.toLowerCase();
  const child = children.get(name) ?? emptyNode();
  children.set(name, child);
  return child;
}

/**
 * @throws GraphFault 400: `BadRequest` where Graph does not know the segment, `No method match route template` below a managed device, and for the rules of a policy
 */
export function routeOf(method: string, path: string, trees: Readonly<Record<GraphVersion, RouteTree>>): Route {
  const [first = '', ...segments] = segmentsOf(path);
  const version = versionOf(first);
  const tokens = segments.flatMap(tokensOf);
  const params: Record<string, string> = {};
  let node = trees[version];
  for (const [index, token] of tokens.entries()) {
    const next = step(node, token, params);
    if (next === undefined) throw unknown(method, tokens, index);
    node = next;
  }
  if (node.endpoint === null) throw unserved(method, tokens) ?? unknownSegment(textOf(tokens.at(-1)));
  return { version, endpoint: node.endpoint, params };
}

function step(node: Node, token: Token, params: Record<string, string>): Node | undefined {
  if (token.kind !== 'key') {
    const name = (token.kind === 'name' ? token.text : token.name).toLowerCase().replace(/^microsoft\.graph\./, '');
    const found =
      token.kind === 'name'
        ? (node.names.get(name) ?? node.calls.get(`${name}()`))
        : node.calls.get(`${name}(${Object.keys(token.parameters).join(',').toLowerCase()})`);
    if (found !== undefined) {
      if (token.kind === 'call') for (const [key, value] of Object.entries(token.parameters)) params[key.toLowerCase()] = value;
      return found;
    }
    if (token.kind === 'call' || node.unknown.has(name)) return undefined;
    // An id that a script forgot to fill in (`/managedDevices//wipe`), and OData's own names, are no keys.
    if (token.text === '' || token.text.startsWith('$')) return undefined;
  }
  if (node.key === null) return undefined;
  params[node.key.name] = token.text;
  return node.key.node;
}

/** `name('key')` is a name and a key; `name(parameter='value')` and `name()` are functions. */
function tokensOf(segment: string): Token[] {
  const [, name, inner] = /^([\w.$]+)\((.*)\)$/s.exec(segment) ?? [];
  if (name === undefined || inner === undefined) return [{ kind: 'name', text: segment }];
  const parameters = parametersOf(inner);
  if (parameters !== undefined) return [{ kind: 'call', name, text: segment, parameters }];
  const quoted = /^'(.*)'$/s.exec(inner)?.[1];
  return [
    { kind: 'name', text: name },
    { kind: 'key', text: quoted === undefined ? inner : quoted.replaceAll("''", "'") },
  ];
}

/** `a='x',b=3`; `undefined`: a key, not a list of parameters. Each pattern goes over a text once: whoever asks chooses the text. */
function parametersOf(text: string): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  let rest = text.trim();
  while (rest !== '') {
    const [all, name] = /^(\w+)\s*=\s*/.exec(rest) ?? [];
    if (all === undefined || name === undefined) return undefined;
    rest = rest.slice(all.length);
    const [taken, value] = parameterValue(rest);
    if (taken === undefined || value === undefined) return undefined;
    parameters[name] = value;
    rest = rest.slice(taken.length).trimStart();
  }
  return parameters;
}

/** What a text begins with, up to a comma and with it, and the value that this is; nothing, if it is none. */
function parameterValue(text: string): (string | undefined)[] {
  if (text.startsWith("'")) {
    const [taken, value] = /^'((?:[^']|'')*)'\s*(?:,|$)/.exec(text) ?? [];
    return [taken, value?.replaceAll("''", "'")];
  }
  const [taken = ''] = /^[^,]*,?/.exec(text) ?? [];
  return taken.includes("'") ? [] : [taken, taken.replace(',', '').trim()];
}

/** Below one device Graph knows the path, and Intune behind it does not serve it; elsewhere Graph does not know the segment. */
function unknown(method: string, tokens: readonly Token[], index: number) {
  const [service, collection, id] = tokens.map(textOf);
  const isBelowDevice =
    index >= 3 && service?.toLowerCase() === 'devicemanagement' && collection?.toLowerCase() === 'manageddevices' && id !== undefined;
  if (!isBelowDevice) return unknownSegment(textOf(tokens[index]));
  const tail = tokens.slice(3).map(textOf).join('/').slice(0, 128);
  return noRoute('~/singleton/navigation/key/unresolved', method, `/deviceManagement/managedDevices('${id.slice(0, 64)}')/${tail}`);
}

/** Rules of policies are there only with `$expand` (microsoftgraph/microsoft-graph-docs issue 4104; reference §4.3). */
function unserved(method: string, tokens: readonly Token[]) {
  const [, collection, id, name] = tokens.map(textOf);
  if (tokens.length !== 4 || collection?.toLowerCase() !== 'devicecompliancepolicies' || name?.toLowerCase() !== 'scheduledactionsforrule')
    return undefined;
  const policy = `/deviceManagement/deviceCompliancePolicies('${(id ?? '').slice(0, 64)}')`;
  return noRoute('~/singleton/navigation/key/navigation', method, `${policy}/scheduledActionsForRule`);
}

function textOf(token: Token | undefined): string {
  return token?.text ?? '';
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

/** @throws GraphFault 400 */
export function versionOf(segment: string): GraphVersion {
  const lower = segment.toLowerCase();
  if (lower === 'v1.0' || lower === 'beta') return lower;
  throw badRequest(`Invalid version: ${segment.slice(0, 64)}`);
}

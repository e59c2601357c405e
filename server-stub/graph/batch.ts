/**
 * `$batch`: up to 20 requests in one, each answered as if it had come alone (Graph: concepts/json-batching; reference §3.3).
 * A batch that is malformed fails as a whole and does nothing; anything else is the answer of one item.
 */
import { fromBase64Url, textBase64Url } from '../core/base64url.ts';
import { badRequest, faultResponse, GraphFault, methodNotAllowed } from './errors.ts';
import { readBody } from './request-json.ts';
import { jsonResponse } from './response.ts';
import type { GraphRequest, GraphResponse } from './tenant.ts';

const itemsMax = 20;
const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const writes = ['POST', 'PATCH', 'PUT'];

interface Item {
  id: string;
  request: GraphRequest;
  /** Ids as they are written at their own items. */
  dependsOn: readonly string[];
}

interface ItemAnswer {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

export function isBatch(path: string): boolean {
  return /^\/[^/]+\/(\$|%24)batch\/?$/i.test(path);
}

/**
 * @param one answers a request that came in it, permissions and limits included
 * @throws GraphFault 400, 405, 415
 */
export function answerBatch(request: GraphRequest, one: (request: GraphRequest) => GraphResponse): GraphResponse {
  if (request.method !== 'POST') throw methodNotAllowed(['POST']);
  const items = readItems(request);
  const answers = new Map<string, ItemAnswer>();
  for (const item of inOrder(items)) answers.set(item.id, answerItem(item, answers, one));
  return jsonResponse(request, { responses: items.map(({ id }) => answers.get(id)) });
}

function answerItem(
  { id, request, dependsOn }: Item,
  answers: ReadonlyMap<string, ItemAnswer>,
  one: (request: GraphRequest) => GraphResponse,
) {
  const failed = dependsOn.find((other) => (answers.get(other)?.status ?? 0) >= 400);
  if (failed !== undefined) {
    return itemAnswer(
      id,
      faultResponse(new GraphFault(424, 'FailedDependency', `The request '${failed}', on which this one depends, failed.`), request),
    );
  }
  if (isBatch(request.path)) return itemAnswer(id, faultResponse(badRequest('A batch cannot contain another batch.'), request));
  return itemAnswer(id, one(request));
}

function itemAnswer(id: string, { status, headers, body }: GraphResponse): ItemAnswer {
  const answer: ItemAnswer = { id, status, headers: {} };
  for (const [name, value] of Object.entries(headers)) answer.headers[headerName(name)] = value;
  if (body === '') return answer;
  const isJson = /^application\/json\b/i.test(headers['content-type'] ?? '');
  return { ...answer, body: isJson ? JSON.parse(body) : textBase64Url(body) };
}

/** Scripts look for them as they are usually written: `Retry-After`. */
function headerName(name: string): string {
  if (name === 'request-id' || name === 'client-request-id' || name.startsWith('x-')) return name;
  if (name === 'odata-version') return 'OData-Version';
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

/** @throws GraphFault 400 that names the item */
function readItems(request: GraphRequest): Item[] {
  const { requests } = readBody(request);
  if (!Array.isArray(requests)) throw badRequest("Invalid batch payload format: 'requests' has to be a collection of requests.");
  if (requests.length === 0) throw badRequest("Invalid batch payload format: 'requests' is empty.");
  if (requests.length > itemsMax) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${itemsMax}: there are ${requests.length}.`);
  }
  const items = requests.map((value, index) => readItem(request, value, index));
  const byId = new Map<string, string>();
  for (const { id } of items) {
    if (byId.has(id.toLowerCase())) throw badRequest(`Request id '${id}' is there twice; ids have to be unique, whatever their case.`);
    byId.set(id.toLowerCase(), id);
  }
  return items.map((item) => ({
    ...item,
    dependsOn: item.dependsOn.map((other) => {
      const id = byId.get(other.toLowerCase());
      if (id === undefined) throw badRequest(`Request '${item.id}' depends on '${other.slice(0, 64)}', which is not in the batch.`);
      return id;
    }),
  }));
}

function readItem(outer: GraphRequest, value: unknown, index: number): Item {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest(`Request ${index + 1} of the batch is not an object.`);
  const { id, method, url, headers, body, dependsOn } = value as Record<string, unknown>;
  if (typeof id !== 'string' || id.trim() === '')
    throw badRequest(`Request ${index + 1} of the batch has no 'id', which has to be a text.`);
  const named = `Request '${id.slice(0, 64)}' of the batch`;
  const verb = typeof method === 'string' ? method.toUpperCase() : '';
  if (!methods.includes(verb)) throw badRequest(`${named} needs a 'method': one of ${methods.join(', ')}.`);
  if (typeof url !== 'string' || url.trim() === '')
    throw badRequest(`${named} needs a 'url': an address relative to the version, such as /me.`);
  if (/^([a-z][\w+.-]*:|\/\/)/i.test(url))
    throw badRequest(`${named} has an absolute 'url'; it has to be relative to the version, such as /me.`);
  const itemHeaders = readHeaders(headers, named);
  const text = readItemBody(body, itemHeaders, id, verb, named);
  const [, path = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(url) ?? [];
  const version = outer.path.split('/')[1];
  return {
    id,
    request: {
      ...outer,
      method: verb,
      path: `/${version}/${path.replace(/^\//, '')}`,
      query,
      headers: { ...correlation(outer), ...itemHeaders },
      body: text,
    },
    dependsOn: readDependencies(dependsOn, named),
  };
}

/** What an item inherits from the batch. */
function correlation({ headers }: GraphRequest): Record<string, string> {
  const id = headers['client-request-id'];
  return id === undefined ? {} : { 'client-request-id': id };
}

function readHeaders(value: unknown, named: string): Record<string, string> {
  const headers: Record<string, string> = {};
  if (value === undefined || value === null) return headers;
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest(`${named}: 'headers' has to be an object.`);
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw badRequest(`${named}: the header '${name.slice(0, 64)}' has to be a text.`);
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

/** Wording of the two refusals: microsoftgraph/msgraph-sdk-dotnet issue 2628, Softeria/ms-365-mcp-server issue 677. */
function readItemBody(body: unknown, headers: Record<string, string>, id: string, verb: string, named: string): string {
  if (body === undefined || body === null) {
    if (writes.includes(verb)) throw badRequest(`Write request id : ${id.slice(0, 64)} does not contain Content-Type header or body.`);
    return '';
  }
  const contentType = headers['content-type'];
  if (contentType === undefined) throw badRequest(`Write request with id '${id.slice(0, 64)}' does not contain a Content-Type header.`);
  if (/^application\/json\b/i.test(contentType)) return JSON.stringify(body);
  const bytes = typeof body === 'string' ? fromBase64Url(body) : undefined;
  if (bytes === undefined) throw badRequest(`${named}: a 'body' that is not JSON has to be a text in Base64.`);
  return new TextDecoder().decode(bytes);
}

function readDependencies(value: unknown, named: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    throw badRequest(`${named}: 'dependsOn' has to be a collection of ids of other requests.`);
  }
  return value;
}

/** Each after those it depends on, else as they were sent. @throws GraphFault 400 for a circle */
function inOrder(items: readonly Item[]): Item[] {
  const ordered: Item[] = [];
  const done = new Set<string>();
  while (ordered.length < items.length) {
    const next = items.find(({ id, dependsOn }) => !done.has(id) && dependsOn.every((other) => done.has(other)));
    if (next === undefined) {
      const left = items.filter(({ id }) => !done.has(id)).map(({ id }) => `'${id.slice(0, 64)}'`);
      throw badRequest(`The requests ${left.join(', ')} of the batch depend on each other in a circle.`);
    }
    done.add(next.id);
    ordered.push(next);
  }
  return ordered;
}

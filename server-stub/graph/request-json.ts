/** What the body of a write request says. */
import { badRequest, GraphFault } from './errors.ts';
import type { GraphRequest } from './tenant.ts';

/** Deeper values are refused: whoever writes one down again (a message, a log) does so on our own stack. */
const depthMax = 100;

/**
 * No body, or `null` as some clients send for it, is an empty object: a full wipe, or an action without parameters.
 * @throws GraphFault 400, 415
 */
export function readBody(request: GraphRequest): Record<string, unknown> {
  if (request.body.trim() === '') return {};
  const contentType = request.headers['content-type'];
  if (contentType === undefined) throw badRequest('Write requests (excluding DELETE) must contain the Content-Type header declaration.');
  if (contentType.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new GraphFault(
      415,
      'UnsupportedMediaType',
      `The content type '${contentType.slice(0, 128)}' is not supported; use application/json.`,
    );
  }
  if (depthOf(request.body) > depthMax) {
    throw badRequest(`Unable to read JSON request payload. Objects and lists are within each other at most ${depthMax} deep.`);
  }
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw badRequest('Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
  }
  if (body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw badRequest('The request payload must be a JSON object.');
  return body as Record<string, unknown>;
}

/** How many brackets are open at once, those in texts left out. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (isText) {
      if (character === '\\') index++;
      else isText = character !== '"';
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

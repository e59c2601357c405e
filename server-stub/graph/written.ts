/** Bodies of writes, and what is answered to them. */
import { badRequest } from './errors.ts';
import { readBody } from './request-json.ts';
import { correlationHeaders, jsonResponse } from './response.ts';
import type { GraphRequest, GraphResponse } from './tenant.ts';

/** Where something has to be said: no body at all is refused. @throws GraphFault 400, 415 */
export function requiredBody(request: GraphRequest): Record<string, unknown> {
  if (request.body.trim() === '') throw badRequest('Empty Payload. JSON content expected.');
  return readBody(request);
}

/** 201. @param path of what was made, below the version */
export function created(request: GraphRequest, version: string, path: string, entity: unknown): GraphResponse {
  const response = jsonResponse(request, entity);
  return { ...response, status: 201, headers: { ...response.headers, location: `${request.origin}/${version}/${path}` } };
}

/** 202: taken over, to be done. */
export function accepted(request: GraphRequest): GraphResponse {
  return { status: 202, headers: correlationHeaders(request), body: '' };
}

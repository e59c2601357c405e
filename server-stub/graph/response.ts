/** Answers that are not errors: their headers are Graph's (reference §3.2); `Date` is the edge's. */
import type { GraphRequest, GraphResponse } from './tenant.ts';

const jsonContentType = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** What lets a caller and a log find each other. A caller who sends no id of its own gets ours in both places, as Graph does. */
export function correlationHeaders(request: GraphRequest): Record<string, string> {
  return { 'request-id': request.requestId, 'client-request-id': request.headers['client-request-id'] ?? request.requestId };
}

/** @param headers beside the usual ones */
export function jsonResponse(request: GraphRequest, value: unknown, headers: Readonly<Record<string, string>> = {}): GraphResponse {
  return {
    status: 200,
    headers: { 'content-type': jsonContentType, 'odata-version': '4.0', ...correlationHeaders(request), ...headers },
    body: JSON.stringify(value),
  };
}

export function textResponse(request: GraphRequest, body: string): GraphResponse {
  return { status: 200, headers: { 'content-type': 'text/plain', 'odata-version': '4.0', ...correlationHeaders(request) }, body };
}

/** What the schema calls a stream. */
export function octetResponse(request: GraphRequest, body: string): GraphResponse {
  return { status: 200, headers: { 'content-type': 'application/octet-stream', ...correlationHeaders(request) }, body };
}

export function noContent(request: GraphRequest): GraphResponse {
  return { status: 204, headers: correlationHeaders(request), body: '' };
}

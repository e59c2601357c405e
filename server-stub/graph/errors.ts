/**
 * What Graph answers when it refuses: one envelope, `{"error": {code, message, innerError}}` (reference §3.4).
 * Graph's own layer writes plain messages (a path, a query option); Intune behind it puts a JSON text into `message`, and so do we.
 */
import { formatInstant } from '../../runtime/duration.ts';
import { correlationHeaders } from './response.ts';
import type { GraphRequest, GraphResponse } from './tenant.ts';

/** The caller's fault, thrown by every reader of this folder and turned into an answer by handleGraph. */
export class GraphFault extends Error {
  readonly status: number;
  readonly code: string;
  /** Intune's own refusal: the message goes out as JSON text. */
  readonly nested: boolean;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, nested = false, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'GraphFault';
    this.status = status;
    this.code = code;
    this.nested = nested;
    this.headers = headers;
  }
}

export function badRequest(message: string): GraphFault {
  return new GraphFault(400, 'BadRequest', message);
}

/** Refused by Intune, not by Graph's layer in front of it: an action that the device can never do, or wrong parameters. */
export function refusedByIntune(message: string): GraphFault {
  return new GraphFault(400, 'BadRequest', message, true);
}

export function deviceNotFound(id: string): GraphFault {
  return new GraphFault(404, 'ResourceNotFound', `No managed device has the id '${id.slice(0, 64)}'`, true);
}

/** Graph does not know the path at all (wording: microsoftgraph/microsoft-graph-docs issue 21648). */
export function unknownSegment(segment: string): GraphFault {
  return badRequest(`Resource not found for the segment '${segment.slice(0, 128)}'.`);
}

/** Graph knows the path, Intune behind it does not serve it (wording: microsoftgraph/msgraph-sdk-python issue 731). */
export function noRoute(template: string, method: string, path: string): GraphFault {
  return new GraphFault(
    400,
    'No method match route template',
    `No OData route exists that match template ${template} with http verb ${method} for request /DeviceFE/StatelessDeviceFEService${path}.`,
  );
}

export function methodNotAllowed(allowed: readonly string[]): GraphFault {
  return new GraphFault(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.', false, {
    allow: allowed.join(', '),
  });
}

/** Too many requests, or a service that is down: try again after so many seconds (Graph: concepts/throttling). */
export function retryLater(status: 429 | 503 | 504, retryAfterSeconds: number): GraphFault {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  if (status === 429) return new GraphFault(429, 'TooManyRequests', 'Please retry again later.', false, headers);
  const code = status === 503 ? 'serviceNotAvailable' : 'gatewayTimeout';
  return new GraphFault(status, code, 'The service is temporarily unavailable. Please retry again later.', false, headers);
}

/**
 * Too many of something were sent within an hour of the stub's clock: `Retry-After` is in seconds of that clock (decisions: a limit
 * reached), and the message names the instant. Intune's own 429 has its nested message too (almenscorner/IntuneCD issue 217).
 */
export function sentTooOften(sentence: string, tryAgainAt: number, now: number): GraphFault {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil((tryAgainAt - now) / 1000))) };
  return new GraphFault(429, 'TooManyRequests', `${sentence}. It is possible again at ${formatInstant(tryAgainAt)}.`, true, headers);
}

/** The answer that carries a fault. */
export function faultResponse(fault: GraphFault, request: GraphRequest): GraphResponse {
  const activityId = request.headers['client-request-id'] ?? request.requestId;
  const error = {
    code: fault.code,
    message: fault.nested ? nestedMessage(fault.message, request, activityId) : fault.message,
    innerError: {
      // Live answers have no zone suffix and no fraction here.
      date: formatInstant(request.now).slice(0, 19),
      'request-id': request.requestId,
      'client-request-id': activityId,
      ...(fault.status === 429 && { code: '429', status: '429', message: 'Please retry after' }),
    },
  };
  return {
    status: fault.status,
    headers: { 'content-type': 'application/json', ...correlationHeaders(request), ...fault.headers },
    body: JSON.stringify({ error }),
  };
}

/** The operation id is all zeros in every sample in public issues; the url is an internal one there, the caller's own here. */
function nestedMessage(text: string, request: GraphRequest, activityId: string): string {
  const operationId = '00000000-0000-0000-0000-000000000000';
  const message = {
    _version: 3,
    Message: `${text} - Operation ID (for customer support): ${operationId} - Activity ID: ${activityId} - Url: ${request.origin}${request.path}`,
    CustomApiErrorPhrase: '',
    RetryAfter: null,
    ErrorSourceService: '',
    HttpHeaders: '{}',
  };
  return JSON.stringify(message, null, 2).replaceAll('\n', '\r\n');
}

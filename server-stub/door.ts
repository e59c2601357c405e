/** The administrators' door: who may come in, and which part answers. A web-standard Request in, a Response out. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Log } from '../runtime/log.ts';
import { controlRoutes } from './control.ts';
import { faultResponse, GraphFault } from './graph/errors.ts';
import { handleGraph } from './graph/graph.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './graph/tenant.ts';
import { readBody } from './request-body.ts';
import type { TestClock } from './test-clock.ts';

/** Graph takes up to 4 MB; nothing of ours needs as much. */
const bodyBytesMax = 4 * 1024 * 1024;

/** Whoever has the token acts as this person, until tenants have people of their own. */
const administrator = 'admin@contoso.example';

export interface DoorOptions {
  tenant: () => GraphTenant;
  clock: TestClock;
  adminToken: string;
  log: Log;
}

export function createDoor({ tenant, clock, adminToken, log }: DoorOptions): (request: Request) => Promise<Response> {
  const app = new Hono();
  const mayEnter = (request: Request) => sameSecret(request.headers.get('authorization') ?? '', `Bearer ${adminToken}`);

  app.get('/', (c) =>
    c.text(
      'mockfleet: a local Intune.\n\n/v1.0 and /beta   Microsoft Graph (bearer token)\n/devices          devices, WebSocket with mutual TLS\n/mockfleet/clock  the tenant\u2019s clock\n/mockfleet/health\n',
    ),
  );
  app.get('/mockfleet/health', (c) => c.json({ status: 'ok', now: clock.show().now }));

  app.use('/mockfleet/*', async (c, next) => {
    if (mayEnter(c.req.raw)) return next();
    return c.json(
      { error: { code: 'unauthorized', message: 'Send the header "Authorization: Bearer TOKEN"; `mockfleet serve` printed the token.' } },
      401,
    );
  });
  app.route('/mockfleet', controlRoutes(clock));

  const graph = async (request: Request): Promise<Response> => {
    const body = await readBody(request, bodyBytesMax);
    const asked = graphRequest(request, body ?? '', clock.now());
    const answer = answerGraph(asked, body === undefined, mayEnter(request));
    log.debug(
      { event: 'graph', method: asked.method, path: asked.path, status: answer.status, requestId: asked.requestId },
      'Graph request',
    );
    return graphResponse(answer);
  };
  const answerGraph = (asked: GraphRequest, isTooLarge: boolean, isAllowed: boolean): GraphResponse => {
    if (!isAllowed) {
      return faultResponse(
        new GraphFault(401, 'InvalidAuthenticationToken', 'Access token is empty, or not the one of this tenant.'),
        asked,
      );
    }
    if (!isTooLarge) return handleGraph(asked, tenant());
    const fault = faultResponse(new GraphFault(413, 'RequestEntityTooLarge', `A request body has at most ${bodyBytesMax} bytes.`), asked);
    // The rest of the body is not read, so that nothing can follow it on this connection.
    return { ...fault, headers: { ...fault.headers, connection: 'close' } };
  };
  for (const version of ['v1.0', 'beta']) app.all(`/${version}/*`, (c) => graph(c.req.raw));

  app.notFound((c) =>
    c.json({ error: { code: 'not-found', message: `Nothing answers at ${c.req.path}. Graph is below /v1.0 and /beta.` } }, 404),
  );
  app.onError((error, c) => {
    log.error({ event: 'request-failed', path: c.req.path, error: error.stack }, error.message);
    return c.json({ error: { code: 'InternalServerError', message: 'mockfleet failed on this request; its log says why.' } }, 500);
  });
  return async (request) => app.fetch(request);
}

function graphRequest(request: Request, body: string, now: number): GraphRequest {
  // Not URL.pathname: Graph reads the path and the query as they were sent.
  const [, origin = '', path = '', query = ''] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)\??([^#]*)/i.exec(request.url) ?? [];
  return {
    method: request.method,
    origin,
    path,
    query,
    headers: Object.fromEntries(request.headers),
    body,
    requestId: randomUUID(),
    now,
    caller: administrator,
  };
}

function graphResponse({ status, headers, body }: GraphResponse): Response {
  return new Response(body === '' ? null : body, { status, headers });
}

function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

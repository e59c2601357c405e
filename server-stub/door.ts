/** The door for requests: who may come in, and which part answers. A web-standard Request in, a Response out. */
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { OutsideAnswer, OutsideRequest } from '../protocol/outside.ts';
import type { Log } from '../runtime/log.ts';
import { controlRoutes } from './control.ts';
import { faultResponse, GraphFault } from './graph/errors.ts';
import { handleGraph } from './graph/graph.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './graph/tenant.ts';
import type { HandsRegistry } from './hands-registry.ts';
import { outsideRoutes } from './outside.ts';
import { portalRoutes } from './portal.ts';
import { readBody } from './request-body.ts';
import { sameSecret } from './secret.ts';
import type { TestClock } from './test-clock.ts';

/** Graph takes up to 4 MB; nothing of ours needs as much. */
const bodyBytesMax = 4 * 1024 * 1024;

/** Whoever has the token acts as this person, until tenants have people of their own. */
const administrator = 'admin@contoso.example';

export interface DoorOptions {
  tenant: () => GraphTenant;
  clock: TestClock;
  hands: HandsRegistry;
  ask: (request: OutsideRequest) => OutsideAnswer;
  adminToken: string;
  enrollmentToken: string;
  log: Log;
}

const about = `mockfleet: a local Intune.

/v1.0 and /beta           Microsoft Graph (bearer token)
/portal                   the self-service site of the devices\u2019 users
/devices                  devices, WebSocket with mutual TLS
/hands                    the people who hold them, WebSocket
/outside                  Apple\u2019s activation and the directory, for devices
/mockfleet/devices        devices from their user\u2019s side (bearer token)
/mockfleet/configuration  what the tenant asks of its devices (bearer token)
/mockfleet/clock          the tenant\u2019s clock (bearer token)
/mockfleet/health
`;

export function createDoor(options: DoorOptions): (request: Request) => Promise<Response> {
  const { tenant, clock, hands, ask, adminToken, enrollmentToken, log } = options;
  const app = new Hono();
  const mayEnter = (request: Request) => sameSecret(request.headers.get('authorization') ?? '', `Bearer ${adminToken}`);

  app.get('/', (c) => c.text(about));
  app.get('/mockfleet/health', (c) => c.json({ status: 'ok', now: clock.show().now }));

  app.use('/mockfleet/*', async (c, next) => {
    if (mayEnter(c.req.raw)) return next();
    return c.json(
      { error: { code: 'unauthorized', message: 'Send the header "Authorization: Bearer TOKEN"; `mockfleet serve` printed the token.' } },
      401,
    );
  });
  app.route('/mockfleet', controlRoutes({ tenant, clock, hands, administrator: { name: administrator, isUser: false } }));
  app.route('/', outsideRoutes(ask));
  app.route('/', portalRoutes({ tenant, enrollmentToken, now: () => clock.now() }));

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
  // In either case, as all of Graph's path is (decisions: path segments).
  app.all('/:version{(?:[vV]1\\.0|[bB][eE][tT][aA])}/*', (c) => graph(c.req.raw));

  app.notFound((c) =>
    c.json(
      {
        error: {
          code: 'not-found',
          message: `Nothing answers at ${c.req.path}. Graph is below /v1.0 and /beta; / says what else there is.`,
        },
      },
      404,
    ),
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

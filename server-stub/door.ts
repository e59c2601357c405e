/** The door for requests: who may come in, and which part answers. A web-standard Request in, a Response out. */
import { Hono } from 'hono';
import type { OutsideAnswer, OutsideRequest } from '../protocol/outside.ts';
import type { Log } from '../runtime/log.ts';
import { controlPermission, createCallers } from './callers.ts';
import type { ConsoleFiles } from './console-files.ts';
import { consoleRoutes } from './console-routes.ts';
import { controlRoutes } from './control.ts';
import type { FleetKeeper } from './control-fleet.ts';
import type { Lifetime } from './control-history.ts';
import type { ControlTenantOptions } from './control-tenant.ts';
import { firstAdministratorCaller } from './core/people.ts';
import type { EventHub } from './event-hub.ts';
import { FaultyLinks } from './faulty-links.ts';
import type { Caller } from './graph/caller.ts';
import { faultResponse, GraphFault, retryLater } from './graph/errors.ts';
import { handleGraph } from './graph/graph.ts';
import type { GraphRequest, GraphResponse, GraphTenant, Initiator } from './graph/tenant.ts';
import type { HandsRegistry } from './hands-registry.ts';
import { MailFaults } from './mail/mail-faults.ts';
import { MailViews, mailViewRoutes } from './mail-views.ts';
import { outsideRoutes } from './outside.ts';
import { passwordCheck } from './password.ts';
import { portalRoutes } from './portal.ts';
import { readBody } from './request-body.ts';
import type { ScenarioPlayer } from './scenario-player.ts';
import { signInRoutes } from './sign-in.ts';
import { graphResource, originOf } from './sign-in-origin.ts';
import type { TenantClock } from './tenant-clock.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import { createTokenSigner, type TokenKeys } from './tokens.ts';

/** Graph takes up to 4 MB; nothing of ours needs as much. */
const bodyBytesMax = 4 * 1024 * 1024;

export interface DoorOptions {
  tenant: () => GraphTenant;
  clock: TenantClock;
  hands: HandsRegistry;
  ask: (request: OutsideRequest) => OutsideAnswer;
  adminToken: string;
  enrollmentToken: string;
  log: Log;
  /** Files of pages that people look at; absent in tests and browsers, where nothing is read from a disk. */
  pages?: ((name: string) => string) | undefined;
  /** The console's files; absent as `pages` are. */
  console?: ConsoleFiles | undefined;
  /** Plants a tenant file; absent: none can be sent. */
  plantFile?: ControlTenantOptions['plantFile'];
  /** Plays scenarios in place of the tenant; absent: none can be played. */
  scenarios?: ScenarioPlayer | undefined;
  /** Keeps devices that are added to this process; absent: none can be added. */
  fleet?: FleetKeeper | undefined;
  /** Where the key of access tokens is kept; absent: they end with the door. */
  keys?: TokenKeys | undefined;
  /** For whoever throttles from inside; absent: the door has one of its own. */
  throttle?: Throttle | undefined;
  /** What the mailbox behind it refuses; absent: there is none that could. */
  mailFaults?: MailFaults | undefined;
  /** The links of devices behind it; absent: there are none. */
  faultyLinks?: FaultyLinks | undefined;
  /** What it tells by itself; absent: nothing. */
  events?: EventHub | undefined;
  /** Its past, and what comes next; absent: it does not say. */
  lifetime?: Lifetime | undefined;
  /** Real time in ms, by which tokens and limits are judged. */
  realNow?: (() => number) | undefined;
}

const about = `mockfleet: a local Intune.

/v1.0 and /beta           Microsoft Graph (bearer token)
/{tenant}/oauth2/v2.0     sign-in: the paths of login.microsoftonline.com
/devicelogin              the page for sign-ins by a code
/portal                   the self-service site of the devices\u2019 users
/devices                  devices, WebSocket with mutual TLS
/hands                    the people who hold them, WebSocket
/outside                  Apple\u2019s activation and the directory, for devices
/mockfleet/devices        devices from their user\u2019s side (bearer token)
/mockfleet/scenarios      the catalogue, and POST /mockfleet/scenario plays one (bearer token)
/mockfleet/configuration  what the tenant asks of its devices (bearer token)
/mockfleet/clock          the tenant\u2019s clock (bearer token)
/mockfleet/clock/next     what happens next by itself (bearer token)
/mockfleet/history        how many devices were in which state (bearer token)
/mockfleet/events         what happens, as server-sent events (bearer token)
/mockfleet/tenant         the whole tenant as a file (bearer token)
/mockfleet/throttle       how often Graph refuses (bearer token)
/mockfleet/faults         what goes wrong on the links of devices (bearer token)
/mockfleet/push           how pushes come through (bearer token)
/mockfleet/mail           mails that arrived (bearer token)
/mockfleet/outbox         mails that were sent, or are still to be (bearer token)
/mockfleet/health
`;

/** Requests of it are refused: an address stands in logs and histories. */
const tokenInQuery = /(?:^|&)(?:access_token|token|bearer)=/i;

export function createDoor(options: DoorOptions): (request: Request) => Promise<Response> {
  const { tenant, clock, hands, ask, adminToken, enrollmentToken, log, pages, plantFile, keys, realNow = Date.now } = options;
  const { scenarios, fleet } = options;
  const { throttle = createThrottle(realNow), mailFaults = new MailFaults(), faultyLinks = new FaultyLinks('') } = options;
  const app = new Hono();
  const mailViews = new MailViews(realNow);
  const signer = createTokenSigner(keys);
  const isPassword = passwordCheck({ tenant, enrollmentToken, adminToken });
  const { callerOf, mayControl, mayPlant } = createCallers({ tenant, adminToken, signer, realNow });

  app.route('/', consoleRoutes(options.console, about));
  app.get('/mockfleet/health', (c) => c.json({ status: 'ok', now: clock.show().now }));

  /** Of control requests that were let in. */
  const administrators = new WeakMap<Request, Caller>();
  const administratorOf = (request: Request): Initiator => {
    const { name, id } = administrators.get(request) ?? firstAdministratorCaller();
    return { name, isUser: false, id };
  };
  const planter = (request: Request): boolean => {
    const caller = administrators.get(request);
    return caller !== undefined && mayPlant(caller);
  };
  app.use('/mockfleet/*', async (c, next) => {
    const caller = await callerOf(c.req.raw).catch(onlyFaults);
    if (!(caller instanceof GraphFault) && mayControl(caller)) {
      administrators.set(c.req.raw, caller);
      return next();
    }
    return caller instanceof GraphFault
      ? c.json({ error: { code: 'unauthorized', message: `${howToEnter} (${caller.message})` } }, 401, caller.headers)
      : c.json({ error: { code: 'forbidden', message: forAdministrators } }, 403);
  });
  app.route(
    '/mockfleet',
    controlRoutes({
      tenant,
      clock,
      events: options.events,
      lifetime: options.lifetime,
      hands,
      throttle,
      mailFaults,
      faultyLinks,
      mailViews,
      plantFile,
      scenarios,
      fleet,
      mayPlant: planter,
      administratorOf,
    }),
  );
  app.route('/', mailViewRoutes(tenant, mailViews));
  app.route('/', outsideRoutes(ask));
  app.route('/', portalRoutes({ tenant, isPassword, now: () => clock.now(), pages }));

  const gate = ({ method, caller }: GraphRequest): GraphFault | null => {
    const refused = throttle.admit({ app: caller.appId ?? caller.id, isWrite: method !== 'GET' && method !== 'HEAD' });
    return refused === null ? null : retryLater(refused.status, refused.retryAfterSeconds);
  };
  const graph = async (request: Request): Promise<Response> => {
    const body = await readBody(request, bodyBytesMax);
    const caller = await callerOf(request).catch(onlyFaults);
    const asked = graphRequest(request, body ?? '', clock.now(), caller);
    const answer = answerGraph(asked, body === undefined, caller);
    log.debug(
      { event: 'graph', method: asked.method, path: asked.path, status: answer.status, requestId: asked.requestId },
      'Graph request',
    );
    return graphResponse(answer, realNow());
  };
  const answerGraph = (asked: GraphRequest, isTooLarge: boolean, caller: Caller | GraphFault): GraphResponse => {
    if (caller instanceof GraphFault) return faultResponse(caller, asked);
    if (!isTooLarge) return handleGraph(asked, tenant(), gate);
    const fault = faultResponse(new GraphFault(413, 'RequestEntityTooLarge', `A request body has at most ${bodyBytesMax} bytes.`), asked);
    // The rest of the body is not read, so that nothing can follow it on this connection.
    return { ...fault, headers: { ...fault.headers, connection: 'close' } };
  };
  // In either case, as all of Graph's path is (decisions: path segments); a version that there is not is Graph's to refuse.
  app.all('/:version{(?:[vV]\\d+(?:\\.\\d+)?|[bB][eE][tT][aA])}/*', (c) => graph(c.req.raw));
  app.route('/', signInRoutes({ tenant, signer, isPassword, realNow, pages }));

  app.notFound((c) => {
    // All of that host is Graph's.
    if (originOf(c.req.url) === graphResource) return graph(c.req.raw);
    const message = `Nothing answers at ${c.req.path}. Graph is below /v1.0 and /beta; / says what else there is.`;
    return c.json({ error: { code: 'not-found', message } }, 404);
  });
  app.onError((error, c) => {
    log.error({ event: 'request-failed', path: c.req.path, error: error.stack }, error.message);
    return c.json({ error: { code: 'InternalServerError', message: 'mockfleet failed on this request; its log says why.' } }, 500);
  });
  return async (request) => {
    // Before anything writes the address down.
    if (tokenInQuery.test(queryOf(request.url))) {
      return Response.json({ error: { code: 'InvalidRequest', message: tokenInAddress } }, { status: 400 });
    }
    return app.fetch(request);
  };
}

const tokenInAddress =
  'A token does not belong into an address, which logs and histories keep: send it in the header "Authorization: Bearer TOKEN".';
const forAdministrators = `This is for a Global or Intune Administrator, or the stub's own token; a token with limits needs ${controlPermission}.`;
const howToEnter = 'Send the header "Authorization: Bearer TOKEN"; `mockfleet serve` printed the token.';

function onlyFaults(error: unknown): GraphFault {
  if (error instanceof GraphFault) return error;
  throw error;
}

function queryOf(url: string): string {
  return /\?([^#]*)/.exec(url)?.[1] ?? '';
}

/** @param caller a refusal is answered to nobody in particular */
function graphRequest(request: Request, body: string, now: number, caller: Caller | GraphFault): GraphRequest {
  // Not URL.pathname: Graph reads the path and the query as they were sent.
  const [, origin = '', path = '', query = ''] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)\??([^#]*)/i.exec(request.url) ?? [];
  return {
    method: request.method,
    origin,
    path,
    query,
    headers: Object.fromEntries(request.headers),
    body,
    requestId: crypto.randomUUID(),
    now,
    caller: caller instanceof GraphFault ? nobody : caller,
  };
}

const nobody: Caller = { type: 'application', id: '', name: '', appId: null, permissions: new Set() };

/** What the real service's gateway says of itself, so that those who look for it find something. */
const diagnostic = JSON.stringify({
  ServerInfo: { DataCenter: 'mockfleet', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'mockfleet' },
});

function graphResponse({ status, headers, body }: GraphResponse, now: number): Response {
  const edge = { 'x-ms-ags-diagnostic': diagnostic, date: new Date(now).toUTCString(), 'cache-control': 'no-cache' };
  return new Response(body === '' ? null : body, { status, headers: { ...edge, ...headers } });
}

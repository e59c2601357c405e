/** Requests of an administrator's commands: one call, one that has to succeed, all pages of a collection. */
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './errors.ts';

export interface Connection {
  /** Without a slash at the end and without a version: `https://127.0.0.1:8443`, `https://graph.microsoft.com`. */
  url: string;
  token: string;
  /** PEM; undefined: the system's authorities. */
  ca: string | undefined;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** JSON where it is, else text; undefined where there is none. */
  body: unknown;
}

/** A connection for each call: one that is kept may be closed by the server in the moment of the next call, which is then lost. */
const agent = new Agent({ keepAlive: false });

/** Texts are sent as they are, all else as JSON. Nothing is tried twice. @throws CommandError `stub-unreachable` */
export function call(stub: Connection, method: string, path: string, body?: unknown): Promise<Answer> {
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'application/yaml' : 'application/json';
  return send(`${stub.url}${path}`, {
    method,
    ca: stub.ca,
    headers: { authorization: `Bearer ${stub.token}`, ...(payload === undefined ? {} : { 'content-type': type }) },
    payload,
  });
}

export interface Sending {
  method: string;
  ca: string | undefined;
  headers: Record<string, string>;
  payload: string | undefined;
}

/** @throws CommandError `stub-unreachable` */
export function send(url: string, { method, ca, headers, payload }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload) };
    const options = { method, agent, ...(ca === undefined ? {} : { ca }), headers: { ...headers, ...length } };
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text === '' ? undefined : parse(text) });
      });
      incoming.on('error', (error) => {
        const sentence = `${new URL(url).origin} broke off in the middle of its answer (${error.message}); what was asked may be done.`;
        reject(new CommandError('stub-unreachable', sentence));
      });
    });
    outgoing.on('error', (error) => {
      const { origin } = new URL(url);
      const hint = isMicrosoft(url) ? '' : ' Is `mockfleet serve` running?';
      reject(new CommandError('stub-unreachable', `${origin} cannot be reached (${error.message}).${hint}`));
    });
    outgoing.end(payload);
  });
}

/** How often a call that the service puts off is asked again, and how long at most is waited in between. */
const repeatsMax = 10;
const waitSecondsMax = 300;

/**
 * The body of a call that has to succeed; otherwise the server's own sentence. What was throttled was not done: it is asked again when
 * the service says (429, and 503 of a call that only reads).
 * @param stop nothing is asked again once it is aborted
 * @throws CommandError
 */
export async function callOrFail(stub: Connection, method: string, path: string, body?: unknown, stop?: AbortSignal): Promise<unknown> {
  mustHave(stub, path);
  let answer = await call(stub, method, path, body);
  for (let repeats = 0; repeats < repeatsMax && isPutOff(answer, method, path); repeats++) {
    const seconds = Math.min(waitSecondsMax, Number(answer.headers['retry-after'] ?? 1) || 1);
    // Where a line says how far it is (many.ts), this one takes its place.
    const lineStart = process.stderr.isTTY ? '\r\x1b[K' : '';
    process.stderr.write(`${lineStart}The service asks for patience (${answer.status}); again in ${seconds} s.\n`);
    if (!(await waited(seconds * 1000, stop))) break;
    answer = await call(stub, method, path, body);
  }
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  if (isOfStubs(path) && (answer.body as { error?: unknown } | undefined)?.error === undefined) throw stubNeeded(stub, path);
  const { code, message } = faultOf(answer);
  throw new CommandError(code, message);
}

/** Whether it was waited for so long, and not stopped. */
async function waited(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

function isPutOff(answer: Answer, method: string, path: string): boolean {
  if (answer.status === 429) return !isOverLimit(answer, path);
  return answer.status === 503 && method === 'GET';
}

/** Intune has sent as many notifications as it sends in an hour of its own clock: whoever asks decides whether to wait for that. */
function isOverLimit({ body }: Answer, path: string): boolean {
  const message = (body as { error?: { message?: string } } | undefined)?.error?.message;
  return path.endsWith('/sendCustomNotificationToCompanyPortal') && message !== undefined && nestedMessage(message) !== message;
}

/** @throws CommandError `stub-needed` where a real tenant is asked for what it cannot have: it is not even asked */
function mustHave(stub: Connection, path: string): void {
  if (isOfStubs(path) && isMicrosoft(stub.url)) throw stubNeeded(stub, path);
}

function isOfStubs(path: string): boolean {
  return path.startsWith('/mockfleet/');
}

function stubNeeded({ url }: Connection, path: string): CommandError {
  return new CommandError(
    'stub-needed',
    `${new URL(url).host} is no stub of mockfleet: only a stub has ${path.split('/', 3).join('/').split('?')[0]}, which this needs.`,
  );
}

/** The real service, in any of its clouds. */
export function isMicrosoft(url: string): boolean {
  return /(^|\.)(microsoft\.(com|us)|microsoftonline\.(com|us)|microsoftgraph\.chinacloudapi\.cn|chinacloudapi\.cn)$/i.test(
    new URL(url).hostname,
  );
}

/** A list that a stub keeps. @throws CommandError */
export async function listOf<T>(stub: Connection, path: string): Promise<T[]> {
  const list = await callOrFail(stub, 'GET', path);
  // Whoever answers everything with a page of its own is no stub.
  if (!Array.isArray(list)) throw stubNeeded(stub, path);
  return list;
}

/** All pages of a Graph collection. @param path with its version and query */
export async function allOf<T>(stub: Connection, path: string, atMost = Number.POSITIVE_INFINITY): Promise<T[]> {
  const version = path.slice(0, path.indexOf('/', 1));
  const found: T[] = [];
  for (let next: string | undefined = path; next !== undefined && found.length < atMost; ) {
    const page = (await callOrFail(stub, 'GET', next)) as { value?: T[]; '@odata.nextLink'?: string } | undefined;
    if (!Array.isArray(page?.value)) throw unreadable(stub);
    for (const item of page.value) found.push(item);
    const link: string | undefined = page['@odata.nextLink'];
    // Of the link only what begins with the version: the token goes to no other host.
    const begin = link?.indexOf(`${version}/`) ?? 0;
    const following: string | undefined = link?.slice(begin);
    if (begin < 0 || following === next) throw unreadable(stub);
    next = following;
  }
  return found.slice(0, atMost);
}

function unreadable({ url }: Connection): CommandError {
  return new CommandError('answer-unreadable', `${url} answers, but not as Microsoft Graph does.`);
}

function faultOf({ status, body }: Answer): { code: string; message: string } {
  const fault = (body as { error?: { code?: string; message?: string } } | undefined)?.error;
  const message = fault?.message ?? `The server answered ${status}.`;
  return { code: fault?.code ?? String(status), message: nestedMessage(message) };
}

/** Intune puts JSON into the message of its errors; its `Message` ends with ids for its support. */
function nestedMessage(message: string): string {
  const nested = parse(message) as { Message?: string } | string;
  if (typeof nested === 'string' || nested?.Message === undefined) return message;
  return nested.Message.replace(/ - Operation ID.*$/s, '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** How an administrator's command finds a stub: by options, by environment, or by the state folder of one that runs here. */
import { request } from 'node:https';
import type { Argv } from 'yargs';
import { CommandError, wrongUse } from './errors.ts';
import { findRunning, readFileOrSay, readToken, stateFiles, stateFolderDefault } from './state-folder.ts';

export interface ConnectionArguments {
  server: string | undefined;
  token: string | undefined;
  ca: string | undefined;
  state: string;
  json: boolean;
}

/** The options that every administrator's command takes. */
export function connectionOptions<T>(yargs: Argv<T>): Argv<T & ConnectionArguments> {
  return yargs
    .option('server', { type: 'string', requiresArg: true, describe: 'Address of the stub, https://… (or MOCKFLEET_URL)' })
    .option('token', { type: 'string', requiresArg: true, describe: 'Bearer token (or MOCKFLEET_TOKEN)' })
    .option('ca', {
      type: 'string',
      requiresArg: true,
      describe: 'File with the certificate of the stub\u2019s authority (or MOCKFLEET_CA)',
    })
    .option('state', {
      type: 'string',
      default: stateFolderDefault,
      requiresArg: true,
      describe: 'State folder of a stub that runs on this machine',
    })
    .option('json', { type: 'boolean', default: false, describe: 'Print JSON' }) as unknown as Argv<T & ConnectionArguments>;
}

export interface Connection {
  url: string;
  token: string;
  /** PEM; undefined: the system's authorities. */
  ca: string | undefined;
}

/** @throws CommandError when no stub is named and none is found */
export function findStub({ server, token, ca, state }: Omit<ConnectionArguments, 'json'>): Connection {
  const files = stateFiles(state);
  const running = findRunning(files);
  const url = server ?? process.env.MOCKFLEET_URL ?? running?.url;
  if (url === undefined) {
    throw new CommandError(
      'stub-not-found',
      `No stub is running from the state folder ${state}. Start one with \`mockfleet serve\`, or name one with --server, --token and --ca.`,
    );
  }
  if (!/^https:\/\//i.test(url)) throw wrongUse(`--server takes an address that begins with https://, not ${url}.`);
  const secret = token ?? process.env.MOCKFLEET_TOKEN ?? readToken(files);
  if (secret === undefined) throw wrongUse('A token is needed: --token or MOCKFLEET_TOKEN (`mockfleet serve` printed it).');
  const caFile = ca ?? process.env.MOCKFLEET_CA ?? running?.ca;
  return {
    url: url.replace(/\/+$/, ''),
    token: secret,
    ca: caFile === undefined ? undefined : readFileOrSay(caFile, 'The authority\u2019s certificate (--ca)'),
  };
}

export interface Answer {
  status: number;
  body: unknown;
}

/** One call. Nothing is tried twice: an action that may have been accepted is not sent again. @throws CommandError */
export function call(stub: Connection, method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      `${stub.url}${path}`,
      {
        method,
        ...(stub.ca === undefined ? {} : { ca: stub.ca }),
        headers: {
          authorization: `Bearer ${stub.token}`,
          ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: incoming.statusCode ?? 0, body: text === '' ? undefined : parse(text) });
        });
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', (error) =>
      reject(new CommandError('stub-unreachable', `${stub.url} cannot be reached (${error.message}). Is \`mockfleet serve\` running?`)),
    );
    outgoing.end(payload);
  });
}

/** The body of a call that has to succeed; otherwise the server's own sentence. @throws CommandError */
export async function callOrFail(stub: Connection, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await call(stub, method, path, body);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const { code, message } = faultOf(answer);
  throw new CommandError(code, message);
}

function faultOf({ status, body }: Answer): { code: string; message: string } {
  const fault = (body as { error?: { code?: string; message?: string } } | undefined)?.error;
  const message = fault?.message ?? `The stub answered ${status}.`;
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

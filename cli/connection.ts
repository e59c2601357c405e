/** How an administrator's command finds its Graph, and who it is there: by options, by environment, or by the state folder of a stub that runs here. */
import type { Argv } from 'yargs';
import { loopbackHosts } from '../certs/authority.ts';
import { CommandError, wrongUse } from './errors.ts';
import { type Connection, isMicrosoft } from './http.ts';
import { shellWord } from './shell-word.ts';
import { clientCredentials, type SignIn } from './sign-in.ts';
import { findRunning, readFileOrSay, readToken, stateFiles, stateFolderDefault } from './state-folder.ts';

export interface PlaceArguments {
  server: string | undefined;
  ca: string | undefined;
  state: string;
}

export interface ClientArguments {
  'client-id': string | undefined;
  'client-secret': string | undefined;
  'tenant-id': string | undefined;
  authority: string | undefined;
}

export interface ConnectionArguments extends PlaceArguments, ClientArguments {
  token: string | undefined;
  json: boolean;
}

const whoGroup = 'Where, and who asks:';

/** Where the service is. */
export function placeOptions<T>(yargs: Argv<T>): Argv<T & PlaceArguments> {
  const text = { type: 'string', requiresArg: true, group: whoGroup } as const;
  return yargs
    .option('server', { ...text, describe: 'Address, https://… (or MOCKFLEET_URL; default: the stub that runs here)' })
    .option('ca', { ...text, describe: 'File with the certificate of the stub\u2019s authority (or MOCKFLEET_CA)' })
    .option('state', {
      ...text,
      default: stateFolderDefault,
      describe: 'State folder of a stub that runs on this machine',
    }) as unknown as Argv<T & PlaceArguments>;
}

/** A program that signs in. */
export function clientOptions<T>(yargs: Argv<T>): Argv<T & ClientArguments> {
  const text = { type: 'string', requiresArg: true, group: whoGroup } as const;
  return yargs
    .option('client-id', { ...text, describe: 'Sign in as this program (or MOCKFLEET_CLIENT_ID)' })
    .option('client-secret', { ...text, describe: 'Its secret (or MOCKFLEET_CLIENT_SECRET)' })
    .option('tenant-id', { ...text, describe: 'Tenant that it signs in to: id or domain (or MOCKFLEET_TENANT_ID)' })
    .option('authority', {
      ...text,
      describe: 'Address of the sign-in (or MOCKFLEET_AUTHORITY; default: the stub itself, or Microsoft\u2019s)',
    }) as unknown as Argv<T & ClientArguments>;
}

/** The options that every administrator's command takes. */
export function connectionOptions<T>(yargs: Argv<T>): Argv<T & ConnectionArguments> {
  return clientOptions(
    placeOptions(yargs).option('token', {
      type: 'string',
      requiresArg: true,
      group: whoGroup,
      describe: 'Bearer token (or MOCKFLEET_TOKEN)',
    }),
  ).option('json', { type: 'boolean', default: false, describe: 'Print JSON' }) as unknown as Argv<T & ConnectionArguments>;
}

export interface Place {
  url: string;
  ca: string | undefined;
  /** The stub's own token, where it is one of this machine. */
  token: string | undefined;
}

/** @throws CommandError when no service is named and none is found */
export function findPlace({ server, ca, state }: PlaceArguments): Place {
  const files = stateFiles(state);
  const running = findRunning(files);
  const named = server ?? process.env.MOCKFLEET_URL;
  const url = baseOf(named ?? running?.url);
  if (url === undefined) {
    throw new CommandError(
      'stub-not-found',
      `No stub is running from the state folder ${state}. Start one with \`mockfleet serve\`, or name one with --server, --token and --ca.`,
    );
  }
  // What belongs to the stub of this machine is shown to nobody else.
  const isHere = named === undefined || loopbackHosts.includes(new URL(url).hostname) || url === running?.url;
  const caFile = ca ?? process.env.MOCKFLEET_CA ?? (isHere ? running?.ca : undefined);
  return {
    url,
    ca: caFile === undefined ? undefined : readFileOrSay(caFile, 'The authority\u2019s certificate (--ca)'),
    token: isHere ? readToken(files) : undefined,
  };
}

/** What stands before the version: a version at the end is what people copy along. @throws CommandError `wrong-use` */
function baseOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const isUrl = /^https:\/\/./i.test(address) && URL.canParse(address);
  if (!isUrl) throw wrongUse(`--server takes an address that begins with https://, not ${address}.`);
  const { search, hash } = new URL(address);
  if (search !== '' || hash !== '') throw wrongUse(`--server takes an address without a query, not ${address}.`);
  return address.replace(/\/+$/, '').replace(/\/(v1\.0|beta)$/i, '');
}

/** With a token that is at hand. @throws CommandError when no service, or no token, is named and none is found */
export function findStub(args: PlaceArguments & { token: string | undefined }): Connection {
  const { url, ca, token: own } = findPlace(args);
  const token = args.token ?? process.env.MOCKFLEET_TOKEN ?? own;
  if (token === undefined) {
    throw wrongUse('A token is needed: --token or MOCKFLEET_TOKEN (`mockfleet serve` printed it), or --client-id and --client-secret.');
  }
  return { url, token, ca };
}

/** With a token that is at hand, or one that a program gets by signing in. @throws CommandError */
export async function connect(args: Omit<ConnectionArguments, 'json'>): Promise<Connection> {
  const { id, secret } = clientOf(args);
  const isAsked =
    args['client-id'] !== undefined || (args.token === undefined && process.env.MOCKFLEET_TOKEN === undefined && id !== undefined);
  if (!isAsked) return findStub(args);
  if (args.token !== undefined) throw wrongUse('--token and --client-id are two ways to say who asks: name one of them.');
  const place = findPlace(args);
  const { access_token: token } = await clientCredentials(signInOf(args, place), { id, secret });
  return { url: place.url, ca: place.ca, token };
}

export function clientOf(args: ClientArguments): { id: string | undefined; secret: string | undefined } {
  return {
    id: args['client-id'] ?? process.env.MOCKFLEET_CLIENT_ID,
    secret: args['client-secret'] ?? process.env.MOCKFLEET_CLIENT_SECRET,
  };
}

/** Where one signs in for this service. @throws CommandError `wrong-use` */
export function signInOf(args: ClientArguments, { url, ca }: Pick<Place, 'url' | 'ca'>): SignIn {
  const authority = baseOf(args.authority ?? process.env.MOCKFLEET_AUTHORITY) ?? authorityOf(url);
  const tenant = args['tenant-id'] ?? process.env.MOCKFLEET_TENANT_ID;
  if (tenant === undefined && isMicrosoft(authority)) throw wrongUse('--tenant-id is needed, to sign in to a tenant of Microsoft\u2019s.');
  const resource = isMicrosoft(url) ? new URL(url).origin : 'https://graph.microsoft.com';
  return { url: `${authority}/${encodeURIComponent(tenant ?? 'organizations')}/oauth2/v2.0`, scope: `${resource}/.default`, ca };
}

function authorityOf(url: string): string {
  if (!isMicrosoft(url)) return url;
  const { hostname } = new URL(url);
  if (/\.us$/i.test(hostname)) return 'https://login.microsoftonline.us';
  return /\.cn$/i.test(hostname) ? 'https://login.chinacloudapi.cn' : 'https://login.microsoftonline.com';
}

/** Words that name the same service to another command, with a space in front: for hints that are printed to be copied. */
export function sameServiceWords({ server, state }: Pick<PlaceArguments, 'server' | 'state'>): string {
  return `${server === undefined ? '' : ` --server ${shellWord(server)}`}${state === stateFolderDefault ? '' : ` --state ${shellWord(state)}`}`;
}

/** Where a load run's devices connect to and what they enrol with, and which Graph its administrator asks: by options, by environment, or a stub that runs here. */
import type { LoadTarget } from '../../simulator/load/load-job.ts';
import type { GraphPlace } from '../../simulator/load/load-options.ts';
import { findPlace } from '../connection.ts';
import { wrongUse } from '../errors.ts';
import { readEnrollmentToken, stateFiles } from '../state-folder.ts';

export interface LoadPlaceArguments {
  server: string[] | undefined;
  token: string | undefined;
  ca: string | undefined;
  state: string;
  graph: string | undefined;
  'graph-token': string | undefined;
}

export interface LoadPlace {
  target: LoadTarget;
  graph: GraphPlace | null;
}

const devicesPath = '/devices';
const addressesMax = 64;

/** @throws CommandError `wrong-use`, `stub-not-found` */
export function findLoadPlace({ server, token, ca, state, graph, 'graph-token': graphToken }: LoadPlaceArguments): LoadPlace {
  const named = server?.flatMap((text) => text.split(',')).map((text) => text.trim());
  const addresses = (named ?? []).map(addressOf);
  if (addresses.length > addressesMax) throw wrongUse(`--server takes up to ${addressesMax} addresses; there are ${addresses.length}.`);
  const origin = addresses[0] === undefined ? undefined : `https://${addresses[0].host}`;
  // Of somebody else's server only what is named is asked for actions: it need have no Graph.
  const place = findPlace({ server: origin, ca, state });
  const given = token ?? process.env.MOCKFLEET_TOKEN;
  const enrollmentToken = given ?? (place.token === undefined ? undefined : (readEnrollmentToken(stateFiles(state)) ?? place.token));
  if (enrollmentToken === undefined) {
    throw wrongUse('Devices need a token to enrol with: --token or MOCKFLEET_TOKEN (`mockfleet serve` printed it as its password).');
  }
  const urls = addresses.length === 0 ? [`${place.url.replace(/^https:/i, 'wss:')}${devicesPath}`] : addresses.map(deviceUrl);
  const caText = place.ca ?? null;
  const isGraphNamed = graph !== undefined || graphToken !== undefined || addresses.some(({ protocol }) => protocol === 'https:');
  const asking = graphToken ?? place.token ?? (isGraphNamed ? given : undefined);
  return {
    target: { urls, ca: caText, enrollmentToken },
    graph: asking === undefined ? null : { url: graph === undefined ? place.url : graphOf(graph), token: asking, ca: caText },
  };
}

/** @throws CommandError `wrong-use` */
function addressOf(text: string): URL {
  const allowed = 'wss://host:port/devices or https://host:port';
  if (!URL.canParse(text))
    throw wrongUse(`--server takes an address, ${allowed}; ${text === '' ? 'this one is empty' : `${text} is none`}.`);
  const url = new URL(text);
  if (url.protocol === 'ws:' || url.protocol === 'http:') {
    throw wrongUse(`--server takes ${allowed}: a device proves who it is by its certificate, in TLS, so ${url.protocol}// will not do.`);
  }
  if (url.protocol !== 'wss:' && url.protocol !== 'https:') throw wrongUse(`--server takes ${allowed}, not ${text}.`);
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    throw wrongUse(`--server takes an address without a query, a fragment and a password, not ${text}.`);
  }
  return url;
}

/** An address of Graph is where the stub's devices connect, too; what names a path itself is taken as it is. */
function deviceUrl({ protocol, host, pathname }: URL): string {
  const path = pathname.replace(/\/(v1\.0|beta)?\/?$/, '');
  return `wss://${host}${protocol === 'https:' || path === '' ? devicesPath : pathname}`;
}

/** @throws CommandError `wrong-use` */
function graphOf(text: string): string {
  if (!/^https:\/\/./i.test(text) || !URL.canParse(text))
    throw wrongUse(`--graph takes an address that begins with https://, not ${text}.`);
  return text.replace(/\/+$/, '').replace(/\/(v1\.0|beta)$/i, '');
}

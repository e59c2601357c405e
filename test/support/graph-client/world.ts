/**
 * What the suite of Microsoft's client needs of a tenant. There are two: a real stub on a real port with real agents, and a tenant in
 * the process of the test behind msw. The client, its page iterator, its batches and its retries are Microsoft's own, unchanged.
 */

import type { TokenCredential, TokenCredentialOptions } from '@azure/identity';
import { Client, type ClientOptions, GraphError } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import type { EnrollmentType, Platform } from '../../../protocol/platforms.ts';
import type { TenantOptions } from '../../../simulator/testing/msw.ts';

export interface DeviceWish {
  name: string;
  platform?: Platform;
  enrollment?: EnrollmentType;
  /** Default: adele@contoso.example */
  user?: string;
  osVersion?: string;
  model?: string;
  shared?: true;
  findMy?: true;
}

/** A device that is enrolled, has checked in and rests. */
export interface WorldDevice {
  readonly id: string;
  readonly name: string;
  /** The network of the device comes or goes. */
  network(available: boolean): Promise<void>;
  /** The custom notifications that it holds, oldest first, when there are so many. */
  notifications(count: number): Promise<{ title: string; body: string }[]>;
}

export interface ClientWorld {
  /** Of Graph, without a slash at the end: `https://graph.microsoft.com`. */
  readonly url: string;
  /** How its callers trust it: goes with every fetch, of the client's too. */
  readonly fetchOptions: RequestInit;
  /** Bearer token of the first administrator, who may do everything. */
  readonly token: string;
  /** Options for every credential of @azure/identity: what the world's address asks for, and nothing else. */
  readonly identity: TokenCredentialOptions & { disableInstanceDiscovery?: boolean };
  device(wish: DeviceWish): Promise<WorldDevice>;
  /** So many iPhones and as many PCs, `crowd-0001` and so on, each with a user of its own. */
  crowd(count: number): Promise<void>;
  advance(duration: string): Promise<void>;
  close(): Promise<void>;
}

/** A tenant as its file says it. */
export type Seed = Omit<TenantOptions, 'start' | 'seed'>;

export type OpenWorld = (seed?: Seed) => Promise<ClientWorld>;

/** Microsoft's client with its default middleware, for whoever has this token. */
export function clientWith(world: ClientWorld, token: string = world.token): Client {
  return Client.init({ ...addressOf(world), authProvider: (done) => done(null, token) });
}

/** The client with its own provider over a credential of @azure/identity. */
export function clientOf(world: ClientWorld, credential: TokenCredential): Client {
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: ['https://graph.microsoft.com/.default'] });
  return Client.initWithMiddleware({ ...addressOf(world), authProvider });
}

function addressOf({ url, fetchOptions }: ClientWorld): ClientOptions {
  return { baseUrl: `${url}/`, customHosts: new Set([new URL(url).hostname]), fetchOptions };
}

export function crowdNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `crowd-${String(index + 1).padStart(4, '0')}`);
}

/** The administrators' door that no real tenant has: the clock, throttling, mail. @throws Error (rejects) when it refuses */
export async function control(world: ClientWorld, path: string, body?: object): Promise<unknown> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = { authorization: `Bearer ${world.token}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${world.url}/mockfleet/${path}`, { ...world.fetchOptions, method, headers, ...text });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** An app of the device's user signs in on it, as the directory answers. @param user default: adele@contoso.example */
export async function signInOf(world: ClientWorld, { id }: WorldDevice, app: string, user = 'adele@contoso.example'): Promise<unknown> {
  const response = await fetch(`${world.url}/outside`, {
    ...world.fetchOptions,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ service: 'sign-in', app, userPrincipalName: user, deviceId: id, token: null }),
  });
  return response.json();
}

/** The error that a call of the client ended with; undefined: it was answered. */
export async function refusal(call: Promise<unknown>): Promise<GraphError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
}

/** An iPhone and a PC in turn. */
export function crowdPlatform(index: number): 'ios' | 'windows' {
  return index % 2 === 0 ? 'ios' : 'windows';
}

/**
 * An item of a batch. Node's Request wants a whole address, and of that the client takes away the host alone: so there is no version in it
 * (microsoftgraph/msgraph-sdk-javascript issue 1178). The batch's own version is that of its items.
 */
export function batched(world: ClientWorld, method: string, path: string, body?: object): Request {
  const headers = { 'content-type': 'application/json' };
  return new Request(`${world.url}${path}`, { method, ...(body !== undefined && { headers, body: JSON.stringify(body) }) });
}

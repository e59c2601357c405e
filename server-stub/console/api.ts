/** The stub's HTTP interface as the console uses it. The token stays in this tab: never in an address, gone when the tab is closed. */
import { signal } from '@preact/signals';

const kept = 'mockfleet.token';

export const token = signal<string | null>(sessionStorage.getItem(kept));
/** Why somebody has to sign in again. */
export const signInNotice = signal<string | null>(null);

export function signIn(given: string): void {
  sessionStorage.setItem(kept, given);
  signInNotice.value = null;
  token.value = given;
}

export function signOut(notice: string | null = null): void {
  sessionStorage.removeItem(kept);
  signInNotice.value = notice;
  token.value = null;
}

/** What the stub answered instead: its own code and sentence. `status` 0: it did not answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** When it may be asked again, as the stub said. */
  readonly retryAfterSeconds: number | null;
  constructor(status: number, code: string, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const askedAgainMs = 250;

export interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** @param path from the root: `/mockfleet/clock`, `/beta/deviceManagement/managedDevices` @throws ApiError */
async function request(method: string, path: string, { body, headers = {}, signal: stop }: Asked = {}): Promise<Response> {
  const given = token.value;
  const response = await answered(path, {
    method,
    headers: {
      ...(given === null ? {} : { authorization: `Bearer ${given}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(stop === undefined ? {} : { signal: stop }),
    cache: 'no-store',
  });
  if (response.ok) return response;
  const { code, message } = await refusalOf(response);
  if (response.status === 401 && token.value === given && given !== null) signOut('This token is not (or no longer) good here.');
  const retryAfter = response.headers.get('retry-after');
  throw new ApiError(response.status, code, message, retryAfter === null ? null : Number(retryAfter));
}

/** A question may be asked again where a connection broke under it: once, a moment later. What changes something never is. */
async function answered(path: string, asked: RequestInit): Promise<Response> {
  for (let isAgain = asked.method !== 'GET'; ; isAgain = true) {
    try {
      return await fetch(path, asked);
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      if (isAgain) throw new ApiError(0, 'unreachable', 'The stub does not answer. Is it still running?');
    }
    await new Promise((resolve) => setTimeout(resolve, askedAgainMs));
  }
}

async function refusalOf(response: Response): Promise<{ code: string; message: string }> {
  const said = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string } } | null;
  const code = said?.error?.code ?? String(response.status);
  const message = said?.error?.message ?? `The stub answered ${response.status} ${response.statusText}.`;
  return { code, message: intuneMessage(message) };
}

/** Intune wraps its sentence in JSON, as the real one does. */
function intuneMessage(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    const { Message } = JSON.parse(text) as { Message?: string };
    return Message?.replace(/ - Operation ID.*$/s, '') ?? text;
  } catch {
    return text;
  }
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const get = async <T>(path: string, asked: Asked = {}): Promise<T> => json<T>(await request('GET', path, asked));
export const post = async <T = void>(path: string, body: unknown = {}, asked: Asked = {}): Promise<T> =>
  json<T>(await request('POST', path, { ...asked, body }));
export const patch = async <T = void>(path: string, body: unknown): Promise<T> => json<T>(await request('PATCH', path, { body }));
export const remove = async (path: string): Promise<void> => void (await request('DELETE', path));

/** A page of a Graph collection. */
export interface Page<T> {
  value: T[];
  '@odata.count'?: number;
  '@odata.nextLink'?: string;
}

/** `graph('deviceManagement/managedDevices', {$top: 50})`: beta, where everything is. */
export function graph(path: string, query: Record<string, string | number | undefined> = {}): string {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = kept.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return `/beta/${path}${search === '' ? '' : `?${search}`}`;
}

/** A text within a `$filter`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Where in the console one is: the part of the address after #, so that a page can be kept, sent and gone back to. No token is ever in it. */
import { computed, signal } from '@preact/signals';

export interface Route {
  /** `#/devices/ID` is ['devices', 'ID']. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

function read(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

/** Addresses are typed, too: what cannot be decoded stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const current = signal(read(location.hash));
addEventListener('hashchange', () => {
  current.value = read(location.hash);
});

export const route = computed(() => current.value);

/** `#/devices/ID?tab=…`; members of `query` that are undefined or '' are left out. */
export function href(path: readonly string[], query: Record<string, string | undefined> = {}): string {
  const kept = Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== '');
  const search = new URLSearchParams(kept).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

export function go(path: readonly string[], query: Record<string, string | undefined> = {}): void {
  location.hash = href(path, query);
}

/** Changes the address without an entry in the history: for filters that are typed. */
export function replaceQuery(query: Record<string, string | undefined>): void {
  history.replaceState(null, '', href(current.value.path, query));
  current.value = read(location.hash);
}

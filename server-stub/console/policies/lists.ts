/** Collections of Graph: whole ones where they are short, page by page where they may be long. */
import { useState } from 'preact/hooks';
import { get, graph, type Page } from '../api.ts';
import { type Remote, useRemote } from '../live/use-remote.ts';
import type { Topic } from '../live/words.ts';
import type { DirectoryObject } from './policy-shapes.ts';

/** A stub behind another name says that one in its links. */
export function ownPath(link: string): string {
  const { pathname, search } = new URL(link, location.origin);
  return pathname + search;
}

interface Part<T> {
  value: T[];
  hasMore: boolean;
}

/** The first pages. */
async function firstPages<T>(path: string, pages: number, stop: AbortSignal, headers: Record<string, string> = {}): Promise<Part<T>> {
  const value: T[] = [];
  let next: string | undefined = path;
  for (let page = 0; page < pages && next !== undefined; page += 1) {
    const answer: Page<T> = await get<Page<T>>(next, { signal: stop, headers });
    value.push(...answer.value);
    const link = answer['@odata.nextLink'];
    next = link === undefined ? undefined : ownPath(link);
  }
  return { value, hasMore: next !== undefined };
}

/** Policies and templates are few. */
const pagesMax = 20;

export const useAll = <T>(path: string, topics: readonly Topic[]): Remote<Part<T>> =>
  useRemote(path, (stop) => firstPages<T>(path, pagesMax, stop), topics);

/** The first page, and one more each time that it is asked for. */
export function usePages<T>(
  path: string,
  topics: readonly Topic[],
  headers?: Record<string, string>,
): Remote<Part<T>> & { more: () => void } {
  const [asked, setAsked] = useState({ path, pages: 1 });
  const pages = asked.path === path ? asked.pages : 1;
  // The same key: what is shown stays while there is more to come.
  const remote = useRemote(path, (stop) => firstPages<T>(path, pages, stop, headers), topics);
  return {
    ...remote,
    more() {
      setAsked({ path, pages: pages + 1 });
      remote.reload();
    },
  };
}

export type ObjectKind = 'users' | 'groups' | 'devices';

/** People, groups or devices whose name has words that begin so; '' for any. */
export function searchPath(kind: ObjectKind, text: string, top: number): string {
  const words = text.replaceAll(/["\\]/g, '\\$&').trim();
  const clauses = [`"displayName:${words}"`, ...(kind === 'users' ? [`"userPrincipalName:${words}"`] : [])];
  return graph(kind, { $top: top, $search: words === '' ? undefined : clauses.join(' OR ') });
}

/** Graph searches only for those who say that they know what it costs. */
export const searchHeaders = { ConsistencyLevel: 'eventual' };

export const nameOf = ({ displayName, id }: Pick<DirectoryObject, 'displayName' | 'id'>): string =>
  displayName === null || displayName === '' ? id : displayName;

/** A log of Graph, page by page, newest first. */
import { useState } from 'preact/hooks';
import { get, type Page } from '../api.ts';
import { useKept } from '../live/use-kept.ts';
import { useRemote } from '../live/use-remote.ts';
import type { Topic } from '../live/words.ts';
import { ownPath } from '../policies/lists.ts';
import type { PagerProps } from '../ui/pager.tsx';

export interface Log<T> {
  rows: readonly T[] | undefined;
  error: ReturnType<typeof useRemote>['error'];
  loading: boolean;
  reload: () => void;
  pager: PagerProps;
}

/** @param path another one begins at its first page */
export function useLog<T>(path: string, topics: readonly Topic[]): Log<T> {
  const [trail, setTrail] = useState<{ path: string; links: readonly string[] }>({ path, links: [] });
  const links = trail.path === path ? trail.links : [];
  const at = links.at(-1) ?? path;
  const { data, error, loading, reload } = useRemote(at, (signal) => get<Page<T>>(at, { signal }), topics);
  const next = data?.['@odata.nextLink'];
  const pager: PagerProps = {
    onBack: links.length === 0 ? undefined : () => setTrail({ path, links: links.slice(0, -1) }),
    onForward: next === undefined ? undefined : () => setTrail({ path, links: [...links, ownPath(next)] }),
    ...(links.length > 0 && { text: `Page ${links.length + 1}` }),
  };
  const rows = useKept(data?.value);
  return { rows: error === undefined ? rows : data?.value, error, loading, reload, pager };
}

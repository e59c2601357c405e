/** What a page shows of the stub: loaded, and loaded again when the stub says that it has changed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { versions } from './events.ts';
import type { Topic } from './words.ts';

export interface Remote<T> {
  /** The latest that came; stays while it is loaded again. */
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  reload: () => void;
}

/** A fleet changes all the time: it is not asked for more often than this, and not again before the last answer is there. */
const pauseMs = 400;
/** What takes long to answer is asked for less often: the stub has others to answer, too. */
const pausePerAnswer = 2;

/**
 * @param key what is asked for: another key is another question, and the old answer is put away
 * @param load undefined: nothing is asked yet
 */
export function useRemote<T>(key: string, load: ((stop: AbortSignal) => Promise<T>) | undefined, topics: readonly Topic[] = []): Remote<T> {
  const [state, setState] = useState<{ key: string; data?: T; error?: ApiError; loading: boolean }>({ key, loading: true });
  const [round, setRound] = useState(0);
  const loadNow = useRef(load);
  loadNow.current = load;
  /** `isStale`: what is under way was asked for before the latest change. */
  const asking = useRef({ isUnderWay: false, isStale: false, tookMs: 0 });
  const topicsNow = topics.join();

  useEffect(() => {
    const ask = loadNow.current;
    if (ask === undefined) return undefined;
    const stop = new AbortController();
    const current = { isUnderWay: true, isStale: false, tookMs: 0 };
    const askedAt = performance.now();
    asking.current = current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState((old) => (old.key === key ? { ...old, loading: true } : { key, loading: true }));
    ask(stop.signal)
      .then((data) => !stop.signal.aborted && setState({ key, data, loading: false }))
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError(0, 'console', String(error));
        if (!(error instanceof ApiError)) reportError(error);
        setState((old) => ({ ...(old.key === key && known.status === 0 ? old : { key }), error: known, loading: false }));
      })
      .finally(() => {
        current.isUnderWay = false;
        current.tookMs = performance.now() - askedAt;
        if (current.isStale && !stop.signal.aborted) timer = setTimeout(() => setRound((count) => count + 1), pauseAfter(current));
      });
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key, round]);

  useEffect(() => {
    const wanted = topicsNow === '' ? [] : (topicsNow.split(',') as Topic[]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    const stops = wanted.map((topic) =>
      versions[topic].subscribe(() => {
        if (isFirst || timer !== undefined) return;
        timer = setTimeout(() => {
          timer = undefined;
          if (asking.current.isUnderWay) asking.current.isStale = true;
          else setRound((count) => count + 1);
        }, pauseAfter(asking.current));
      }),
    );
    isFirst = false;
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [topicsNow]);

  const isOf = state.key === key;
  return {
    data: isOf ? state.data : undefined,
    error: isOf ? state.error : undefined,
    loading: !isOf || state.loading,
    reload: () => setRound((count) => count + 1),
  };
}

function pauseAfter({ tookMs }: { tookMs: number }): number {
  return Math.max(pauseMs, pausePerAnswer * tookMs);
}

/** Where one is in a list that the stub pages. */
import { useEffect, useState } from 'preact/hooks';

interface PagerProps {
  /** From 1 on. */
  page: number;
  size: number;
  shown: number;
  /** undefined: not counted yet. */
  total: number | undefined;
  hasMore: boolean;
  onPage: (page: number) => void;
}

export function Pager({ page, size, shown, total, hasMore, onPage }: PagerProps) {
  const last = total === undefined ? undefined : Math.max(1, Math.ceil(total / size));
  const [typed, setTyped] = useState(String(page));
  useEffect(() => setTyped(String(page)), [page]);
  const from = (page - 1) * size + 1;
  const turn = (event: Event) => {
    event.preventDefault();
    const wanted = Number(typed);
    if (Number.isInteger(wanted) && wanted >= 1) onPage(Math.min(wanted, last ?? wanted));
    else setTyped(String(page));
  };
  return (
    <nav class="pager" aria-label="Pages of the list">
      <span role="status">
        {from.toLocaleString('en')}–{(from + shown - 1).toLocaleString('en')}
        {total === undefined ? '' : ` of ${total.toLocaleString('en')}`}
      </span>
      <button type="button" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        Previous
      </button>
      <form onSubmit={turn}>
        <label>
          Page{' '}
          <input inputMode="numeric" aria-label="Page" size={4} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        {last === undefined ? '' : ` of ${last.toLocaleString('en')}`}
      </form>
      <button type="button" disabled={!hasMore} onClick={() => onPage(page + 1)}>
        Next
      </button>
    </nav>
  );
}

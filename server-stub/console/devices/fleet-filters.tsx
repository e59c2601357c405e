/** Search and filters of the list of devices: all of it in the address. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { replaceQuery, route } from '../router.ts';
import { ColumnPicker } from './fleet-columns.tsx';
import { changed, filters, hasFilter } from './fleet-query.ts';

const typingMs = 250;

export function FleetFilters() {
  const { query } = route.value;
  const change = (member: Record<string, string | undefined>) => replaceQuery(changed(route.value.query, member));
  return (
    <search class="filters">
      <Search text={query.get('q') ?? ''} onSearch={(q) => change({ q: q === '' ? undefined : q })} />
      {filters.map(({ name, label, choices }) => {
        const value = query.get(name) ?? '';
        return (
          <label key={name} class={value === '' ? 'chip' : 'chip on'}>
            <span>{label}</span>
            <select value={value} onChange={(event) => change({ [name]: event.currentTarget.value })}>
              <option value="">all</option>
              {choices.map((choice) => (
                <option key={choice.value} value={choice.value}>
                  {choice.label}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      {hasFilter(query) ? (
        <button type="button" onClick={() => replaceQuery({ order: query.get('order') ?? undefined })}>
          Clear filters
        </button>
      ) : null}
      <ColumnPicker />
    </search>
  );
}

/** Asked for when its user has stopped typing; what is typed is never overtaken by the address. */
function Search({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setTyped((now) => (now.trim() === text ? now : text)), [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (now: string) => {
    clearTimeout(timer.current);
    setTyped(now);
    timer.current = setTimeout(() => onSearch(now.trim()), typingMs);
  };
  return (
    <input
      type="search"
      aria-label="Search by name, user or serial number"
      placeholder="Name, user or serial number"
      maxLength={256}
      value={typed}
      onInput={(event) => search(event.currentTarget.value)}
    />
  );
}

/** What a log is narrowed by; it stands in the address, so that a view can be kept and sent. */
import { quoted } from '../api.ts';
import { replaceQuery, route } from '../router.ts';
import { Field } from '../ui/parts.tsx';

export interface LogFilter {
  /** In the address. */
  name: string;
  label: string;
  /** A choice; absent: it is typed. */
  options?: readonly (readonly [value: string, label: string])[];
  isDay?: boolean;
  /** A term of `$filter`; `text` is not empty. */
  term: (text: string) => string;
}

const dayMs = 86_400_000;

/** From the begin of one day to the end of another, in UTC as everything is. */
export function period(property: string): LogFilter[] {
  return [
    { name: 'from', label: 'From', isDay: true, term: (day) => `${property} ge ${day}T00:00:00Z` },
    {
      name: 'until',
      label: 'Until',
      isDay: true,
      term: (day) => `${property} lt ${new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString()}`,
    },
  ];
}

/** `contains` in one of the properties. */
export function within(...properties: string[]): (text: string) => string {
  return (text) => `(${properties.map((property) => `contains(${property},${quoted(text)})`).join(' or ')})`;
}

const isDayText = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** `$filter` by what the address says; undefined: nothing is narrowed. */
export function filterOf(filters: readonly LogFilter[]): string | undefined {
  const terms = filters.flatMap(({ name, term, isDay }) => {
    const text = route.value.query.get(name)?.trim() ?? '';
    return text === '' || (isDay === true && !isDayText(text)) ? [] : [term(text)];
  });
  return terms.length === 0 ? undefined : terms.join(' and ');
}

export function Filters({ filters }: { filters: readonly LogFilter[] }) {
  const query = route.value.query;
  const set = (name: string, value: string) => replaceQuery({ ...Object.fromEntries(query), [name]: value });
  const typedIn = (name: string) => ({
    value: query.get(name) ?? '',
    onInput: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  });
  return (
    <search class="log-filters">
      {filters.map(({ name, label, options, isDay }) => (
        <Field key={name} label={label}>
          {options === undefined ? (
            <input {...(isDay === true ? { type: 'date' } : { type: 'search' })} {...typedIn(name)} />
          ) : (
            <select value={query.get(name) ?? ''} onChange={(event) => set(name, event.currentTarget.value)}>
              <option value="">Any</option>
              {options.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
      {filterOf(filters) === undefined ? null : (
        <button type="button" onClick={() => replaceQuery({})}>
          Show all
        </button>
      )}
    </search>
  );
}

/** A table whose rows come from the stub: it only draws them. */
import type { ComponentChildren } from 'preact';

export interface Column<T> {
  id: string;
  label: string;
  cell: (row: T) => ComponentChildren;
  /** What the stub sorts by; absent: it cannot. */
  sort?: string;
  /** Right-aligned figures. */
  numeric?: boolean;
  /** Left out where there is little room. */
  secondary?: boolean;
}

export interface TableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  /** `deviceName` or `deviceName desc`. */
  order?: string;
  onOrder?: (order: string) => void;
  /** Ticked rows, and what is done when one is ticked. */
  selection?: { ids: ReadonlySet<string>; onChange: (ids: Set<string>) => void; nameOf: (row: T) => string };
  busy?: boolean;
}

export function Table<T>({ label, columns, rows, idOf, order = '', onOrder, selection, busy = false }: TableProps<T>) {
  const [by, direction] = order.split(' ');
  const areAll = selection !== undefined && rows.length > 0 && rows.every((row) => selection.ids.has(idOf(row)));
  const toggle = (id: string) => {
    const ids = new Set(selection?.ids);
    if (!ids.delete(id)) ids.add(id);
    selection?.onChange(ids);
  };
  const toggleAll = () => {
    const ids = new Set(selection?.ids);
    for (const row of rows) areAll ? ids.delete(idOf(row)) : ids.add(idOf(row));
    selection?.onChange(ids);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is too wide is scrolled by keyboard, too
    <section class="table-place" aria-label={label} aria-busy={busy} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {selection === undefined ? null : (
              <th class="tick">
                <input type="checkbox" aria-label="All on this page" checked={areAll} onChange={toggleAll} />
              </th>
            )}
            {columns.map(({ id, label: name, sort, numeric, secondary }) => {
              const isBy = sort !== undefined && sort === by;
              const sorted = !isBy ? undefined : direction === 'desc' ? 'descending' : 'ascending';
              return (
                <th key={id} aria-sort={sorted} class={classes({ numeric, secondary })}>
                  {sort === undefined || onOrder === undefined ? (
                    name
                  ) : (
                    <button type="button" class="sort" onClick={() => onOrder(sorted === 'ascending' ? `${sort} desc` : sort)}>
                      {name}
                      <span aria-hidden="true">{sorted === undefined ? '' : sorted === 'ascending' ? ' ▲' : ' ▼'}</span>
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={idOf(row)} class={selection?.ids.has(idOf(row)) === true ? 'ticked' : undefined}>
              {selection === undefined ? null : (
                <td class="tick">
                  <input
                    type="checkbox"
                    aria-label={`Select ${selection.nameOf(row)}`}
                    checked={selection.ids.has(idOf(row))}
                    onChange={() => toggle(idOf(row))}
                  />
                </td>
              )}
              {columns.map(({ id, cell, numeric, secondary }) => (
                <td key={id} class={classes({ numeric, secondary })}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function classes(named: Record<string, boolean | undefined>): string | undefined {
  const set = Object.keys(named).filter((name) => named[name] === true);
  return set.length === 0 ? undefined : set.join(' ');
}

/** A log with its filters and its pages. */

import { graph } from '../api.ts';
import type { Topic } from '../live/words.ts';
import { Pager } from '../ui/pager.tsx';
import { Empty, Loading, Trouble } from '../ui/parts.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Filters, filterOf, type LogFilter } from './filters.tsx';
import { useLog } from './use-log.ts';
import './logs.css';

export interface LogTableProps<T> {
  label: string;
  /** Below `/beta/`. */
  path: string;
  topics: readonly Topic[];
  filters: readonly LogFilter[];
  columns: readonly Column<T>[];
  /** Said when nothing was ever written. */
  none: string;
}

const rowsOnPage = 50;

export function LogTable<T extends { id: string }>({ label, path, topics, filters, columns, none }: LogTableProps<T>) {
  const $filter = filterOf(filters);
  const { rows, error, loading, reload, pager } = useLog<T>(graph(path, { $top: rowsOnPage, $filter }), topics);
  return (
    <div class="stack">
      <Filters filters={filters} />
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {rows === undefined ? (
        error === undefined && <Loading />
      ) : rows.length === 0 ? (
        <Empty>{$filter === undefined ? none : 'No entry is like that.'}</Empty>
      ) : (
        <Table label={label} columns={columns} rows={rows} idOf={({ id }) => id} busy={loading} />
      )}
      <Pager {...pager} />
    </div>
  );
}

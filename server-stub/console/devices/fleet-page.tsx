/** The list of all devices: paged, sorted and filtered by the stub. */
import { computed } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, graph, type Page } from '../api.ts';
import { lookAtClock, now } from '../live/clock.ts';
import { useRemote } from '../live/use-remote.ts';
import { replaceQuery, route } from '../router.ts';
import { Loading, PageHead, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { attempt } from '../ui/toast.tsx';
import { AddDevices } from './add-devices.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { type ListedDevice, shortened } from './device.ts';
import { columnsShown, selected } from './fleet-columns.tsx';
import { NoDevices } from './fleet-empty.tsx';
import { FleetFilters } from './fleet-filters.tsx';
import { changed, filterOf, hasFilter, pageOf, pageSize } from './fleet-query.ts';
import { FleetTiles } from './fleet-tiles.tsx';
import { Pager } from './pager.tsx';

const isClockKnown = computed(() => !Number.isNaN(now.value));
const usualOrder = 'deviceName';

export function FleetPage() {
  const { query } = route.value;
  const [ticked, setTicked] = useState<ReadonlyMap<string, string>>(new Map());
  const [isAdding, setAdding] = useState(false);
  useEffect(() => {
    if (!isClockKnown.peek()) void attempt(lookAtClock);
  }, []);

  const filter = isClockKnown.value ? filterOf(query) : '';
  const order = query.get('order') ?? usualOrder;
  const page = pageOf(query);
  const url = graph('deviceManagement/managedDevices', {
    $select: selected(),
    $top: pageSize,
    $skip: page === 1 ? undefined : (page - 1) * pageSize,
    $orderby: order,
    $filter: filter,
  });
  const isReady = isClockKnown.value;
  const list = useRemote(isReady ? url : '', isReady ? (stop) => get<Page<ListedDevice>>(url, { signal: stop }) : undefined, ['devices']);
  const countUrl = graph('deviceManagement/managedDevices/$count', { $filter: filter });
  const count = useRemote(isReady ? countUrl : '', isReady ? (stop) => get<number>(countUrl, { signal: stop }) : undefined, ['devices']);
  // While the next question is under way, the rows of the last one stay.
  const last = useRef<ListedDevice[] | undefined>(undefined);
  last.current = list.data?.value ?? last.current;
  const rows = list.data?.value ?? last.current;
  const total = count.data;
  const isEmpty = list.data !== undefined && list.data.value.length === 0;

  /** Nothing to count and nothing to look for. */
  const isNew = isEmpty && page === 1 && !hasFilter(query);

  const tick = (ids: Set<string>) => {
    const names = new Map((rows ?? []).map(({ id, deviceName }) => [id, deviceName]));
    setTicked(new Map([...ids].map((id) => [id, names.get(id) ?? ticked.get(id) ?? id])));
  };
  const turn = (to: number) => replaceQuery(changed(query, { page: to <= 1 ? undefined : String(to) }));

  return (
    <div class="stack fleet">
      <PageHead
        title="Devices"
        sub={total === undefined ? undefined : `${total.toLocaleString('en')} ${hasFilter(query) ? 'found' : 'in all'}`}
      >
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          Add devices
        </button>
      </PageHead>
      {isNew ? null : (
        <>
          <FleetTiles />
          <FleetFilters />
        </>
      )}
      {ticked.size === 0 ? null : <BulkBar ticked={ticked} total={total} filter={filter} onChange={setTicked} />}
      {list.error === undefined ? null : <Trouble error={list.error} onRetry={list.reload} />}
      {rows === undefined ? (
        list.error === undefined ? (
          <Loading />
        ) : null
      ) : isEmpty ? (
        <NoDevices isFiltered={hasFilter(query)} page={page} onAdd={() => setAdding(true)} onFirst={() => turn(1)} />
      ) : (
        <>
          <Table
            label="Devices"
            columns={columnsShown()}
            rows={rows}
            idOf={({ id }) => id}
            order={order}
            onOrder={(by) => replaceQuery(changed(query, { order: by === usualOrder ? undefined : by }))}
            selection={{ ids: new Set(ticked.keys()), onChange: tick, nameOf: ({ deviceName }) => shortened(deviceName) }}
            busy={list.loading}
          />
          <Pager
            page={page}
            size={pageSize}
            shown={rows.length}
            total={total}
            hasMore={list.data?.['@odata.nextLink'] !== undefined}
            onPage={turn}
          />
        </>
      )}
      {isAdding ? <AddDevices onClose={() => setAdding(false)} /> : null}
    </div>
  );
}

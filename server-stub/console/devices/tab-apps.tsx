/** The apps that a device has told of, managed or not. */
import { get, type Page } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Empty, Loading, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { deviceUrl } from './device.ts';

interface DetectedApp {
  id: string;
  displayName: string;
}

export function AppsTab({ id }: { id: string }) {
  const url = deviceUrl(id, 'detectedApps');
  const { data, error, reload } = useRemote(url, (stop) => get<Page<DetectedApp>>(url, { signal: stop }), ['devices']);
  if (error !== undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  if (data.value.length === 0) {
    return <Empty>It has told of no app yet: it does so at a check-in. Personal devices tell of managed apps alone.</Empty>;
  }
  return (
    <Table
      label="Detected apps"
      rows={data.value}
      idOf={(app) => app.id}
      columns={[
        { id: 'name', label: 'Name', cell: ({ displayName }) => displayName },
        { id: 'id', label: 'Id', secondary: true, cell: (app) => <span class="mono">{app.id}</span> },
      ]}
    />
  );
}

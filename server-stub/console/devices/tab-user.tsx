/** The user of a device, and their other devices. */
import { get, graph, type Page, quoted } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Card, Empty, Facts, Loading } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { deviceUrl, type ListedDevice, type ManagedDevice } from './device.ts';
import { DeviceLink, StateBadge } from './device-parts.tsx';

interface Person {
  id: string;
  displayName: string;
  userPrincipalName: string;
  mail: string | null;
  jobTitle: string | null;
}

export function UserTab({ device }: { device: ManagedDevice }) {
  const usersUrl = deviceUrl(device.id, 'users');
  const users = useRemote(usersUrl, (stop) => get<Page<Person>>(usersUrl, { signal: stop }), ['tenant', 'devices']);
  const devicesUrl = graph('deviceManagement/managedDevices', {
    $filter: `userPrincipalName eq ${quoted(device.userPrincipalName)}`,
    $select: 'id,deviceName,operatingSystem,managementState,complianceState,lastSyncDateTime',
    $top: 100,
  });
  const hasUser = device.userPrincipalName !== '';
  const devices = useRemote(devicesUrl, hasUser ? (stop) => get<Page<ListedDevice>>(devicesUrl, { signal: stop }) : undefined, ['devices']);
  if (!hasUser) return <Empty>This device has no user.</Empty>;
  if (users.data === undefined) return <Loading />;
  const [person] = users.data.value;
  return (
    <div class="stack">
      <Card title={person?.displayName ?? device.userPrincipalName}>
        {person === undefined ? (
          <Empty>{device.userPrincipalName} is not in the directory (any more).</Empty>
        ) : (
          <Facts
            rows={[
              ['User principal name', person.userPrincipalName],
              ['E-mail', person.mail ?? '—'],
              ['Job title', person.jobTitle ?? '—'],
              ['User id', <code key="id">{person.id}</code>],
            ]}
          />
        )}
      </Card>
      {devices.data === undefined ? null : (
        <Table
          label="Devices of this user"
          rows={devices.data.value}
          idOf={({ id }) => id}
          columns={[
            { id: 'name', label: 'Device', cell: ({ id, deviceName }) => <DeviceLink id={id} name={deviceName} /> },
            { id: 'system', label: 'Platform', secondary: true, cell: ({ operatingSystem }) => operatingSystem },
            { id: 'state', label: 'State', cell: ({ managementState }) => <StateBadge of="management" state={managementState} /> },
            {
              id: 'compliance',
              label: 'Compliance',
              cell: ({ complianceState }) => <StateBadge of="compliance" state={complianceState} />,
            },
            {
              id: 'sync',
              label: 'Last check-in',
              secondary: true,
              cell: ({ lastSyncDateTime }) => <Instant at={lastSyncDateTime} relative />,
            },
          ]}
        />
      )}
    </div>
  );
}

/** Columns of the list of devices; which of them are shown is kept in this browser. */
import { signal } from '@preact/signals';
import type { Column, TableProps } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { inWords, type ListedDevice } from './device.ts';
import { DaysLeft, DeviceLink, StateBadge } from './device-parts.tsx';

const all: readonly (Column<ListedDevice> & { reads: readonly (keyof ListedDevice)[] })[] = [
  {
    id: 'name',
    label: 'Name',
    sort: 'deviceName',
    reads: ['deviceName'],
    cell: ({ id, deviceName }) => <DeviceLink id={id} name={deviceName} />,
  },
  {
    id: 'state',
    label: 'State',
    sort: 'managementState',
    reads: ['managementState'],
    cell: ({ managementState }) => <StateBadge of="management" state={managementState} />,
  },
  {
    id: 'compliance',
    label: 'Compliance',
    sort: 'complianceState',
    reads: ['complianceState'],
    cell: ({ complianceState }) => <StateBadge of="compliance" state={complianceState} />,
  },
  {
    id: 'check-in',
    label: 'Last check-in',
    sort: 'lastSyncDateTime',
    secondary: true,
    reads: ['lastSyncDateTime'],
    cell: ({ lastSyncDateTime }) => <Instant at={lastSyncDateTime} relative />,
  },
  {
    id: 'certificate',
    label: 'Certificate',
    sort: 'managementCertificateExpirationDate',
    numeric: true,
    secondary: true,
    reads: ['managementCertificateExpirationDate'],
    cell: ({ managementCertificateExpirationDate }) => <DaysLeft at={managementCertificateExpirationDate} />,
  },
  {
    id: 'platform',
    label: 'Platform',
    sort: 'operatingSystem',
    secondary: true,
    reads: ['operatingSystem', 'osVersion'],
    cell: ({ operatingSystem, osVersion }) => `${operatingSystem} ${osVersion}`,
  },
  {
    id: 'user',
    label: 'User',
    sort: 'userPrincipalName',
    secondary: true,
    reads: ['userPrincipalName'],
    cell: ({ userPrincipalName }) => (
      <span title={userPrincipalName.slice(0, 300)}>{userPrincipalName === '' ? <span class="quiet">—</span> : userPrincipalName}</span>
    ),
  },
  {
    id: 'model',
    label: 'Model',
    sort: 'model',
    secondary: true,
    reads: ['model'],
    cell: ({ model }) => <span title={model}>{model}</span>,
  },
  {
    id: 'serial',
    label: 'Serial number',
    sort: 'serialNumber',
    secondary: true,
    reads: ['serialNumber'],
    cell: ({ serialNumber }) => <span class="mono">{serialNumber}</span>,
  },
  {
    id: 'owner',
    label: 'Ownership',
    sort: 'managedDeviceOwnerType',
    secondary: true,
    reads: ['managedDeviceOwnerType'],
    cell: ({ managedDeviceOwnerType: owner }) => (owner === 'company' ? 'Corporate' : inWords(owner)),
  },
  {
    id: 'enrolled',
    label: 'Enrolled',
    sort: 'enrolledDateTime',
    secondary: true,
    reads: ['enrolledDateTime'],
    cell: ({ enrolledDateTime }) => <Instant at={enrolledDateTime} />,
  },
];

const usual = ['name', 'state', 'compliance', 'check-in', 'certificate', 'platform', 'user', 'model'];
const kept = 'mockfleet.device-columns';
const chosen = signal<readonly string[]>(localStorage.getItem(kept)?.split(',') ?? usual);

export const columnsShown = (): TableProps<ListedDevice>['columns'] => all.filter(({ id }) => id === 'name' || chosen.value.includes(id));

/** What their cells read: a list asks Graph for no more. */
export function selected(): string {
  const shown = all.filter(({ id }) => id === 'name' || chosen.value.includes(id));
  return ['id', ...new Set(shown.flatMap(({ reads }) => reads))].join(',');
}

export function ColumnPicker() {
  const toggle = (id: string) => {
    chosen.value = chosen.value.includes(id) ? chosen.value.filter((one) => one !== id) : [...chosen.value, id];
    localStorage.setItem(kept, chosen.value.join());
  };
  return (
    <details class="picker">
      <summary>Columns</summary>
      <fieldset>
        <legend class="visually-hidden">Columns that are shown</legend>
        {all.slice(1).map(({ id, label }) => (
          <label key={id}>
            <input type="checkbox" checked={chosen.value.includes(id)} onChange={() => toggle(id)} /> {label}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

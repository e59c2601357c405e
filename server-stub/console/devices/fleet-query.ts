/** What the list of devices shows: read from the address, asked of Graph in its own words. */
import { quoted } from '../api.ts';
import { now } from '../live/clock.ts';

export const pageSize = 50;

interface Choice {
  value: string;
  label: string;
  /** As a `$filter`. */
  filter: () => string;
}

const is = (property: string, value: string, label: string): Choice => ({
  value,
  label,
  filter: () => `${property} eq ${quoted(value)}`,
});

const dayMs = 86_400_000;
/** Rounded to the hour: the same question again while time goes by. */
const instant = (days: number) =>
  `${new Date(Math.floor((now.peek() + days * dayMs) / 3_600_000) * 3_600_000).toISOString().slice(0, 19)}Z`;

const silentFor = (days: number): Choice => ({
  value: String(days),
  label: `over ${days} days ago`,
  filter: () => `lastSyncDateTime lt ${instant(-days)}`,
});
const endsWithin = (days: number): Choice => ({
  value: String(days),
  label: `within ${days} days`,
  filter: () => `managementCertificateExpirationDate lt ${instant(days)} and managementCertificateExpirationDate ge ${instant(0)}`,
});

/** By their name in the address. */
export const filters: readonly { name: string; label: string; choices: readonly Choice[] }[] = [
  {
    name: 'os',
    label: 'Platform',
    choices: [
      { value: 'apple', label: 'iOS and iPadOS', filter: () => "operatingSystem in ('iOS','iPadOS')" },
      is('operatingSystem', 'iOS', 'iOS'),
      is('operatingSystem', 'iPadOS', 'iPadOS'),
      is('operatingSystem', 'macOS', 'macOS'),
      is('operatingSystem', 'Android', 'Android'),
      is('operatingSystem', 'Windows', 'Windows'),
    ],
  },
  {
    name: 'state',
    label: 'State',
    choices: [
      is('managementState', 'managed', 'Managed'),
      is('managementState', 'retirePending', 'Retire pending'),
      is('managementState', 'wipePending', 'Wipe pending'),
      { value: 'failed', label: 'Retire or wipe failed', filter: () => "managementState in ('retireFailed','wipeFailed')" },
      { value: 'canceled', label: 'Retire or wipe canceled', filter: () => "managementState in ('retireCanceled','wipeCanceled')" },
      { value: 'leaving', label: 'Retired or wiped', filter: () => "managementState in ('retireIssued','wipeIssued')" },
      is('managementState', 'unhealthy', 'Unhealthy'),
    ],
  },
  {
    name: 'compliance',
    label: 'Compliance',
    choices: [
      is('complianceState', 'compliant', 'Compliant'),
      is('complianceState', 'noncompliant', 'Not compliant'),
      is('complianceState', 'inGracePeriod', 'In grace period'),
      is('complianceState', 'unknown', 'Not evaluated'),
      { value: 'error', label: 'Error or conflict', filter: () => "complianceState in ('error','conflict')" },
    ],
  },
  {
    name: 'owner',
    label: 'Ownership',
    choices: [is('managedDeviceOwnerType', 'company', 'Corporate'), is('managedDeviceOwnerType', 'personal', 'Personal')],
  },
  { name: 'silent', label: 'Last check-in', choices: [1, 7, 30, 90].map(silentFor) },
  {
    name: 'ends',
    label: 'Certificate ends',
    choices: [
      ...[7, 30, 90].map(endsWithin),
      { value: 'ended', label: 'has ended', filter: () => `managementCertificateExpirationDate lt ${instant(0)}` },
    ],
  },
];

const searched = ['deviceName', 'userPrincipalName', 'serialNumber'];

/** '' for all devices. A word in the address that no filter has is no filter. */
export function filterOf(query: URLSearchParams): string {
  const text = (query.get('q') ?? '').trim().slice(0, 256);
  const terms = filters.flatMap(({ name, choices }) => choices.find(({ value }) => value === query.get(name))?.filter() ?? []);
  if (text !== '') terms.unshift(`(${searched.map((property) => `contains(${property},${quoted(text)})`).join(' or ')})`);
  return terms.join(' and ');
}

export const hasFilter = (query: URLSearchParams): boolean => ['q', ...filters.map(({ name }) => name)].some((name) => query.has(name));

/** From 1 on. */
export function pageOf(query: URLSearchParams): number {
  const page = Number(query.get('page') ?? 1);
  return Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1;
}

/** The address with some members changed; a change of anything but the page goes back to the first one. */
export function changed(query: URLSearchParams, change: Record<string, string | undefined>): Record<string, string | undefined> {
  const { page: _, ...rest } = Object.fromEntries(query);
  return { ...('page' in change ? Object.fromEntries(query) : rest), ...change };
}

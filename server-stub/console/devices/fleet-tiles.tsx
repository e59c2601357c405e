/** The fleet at a glance: how many devices of which platform, compliance and state there are. Each count is a link to its devices. */
import { get, graph, post } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { href, route } from '../router.ts';
import type { Tone } from '../ui/parts.tsx';
import { filters } from './fleet-query.ts';

interface Part {
  label: string;
  count: number;
  tone: Tone | 'first' | 'second' | 'third';
  /** What the list is filtered by: name and value in the address. */
  by: readonly [name: string, value: string];
}

interface Overview {
  enrolledDeviceCount: number;
  deviceOperatingSystemSummary: { iosCount: number; androidCount: number; windowsCount: number; macOSCount: number };
}

interface Compliance {
  compliantDeviceCount: number;
  nonCompliantDeviceCount: number;
  inGracePeriodCount: number;
  unknownDeviceCount: number;
  errorDeviceCount: number;
  conflictDeviceCount: number;
}

/** States that are looked at one by one: of most devices there is nothing to say. */
const notable: readonly { value: string; tone: Tone }[] = [
  { value: 'wipePending', tone: 'warn' },
  { value: 'retirePending', tone: 'warn' },
  { value: 'failed', tone: 'bad' },
  { value: 'unhealthy', tone: 'bad' },
  { value: 'leaving', tone: 'info' },
  { value: 'canceled', tone: 'quiet' },
];

const stateChoices = filters.find(({ name }) => name === 'state')?.choices ?? [];

interface Counts {
  total: number;
  groups: readonly { title: string; parts: readonly Part[] }[];
}

async function count(stop: AbortSignal): Promise<Counts> {
  const [overview, compliance, states] = await Promise.all([
    get<Overview>(graph('deviceManagement/managedDeviceOverview'), { signal: stop }),
    get<Compliance>(graph('deviceManagement/deviceCompliancePolicyDeviceStateSummary'), { signal: stop }),
    notableCounts(stop),
  ]);
  const { iosCount, androidCount, windowsCount, macOSCount } = overview.deviceOperatingSystemSummary;
  const total = overview.enrolledDeviceCount;
  const managed = total - states.reduce((sum, one) => sum + one.count, 0);
  return {
    total,
    groups: [
      {
        title: 'Platform',
        parts: [
          { label: 'iOS, iPadOS', count: iosCount, tone: 'first', by: ['os', 'apple'] },
          { label: 'Android', count: androidCount, tone: 'second', by: ['os', 'Android'] },
          { label: 'Windows', count: windowsCount, tone: 'third', by: ['os', 'Windows'] },
          { label: 'macOS', count: macOSCount, tone: 'quiet', by: ['os', 'macOS'] },
        ],
      },
      {
        title: 'Compliance',
        parts: [
          { label: 'Compliant', count: compliance.compliantDeviceCount, tone: 'good', by: ['compliance', 'compliant'] },
          { label: 'Not compliant', count: compliance.nonCompliantDeviceCount, tone: 'bad', by: ['compliance', 'noncompliant'] },
          { label: 'In grace period', count: compliance.inGracePeriodCount, tone: 'warn', by: ['compliance', 'inGracePeriod'] },
          { label: 'Not evaluated', count: compliance.unknownDeviceCount, tone: 'quiet', by: ['compliance', 'unknown'] },
          {
            label: 'Error or conflict',
            count: compliance.errorDeviceCount + compliance.conflictDeviceCount,
            tone: 'info',
            by: ['compliance', 'error'],
          },
        ],
      },
      { title: 'State', parts: [{ label: 'Managed', count: Math.max(0, managed), tone: 'good', by: ['state', 'managed'] }, ...states] },
    ],
  };
}

async function notableCounts(stop: AbortSignal): Promise<Part[]> {
  const asked = notable.flatMap(({ value, tone }) => {
    const choice = stateChoices.find((one) => one.value === value);
    return choice === undefined ? [] : [{ ...choice, tone }];
  });
  const { responses } = await post<{ responses: { id: string; status: number; body?: unknown }[] }>(
    '/beta/$batch',
    {
      requests: asked.map(({ filter }, index) => ({
        id: String(index),
        method: 'GET',
        url: `/deviceManagement/managedDevices/$count?$filter=${encodeURIComponent(filter())}`,
      })),
    },
    { signal: stop },
  );
  return asked.map(({ value, label, tone }, index) => {
    const answer = responses.find(({ id }) => id === String(index));
    // A text is carried in Base64.
    const found = answer?.status === 200 && typeof answer.body === 'string' ? Number(atob(answer.body)) : 0;
    return { label, count: found, tone, by: ['state', value] as const };
  });
}

export function FleetTiles() {
  const { data } = useRemote('fleet-counts', count, ['devices']);
  const { query } = route.value;
  return (
    <div class="fleet-tiles">
      {(
        data?.groups ?? [
          { title: 'Platform', parts: [] },
          { title: 'Compliance', parts: [] },
          { title: 'State', parts: [] },
        ]
      ).map(({ title, parts }) => (
        <section key={title} class="card tile" aria-label={`${title} of all devices`}>
          <h2>{title}</h2>
          <div class="bar" aria-hidden="true">
            {parts.map(({ label, count: devices, tone }) =>
              devices === 0 ? null : <i key={label} class={tone} style={{ flexGrow: devices }} />,
            )}
          </div>
          <ul>
            {parts.map(({ label, count: devices, tone, by: [name, value] }, index) => {
              const isOn = query.get(name) === value;
              // What nobody has is not worth a line, unless it is what is shown.
              if (devices === 0 && index > 0 && !isOn) return null;
              const rest = { ...Object.fromEntries(query), page: undefined };
              return (
                <li key={label}>
                  <a href={href(['devices'], { ...rest, [name]: isOn ? undefined : value })} aria-current={isOn ? 'true' : undefined}>
                    <i class={tone} aria-hidden="true" />
                    {label} <strong>{devices.toLocaleString('en')}</strong>
                  </a>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** `mockfleet audit`: who asked for what, and when. Graph's audit log. */
import type { Argv, CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { wholeNumber } from './errors.ts';
import { allOf } from './http.ts';

interface AuditEvent {
  activityDateTime: string;
  activityType: string;
  activityResult: string;
  actor: { userPrincipalName: string | null; applicationDisplayName: string | null } | null;
  resources: { displayName: string | null; resourceId: string | null }[];
}

type AuditArguments = ConnectionArguments & { device: string | undefined; filter: string | undefined; top: number };

const topMax = 10_000;

const audit: CommandModule<object, AuditArguments> = {
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('device', { type: 'string', requiresArg: true, describe: 'Only about this device (id or name; it may be deleted)' })
        .option('filter', { type: 'string', requiresArg: true, describe: "OData, as Graph takes it: activityType eq 'wipe ManagedDevice'" })
        .option('top', { type: 'number', default: 50, requiresArg: true, describe: 'At most so many entries' })
        .example('$0 audit --device phone', 'who wiped it?')
        .example('$0 audit --filter "activityDateTime ge 2026-03-01T00:00:00Z" --json', 'for programs'),
    ) as Argv<AuditArguments>,
  async handler(args) {
    const top = wholeNumber('top', args.top, 1, topMax) ?? topMax;
    const events = await eventsOf(args, top);
    if (args.json) return void process.stdout.write(`${JSON.stringify(events)}\n`);
    if (events.length === 0) return void process.stdout.write('No entries.\n');
    const rows = events.map((event) => rowOf(event).map(printable));
    process.stdout.write(`${plainTable(rows).join('\n')}\n`);
  },
};

/** The record of a device that is asked for may be gone, so its entries are looked for by what they say themselves. */
async function eventsOf(args: AuditArguments, top: number): Promise<AuditEvent[]> {
  const service = await connect(args);
  const { device, filter } = args;
  const filtered = filter === undefined ? [] : [`$filter=${encodeURIComponent(filter)}`];
  const path = (options: string[]) => `/v1.0/deviceManagement/auditEvents${options.length === 0 ? '' : `?${options.join('&')}`}`;
  if (device === undefined) return allOf<AuditEvent>(service, path([...filtered, `$top=${Math.min(top, 1000)}`]), top);
  const wanted = device.toLowerCase();
  const events = await allOf<AuditEvent>(service, path(filtered));
  const isAbout = ({ displayName, resourceId }: AuditEvent['resources'][number]) =>
    resourceId?.toLowerCase() === wanted || displayName?.toLowerCase() === wanted;
  return events.filter((event) => event.resources.some(isAbout)).slice(0, top);
}

function rowOf({ activityDateTime, activityType, activityResult, actor, resources }: AuditEvent): string[] {
  const who = actor?.userPrincipalName ?? actor?.applicationDisplayName ?? '';
  const about = resources.map(({ displayName, resourceId }) => displayName || resourceId || '').join(', ');
  return [activityDateTime, who, activityType, about, activityResult];
}

export const auditCommand = audit as unknown as CommandModule;

/** `mockfleet notify`: a custom notification to the people in groups. That it was sent is all that anybody is told of it (CN-18). */
import type { Argv, CommandModule } from 'yargs';
import { bodySchema, groupsToNotifyMax, titleSchema } from '../protocol/notification-text.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { CommandError, wrongUse } from './errors.ts';
import { allOf, type Connection, callOrFail } from './http.ts';
import { lastOnly, repeatable } from './repeated.ts';
import { readText } from './typed-text.ts';

interface NotifyArguments extends ConnectionArguments {
  title: string;
  body: string;
  group: string[];
}

const path = '/beta/deviceManagement/sendCustomNotificationToCompanyPortal';

export const notifyCommand: CommandModule<object, NotifyArguments> = {
  builder: (yargs) =>
    connectionOptions(
      repeatable(yargs)
        .option('group', {
          type: 'string',
          array: true,
          requiresArg: true,
          demandOption: true,
          describe: 'A group by its name or id; may be repeated, up to 25 times',
        })
        .option('title', { type: 'string', requiresArg: true, demandOption: true, describe: 'At most 50 characters' })
        .option('body', {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'At most 500 characters; - reads standard input',
        })
        .epilogue(`Graph: POST ${path}. To one device alone: mockfleet devices notify.`)
        .example('$0 notify --group Berlin --title "Closed today" --body "The office is closed: snow."', 'to everybody in a group')
        .example('$0 notify --group Berlin --group Paris --title News --body - < news.txt', 'to two groups, with a text from a file'),
    ) as unknown as Argv<NotifyArguments>,
  async handler(given) {
    const { title, body: written, group: named, ...args } = lastOnly(given, ['group']);
    const body = await readText(written);
    mustFit('title', titleSchema, title);
    mustFit('body', bodySchema, body);
    const stub = await connect(args);
    const groupsToNotify = await groupIds(stub, named);
    await callOrFail(stub, 'POST', path, { notificationTitle: title, notificationBody: body, groupsToNotify });
    const count = groupsToNotify.length;
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ sent: true, groups: groupsToNotify })}\n`
        : `Sent to ${count === 1 ? 'one group' : `${count} groups`}.\n`,
    );
  },
};

/** @throws CommandError `wrong-use` */
function mustFit(option: string, schema: typeof titleSchema, text: string): void {
  const { error } = schema.safeParse(text);
  if (error !== undefined) throw wrongUse(`--${option} does not fit: ${error.issues[0]?.message}.`);
}

const guid = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i;

/** Each once. @throws CommandError `wrong-use`, `group-not-found`, `group-ambiguous` */
async function groupIds(stub: Connection, named: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const one of new Set(named)) ids.add(guid.test(one) ? one.toLowerCase() : await groupNamed(stub, one));
  if (ids.size > groupsToNotifyMax) throw wrongUse(`--group names ${ids.size} groups, and ${groupsToNotifyMax} are allowed.`);
  return [...ids];
}

async function groupNamed(stub: Connection, name: string): Promise<string> {
  const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
  const found = await allOf<{ id: string }>(stub, `/v1.0/groups?$filter=${filter}&$select=id`);
  const [first] = found;
  if (first === undefined) throw new CommandError('group-not-found', `No group is called ${name}.`);
  if (found.length === 1) return first.id;
  throw new CommandError(
    'group-ambiguous',
    `${found.length} groups are called ${name}; use the id: ${found.map(({ id }) => id).join(', ')}.`,
  );
}

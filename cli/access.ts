/** `mockfleet access`: the sign-in log, and why each sign-in was let in or not. */
import type { Argv, CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { wholeNumber, wrongUse } from './errors.ts';
import { allOf } from './http.ts';

interface SignIn {
  createdDateTime: string;
  userPrincipalName: string | null;
  appDisplayName: string | null;
  deviceDetail: { displayName: string | null } | null;
  status: { errorCode: number; failureReason: string | null } | null;
  appliedConditionalAccessPolicies: { displayName: string | null; result: string }[] | null;
}

type AccessArguments = ConnectionArguments & { user: string | undefined; filter: string | undefined; top: number };

const topMax = 10_000;
const pageMax = 1000;

const access: CommandModule<object, AccessArguments> = {
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('user', { type: 'string', requiresArg: true, describe: 'Only sign-ins of this person' })
        .option('filter', { type: 'string', requiresArg: true, describe: 'OData, as Graph takes it: status/errorCode eq 53000' })
        .option('top', { type: 'number', default: 50, requiresArg: true, describe: 'At most so many' })
        .example('$0 access --user adele@contoso.example', 'why does her mail not open?')
        .example('$0 access --filter "status/errorCode ne 0" --json', 'for programs'),
    ) as Argv<AccessArguments>,
  async handler(args) {
    const top = wholeNumber('top', args.top, 1, topMax) ?? topMax;
    if (args.user !== undefined && args.filter !== undefined) {
      throw wrongUse('--user and --filter are two ways to choose: name the person in the filter, userPrincipalName eq \u2026');
    }
    const filter = args.user === undefined ? args.filter : `userPrincipalName eq '${args.user.toLowerCase().replaceAll("'", "''")}'`;
    const query = `?$top=${Math.min(top, pageMax)}${filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`}`;
    const signIns = await allOf<SignIn>(await connect(args), `/v1.0/auditLogs/signIns${query}`, top);
    if (args.json) return void process.stdout.write(`${JSON.stringify(signIns)}\n`);
    if (signIns.length === 0) return void process.stdout.write('No sign-ins.\n');
    process.stdout.write(`${plainTable(signIns.map((one) => rowOf(one).map(printable))).join('\n')}\n`);
  },
};

function rowOf({
  createdDateTime,
  userPrincipalName,
  appDisplayName,
  deviceDetail,
  status,
  appliedConditionalAccessPolicies,
}: SignIn): string[] {
  const isIn = (status?.errorCode ?? 0) === 0;
  const outcome = isIn ? 'let in' : `kept out (${status?.errorCode})`;
  const decided = (appliedConditionalAccessPolicies ?? []).filter(({ result }) => /success|failure/i.test(result));
  const policies = decided.map(({ displayName, result }) => `${displayName}: ${result}`).join(', ');
  return [
    createdDateTime,
    userPrincipalName ?? '',
    appDisplayName ?? '',
    deviceDetail?.displayName ?? '',
    outcome,
    isIn ? policies : [status?.failureReason ?? '', policies].filter((text) => text !== '').join(' '),
  ];
}

export const accessCommand = access as unknown as CommandModule;

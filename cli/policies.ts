/** `mockfleet policies`: compliance policies of a tenant, through Graph. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Argv, CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { wrongUse } from './errors.ts';
import { callOrFail } from './http.ts';
import {
  type Assignment,
  allPolicies,
  findPolicy,
  groupIdOf,
  namesOfGroups,
  namesOfTemplates,
  onePolicy,
  type Policy,
  type PolicyArguments,
  policiesPath,
} from './policies/find.ts';
import { actionsOf, groupsOf, policyText, typeOf } from './policies/policy-text.ts';
import { lastOnly, repeatable } from './repeated.ts';

const list: CommandModule<object, ConnectionArguments> = {
  command: ['list', '$0'],
  describe: 'All policies: for what, for whom, and when devices that break them are marked',
  builder: connectionOptions,
  async handler(args) {
    const policies = await allPolicies(await connect(args));
    if (args.json) return void process.stdout.write(`${JSON.stringify(policies)}\n`);
    if (policies.length === 0) return void process.stdout.write('No policies. `mockfleet policies create` makes one.\n');
    const rows = policies.map((policy) => {
      const { id, displayName, assignments = [] } = policy;
      const block = actionsOf(policy).find(({ actionType }) => actionType === 'block');
      const grace = (block?.gracePeriodHours ?? 0) / 24;
      const targets =
        assignments.length === 0 ? 'for nobody' : assignments.length === 1 ? '1 assignment' : `${assignments.length} assignments`;
      return [id, displayName, typeOf(policy), targets, grace === 0 ? 'marks at once' : `marks on day ${grace}`].map(printable);
    });
    process.stdout.write(`${plainTable(rows).join('\n')}\n`);
  },
};

const show: CommandModule<object, PolicyArguments> = {
  command: 'show <policy>',
  describe: 'What one policy asks, whom it is for, and what happens on which day; with --json as `create` takes it',
  builder: onePolicy,
  async handler(args) {
    const service = await connect(args);
    const policy = await findPolicy(service, args.policy);
    if (args.json) return void process.stdout.write(`${JSON.stringify(policy)}\n`);
    const words = { groups: await namesOfGroups(service, groupsOf(policy)), templates: await namesOfTemplates(service) };
    process.stdout.write(`${policyText(policy, words)}\n`);
  },
};

const create: CommandModule<object, ConnectionArguments & { file: string }> = {
  command: 'create <file>',
  describe: 'Make a policy of a file: JSON or YAML in the words of Microsoft Graph, as `show --json` prints it; - reads standard input',
  builder: (yargs) =>
    connectionOptions(yargs.positional('file', { type: 'string', demandOption: true, describe: 'Where it stands' }))
      .example('$0 policies show "New phones" --json > new-phones.json', 'to be made again, here or elsewhere')
      .example('$0 policies create new-phones.json', 'devices are marked at once where the file has no `block`') as unknown as Argv<
      ConnectionArguments & { file: string }
    >,
  async handler(args) {
    const { assignments, ...body } = readPolicy(args.file);
    const service = await connect(args);
    const made = (await callOrFail(service, 'POST', policiesPath, body)) as Policy;
    if (assignments !== undefined) await assign(service, made.id, assignments);
    process.stdout.write(args.json ? `${JSON.stringify(made)}\n` : `Made: ${printable(made.displayName)} (${made.id}).\n`);
  },
};

type AssignArguments = PolicyArguments & { to: string[] | undefined; exclude: string[] | undefined; nobody: boolean };

const assigned: CommandModule<object, AssignArguments> = {
  command: 'assign <policy>',
  describe: 'Say whom a policy is for, in place of whom it was for',
  builder: (yargs) =>
    onePolicy(repeatable(yargs))
      .option('to', { type: 'string', array: true, requiresArg: true, describe: 'all users, all devices, or a group; may be repeated' })
      .option('exclude', { type: 'string', array: true, requiresArg: true, describe: 'A group that it is not for; may be repeated' })
      .option('nobody', { type: 'boolean', default: false, describe: 'It is for nobody any more' })
      .example('$0 policies assign "New phones" --to "all users" --exclude Managers', 'for everybody but the managers') as never,
  async handler(given) {
    const args = lastOnly(given, ['to', 'exclude']);
    const { to = [], exclude = [], nobody } = args;
    if (nobody ? to.length + exclude.length > 0 : to.length === 0) {
      throw wrongUse('Say whom it is for: --to "all users", --to "all devices" or --to GROUP; or --nobody alone.');
    }
    const service = await connect(args);
    const { id, displayName } = await findPolicy(service, args.policy);
    const targets: Assignment[] = [];
    for (const name of to) targets.push(await targetOf(service, name));
    for (const name of exclude) targets.push(groupTarget('exclusionGroupAssignmentTarget', await groupIdOf(service, name)));
    const answer = await assign(service, id, targets);
    if (args.json) return void process.stdout.write(`${JSON.stringify(answer)}\n`);
    process.stdout.write(`${printable(displayName)} is for ${nobody ? 'nobody' : printable(to.join(', '))} now.\n`);
  },
};

const remove: CommandModule<object, PolicyArguments> = {
  command: 'delete <policy>',
  describe: 'Take a policy away; what it made of devices goes with it',
  builder: onePolicy,
  async handler(args) {
    const service = await connect(args);
    const { id, displayName } = await findPolicy(service, args.policy);
    await callOrFail(service, 'DELETE', `${policiesPath}/${id}`);
    process.stdout.write(args.json ? `${JSON.stringify({ deleted: id })}\n` : `Deleted: ${printable(displayName)} (${id}).\n`);
  },
};

type Service = Parameters<typeof callOrFail>[0];

function assign(service: Service, id: string, assignments: readonly Assignment[]): Promise<unknown> {
  return callOrFail(service, 'POST', `${policiesPath}/${id}/assign`, { assignments: assignments.map(({ target }) => ({ target })) });
}

function groupTarget(type: string, groupId: string): Assignment {
  return { target: { '@odata.type': `#microsoft.graph.${type}`, groupId } };
}

async function targetOf(service: Service, name: string): Promise<Assignment> {
  const everybody: Record<string, string> = {
    'all users': 'allLicensedUsersAssignmentTarget',
    'all devices': 'allDevicesAssignmentTarget',
  };
  const type = everybody[name.toLowerCase()];
  if (type !== undefined) return { target: { '@odata.type': `#microsoft.graph.${type}` } };
  return groupTarget('groupAssignmentTarget', await groupIdOf(service, name));
}

/** Marking the device comes with every policy (NC-03). @throws CommandError `wrong-use` */
function readPolicy(file: string): Record<string, unknown> & { assignments?: Assignment[] } {
  let read: unknown;
  try {
    read = parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw wrongUse(`${file} cannot be read: ${(error as Error).message.split('\n')[0]}`);
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw wrongUse(
      `${file} is no policy: it takes a mapping such as {"@odata.type": "#microsoft.graph.iosCompliancePolicy", "displayName": …}.`,
    );
  }
  const policy = read as Record<string, unknown>;
  return { ...policy, scheduledActionsForRule: withMark(policy.scheduledActionsForRule ?? []) };
}

const mark = { actionType: 'block', gracePeriodHours: 0, notificationTemplateId: '', notificationMessageCCList: [] };

/** What is no list of actions stays as it is: the service says what is wrong with it. */
function withMark(rules: unknown): unknown {
  if (!Array.isArray(rules)) return rules;
  if (rules.length === 0) return [{ ruleName: 'PasswordRequired', scheduledActionConfigurations: [mark] }];
  const actionsIn = (rule: { scheduledActionConfigurations?: unknown } | null) => rule?.scheduledActionConfigurations;
  if (!rules.every((rule) => Array.isArray(actionsIn(rule)))) return rules;
  const isMark = (action: { actionType?: unknown } | null) => String(action?.actionType).toLowerCase() === 'block';
  if (rules.some((rule) => (actionsIn(rule) as never[]).some(isMark))) return rules;
  const [first, ...others] = rules;
  return [{ ...first, scheduledActionConfigurations: [...first.scheduledActionConfigurations, mark] }, ...others];
}

const commands = [list, show, create, assigned, remove] as unknown as CommandModule[];

export const policiesCommand: CommandModule = {
  builder: (yargs) => yargs.command(commands),
  handler() {},
};

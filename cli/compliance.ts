/** `mockfleet compliance`: how many devices keep the rules, what each policy makes of one device, and the list of those to be retired. */
import type { Argv, CommandModule } from 'yargs';
import { hourMs } from '../runtime/duration.ts';
import { plainTable } from '../simulator/report/plain-table.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { findDevice } from './devices/find.ts';
import { CommandError, wrongUse } from './errors.ts';
import { allOf, type Connection, callOrFail } from './http.ts';
import { allPolicies, namesOfGroups, namesOfTemplates, type Policy, policiesPath } from './policies/find.ts';
import { actionsOf, actionText, groupsOf } from './policies/policy-text.ts';

type Counts = Record<string, unknown>;

/** Graph's counts of the tenant, and what they are called here. */
const tenantCounts: Readonly<Record<string, string>> = {
  compliantDeviceCount: 'compliant',
  inGracePeriodCount: 'in grace period',
  nonCompliantDeviceCount: 'noncompliant',
  unknownDeviceCount: 'not evaluated',
  errorDeviceCount: 'error',
  conflictDeviceCount: 'conflict',
};

/** The same of one policy. Graph counts those in a grace among the failed ones: here they stand for themselves. */
const policyCounts: Readonly<Record<string, string>> = {
  successCount: 'compliant',
  inGracePeriodCount: 'in grace period',
  failedCount: 'noncompliant',
  pendingCount: 'not evaluated',
  errorCount: 'error',
  conflictCount: 'conflict',
  notApplicableCount: 'not applicable',
};

const summary: CommandModule<object, ConnectionArguments & { device: string | undefined }> = {
  command: ['show [device]', '$0'],
  describe: 'The tenant and its policies in numbers; of one device its policies, its settings and what happens when',
  builder: (yargs) =>
    connectionOptions(yargs.positional('device', { type: 'string', describe: 'Id, name or serial number' }))
      .example('$0 compliance', 'how many devices are in which state')
      .example('$0 compliance phone', 'which settings it breaks, and until when') as never,
  async handler(args) {
    const service = await connect(args);
    const answer = args.device === undefined ? await tenantInNumbers(service) : await deviceInFull(service, args.device);
    process.stdout.write(args.json ? `${JSON.stringify(answer.data)}\n` : `${answer.lines.map(printable).join('\n')}\n`);
  },
};

interface Answer {
  data: unknown;
  lines: string[];
}

async function tenantInNumbers(service: Connection): Promise<Answer> {
  const tenant = (await callOrFail(service, 'GET', '/beta/deviceManagement/deviceCompliancePolicyDeviceStateSummary')) as Counts;
  const policies: (Overview & { displayName: string; inGracePeriodCount: number })[] = [];
  for (const { id, displayName } of await allPolicies(service)) {
    const overview = await overviewOf(service, id);
    const inGracePeriodCount = overview.failedCount === 0 ? 0 : await countInGrace(service, id, overview);
    policies.push({ ...overview, inGracePeriodCount, policyId: id, displayName });
  }
  const rows = Object.entries(tenantCounts).map(([name, words]) => [words, String(tenant[name] ?? 0)]);
  const figures = policies.map((one) => ({ ...one, failedCount: one.failedCount - one.inGracePeriodCount }) as Counts & typeof one);
  const columns = Object.entries(policyCounts).filter(([name]) => figures.some((one) => Number(one[name] ?? 0) > 0));
  const table = [
    ['policy', ...columns.map(([, words]) => words)],
    ...figures.map((one) => [one.displayName, ...columns.map(([name]) => String(one[name] ?? 0))]),
  ];
  const lines = ['Devices:', ...plainTable(rows).map((line) => `  ${line}`)];
  if (policies.length > 0) lines.push('', ...plainTable(table));
  return { data: { devices: tenant, policies }, lines };
}

/** `lastUpdateDateTime`: of when the figures are, by the clock of the service. */
type Overview = Counts & { failedCount: number; lastUpdateDateTime: string };

async function overviewOf(service: Connection, policyId: string): Promise<Overview> {
  return (await callOrFail(service, 'GET', `${policiesPath}/${policyId}/deviceStatusOverview`)) as Overview;
}

/** Their statuses say until when. */
async function countInGrace(service: Connection, policyId: string, { lastUpdateDateTime }: Overview): Promise<number> {
  const end = 'complianceGracePeriodExpirationDateTime';
  const filter = `status eq 'nonCompliant' and ${end} gt ${lastUpdateDateTime} and ${end} lt 9999-01-01T00:00:00Z`;
  const path = `${policiesPath}/${policyId}/deviceStatuses?$select=id&$filter=${encodeURIComponent(filter)}`;
  return (await allOf<{ id: string }>(service, path)).length;
}

interface PolicyState {
  id: string;
  displayName: string;
  state: string;
  settingStates: { setting: string; state: string }[] | null;
}

async function deviceInFull(service: Connection, wanted: string): Promise<Answer> {
  const { id, deviceName } = await findDevice(service, wanted);
  const path = `/beta/deviceManagement/managedDevices/${id}`;
  const device = (await callOrFail(
    service,
    'GET',
    `${path}?$select=id,deviceName,complianceState,complianceGracePeriodExpirationDateTime`,
  )) as Counts;
  const states = await allOf<PolicyState>(service, `${path}/deviceCompliancePolicyStates`);
  const policies = await allPolicies(service);
  const words = { groups: await namesOfGroups(service, policies.flatMap(groupsOf)), templates: await namesOfTemplates(service) };
  const lines = [`${deviceName} is ${String(device.complianceState)}.`];
  const data: object[] = [];
  for (const state of states) {
    const policy = policies.find((one) => one.id === state.id);
    const graceUntil = policy === undefined || keeps(state) ? null : await graceEndOf(service, policy, { id, deviceName });
    const actions = policy === undefined || graceUntil === null ? [] : datesOf(policy, graceUntil, words);
    const now = actions.length === 0 ? 0 : Date.parse((await overviewOf(service, state.id)).lastUpdateDateTime);
    const ahead = actions.filter(({ at }) => Date.parse(at) > now);
    const past = actions.filter((one) => !ahead.includes(one));
    const settings = state.settingStates ?? [];
    data.push({ policyId: state.id, displayName: state.displayName, state: state.state, graceUntil, settings, actions });
    lines.push('', `${state.displayName}: ${state.state}`);
    lines.push(...plainTable(settings.map((one) => [`  ${one.setting}`, one.state])));
    if (past.length > 0) lines.push('  What was due:', ...plainTable(past.map(({ at, what }) => [`    ${at}`, what])));
    if (ahead.length > 0) lines.push('  As long as it stays so:', ...plainTable(ahead.map(({ at, what }) => [`    ${at}`, what])));
  }
  return { data: { ...device, policies: data }, lines };
}

function keeps({ state }: PolicyState): boolean {
  return state === 'compliant' || state === 'notApplicable' || state === 'unknown';
}

/** When it is marked, or was: from there all days of the spell are known. Null: the service does not say. */
async function graceEndOf(service: Connection, policy: Policy, device: { id: string; deviceName: string }): Promise<string | null> {
  const filter = encodeURIComponent(`deviceDisplayName eq '${device.deviceName.replaceAll("'", "''")}'`);
  const path = `${policiesPath}/${policy.id}/deviceStatuses?$filter=${filter}`;
  const statuses = await allOf<{ id: string; complianceGracePeriodExpirationDateTime: string }>(service, path);
  const end = statuses.find((one) => one.id.startsWith(device.id))?.complianceGracePeriodExpirationDateTime;
  return end === undefined || /^(0001|9999)-/.test(end) ? null : end;
}

/** The actions of the spell that ends its grace then, with their instants, in their order. */
function datesOf(policy: Policy, graceUntil: string, words: Parameters<typeof actionText>[1]): { at: string; what: string }[] {
  const actions = actionsOf(policy);
  const block = actions.find(({ actionType }) => actionType === 'block')?.gracePeriodHours ?? 0;
  const since = Date.parse(graceUntil) - block * hourMs;
  return actions.map((action) => ({
    at: new Date(since + action.gracePeriodHours * hourMs).toISOString().replace('.000Z', 'Z'),
    what: actionText(action, words),
  }));
}

interface Listed {
  managedDeviceId: string;
  managedDeviceName: string;
  deviceCompliancePolicyName: string | null;
  retireAfterDateTime: string;
}

const retireList: CommandModule<object, ConnectionArguments> = {
  command: 'retire-list',
  describe: 'Devices that a policy has put on the list of those to be retired',
  builder: connectionOptions,
  async handler(args) {
    const listed = await allOf<Listed>(await connect(args), `${policiesPath}/getDevicesScheduledToRetire()`);
    if (args.json) return void process.stdout.write(`${JSON.stringify(listed)}\n`);
    if (listed.length === 0) return void process.stdout.write('No device is on the list.\n');
    const rows = listed.map((one) => [
      one.managedDeviceId,
      one.managedDeviceName,
      one.deviceCompliancePolicyName ?? '',
      `since ${one.retireAfterDateTime}`,
    ]);
    process.stdout.write(`${plainTable(rows.map((row) => row.map(printable))).join('\n')}\n`);
  },
};

type DecideArguments = ConnectionArguments & { devices: string[] };

function decision(
  name: string,
  state: 'confirmRetire' | 'cancelRetire',
  done: string,
  describe: string,
): CommandModule<object, DecideArguments> {
  return {
    command: `${name} <devices..>`,
    describe,
    builder: (yargs) =>
      connectionOptions(
        yargs.positional('devices', { type: 'string', array: true, demandOption: true, describe: 'Ids, names or serial numbers' }),
      ) as unknown as Argv<DecideArguments>,
    async handler(args) {
      const service = await connect(args);
      const listed = await allOf<Listed>(service, `${policiesPath}/getDevicesScheduledToRetire()`);
      const ids: string[] = [];
      for (const wanted of args.devices.map(String)) {
        const { id } = await findDevice(service, wanted);
        if (!listed.some(({ managedDeviceId }) => managedDeviceId === id)) {
          throw new CommandError(
            'device-not-listed',
            `${wanted} is not on the retire list: \`mockfleet compliance retire-list\` shows it.`,
          );
        }
        ids.push(id);
      }
      if (ids.length === 0) throw wrongUse('Name a device.');
      await callOrFail(service, 'POST', `${policiesPath}/setScheduledRetireState`, {
        scopedToAllDevices: false,
        managedDeviceIds: ids,
        state,
      });
      process.stdout.write(args.json ? `${JSON.stringify({ [state]: ids })}\n` : `${done}: ${printable(args.devices.join(', '))}.\n`);
    },
  };
}

const commands = [
  summary,
  retireList,
  decision('confirm-retire', 'confirmRetire', 'To be retired', 'Retire devices that are on the list'),
  decision('cancel-retire', 'cancelRetire', 'Off the list', 'Take devices off the list, until an action puts them on it again'),
] as unknown as CommandModule[];

export const complianceCommand: CommandModule = {
  builder: (yargs) => yargs.command(commands),
  handler() {},
};

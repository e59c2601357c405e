/** Policies and groups by the names that people have for them, through Graph. */
import type { Argv } from 'yargs';
import { type ConnectionArguments, connectionOptions } from '../connection.ts';
import { CommandError } from '../errors.ts';
import { allOf, type Connection, callOrFail } from '../http.ts';

export interface Policy extends Record<string, unknown> {
  '@odata.type': string;
  id: string;
  displayName: string;
  assignments?: Assignment[];
  scheduledActionsForRule?: { scheduledActionConfigurations: ScheduledAction[] }[];
}

export interface Assignment {
  target: { '@odata.type': string; groupId?: string };
}

export interface ScheduledAction {
  actionType: string;
  gracePeriodHours: number;
  notificationTemplateId: string | null;
  notificationMessageCCList: string[] | null;
}

export const policiesPath = '/beta/deviceManagement/deviceCompliancePolicies';
const whole = '$expand=assignments,scheduledActionsForRule($expand=scheduledActionConfigurations)';

export type PolicyArguments = ConnectionArguments & { policy: string };

/** A command about one policy. */
export function onePolicy<T>(yargs: Argv<T>): Argv<T & PolicyArguments> {
  const named = yargs.positional('policy', { type: 'string', demandOption: true, describe: 'Name or id' });
  return connectionOptions(named) as unknown as Argv<T & PolicyArguments>;
}

/** With assignments and actions. */
export function allPolicies(service: Connection): Promise<Policy[]> {
  return allOf<Policy>(service, `${policiesPath}?${whole}`);
}

/** With assignments and actions. @throws CommandError when none or several are called so */
export async function findPolicy(service: Connection, wanted: string): Promise<Policy> {
  const all = await allOf<Policy>(service, `${policiesPath}?$select=id,displayName`);
  const { id } = only(all, wanted, 'policy', '`mockfleet policies list` shows all');
  return (await callOrFail(service, 'GET', `${policiesPath}/${id}?${whole}`)) as Policy;
}

/** An id wins over a name. @throws CommandError `NOUN-not-found`, `NOUN-ambiguous` */
export function only<T extends { id: string; displayName: string | null }>(
  all: readonly T[],
  wanted: string,
  noun: string,
  hint: string,
): T {
  const folded = wanted.toLowerCase();
  const byId = all.find(({ id }) => id.toLowerCase() === folded);
  const named = byId === undefined ? all.filter(({ displayName }) => displayName?.toLowerCase() === folded) : [byId];
  const [first, second] = named;
  if (first === undefined) throw new CommandError(`${noun}-not-found`, `No ${noun} has the name or id ${wanted}. ${hint}.`);
  if (second === undefined) return first;
  const ids = named.map(({ id }) => id).join(', ');
  throw new CommandError(`${noun}-ambiguous`, `${named.length} are called ${wanted}; use the id: ${ids}.`);
}

/** @throws CommandError when none or several are called so */
export async function groupIdOf(service: Connection, wanted: string): Promise<string> {
  const quoted = `'${wanted.replaceAll("'", "''")}'`;
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(wanted);
  const filter = encodeURIComponent(`displayName eq ${quoted}${isId ? ` or id eq ${quoted}` : ''}`);
  const found = await allOf<{ id: string; displayName: string }>(service, `/v1.0/groups?$filter=${filter}&$select=id,displayName`);
  return only(found, wanted, 'group', '`all users` and `all devices` are for everybody').id;
}

/** Names of groups, by id; an id whose group cannot be read stands for itself. */
export async function namesOfGroups(service: Connection, ids: Iterable<string>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const id of new Set(ids)) {
    const group = await callOrFail(service, 'GET', `/v1.0/groups/${id}?$select=displayName`).catch((error: unknown) => {
      if (error instanceof CommandError) return undefined;
      throw error;
    });
    names.set(id, (group as { displayName?: string } | undefined)?.displayName ?? id);
  }
  return names;
}

/** Names of notification templates, by id. */
export async function namesOfTemplates(service: Connection): Promise<Map<string, string>> {
  const all = await allOf<{ id: string; displayName: string }>(service, '/beta/deviceManagement/notificationMessageTemplates');
  return new Map(all.map(({ id, displayName }) => [id, displayName]));
}

/**
 * What a body says of a Conditional Access policy (Graph: conditionalaccesspolicy). What no sign-in here depends on (locations, risks, terms
 * of use, …) may be there as long as it says nothing; anything more is refused, so that nobody takes it for something that works.
 */
import type { AccessPolicyRecord } from '../core/policy-records.ts';
import { type Field, listOf, oneOf } from './body-fields.ts';
import { badRequest } from './errors.ts';

type Body = Readonly<Record<string, unknown>>;
type Grant = AccessPolicyRecord['grant'];

const listMax = 1000;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id in lower case, or one of these words in the service's own case. */
const idOr = (...words: readonly string[]): Field<string> => ({
  read(value) {
    if (typeof value !== 'string') return undefined;
    return words.find((word) => word.toLowerCase() === value.toLowerCase()) ?? (guid.test(value) ? value.toLowerCase() : undefined);
  },
  takes: words.length === 0 ? 'an id' : `an id or one of ${words.join(', ')}`,
});

const ids = listOf(idOr(), listMax);
const platformNames = listOf(oneOf(['all', 'android', 'iOS', 'windows', 'windowsPhone', 'macOS', 'linux']), 10);

const userFields = {
  includeUsers: listOf(idOr('All', 'None', 'GuestsOrExternalUsers'), listMax),
  excludeUsers: listOf(idOr('GuestsOrExternalUsers'), listMax),
  includeGroups: ids,
  excludeGroups: ids,
  includeRoles: ids,
  excludeRoles: ids,
};
const applicationFields = {
  includeApplications: listOf(idOr('All', 'None', 'Office365', 'MicrosoftAdminPortals'), listMax),
  excludeApplications: listOf(idOr('Office365', 'MicrosoftAdminPortals'), listMax),
};
const platformFields = { includePlatforms: platformNames, excludePlatforms: platformNames };
const clientApps = listOf(oneOf(['all', 'browser', 'mobileAppsAndDesktopClients', 'exchangeActiveSync', 'easSupported', 'other']), 10);

/** Those that devices and people here can be judged by. */
const controls = listOf(oneOf(['block', 'mfa', 'compliantDevice', 'domainJoinedDevice', 'approvedApplication']), 10);
const operators = oneOf(['AND', 'OR']);
const frequencyTypes = oneOf(['hours', 'days']);

/** Graph's names of what says nothing here. */
const noEffect = {
  conditions: [
    'userRiskLevels',
    'signInRiskLevels',
    'servicePrincipalRiskLevels',
    'agentIdRiskLevels',
    'insiderRiskLevels',
    'locations',
    'devices',
    'deviceStates',
    'times',
    'clientApplications',
    'clients',
    'clientAppsV2',
    'authenticationFlows',
  ],
  'conditions.users': ['includeGuestsOrExternalUsers', 'excludeGuestsOrExternalUsers'],
  'conditions.applications': [
    'includeUserActions',
    'includeAuthenticationContextClassReferences',
    'applicationFilter',
    'globalSecureAccess',
    'networkAccess',
  ],
  'conditions.platforms': [],
  grantControls: ['customAuthenticationFactors', 'termsOfUse', 'authenticationStrength'],
  sessionControls: [
    'applicationEnforcedRestrictions',
    'cloudAppSecurity',
    'continuousAccessEvaluation',
    'disableResilienceDefaults',
    'globalSecureAccessFilteringProfile',
    'networkAccessSecurity',
    'persistentBrowser',
    'secureSignInSession',
  ],
  'sessionControls.signInFrequency': [],
} as const;

/** @param before what holds where the body says nothing; absent: a new policy @throws GraphFault 400 that names the field */
export function readConditions(
  value: unknown,
  before?: Pick<AccessPolicyRecord, 'users' | 'applications' | 'platforms' | 'clientAppTypes'>,
): Pick<AccessPolicyRecord, 'users' | 'applications' | 'platforms' | 'clientAppTypes'> {
  const known = ['users', 'applications', 'platforms', 'clientAppTypes'];
  const given = membersOf('conditions', value, known);
  const clientAppTypes =
    given.clientAppTypes == null ? undefined : fieldOf('conditions', 'clientAppTypes', given.clientAppTypes, clientApps);
  // It would be for no client at all.
  if (clientAppTypes?.length === 0) throw wrong('conditions', 'clientAppTypes', "'all', or names of kinds of clients");
  return {
    users:
      given.users == null
        ? (before?.users ?? nobody)
        : { ...(before?.users ?? nobody), ...listsOf('conditions.users', given.users, userFields) },
    applications:
      given.applications == null
        ? (before?.applications ?? nothing)
        : { ...(before?.applications ?? nothing), ...listsOf('conditions.applications', given.applications, applicationFields) },
    platforms: given.platforms === undefined ? (before?.platforms ?? null) : readPlatforms(given.platforms),
    clientAppTypes: clientAppTypes ?? before?.clientAppTypes ?? ['all'],
  };
}

const nobody: AccessPolicyRecord['users'] = {
  includeUsers: [],
  excludeUsers: [],
  includeGroups: [],
  excludeGroups: [],
  includeRoles: [],
  excludeRoles: [],
};
const nothing: AccessPolicyRecord['applications'] = { includeApplications: [], excludeApplications: [], includeUserActions: [] };

function readPlatforms(value: unknown): AccessPolicyRecord['platforms'] {
  if (value === null) return null;
  const { includePlatforms = [], excludePlatforms = [] } = listsOf('conditions.platforms', value, platformFields);
  if (includePlatforms.length === 0) {
    throw badRequest("A value is required for property 'conditions.platforms.includePlatforms': 'all', or names of platforms.");
  }
  return { includePlatforms, excludePlatforms };
}

/** @throws GraphFault 400 that names the field */
export function readGrant(value: unknown): Grant {
  if (value === null) return null;
  const given = membersOf('grantControls', value, ['operator', 'builtInControls']);
  const builtInControls = fieldOf('grantControls', 'builtInControls', given.builtInControls ?? [], controls);
  if (builtInControls.includes('block') && builtInControls.length > 1) {
    throw badRequest("The control 'block' of 'grantControls.builtInControls' stands alone: whoever is blocked has nothing else to fulfil.");
  }
  if (builtInControls.length > 1 && given.operator == null) {
    throw badRequest("A value is required for property 'grantControls.operator': AND, or OR.");
  }
  const operator = fieldOf('grantControls', 'operator', given.operator ?? 'OR', operators);
  // Nothing is asked: as if nothing had been said.
  if (builtInControls.length === 0) return null;
  return {
    operator,
    builtInControls: [...new Set(builtInControls)],
  };
}

/** Hours of `signInFrequency`; null: none. @throws GraphFault 400 that names the field */
export function readSession(value: unknown): number | null {
  if (value === null) return null;
  const { signInFrequency } = membersOf('sessionControls', value, ['signInFrequency']);
  if (signInFrequency == null) return null;
  const place = 'sessionControls.signInFrequency';
  const given = membersOf(place, signInFrequency, ['isEnabled', 'type', 'value', 'frequencyInterval', 'authenticationType']);
  if (given.frequencyInterval != null && given.frequencyInterval !== 'timeBased') {
    throw refusal(`${place}.frequencyInterval`, "'timeBased'");
  }
  if (given.authenticationType != null && given.authenticationType !== 'primaryAndSecondaryAuthentication') {
    throw refusal(`${place}.authenticationType`, "'primaryAndSecondaryAuthentication'");
  }
  if (given.isEnabled === false) return null;
  const type = fieldOf(place, 'type', given.type, frequencyTypes);
  const max = type === 'hours' ? 23 : 365;
  const { value: count } = given;
  if (!Number.isInteger(count) || (count as number) < 1 || (count as number) > max) {
    throw wrong(place, 'value', `a whole number of ${type}, 1 to ${max}`);
  }
  return (count as number) * (type === 'days' ? 24 : 1);
}

/** Members by the schema's names, those that say nothing here left out. @throws GraphFault 400 */
function membersOf(place: keyof typeof noEffect, value: unknown, known: readonly string[]): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest(`The property '${place}' takes an object.`);
  const members: Record<string, unknown> = {};
  for (const [given, wanted] of Object.entries(value)) {
    const name = [...known, ...noEffect[place]].find((one) => one.toLowerCase() === given.toLowerCase());
    if (name === undefined && given.includes('@')) continue;
    if (name === undefined) throw badRequest(`The property '${place}.${given.slice(0, 64)}' does not exist on a conditionalAccessPolicy.`);
    if (known.includes(name)) members[name] = wanted;
    else if (!saysNothing(wanted) && !(name === 'locations' && isEverywhere(wanted)))
      throw refusal(`${place}.${name}`, 'null or an empty list');
  }
  return members;
}

function listsOf<Of extends Readonly<Record<string, Field<string[]>>>>(
  place: keyof typeof noEffect,
  value: unknown,
  fields: Of,
): { [Name in keyof Of]?: string[] } {
  const lists: Record<string, string[]> = {};
  for (const [name, given] of Object.entries(membersOf(place, value, Object.keys(fields)))) {
    if (given != null) lists[name] = [...new Set(fieldOf(place, name, given, fields[name] as Field<string[]>))];
  }
  return lists as { [Name in keyof Of]?: string[] };
}

function fieldOf<Value>(place: string, name: string, value: unknown, field: Field<Value>): Value {
  const read = field.read(value);
  if (read === undefined) throw wrong(place, name, field.takes);
  return read;
}

const wrong = (place: string, name: string, takes: string) =>
  badRequest(`Invalid value specified for property '${place}.${name}': it takes ${takes}.`);

const refusal = (place: string, allowed: string) =>
  badRequest(`No sign-in here depends on '${place}', so that a policy with it would not do what it says: it takes ${allowed}.`);

/** Locations that leave none out. */
function isEverywhere(value: unknown): boolean {
  const { includeLocations, ...rest } = value as { includeLocations?: unknown };
  return Array.isArray(includeLocations) && includeLocations.length === 1 && includeLocations[0] === 'All' && saysNothing(rest);
}

/** null, false, '', and lists and objects of nothing. */
function saysNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null || value === false || value === '' || value === 'none';
  return Object.values(value).every(saysNothing);
}

/** Compliance policies are made, changed, assigned and deleted (Graph: intune-shared-devicecompliancepolicy-create, -update, -assign, …). */
import { policyTypeTable } from '../core/compliance/policy-types.ts';
import type { CompliancePolicyRecord, Json, PolicyType } from '../core/policy-records.ts';
import { type Field, listOf, mustHave, nullable, oneOf, readFields, text, type Written } from './body-fields.ts';
import { entityBody } from './collection.ts';
import { assignmentOf, readAssignments, sourcesOf } from './compliance-assignments.ts';
import { policies, policiesPath, policyOfPath } from './compliance-policies.ts';
import { policyResources, typesOf } from './compliance-policy.ts';
import { readRules } from './compliance-scheduled-actions.ts';
import type { Call, GraphVersion } from './endpoint.ts';
import { badRequest } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { render } from './property.ts';
import { jsonResponse, noContent } from './response.ts';
import type { GraphResponse } from './tenant.ts';
import { created, requiredBody } from './written.ts';

/** A client sends back what it got: read-only, and left alone. */
const ignored: Field<null> = { read: () => null, takes: '' };
const readOnly = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'version',
  'deviceStatuses',
  'deviceStatusOverview',
  'userStatuses',
  'userStatusOverview',
  'deviceSettingStateSummaries',
] as const;

const displayNameMax = 256;
const descriptionMax = 1024;

/** @throws GraphFault 400 that names the field */
export function createPolicy(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  const { scheduledActionsForRule, assignments, ...body } = requiredBody(request);
  const type = typeOf(version, body['@odata.type']);
  if (type === undefined) throw wrongType(version, body['@odata.type']);
  const values = readValues(version, type, body);
  mustHave({ ...values }, ['displayName'], writtenOf(version, type));
  if (scheduledActionsForRule === undefined) {
    throw badRequest("A value is required for property 'scheduledActionsForRule': it must hold one action of type block.");
  }
  const rules = readRules(call, 'scheduledActionsForRule', scheduledActionsForRule, []);
  const { displayName = '', description = null, roleScopeTagIds = ['0'], settings } = values;
  const id = tenant.directory.newId(displayName);
  const policy: CompliancePolicyRecord = {
    id,
    type,
    displayName,
    description,
    createdAt: request.now,
    modifiedAt: request.now,
    version: 1,
    settings: withoutNull(settings),
    roleScopeTagIds,
    assignments: assignments === undefined || assignments === null ? [] : readAssignments(call, assignments, id),
    rules,
  };
  tenant.savePolicy(policy, 'create', initiatorOf(request));
  return created(request, version, `${policiesPath}/${id}`, entityBody(call, policies(call), policy));
}

/** @throws GraphFault 400, 404 */
export function updatePolicy(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  const policy = policyOfPath(call);
  const body = requiredBody(request);
  const given = body['@odata.type'];
  if (given !== undefined && typeOf(version, given) !== policy.type) {
    throw badRequest(`'@odata.type' is ${shown(given)}: this policy is a #microsoft.graph.${policy.type}, and stays one.`);
  }
  mustGoElsewhere(body, 'scheduledActionsForRule', 'scheduleActionsForRules');
  mustGoElsewhere(body, 'assignments', 'assign');
  const { settings, ...values } = readValues(version, policy.type, body);
  const [setting] = Object.keys(settings);
  if (setting !== undefined && given === undefined) {
    throw badRequest(
      `The property '${setting}' does not exist on type 'microsoft.graph.deviceCompliancePolicy': name the type that has it, "@odata.type": "#microsoft.graph.${policy.type}".`,
    );
  }
  const next = { ...policy, ...values, settings: withoutNull({ ...policy.settings, ...settings }) };
  const isChanged = contentOf(next) !== contentOf(policy);
  // A new version is judged anew: what changes nothing makes none.
  const saved = isChanged ? { ...next, modifiedAt: request.now, version: policy.version + 1 } : policy;
  if (isChanged) tenant.savePolicy(saved, 'patch', initiatorOf(request));
  return jsonResponse(request, entityBody(call, policies(call), saved));
}

/** @throws GraphFault 404 */
export function deletePolicy(call: Call): GraphResponse {
  call.tenant.removePolicy(policyOfPath(call), initiatorOf(call.request));
  return noContent(call.request);
}

/** Replaces the whole set (reference §4.1). @throws GraphFault 400, 404 */
export function assignPolicy(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  const policy = policyOfPath(call);
  const assignments = readAssignments(call, onlyMember(call, 'assignments'), policy.id);
  const next = { ...policy, assignments, modifiedAt: request.now };
  tenant.savePolicy(next, 'assign', initiatorOf(request));
  return jsonResponse(request, {
    '@odata.context': `${request.origin}/${version}/$metadata#${policiesPath}('${policy.id}')/assignments`,
    value: sourcesOf(next).map((one) => render(assignmentOf[version], null, 'list', one)),
  });
}

/** Replaces the whole set (reference §4.1). @throws GraphFault 400, 404 */
export function scheduleActions(call: Call): GraphResponse {
  const { request, tenant } = call;
  const policy = policyOfPath(call);
  const name = 'deviceComplianceScheduledActionForRules';
  const rules = readRules(call, name, onlyMember(call, name), policy.rules);
  tenant.savePolicy({ ...policy, rules, modifiedAt: request.now }, 'scheduleActionsForRules', initiatorOf(request));
  return noContent(request);
}

function contentOf({ displayName, description, roleScopeTagIds, settings }: CompliancePolicyRecord): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([displayName, description, roleScopeTagIds, sorted]);
}

interface PolicyValues {
  displayName?: string;
  description?: string | null;
  roleScopeTagIds?: string[];
  settings: Record<string, Json>;
}

/** @throws GraphFault 400 that names the first property that is unknown or of a wrong value */
function readValues(version: GraphVersion, type: PolicyType, body: Readonly<Record<string, unknown>>): PolicyValues {
  const fields: Record<string, Field<unknown>> = {
    ...Object.fromEntries(readOnly.map((name) => [name, ignored])),
    displayName: text(displayNameMax),
    description: nullable(text(descriptionMax, 0)),
    // Scope tags are not emulated: there is the default one.
    ...(version === 'beta' && { roleScopeTagIds: listOf(oneOf(['0']), 1) }),
  };
  const rules = policyTypeTable[type].settings;
  const settingOf = new Map(Object.keys(rules).map((name) => [name.toLowerCase(), name]));
  const given = new Set<string>();
  for (const [key, value] of Object.entries(body)) {
    const name = settingOf.get(key.toLowerCase());
    const rule = name === undefined ? undefined : rules[name];
    if (name === undefined || rule === undefined) continue;
    if (rule.isBeta && version !== 'beta') {
      throw badRequest(`The property '${name}' does not exist on type 'microsoft.graph.${type}' of v1.0; beta alone has it.`);
    }
    given.add(name);
    const why = value === null ? undefined : rule.whyNot(value as Json);
    fields[name] = { read: (one) => (why === undefined ? one : undefined), takes: why ?? '' };
  }
  const values: Record<string, unknown> = readFields(body, fields, writtenOf(version, type));
  const settings = Object.fromEntries([...given].map((name) => [name, values[name] as Json]));
  const { displayName, description, roleScopeTagIds } = values as Omit<PolicyValues, 'settings'>;
  return {
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
    ...(roleScopeTagIds !== undefined && { roleScopeTagIds: roleScopeTagIds.length === 0 ? ['0'] : roleScopeTagIds }),
    settings,
  };
}

function writtenOf(version: GraphVersion, type: PolicyType): Written {
  return { resource: policyResources[version].of.get(type) ?? policyResources[version].any, name: type, of: 'intune' };
}

/** What is set to null is not set. */
function withoutNull(settings: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}

/** `#microsoft.graph.iosCompliancePolicy`, with or without what stands before the name. */
function typeOf(version: GraphVersion, given: unknown): PolicyType | undefined {
  const name = typeof given === 'string' ? given.replace(/^#?(microsoft\.graph\.)?/i, '').toLowerCase() : '';
  return typesOf(version).find((type) => type.toLowerCase() === name);
}

function wrongType(version: GraphVersion, given: unknown) {
  const what = given === undefined ? 'is missing' : `is ${shown(given)}`;
  const known = typesOf(version).map((type) => `#microsoft.graph.${type}`);
  return badRequest(`'@odata.type' ${what}: a device compliance policy of ${version} is one of ${known.join(', ')}.`);
}

function mustGoElsewhere(body: Readonly<Record<string, unknown>>, name: string, action: string): void {
  if (Object.keys(body).some((key) => key.toLowerCase() === name.toLowerCase())) {
    throw badRequest(`The relationship '${name}' cannot be changed by PATCH; POST to ${policiesPath}/{id}/${action} replaces it.`);
  }
}

/** The one parameter of an action. @throws GraphFault 400 */
function onlyMember({ request }: Call, name: string): unknown {
  const body = requiredBody(request);
  for (const key of Object.keys(body)) {
    if (key !== name && !key.includes('@'))
      throw badRequest(`The parameter '${key.slice(0, 64)}' is none of this action, which takes '${name}'.`);
  }
  if (body[name] === undefined) throw badRequest(`The parameter '${name}' is missing.`);
  return body[name];
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 128);
}

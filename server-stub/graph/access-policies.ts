/** Conditional Access policies (Graph: conditionalaccessroot-list-policies, -post-policies, conditionalaccesspolicy-update, -delete; reference §9). */
import { type AccessPolicyRecord, accessPolicyStates } from '../core/policy-records.ts';
import { accessPolicyOf } from './access-policy.ts';
import { readConditions, readGrant, readSession } from './access-policy-parts.ts';
import { oneOf, text } from './body-fields.ts';
import type { Need } from './caller.ts';
import { type Collection, countItems, entityBody, listPage, oneItem } from './collection.ts';
import { mustAdminister } from './directory-needs.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { badRequest, GraphFault } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { noContent } from './response.ts';
import type { GraphResponse } from './tenant.ts';
import { created, requiredBody } from './written.ts';

const path = 'identity/conditionalAccess/policies';

const read: Need = { permissions: ['Policy.Read.All', 'Policy.ReadWrite.ConditionalAccess'], of: 'directory' };
const write: Need = { permissions: ['Policy.ReadWrite.ConditionalAccess'], of: 'directory' };

export const accessPolicyEndpoints: readonly Endpoint[] = [
  {
    path,
    methods: {
      GET: { needs: read, answer: reading((call) => listPage(call, policies(call))) },
      POST: { needs: write, answer: createPolicy },
    },
  },
  { path: `${path}/$count`, methods: { GET: { needs: read, answer: reading((call) => countItems(call, policies(call))) } } },
  {
    path: `${path}/{id}`,
    methods: {
      GET: { needs: read, answer: reading((call) => oneItem(call, policies(call), () => policyOfPath(call))) },
      PATCH: { needs: write, answer: updatePolicy },
      DELETE: { needs: write, answer: deletePolicy },
    },
  },
];

/** Who may see them (Graph: the roles on each page, as far as there are such here). */
function reading(answer: (call: Call) => GraphResponse): (call: Call) => GraphResponse {
  return (call) => {
    mustAdminister(call, ['Global Reader']);
    return answer(call);
  };
}

type Written = Pick<
  AccessPolicyRecord,
  'displayName' | 'state' | 'users' | 'applications' | 'platforms' | 'clientAppTypes' | 'grant' | 'signInFrequencyHours'
>;

const displayNameField = text(256);
const stateField = oneOf(accessPolicyStates);
/** An answer may be sent back. */
const readOnly = ['id', 'createddatetime', 'modifieddatetime', 'deleteddatetime', 'templateid', 'description', 'partialenablementstrategy'];

/** What the body says, part by part. @param before absent: a new policy @throws GraphFault 400 that names the field */
function readPolicy(body: Readonly<Record<string, unknown>>, before?: AccessPolicyRecord): Partial<Written> {
  const values: Partial<Written> = {};
  for (const [name, value] of Object.entries(body)) {
    switch (name.toLowerCase()) {
      case 'displayname':
        values.displayName = taken(name, displayNameField.read(value), displayNameField.takes);
        break;
      case 'state':
        values.state = taken(name, stateField.read(value), stateField.takes);
        break;
      case 'conditions':
        Object.assign(values, readConditions(value, before));
        break;
      case 'grantcontrols':
        values.grant = readGrant(value);
        break;
      case 'sessioncontrols':
        values.signInFrequencyHours = readSession(value);
        break;
      default:
        if (!readOnly.includes(name.toLowerCase()) && !name.includes('@')) {
          throw badRequest(`The property '${name.slice(0, 64)}' does not exist on type 'microsoft.graph.conditionalAccessPolicy'.`);
        }
    }
  }
  return values;
}

function taken<Value>(name: string, value: Value | undefined, takes: string): Value {
  if (value !== undefined) return value;
  throw badRequest(`Invalid value specified for property '${name}' of resource 'ConditionalAccessPolicy': it takes ${takes}.`);
}

/** @throws GraphFault 400, 403 */
function createPolicy(call: Call): GraphResponse {
  mustAdminister(call, []);
  const { request, version, tenant } = call;
  const values = readPolicy(requiredBody(request));
  const { displayName, state, users, applications, platforms, clientAppTypes } = values;
  if (displayName === undefined) throw missing('displayName');
  if (state === undefined) throw missing('state');
  if (users === undefined || applications === undefined) throw missing('conditions');
  const policy: AccessPolicyRecord = {
    id: tenant.directory.newId(displayName),
    displayName,
    state,
    createdAt: request.now,
    modifiedAt: null,
    users,
    applications,
    platforms: platforms ?? null,
    clientAppTypes: clientAppTypes ?? ['all'],
    grant: values.grant ?? null,
    signInFrequencyHours: values.signInFrequencyHours ?? null,
  };
  mustMakeSense(call, policy, undefined);
  tenant.saveAccessPolicy(policy, 'create', initiatorOf(request));
  return created(request, version, `${path}/${policy.id}`, entityBody(call, policies(call), policy));
}

/** @throws GraphFault 400, 403, 404 */
function updatePolicy(call: Call): GraphResponse {
  mustAdminister(call, []);
  const before = policyOfPath(call);
  const policy = { ...before, ...readPolicy(requiredBody(call.request), before), modifiedAt: call.request.now };
  mustMakeSense(call, policy, before);
  call.tenant.saveAccessPolicy(policy, 'patch', initiatorOf(call.request));
  return noContent(call.request);
}

/** @throws GraphFault 403, 404 */
function deletePolicy(call: Call): GraphResponse {
  mustAdminister(call, []);
  call.tenant.removeAccessPolicy(policyOfPath(call), initiatorOf(call.request));
  return noContent(call.request);
}

const missing = (name: string) => badRequest(`A value is required for property '${name}' of resource 'ConditionalAccessPolicy'.`);

/** Whom it is for, for what, and what it asks; and those whom it names now, and did not name before, are there. @throws GraphFault 400 */
function mustMakeSense(
  { tenant: { directory } }: Call,
  { users, applications, grant, signInFrequencyHours }: AccessPolicyRecord,
  before: AccessPolicyRecord | undefined,
): void {
  if (users.includeUsers.length + users.includeGroups.length + users.includeRoles.length === 0) {
    throw badRequest(
      "The property 'conditions.users' includes nobody: name includeUsers ('All', 'None' or ids), includeGroups or includeRoles.",
    );
  }
  if (applications.includeApplications.length === 0) {
    throw badRequest(
      "The property 'conditions.applications.includeApplications' is empty: it takes 'All', 'None', 'Office365' or ids of apps.",
    );
  }
  if ((grant === null || grant.builtInControls.length === 0) && signInFrequencyHours === null) {
    throw badRequest("A policy needs 'grantControls' with builtInControls, or 'sessionControls' with signInFrequency.");
  }
  for (const name of ['includeUsers', 'excludeUsers', 'includeGroups', 'excludeGroups'] as const) {
    const kind = name.endsWith('Users') ? 'user' : 'group';
    const named = users[name].filter((id) => id.includes('-') && before?.users[name].includes(id) !== true);
    const unknown = named.find((id) => directory.entry(kind, id) === undefined);
    if (unknown !== undefined)
      throw badRequest(`The property 'conditions.users.${name}' names a ${kind} that does not exist: '${unknown}'.`);
  }
}

/** Ids in any case. @throws GraphFault 404 */
function policyOfPath({ tenant, params }: Call): AccessPolicyRecord {
  const id = params.id ?? '';
  const policy = tenant.directory.entry('accessPolicy', id);
  if (policy !== undefined) return policy;
  throw new GraphFault(404, 'ResourceNotFound', `No conditional access policy has the id '${id.slice(0, 64)}'.`);
}

function policies({ version, tenant }: Call): Collection<AccessPolicyRecord, AccessPolicyRecord> {
  return {
    path,
    resource: accessPolicyOf[version],
    items: (afterId) => tenant.directory.entriesAfter('accessPolicy', afterId),
    idOf: ({ id }) => id,
    sourceOf: (policy) => policy,
  };
}

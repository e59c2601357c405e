/** In which groups somebody or something is, directly or through others (Graph: directoryobject-getmembergroups, -checkmembergroups). */
import { flag, listOf, mustHave, readFields, text, type Written } from './body-fields.ts';
import type { Need } from './caller.ts';
import { objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import { findObject } from './directory-object.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { me } from './me.ts';
import { queryOptions } from './query-options.ts';
import { jsonResponse } from './response.ts';
import type { GraphResponse } from './tenant.ts';
import { personOf } from './users.ts';
import { requiredBody } from './written.ts';

/** How many groups one request may ask about (Graph: directoryobject-checkmembergroups). */
const groupIdsMax = 20;

/** Of the object that the path names. @throws GraphFault 404 */
function objectOfPath({ tenant, params }: Call, kind?: 'group' | 'device'): string {
  const object = findObject(tenant, params.id ?? '', kind);
  if (object === undefined) throw objectNotFound(params.id ?? '');
  return object.id;
}

export const memberGroupEndpoints: readonly Endpoint[] = [
  ...asked('me', directoryNeeds.readOwnGroups, (call) => me(call).id),
  ...asked('users/{id}', directoryNeeds.readMemberships, (call) => personOf(call).id),
  ...asked('groups/{id}', directoryNeeds.readMemberships, (call) => objectOfPath(call, 'group')),
  ...asked('devices/{id}', directoryNeeds.readMemberships, (call) => objectOfPath(call, 'device')),
  ...asked('directoryObjects/{id}', directoryNeeds.readObjects, (call) => objectOfPath(call)),
];

/** Groups are all that anybody is a member of here: asked for "objects", the answer is the same. */
function asked(path: string, needs: Need, idOf: (call: Call) => string): Endpoint[] {
  const post = (name: string, answer: (call: Call) => GraphResponse): Endpoint => ({
    path: `${path}/${name}`,
    methods: { POST: { needs, answer } },
  });
  return ['Groups', 'Objects'].flatMap((what) => [
    post(`getMember${what}`, (call) => getMembers(call, idOf(call))),
    post(`checkMember${what}`, (call) => checkMembers(call, idOf(call), what === 'Groups' ? 'groupIds' : 'ids')),
  ]);
}

/** `{securityEnabledOnly}`: only groups that permissions can be given to. @throws GraphFault 400 */
function getMembers(call: Call, id: string): GraphResponse {
  const written = parameters('getMemberGroups');
  const values = readFields(requiredBody(call.request), { securityEnabledOnly: flag }, written);
  mustHave(values, ['securityEnabledOnly'], written);
  const groups = call.tenant.directory.transitiveMemberOf(id);
  const wanted = values.securityEnabledOnly === true ? groups.filter(({ securityEnabled }) => securityEnabled) : groups;
  return texts(
    call,
    wanted.map((group) => group.id),
  );
}

/** Those of the named ones that it is in. @throws GraphFault 400 */
function checkMembers(call: Call, id: string, name: 'groupIds' | 'ids'): GraphResponse {
  const written = parameters('checkMemberGroups');
  const values = readFields(requiredBody(call.request), { [name]: listOf(text(64), groupIdsMax) }, written);
  mustHave(values, [name], written);
  const wanted = new Set(values[name]?.map((one) => one.toLowerCase()));
  const found = call.tenant.directory.transitiveMemberOf(id).filter((group) => wanted.has(group.id));
  return texts(
    call,
    found.map((group) => group.id),
  );
}

/** Parameters of an action are read as properties are; none of them is one of the object's. */
function parameters(name: string): Written {
  return { resource: { typeName: `microsoft.graph.${name}`, property: () => undefined }, name, of: 'directory' };
}

function texts({ request, version }: Call, value: readonly string[]): GraphResponse {
  queryOptions(request.query, version, []);
  return jsonResponse(request, { '@odata.context': `${request.origin}/${version}/$metadata#Collection(Edm.String)`, value });
}

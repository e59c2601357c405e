/** Who is put into a group and taken out of it (Graph: group-post-members, -delete-members, group-update). */
import type { GroupRecord } from '../core/directory-records.ts';
import { directoryRefusal, objectNotFound } from './directory-faults.ts';
import { mustAdminister } from './directory-needs.ts';
import { type DirectoryObject, referencedObject } from './directory-object.ts';
import type { Call } from './endpoint.ts';
import { requiredBody } from './written.ts';

/** How many one request may bind (Graph: group-post-members). */
const boundMax = 20;

/** Roles that may change groups, beside the Global Administrator. */
export const groupAdministrators = ['Groups Administrator', 'User Administrator', 'Intune Administrator'] as const;

/** `{"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/…"}`. @throws GraphFault 400, 403, 404 */
export function addReferencedMember(call: Call, group: GroupRecord): void {
  mustBeOwnerOrAdministrator(call, group);
  addMembers(call, group, [referenceOf(call)]);
}

/** @throws GraphFault 403, 404 */
export function removeMember(call: Call, group: GroupRecord): void {
  mustBeOwnerOrAdministrator(call, group);
  const id = (call.params.memberId ?? '').toLowerCase();
  if (!call.tenant.directory.removeMember(group.id, id)) throw objectNotFound(id);
}

/** @throws GraphFault 403 */
export function mustBeOwnerOrAdministrator(call: Call, { owners = [] }: GroupRecord): void {
  if (!owners.includes(call.request.caller.id)) mustAdminister(call, groupAdministrators);
}

/** All of them, or none and why. @throws GraphFault 400 for one that is in it already */
export function addMembers({ tenant }: Call, group: GroupRecord, objects: readonly DirectoryObject[]): void {
  mustBeNew(objects, new Set(tenant.directory.members(group.id).map(({ id }) => id)), 'members');
  for (const { id, kind } of objects) tenant.directory.addMember(group.id, { id, kind });
}

/** @throws GraphFault 400 */
export function mustBeNew(objects: readonly DirectoryObject[], known: Set<string>, property: 'members' | 'owners'): void {
  for (const { id } of objects) {
    if (known.has(id)) {
      throw directoryRefusal(`One or more added object references already exist for the following modified properties: '${property}'.`);
    }
    known.add(id);
  }
}

/** What the body's `@odata.id` points at. @throws GraphFault 400, 404 */
export function referenceOf({ tenant, request }: Call): DirectoryObject {
  const body = requiredBody(request);
  const other = Object.keys(body).find((name) => name !== '@odata.id' && !name.startsWith('@odata.'));
  if (other !== undefined) throw directoryRefusal(`A reference is an '@odata.id' alone, without '${other.slice(0, 64)}'.`);
  return referencedObject(tenant, body['@odata.id'], '@odata.id');
}

/** Takes `members@odata.bind` out of a body. @throws GraphFault 400, 404 */
export function takeBound({ tenant }: Call, body: Record<string, unknown>, property: 'members' | 'owners'): DirectoryObject[] {
  const name = `${property}@odata.bind`;
  const references = body[name];
  delete body[name];
  if (references === undefined) return [];
  if (!Array.isArray(references)) throw directoryRefusal(`Invalid value specified for property '${name}': it takes a list of addresses.`);
  if (references.length > boundMax) {
    throw directoryRefusal(`The property '${name}' takes at most ${boundMax} references in one request, not ${references.length}.`);
  }
  return references.map((reference) => referencedObject(tenant, reference, name));
}

/** Whether a caller may do what a call asks for: Graph's permissions in the token, and the roles of a person (reference §2.1, §6.2). */
import type { DeviceRecord } from '../core/records.ts';
import type { Need } from './caller.ts';
import type { Call } from './endpoint.ts';
import { badRequest, GraphFault } from './errors.ts';

/** @throws GraphFault 403 */
export function mustBeAllowed(call: Call, need: Need): void {
  const { caller } = call.request;
  if (
    caller.permissions !== 'all' &&
    need.permissions.length > 0 &&
    !need.permissions.some((one) => (caller.permissions as ReadonlySet<string>).has(one))
  ) {
    throw missingPermission(need);
  }
  mustHaveRole(call, need);
}

/** What is below `/me` is a person's, whatever a program was granted. @throws GraphFault 400 */
export function mustBePerson({ request: { caller } }: Call): void {
  if (caller.type === 'application') throw badRequest('/me request is only valid with delegated authentication flow.');
}

/** With a device: whether the role reaches this one. @throws GraphFault 403 */
export function mustHaveRole(call: Call, need: Need, device?: DeviceRecord): void {
  if (hasRole(call, need, device)) return;
  throw new GraphFault(403, 'Forbidden', `User is not authorized to perform this operation: it needs ${need.resourceAction}`, true);
}

/** A program needs none: what it was granted counts. */
export function hasRole({ request: { caller }, tenant }: Call, { resourceAction }: Need, device?: DeviceRecord): boolean {
  return resourceAction === undefined || caller.type === 'application' || tenant.allows(caller.id, resourceAction, device);
}

function missingPermission({ permissions, of }: Need): GraphFault {
  if (of === 'directory') return new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  return new GraphFault(
    403,
    'Forbidden',
    `Application is not authorized to perform this operation. Application must have one of the following scopes: ${permissions.join(', ')}`,
    true,
  );
}

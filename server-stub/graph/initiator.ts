import type { GraphRequest, Initiator } from './tenant.ts';

/** Graph is the administrators' side: whoever comes through it is one, and stands in the audit log. */
export function initiatorOf({ caller: { type, name, id, appId } }: GraphRequest): Initiator {
  return type === 'user' ? { name, isUser: false, id } : { name, isUser: false, isApplication: true, ...(appId !== null && { id: appId }) };
}

/**
 * Where the next page begins. The token names the last device of this page, not a count of devices, so that nothing is missed or
 * doubled while devices come and go. It looks like Intune's own (reference §3.1); callers must not read it.
 */
import { badRequest } from './errors.ts';

/** Percent-encoded, ready for a link. */
export function skipToken(lastId: string): string {
  return encodeURIComponent(`LastDeviceId='${lastId}'`).replaceAll("'", '%27');
}

/** The id of the last device that the caller has seen; `null`: the first page. @throws GraphFault 400 BadRequest */
export function afterToken(option: string | undefined): string | null {
  if (option === undefined) return null;
  const id = /^LastDeviceId='([^']{1,64})'$/.exec(option)?.[1];
  if (id === undefined) throw badRequest('The $skiptoken is not one of this service: follow @odata.nextLink as it is.');
  return id;
}

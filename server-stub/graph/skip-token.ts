/**
 * Where the next page begins. The token names the last item of this page, not a count of items, so that nothing is missed or
 * doubled while items come and go. It looks like Intune's own (reference §3.1); callers must not read it.
 */
import { badRequest } from './errors.ts';

/** Percent-encoded, ready for a link. A quote in the id is doubled, as in any text of OData: ids of apps are their users' words. @param name of the id within the token, such as `LastDeviceId` */
export function skipToken(name: string, lastId: string): string {
  return encodeURIComponent(`${name}='${lastId.replaceAll("'", "''")}'`).replaceAll("'", '%27');
}

/** The id of the last item that the caller has seen; `null`: the first page. @throws GraphFault 400 BadRequest */
export function afterToken(name: string, option: string | undefined): string | null {
  if (option === undefined) return null;
  const [, known, id] = /^(\w+)='((?:[^']|''){1,64})'$/.exec(option) ?? [];
  if (known !== name || id === undefined) throw foreignToken();
  return id.replaceAll("''", "'");
}

export function foreignToken() {
  return badRequest('The $skiptoken is not one of this service: follow @odata.nextLink as it is.');
}

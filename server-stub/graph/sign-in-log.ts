/** Reading the sign-in log, newest first (Graph: signin-list, signin-get). Both versions have what apps did by themselves too: `isInteractive` tells. */
import type { SignInRecord } from '../core/policy-records.ts';
import type { Need } from './caller.ts';
import { type Collection, countItems, itemsAfter, listPage, oneItem } from './collection.ts';
import { mustAdminister } from './directory-needs.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { type SignInSource, signInOf } from './sign-in-event.ts';
import type { GraphResponse } from './tenant.ts';

const path = 'auditLogs/signIns';

const needs: Need = { permissions: ['AuditLog.Read.All'], of: 'directory' };

export const signInLogEndpoints: readonly Endpoint[] = [
  { path, methods: { GET: { needs, answer: reading((call) => listPage(call, signIns(call))) } } },
  { path: `${path}/$count`, methods: { GET: { needs, answer: reading((call) => countItems(call, signIns(call))) } } },
  { path: `${path}/{id}`, methods: { GET: { needs, answer: reading((call) => oneItem(call, signIns(call), () => signInOfPath(call))) } } },
];

/** Who may read it (Graph: the roles on each page, as far as there are such here). */
function reading(answer: (call: Call) => GraphResponse): (call: Call) => GraphResponse {
  return (call) => {
    mustAdminister(call, ['Global Reader']);
    return answer(call);
  };
}

/** @throws GraphFault 404 */
function signInOfPath({ tenant, params }: Call): SignInRecord {
  const id = params.id ?? '';
  const signIn = tenant.signIn(id.toLowerCase());
  if (signIn !== undefined) return signIn;
  throw new GraphFault(404, 'ResourceNotFound', `No sign-in has the id '${id.slice(0, 64)}'.`);
}

function signIns({ version, tenant }: Call): Collection<SignInRecord, SignInSource> {
  return {
    path,
    resource: signInOf[version],
    items(afterId, ascending) {
      // Oldest first has to know the end before it can begin; the store keeps the other order.
      const all = ascending ? [...tenant.signIns()].reverse() : tenant.signIns();
      return afterId === null ? all : itemsAfter(all, ({ id }) => id === afterId);
    },
    idOf: ({ id }) => id,
    sourceOf: (signIn) => ({ signIn, tenant }),
    order: 'createdDateTime',
  };
}

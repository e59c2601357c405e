/** Reading the audit log (Graph: intune-auditing-auditevent-list, -get, -getauditcategories, -getauditactivitytypes). */
import type { AuditRecord } from '../core/records.ts';
import { auditActivityTypes, auditCategories, auditEventOf } from './audit-event.ts';
import { type Collection, countItems, itemsAfter, listPage, oneItem } from './collection.ts';
import { badRequest, GraphFault } from './errors.ts';
import { type GraphVersion, queryOptions } from './query-options.ts';
import { jsonResponse } from './response.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

/** Newest first, unless `$orderby=activityDateTime` says otherwise. @throws GraphFault */
export function listAuditEvents(request: GraphRequest, version: GraphVersion, tenant: GraphTenant): GraphResponse {
  return listPage(request, version, auditEvents(version, tenant));
}

/** @throws GraphFault */
export function countAuditEvents(request: GraphRequest, version: GraphVersion, tenant: GraphTenant): GraphResponse {
  return countItems(request, version, auditEvents(version, tenant));
}

/** @throws GraphFault 404 */
export function getAuditEvent(request: GraphRequest, version: GraphVersion, tenant: GraphTenant, id: string): GraphResponse {
  return oneItem(request, version, auditEvents(version, tenant), () => {
    const record = recordOf(tenant, id);
    if (record === undefined) throw new GraphFault(404, 'ResourceNotFound', `No audit event has the id '${id.slice(0, 64)}'`, true);
    return record;
  });
}

/** @throws GraphFault */
export function getAuditCategories(request: GraphRequest, version: GraphVersion): GraphResponse {
  return texts(request, version, auditCategories);
}

/** @throws GraphFault 400 for a category that there is none of */
export function getAuditActivityTypes(request: GraphRequest, version: GraphVersion, category: string): GraphResponse {
  const known = auditCategories.find((one) => one.toLowerCase() === category.toLowerCase());
  if (known === undefined) {
    throw badRequest(`'${category.slice(0, 64)}' is no audit category of this service; getAuditCategories() names them.`);
  }
  return texts(request, version, auditActivityTypes[known]);
}

function texts(request: GraphRequest, version: GraphVersion, value: readonly string[]): GraphResponse {
  queryOptions(request.query, version, []);
  return jsonResponse(request, { '@odata.context': `${request.origin}/${version}/$metadata#Collection(Edm.String)`, value });
}

function auditEvents(version: GraphVersion, tenant: GraphTenant): Collection<AuditRecord, AuditRecord> {
  return {
    path: 'deviceManagement/auditEvents',
    resource: auditEventOf[version],
    tokenName: 'LastAuditEventId',
    items(afterId, ascending) {
      // Oldest first has to know the end before it can begin; the store keeps the other order.
      const records = ascending ? [...tenant.audits()].reverse() : tenant.audits();
      return afterId === null ? records : itemsAfter(records, ({ id }) => id === afterId);
    },
    idOf: ({ id }) => id,
    sourceOf: (record) => record,
    order: 'activityDateTime',
  };
}

function recordOf(tenant: GraphTenant, id: string): AuditRecord | undefined {
  for (const record of tenant.audits()) if (record.id === id.toLowerCase()) return record;
  return undefined;
}

/** Reading the audit log (Graph: intune-auditing-auditevent-list, -get, -getauditcategories, -getauditactivitytypes). */
import type { AuditRecord } from '../core/records.ts';
import { auditActivityTypes, auditCategories, auditEventOf } from './audit-event.ts';
import type { Need } from './caller.ts';
import { type Collection, countItems, itemsAfter, listPage, oneItem } from './collection.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { badRequest, GraphFault } from './errors.ts';
import { queryOptions } from './query-options.ts';
import { jsonResponse } from './response.ts';
import type { GraphResponse, GraphTenant } from './tenant.ts';

const read: Need = {
  permissions: ['DeviceManagementApps.Read.All', 'DeviceManagementApps.ReadWrite.All'],
  resourceAction: 'Microsoft.Intune_Audit_Read',
  of: 'intune',
};

export const auditEventEndpoints: readonly Endpoint[] = [
  // Newest first, unless `$orderby=activityDateTime` says otherwise.
  { path: 'deviceManagement/auditEvents', methods: { GET: { needs: read, answer: (call) => listPage(call, auditEvents(call)) } } },
  { path: 'deviceManagement/auditEvents/$count', methods: { GET: { needs: read, answer: (call) => countItems(call, auditEvents(call)) } } },
  { path: 'deviceManagement/auditEvents/{id}', methods: { GET: { needs: read, answer: getAuditEvent } } },
  {
    path: 'deviceManagement/auditEvents/getAuditCategories()',
    methods: { GET: { needs: read, answer: (call) => texts(call, auditCategories) } },
  },
  {
    path: 'deviceManagement/auditEvents/getAuditActivityTypes(category)',
    methods: { GET: { needs: read, answer: getAuditActivityTypes } },
  },
];

/** @throws GraphFault 404 */
function getAuditEvent(call: Call): GraphResponse {
  const id = call.params.id ?? '';
  return oneItem(call, auditEvents(call), () => {
    const record = recordOf(call.tenant, id);
    if (record === undefined) throw new GraphFault(404, 'ResourceNotFound', `No audit event has the id '${id.slice(0, 64)}'`, true);
    return record;
  });
}

/** @throws GraphFault 400 for a category that there is none of */
function getAuditActivityTypes(call: Call): GraphResponse {
  const category = call.params.category ?? '';
  const known = auditCategories.find((one) => one.toLowerCase() === category.toLowerCase());
  if (known === undefined) {
    throw badRequest(`'${category.slice(0, 64)}' is no audit category of this service; getAuditCategories() names them.`);
  }
  return texts(call, auditActivityTypes[known]);
}

function texts({ request, version }: Call, value: readonly string[]): GraphResponse {
  queryOptions(request.query, version, []);
  return jsonResponse(request, { '@odata.context': `${request.origin}/${version}/$metadata#Collection(Edm.String)`, value });
}

function auditEvents({ version, tenant }: Call): Collection<AuditRecord, AuditRecord> {
  return {
    path: 'deviceManagement/auditEvents',
    resource: auditEventOf[version],
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

/**
 * Microsoft Graph, v1.0 and beta, as far as it speaks about managed devices and what was done to them: a request in, an answer out, nothing in between
 * that waits, remembers or reads a clock.
 */
import { countAuditEvents, getAuditActivityTypes, getAuditCategories, getAuditEvent, listAuditEvents } from './audit-events.ts';
import { deleteManagedDevice, issueAction } from './device-actions.ts';
import { faultResponse, GraphFault, methodNotAllowed, noRoute } from './errors.ts';
import { countManagedDevices, getManagedDevice, listDetectedApps, listManagedDevices } from './managed-devices.ts';
import { listRemoteActionAudits } from './remote-action-audits.ts';
import { type Route, routeOf } from './route.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

/**
 * Answers one request. What the caller did wrong is an answer in Graph's error envelope; an exception is a fault of ours.
 * Authentication and the size of the body are the edge's.
 */
export function handleGraph(request: GraphRequest, tenant: GraphTenant): GraphResponse {
  try {
    return answer(request, routeOf(request.method, request.path), tenant);
  } catch (error) {
    if (error instanceof GraphFault) return faultResponse(error, request);
    throw error;
  }
}

function answer(request: GraphRequest, route: Route, tenant: GraphTenant): GraphResponse {
  const { version } = route;
  switch (route.resource) {
    case 'devices':
      if (request.method === 'GET') return listManagedDevices(request, version, tenant);
      // Documented, but not there: devices appear by enrolment only (microsoftgraph/msgraph-sdk-python issue 731).
      if (request.method === 'POST') throw noRoute('~/singleton/navigation', 'POST', '/deviceManagement/managedDevices');
      throw methodNotAllowed(['GET']);
    case 'device-count':
      if (request.method === 'GET') return countManagedDevices(request, version, tenant);
      throw methodNotAllowed(['GET']);
    case 'device':
      if (request.method === 'GET') return getManagedDevice(request, version, tenant, route.id);
      if (request.method === 'DELETE') return deleteManagedDevice(request, tenant, route.id);
      throw methodNotAllowed(['GET', 'DELETE']);
    case 'device-action':
      if (request.method === 'POST') return issueAction(request, tenant, route.id, route.action);
      throw methodNotAllowed(['POST']);
    default:
      if (request.method !== 'GET') throw methodNotAllowed(['GET']);
      return read(request, route, tenant);
  }
}

/** What can only be read. */
function read(
  request: GraphRequest,
  route: Exclude<Route, { resource: 'devices' | 'device-count' | 'device' | 'device-action' }>,
  tenant: GraphTenant,
): GraphResponse {
  const { version } = route;
  switch (route.resource) {
    case 'device-apps':
      return listDetectedApps(request, version, tenant, route.id);
    case 'audit-events':
      return listAuditEvents(request, version, tenant);
    case 'audit-event-count':
      return countAuditEvents(request, version, tenant);
    case 'audit-event':
      return getAuditEvent(request, version, tenant, route.id);
    case 'audit-categories':
      return getAuditCategories(request, version);
    case 'audit-activity-types':
      return getAuditActivityTypes(request, version, route.category);
    case 'remote-action-audits':
      return listRemoteActionAudits(request, version, tenant);
  }
}

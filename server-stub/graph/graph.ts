/**
 * Microsoft Graph, v1.0 and beta, as far as it speaks about managed devices, their people, and what was done: a request in, an answer
 * out, nothing in between that waits, remembers or reads a clock.
 */
import { accessPolicyEndpoints } from './access-policies.ts';
import { auditEventEndpoints } from './audit-events.ts';
import { answerBatch, isBatch } from './batch.ts';
import { complianceEndpoints } from './compliance-endpoints.ts';
import { customNotificationEndpoints } from './custom-notifications.ts';
import { deviceActionEndpoints } from './device-actions.ts';
import { deviceManagementEndpoints } from './device-management.ts';
import { directoryEndpoints } from './directory-endpoints.ts';
import type { Call, Endpoint, GraphVersion, Verb } from './endpoint.ts';
import { faultResponse, GraphFault, methodNotAllowed } from './errors.ts';
import { executeActionEndpoints } from './execute-action.ts';
import { fileVaultKeyEndpoints } from './file-vault-key.ts';
import { managedDeviceEndpoints } from './managed-devices.ts';
import { notificationMessageEndpoints } from './notification-messages.ts';
import { notificationTemplateEndpoints } from './notification-templates.ts';
import { overviewEndpoints } from './overview.ts';
import { mustBeAllowed, mustBePerson } from './permission.ts';
import { remoteActionAuditEndpoints } from './remote-action-audits.ts';
import { type RouteTree, routeOf, routeTree, versionOf } from './route.ts';
import { signInLogEndpoints } from './sign-in-log.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

/** All that there is. */
export const endpoints: readonly Endpoint[] = [
  ...managedDeviceEndpoints,
  ...deviceActionEndpoints,
  ...fileVaultKeyEndpoints,
  ...directoryEndpoints,
  ...executeActionEndpoints,
  ...customNotificationEndpoints,
  ...overviewEndpoints,
  ...deviceManagementEndpoints,
  ...complianceEndpoints,
  ...notificationTemplateEndpoints,
  ...notificationMessageEndpoints,
  ...accessPolicyEndpoints,
  ...signInLogEndpoints,
  ...auditEventEndpoints,
  ...remoteActionAuditEndpoints,
];

const trees: Readonly<Record<GraphVersion, RouteTree>> = { 'v1.0': routeTree(endpoints, 'v1.0'), beta: routeTree(endpoints, 'beta') };

/** Says whether a request may pass, before anything of it is looked at: limits. Those in a batch come to it one by one. */
export type Gate = (request: GraphRequest) => GraphFault | null;

/**
 * Answers one request. What the caller did wrong is an answer in Graph's error envelope; an exception is a fault of ours.
 * Authentication and the size of the body are the edge's.
 */
export function handleGraph(request: GraphRequest, tenant: GraphTenant, gate: Gate = () => null): GraphResponse {
  if (!isBatch(request.path)) return answerOne(request, tenant, gate);
  return faultsAnswered(request, () => {
    versionOf(request.path.split('/')[1] ?? '');
    return answerBatch(request, (one) => answerOne(one, tenant, gate));
  });
}

function answerOne(request: GraphRequest, tenant: GraphTenant, gate: Gate): GraphResponse {
  return faultsAnswered(request, () => {
    const refused = gate(request);
    if (refused !== null) throw refused;
    const { version, endpoint, params } = routeOf(request.method, request.path, trees);
    // The edge leaves out the body of what HEAD is answered.
    const method = endpoint.methods[request.method === 'HEAD' ? 'GET' : (request.method as Verb)];
    if (method === undefined) throw methodNotAllowed(listed(endpoint));
    const call: Call = { request, version, tenant, params };
    if (/^me(\/|$)/.test(endpoint.path)) mustBePerson(call);
    mustBeAllowed(call, method.needs);
    return method.answer(call);
  });
}

function faultsAnswered(request: GraphRequest, answer: () => GraphResponse): GraphResponse {
  try {
    return answer();
  } catch (error) {
    if (error instanceof GraphFault) return faultResponse(error, request);
    throw error;
  }
}

function listed({ methods }: Endpoint): string[] {
  return Object.entries(methods).flatMap(([verb, method]) => (method.unlisted === true ? [] : [verb]));
}

/** Compliance policies of the tenant as a collection (Graph: intune-shared-devicecompliancepolicy-list, -get). */
import type { CompliancePolicyRecord, PolicyType } from '../core/policy-records.ts';
import type { Collection } from './collection.ts';
import { assignmentOf, sourcesOf } from './compliance-assignments.ts';
import { isTypeOf, policyResources } from './compliance-policy.ts';
import { rulesRelation } from './compliance-scheduled-actions.ts';
import { statusRelations } from './compliance-status-relations.ts';
import type { Call } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { relationship } from './query.ts';

export const policiesPath = 'deviceManagement/deviceCompliancePolicies';

/** @param only those of this type */
export function policies(call: Call, only?: PolicyType): Collection<CompliancePolicyRecord, CompliancePolicyRecord> {
  const { version, tenant } = call;
  return {
    path: only === undefined ? policiesPath : `${policiesPath}/microsoft.graph.${only}`,
    resource: policyResources[version].any,
    *items(afterId) {
      for (const policy of tenant.directory.entriesAfter('compliancePolicy', afterId)) {
        if (only === undefined ? isTypeOf(version, policy.type) : policy.type === only) yield policy;
      }
    },
    idOf: ({ id }) => id,
    sourceOf: (policy) => policy,
    expansions: {
      assignments: relationship({ resource: assignmentOf[version], of: sourcesOf, sourceOf: (one) => one }),
      scheduledActionsForRule: rulesRelation(version),
      ...statusRelations(call),
    },
  };
}

/** The policy that the path names. What only beta has, v1.0 does not show. @throws GraphFault 404 */
export function policyOfPath({ tenant, params, version }: Call): CompliancePolicyRecord {
  const { id = '' } = params;
  const policy = tenant.directory.entry('compliancePolicy', id);
  if (policy !== undefined && isTypeOf(version, policy.type)) return policy;
  throw new GraphFault(404, 'ResourceNotFound', `No device compliance policy has the id '${id.slice(0, 64)}'`, true);
}

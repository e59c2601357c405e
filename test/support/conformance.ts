/** Runs the conformance suite for a test, with the keys and the authority of a tenant of its own. */
import type { ConformanceTarget } from '../../simulator/conformance/bench.ts';
import type { CaseOutcome, ConformanceResult } from '../../simulator/conformance/conformance-result.ts';
import { runConformance } from '../../simulator/conformance/run-conformance.ts';
import { adminToken, enrollmentToken, type Tenant, testKeys } from './tenant.ts';

/** A server whose certificates are of the tenant's authority; its administrator is the tenant's. */
export function conformanceTarget(
  { authority, server }: Tenant,
  devices: string,
  change: Partial<ConformanceTarget> = {},
): ConformanceTarget {
  const ca = authority.certificatePem;
  const graph = { url: server.url, token: adminToken, ca };
  return { devices, ca, enrollmentToken, userPrincipalName: 'adele@contoso.example', graph, answerMs: 10_000, ...change };
}

/** @param only names of cases; absent: all */
export function tryServer(target: ConformanceTarget, only: readonly string[] = []): Promise<ConformanceResult> {
  let keys = 0;
  const makeKey = () => testKeys.keyAt(keys++);
  return runConformance({ target, only, onCase() {}, makeKey, signal: new AbortController().signal });
}

/** Names of the cases that ended so. */
export function casesThat(status: CaseOutcome['status'], { cases }: ConformanceResult): string[] {
  return cases.filter((one) => one.status === status).map(({ name }) => name);
}

/**
 * deviceCompliancePolicy and its subtypes (Graph: intune-deviceconfig-devicecompliancepolicy; reference §4.1, §4.2). What each subtype asks
 * stands in one table, by which devices are judged too (core/compliance/policy-types.ts); Microsoft's types check the answers in a test.
 */
import type { DeviceCompliancePolicy } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import { policyTypeTable } from '../core/compliance/policy-types.ts';
import { type CompliancePolicyRecord, type PolicyType, policyTypes } from '../core/policy-records.ts';
import { column, date, type Properties, text, texts } from './directory-columns.ts';
import type { GraphVersion } from './endpoint.ts';
import { baseResource, type Column, type Resource, resource, subtype } from './property.ts';

/** Whether this version has the subtype at all. */
export function isTypeOf(version: GraphVersion, type: PolicyType): boolean {
  return version === 'beta' || !policyTypeTable[type].isBeta;
}

export function typesOf(version: GraphVersion): PolicyType[] {
  return policyTypes.filter((type) => isTypeOf(version, type));
}

const common = {
  id: text(({ id }) => id),
  createdDateTime: date(({ createdAt }) => formatInstant(createdAt)),
  description: text(({ description }) => description),
  lastModifiedDateTime: date(({ modifiedAt }) => formatInstant(modifiedAt)),
  displayName: text(({ displayName }) => displayName),
  version: column('Edm.Int64', ({ version }) => version),
} satisfies Properties<DeviceCompliancePolicy, CompliancePolicyRecord>;

const commonBeta = {
  roleScopeTagIds: texts(({ roleScopeTagIds }) => roleScopeTagIds),
  ...common,
} satisfies Properties<DeviceCompliancePolicy, CompliancePolicyRecord>;

function typeResource(version: GraphVersion, type: PolicyType): Resource<CompliancePolicyRecord> {
  const table: Record<string, Column<unknown, CompliancePolicyRecord>> = { ...(version === 'beta' ? commonBeta : common) };
  for (const [name, { unset, isBeta }] of Object.entries(policyTypeTable[type].settings)) {
    if (isBeta && version !== 'beta') continue;
    // Only switches can be asked for; what else a setting may hold, the table does not say as a type.
    const propertyType = typeof unset === 'boolean' ? 'Edm.Boolean' : 'complex';
    table[name] = column(propertyType, ({ settings }) => settings[name] ?? unset);
  }
  return resource(`microsoft.graph.${type}`, table);
}

interface PolicyResources {
  /** Of policies of any type. */
  any: Resource<CompliancePolicyRecord>;
  of: ReadonlyMap<PolicyType, Resource<CompliancePolicyRecord>>;
}

function resourcesOf(version: GraphVersion): PolicyResources {
  const of = new Map(typesOf(version).map((type) => [type, typeResource(version, type)]));
  const subtypes = Array.from(of, ([type, own]) =>
    subtype(own, (policy: CompliancePolicyRecord) => (policy.type === type ? policy : undefined)),
  );
  return { any: baseResource('microsoft.graph.deviceCompliancePolicy', subtypes), of };
}

export const policyResources: Readonly<Record<GraphVersion, PolicyResources>> = { 'v1.0': resourcesOf('v1.0'), beta: resourcesOf('beta') };

/** To whom compliance policies are assigned (Graph: intune-deviceconfig-devicecompliancepolicyassignment; reference §4.1). */
import type { DeviceCompliancePolicyAssignment as AssignmentV1 } from '@microsoft/microsoft-graph-types';
import type { DeviceCompliancePolicyAssignment as AssignmentBeta } from '@microsoft/microsoft-graph-types-beta';
import type { AssignmentTarget, CompliancePolicyRecord, PolicyAssignment } from '../core/policy-records.ts';
import { readFields, type Written } from './body-fields.ts';
import { objectsOf } from './body-objects.ts';
import { column, type Properties, structure, text } from './directory-columns.ts';
import type { Call, GraphVersion } from './endpoint.ts';
import { refusedByIntune } from './errors.ts';
import { type PrimitiveType, type Resource, resource, type Shape, structureOf } from './property.ts';

/** Of all devices and of all users: the ids that the real service has for these targets. */
const virtualGroups = {
  allDevices: 'adadadad-808e-44e2-905a-0b7873a8a531',
  allUsers: 'acacacac-9df4-4c7d-9d50-4ef0226f57a9',
} as const;

/** How many one policy has. */
const assignmentsMax = 500;
const noFilter = '00000000-0000-0000-0000-000000000000';

const targetTypes: Readonly<Record<AssignmentTarget['kind'], string>> = {
  allDevices: 'allDevicesAssignmentTarget',
  allUsers: 'allLicensedUsersAssignmentTarget',
  group: 'groupAssignmentTarget',
  exclusion: 'exclusionGroupAssignmentTarget',
};

export interface AssignmentSource {
  assignment: PolicyAssignment;
  policy: CompliancePolicyRecord;
}

export const sourcesOf = (policy: CompliancePolicyRecord): AssignmentSource[] =>
  policy.assignments.map((assignment) => ({ assignment, policy }));

type Target = { '@odata.type': string; groupId?: string };

function shownTarget({ assignment: { target } }: AssignmentSource): Target {
  return { '@odata.type': `#microsoft.graph.${targetTypes[target.kind]}`, ...('groupId' in target && { groupId: target.groupId }) };
}

/** Filters of assignments are not emulated: none has one. */
function shownTargetBeta(source: AssignmentSource) {
  return {
    ...shownTarget(source),
    deviceAndAppManagementAssignmentFilterId: null,
    deviceAndAppManagementAssignmentFilterType: 'none' as const,
  };
}

const targetShape: Shape = structureOf<{ groupId: PrimitiveType }>({ groupId: 'Edm.String' });

const v1Table = {
  id: text(({ assignment }) => assignment.id),
  target: structure(shownTarget, targetShape),
} satisfies Properties<AssignmentV1, AssignmentSource>;

const betaTable = {
  id: v1Table.id,
  source: column('enum', (_) => 'direct' as const),
  sourceId: text(({ policy }) => policy.id),
  target: structure(shownTargetBeta, targetShape),
} satisfies Properties<AssignmentBeta, AssignmentSource>;

export const assignmentOf: Readonly<Record<GraphVersion, Resource<AssignmentSource>>> = {
  'v1.0': resource('microsoft.graph.deviceCompliancePolicyAssignment', v1Table),
  beta: resource('microsoft.graph.deviceCompliancePolicyAssignment', betaTable),
};

const written: Written = { resource: assignmentOf.beta, name: 'DeviceCompliancePolicyAssignment', of: 'intune' };

/** What a client sends back as it got it. */
const ignored = { read: () => null, takes: '' };

/** `[{target: {…}}]`: the whole set. @throws GraphFault 400 that names what is wrong */
export function readAssignments(call: Call, value: unknown, policyId: string): PolicyAssignment[] {
  const found = new Map<string, PolicyAssignment>();
  for (const [index, body] of objectsOf('assignments', value, assignmentsMax).entries()) {
    const place = `assignments[${index}].target`;
    const fields = { id: ignored, source: ignored, sourceId: ignored, target: { read: (one: unknown) => ({ one }), takes: '' } };
    const target = readTarget(call, place, readFields(body, fields, written).target?.one);
    const id = `${policyId}_${'groupId' in target ? target.groupId : virtualGroups[target.kind]}`;
    if (found.has(id)) throw refusedByIntune(`'${place}' names a target for the second time: each is included or excluded once.`);
    found.set(id, { id, target });
  }
  return [...found.values()];
}

function readTarget({ tenant }: Call, place: string, value: unknown): AssignmentTarget {
  const [target = {}] = objectsOf(place, [value], 1);
  const { '@odata.type': type, groupId, deviceAndAppManagementAssignmentFilterId: filterId, ...rest } = target;
  const named = typeof type === 'string' ? type.replace(/^#?(microsoft\.graph\.)?/i, '').toLowerCase() : '';
  const [kind] = Object.entries(targetTypes).find(([, name]) => name.toLowerCase() === named) ?? [];
  if (kind === undefined) {
    const given = type === undefined ? 'is missing' : `${JSON.stringify(type).slice(0, 128)} is not supported`;
    throw refusedByIntune(`'${place}/@odata.type' ${given}: it takes one of ${Object.values(targetTypes).join(', ')}.`);
  }
  const filterType = rest.deviceAndAppManagementAssignmentFilterType ?? 'none';
  if (![undefined, null, '', noFilter].includes(filterId as string | null | undefined) || filterType !== 'none') {
    throw refusedByIntune(
      `'${place}/deviceAndAppManagementAssignmentFilterId' names a filter for assignments, which are not emulated: leave it out.`,
    );
  }
  const foreign = Object.keys(rest).find((name) => !name.includes('@') && name !== 'deviceAndAppManagementAssignmentFilterType');
  if (foreign !== undefined) throw refusedByIntune(`'${place}' has no property '${foreign.slice(0, 64)}'.`);
  if (kind === 'allDevices' || kind === 'allUsers') {
    if (groupId !== undefined && groupId !== null) throw refusedByIntune(`'${place}' of type ${targetTypes[kind]} takes no groupId.`);
    return { kind };
  }
  const group = typeof groupId === 'string' ? tenant.directory.entry('group', groupId) : undefined;
  if (group !== undefined) return { kind: kind as 'group' | 'exclusion', groupId: group.id };
  const given = groupId === undefined ? 'is missing' : `is ${(JSON.stringify(groupId) ?? '').slice(0, 128)}`;
  throw refusedByIntune(`'${place}/groupId' ${given}: it takes the id of a group of this tenant.`);
}

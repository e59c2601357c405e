/**
 * Devices that a policy's *retire* has put on the list, where an administrator confirms or cancels (Graph beta:
 * intune-deviceconfig-devicecompliancepolicy-getdevicesscheduledtoretire, -getnoncompliantdevicestoretire, -setscheduledretirestate;
 * reference §4.3).
 */
import type { RetireScheduledManagedDevice } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import type { ComplianceStatus } from '../core/policy-records.ts';
import { type ComplianceState, complianceStates, type DeviceRecord } from '../core/records.ts';
import { type Field, flag, listOf, mustHave, nullable, oneOf, readFields, text as textOf, type Written } from './body-fields.ts';
import { type Collection, listPage } from './collection.ts';
import { kindOf } from './device-kind.ts';
import { column, date, type Properties, text, texts } from './directory-columns.ts';
import type { Call } from './endpoint.ts';
import { refusedByIntune } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { findDevice } from './managed-devices.ts';
import { type Resource, render, resource } from './property.ts';
import { noContent, octetResponse } from './response.ts';
import type { GraphResponse, GraphTenant } from './tenant.ts';
import { requiredBody } from './written.ts';

interface Listed {
  device: DeviceRecord;
  policyId: string;
  policyName: string | null;
  at: number;
}

/** The device's state in the words for policies. */
const statuses: Readonly<Record<ComplianceState, ComplianceStatus>> = {
  unknown: 'unknown',
  compliant: 'compliant',
  noncompliant: 'nonCompliant',
  conflict: 'conflict',
  error: 'error',
  // Its action came before the end of the grace.
  inGracePeriod: 'nonCompliant',
};

const listed: Resource<Listed> = resource('microsoft.graph.retireScheduledManagedDevice', {
  id: text(({ device }) => device.id),
  managedDeviceId: text(({ device }) => device.id),
  managedDeviceName: text(({ device }) => device.managedDeviceName),
  deviceType: column('enum', ({ device }) => kindOf(device.inventory).deviceType),
  complianceState: column('enum', ({ device }) => statuses[device.complianceState]),
  retireAfterDateTime: date(({ at }) => formatInstant(at)),
  managementAgent: column('enum', ({ device }) => kindOf(device.inventory).agent),
  ownerType: column('enum', ({ device }) => device.owner ?? kindOf(device.inventory).owner),
  deviceCompliancePolicyName: text(({ policyName }) => policyName),
  deviceCompliancePolicyId: text(({ policyId }) => policyId),
  roleScopeTagIds: texts((_) => ['0']),
} satisfies Properties<RetireScheduledManagedDevice, Listed>);

/** Whoever is compliant is on no list. */
const notCompliant = complianceStates.filter((state) => state !== 'compliant');

/** In the order of the devices. */
function* listedAfter(tenant: GraphTenant, afterId: string | null): Generator<Listed, void, void> {
  for (const device of tenant.devicesAfter(afterId, { property: 'complianceState', oneOf: notCompliant })) {
    const { retireListed } = device.compliance;
    if (retireListed === null) continue;
    const { policyId, at } = retireListed;
    yield { device, policyId, policyName: tenant.directory.entry('compliancePolicy', policyId)?.displayName ?? null, at };
  }
}

/** GET. @throws GraphFault 400 */
export function listScheduled(call: Call): GraphResponse {
  const collection: Collection<Listed, Listed> = {
    path: 'deviceManagement/deviceCompliancePolicies/getDevicesScheduledToRetire()',
    context: 'Collection(microsoft.graph.retireScheduledManagedDevice)',
    resource: listed,
    items: (afterId) => listedAfter(call.tenant, afterId),
    idOf: ({ device }) => device.id,
    sourceOf: (one) => one,
  };
  return listPage(call, collection);
}

const size: Field<number> = {
  read: (value) => (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000 ? value : undefined),
  takes: 'a whole number from 0 to 1000000',
};
const nothing: Field<null> = {
  read: (value) => (value === null || value === '' || (Array.isArray(value) && value.length === 0) ? null : undefined),
  takes: 'nothing here: the list has one order and is not grouped or filtered',
};

const reportFields = {
  name: nullable(textOf(256, 0)),
  select: nullable(listOf(textOf(64), 50)),
  search: nullable(textOf(256, 0)),
  groupBy: nothing,
  orderBy: nothing,
  filter: nothing,
  skip: size,
  top: size,
  sessionId: nullable(textOf(256, 0)),
};
const reportWritten: Written = {
  resource: { typeName: 'microsoft.graph.getNoncompliantDevicesToRetire', property: () => undefined },
  name: 'getNoncompliantDevicesToRetire',
  of: 'intune',
};

/** POST: the same as a report, in the shape of Intune's reports: rows of values under a schema. @throws GraphFault 400 */
export function reportScheduled(call: Call): GraphResponse {
  const values = readFields(requiredBody(call.request), reportFields, reportWritten);
  const { select, skip = 0, top = 50 } = values;
  const search = (values.search ?? '').toLowerCase();
  const properties = listed.properties.filter(
    ({ name }) => select === undefined || select === null || select.length === 0 || select.includes(name),
  );
  const unknown = select?.find((name) => !listed.properties.some((one) => one.name === name));
  if (unknown !== undefined) throw refusedByIntune(`'select' names '${unknown}', which is no column of this report.`);
  const all = [...listedAfter(call.tenant, null)].filter(({ device }) => device.managedDeviceName.toLowerCase().includes(search));
  const report = {
    TotalRowCount: all.length,
    Schema: properties.map(({ name, type }) => ({ Column: name, PropertyType: type === 'Edm.DateTimeOffset' ? 'DateTime' : 'String' })),
    Values: all.slice(skip, skip + top).map((one) => Object.values(render(listed, properties, 'list', one))),
    SessionId: '',
  };
  return octetResponse(call.request, JSON.stringify(report));
}

const stateFields = {
  state: oneOf(['confirmRetire', 'cancelRetire']),
  scopedToAllDevices: flag,
  managedDeviceIds: nullable(listOf(textOf(64), 1000)),
};
const stateWritten: Written = {
  resource: { typeName: 'microsoft.graph.setScheduledRetireState', property: () => undefined },
  name: 'setScheduledRetireState',
  of: 'intune',
};

/** All of them, or none and why. @throws GraphFault 400, 404 */
export function setScheduledState(call: Call): GraphResponse {
  const { request, tenant } = call;
  const values = readFields(requiredBody(request), stateFields, stateWritten);
  mustHave(values, ['state'], stateWritten);
  const { scopedToAllDevices = false, managedDeviceIds, state } = values;
  if (!scopedToAllDevices) mustHave({ managedDeviceIds: managedDeviceIds ?? undefined }, ['managedDeviceIds'], stateWritten);
  const ids = scopedToAllDevices
    ? Array.from(listedAfter(tenant, null), ({ device }) => device.id)
    : (managedDeviceIds ?? []).map((id) => onList(tenant, id).id);
  tenant.decideRetire(ids, state === 'confirmRetire' ? 'confirm' : 'cancel', initiatorOf(request));
  return noContent(request);
}

function onList(tenant: GraphTenant, id: string): DeviceRecord {
  const device = findDevice(tenant, id);
  if (device.compliance.retireListed !== null) return device;
  throw refusedByIntune(`'managedDeviceIds' names '${id}', a device that is not scheduled to retire.`);
}

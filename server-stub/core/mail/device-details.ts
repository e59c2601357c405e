/** What a mail says about its device: the documents (000 to 002) name it in every mail, the template's switch adds the rest (NC-05). */
import { operatingSystemOf } from '../../../protocol/platforms.ts';
import { formatInstant } from '../../../runtime/duration.ts';
import type { CompliancePolicyRecord } from '../policy-records.ts';
import { type DeviceRecord, deviceNameOf } from '../records.ts';
import { type FooterLine, linesOf } from './mail-parts.ts';
import type { VariableValues } from './notification-body.ts';

export function valuesOf(record: DeviceRecord, userName: string): VariableValues {
  const { inventory } = record;
  return {
    UserName: userName,
    DeviceName: deviceNameOf(record),
    DeviceId: record.id,
    OSAndVersion: `${operatingSystemOf(inventory)} ${inventory.osVersion}`,
  };
}

/** @param inFull the template asks for all of them */
export function deviceDetails(
  record: DeviceRecord,
  values: VariableValues,
  policy: Pick<CompliancePolicyRecord, 'displayName'>,
  inFull: boolean,
): FooterLine[] {
  const always: [string, string][] = [
    ['Name', values.DeviceName ?? ''],
    ['System', values.OSAndVersion ?? ''],
  ];
  return linesOf(inFull ? [...always, ...restOf(record, policy)] : always);
}

function restOf({ id, inventory, lastSyncAt }: DeviceRecord, policy: Pick<CompliancePolicyRecord, 'displayName'>): [string, string][] {
  return [
    ['Model', `${inventory.manufacturer} ${inventory.model}`],
    ['Serial number', inventory.serialNumber],
    ['Device ID', id],
    ['Last check-in', formatInstant(lastSyncAt)],
    ['Policy', policy.displayName],
  ];
}

/** As a preview shows them: nothing of a device is filled in. */
export const previewDetails: readonly FooterLine[] = linesOf([
  ['Name', '{{DeviceName}}'],
  ['System', '{{OSAndVersion}}'],
]);
export const previewDetailsInFull: readonly FooterLine[] = [...previewDetails, ...linesOf([['Device ID', '{{DeviceId}}']])];

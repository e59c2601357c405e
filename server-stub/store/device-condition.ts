import { operatingSystemOf } from '../../protocol/platforms.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { DeviceCondition } from './store.ts';

/** Whether the condition holds for a record, as a store without an index finds out. */
export function satisfies(condition: DeviceCondition): (record: DeviceRecord) => boolean {
  if (condition.property === 'lastSyncAt') {
    const { from, until } = condition;
    return ({ lastSyncAt }) => lastSyncAt >= from && lastSyncAt <= until;
  }
  const { property } = condition;
  const wanted = new Set(property === 'userPrincipalName' ? condition.oneOf.map((name) => name.toLowerCase()) : condition.oneOf);
  const read = texts[property];
  return (record) => wanted.has(read(record));
}

const texts: Record<Exclude<DeviceCondition['property'], 'lastSyncAt'>, (record: DeviceRecord) => string> = {
  id: ({ id }) => id,
  userPrincipalName: ({ inventory }) => inventory.userPrincipalName.toLowerCase(),
  complianceState: ({ complianceState }) => complianceState,
  operatingSystem: ({ inventory }) => operatingSystemOf(inventory),
  managementState: ({ managementState }) => managementState,
};

/** The values that a condition names, each once, in code-unit order; the user's name as it is looked up. */
export function wantedTexts({ property, oneOf }: Exclude<DeviceCondition, { property: 'lastSyncAt' }>): string[] {
  const texts = property === 'userPrincipalName' ? oneOf.map((name) => name.toLowerCase()) : oneOf;
  return [...new Set(texts)].sort();
}

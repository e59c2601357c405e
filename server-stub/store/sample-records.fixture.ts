/** Records for the tests of stores; apart from the contract, because a child process without a test runner uses them too. */
import type { AuditRecord, CommandRecord, DeviceRecord } from '../core/records.ts';

export function sampleDevice(id: string, changes: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    id,
    inventory: {
      platform: 'ios',
      enrollment: 'device',
      serialNumber: `SN-${id}`,
      deviceName: 'iPhone von Jürgen 📱',
      manufacturer: 'Apple',
      model: 'iPhone 15',
      osVersion: '18.1',
      userPrincipalName: 'juergen@example.com',
    },
    managedDeviceName: `juergen_IPhone_${id}`,
    enrolledAt: 1_700_000_000_000,
    lastSyncAt: 1_700_000_000_001,
    managementState: 'managed',
    complianceState: 'unknown',
    certificate: { serialNumber: `0A${id}`, notBefore: 1_700_000_000_000, notAfter: 1_731_536_000_000 },
    nextCertificate: null,
    deleted: false,
    nudgeKeptUntil: null,
    commandCount: 0,
    ...changes,
  };
}

export function sampleCommand(id: string, deviceId: string, changes: Partial<CommandRecord> = {}): CommandRecord {
  return {
    id,
    deviceId,
    action: 'wipe',
    command: { type: 'wipe', parameters: { keepUserData: true, macOsUnlockCode: '123456' } },
    status: 'queued',
    initiatedBy: 'admin@example.com',
    requestedAt: 1_700_000_000_000,
    deliveredAt: null,
    finishedAt: null,
    deliveries: 0,
    errorCode: null,
    ...changes,
  };
}

export function sampleAudit(id: string): AuditRecord {
  return {
    id,
    at: 1_700_000_000_000,
    actor: 'admin@example.com',
    activity: 'wipe ManagedDevice',
    deviceId: 'd1',
    deviceName: 'iPhone von Jürgen 📱',
  };
}

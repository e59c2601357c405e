/** Records for the tests of stores; apart from the contract, because a child process without a test runner uses them too. */

import type { DeviceInformation, Location } from '../../protocol/device-information.ts';
import { notEvaluated } from '../core/policy-records.ts';
import type { AuditRecord, CommandRecord, DeviceRecord } from '../core/records.ts';

export const ids = (records: Iterable<{ id: string }>) => Array.from(records, (record) => record.id);

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
    information: null,
    configuration: null,
    requestedApps: [],
    notes: null,
    owner: null,
    hidden: false,
    compliance: notEvaluated,
    access: {},
    notices: [],
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
    location: null,
    byUser: false,
    deviceName: 'phone',
    deviceOwner: 'adele@example.com',
    bulkId: null,
    ...changes,
  };
}

export function sampleAudit(id: string): AuditRecord {
  return {
    id,
    at: 1_700_000_000_000,
    actor: 'admin@example.com',
    actorType: 'user',
    actorId: null,
    activity: 'wipe ManagedDevice',
    deviceId: 'd1',
    deviceName: 'iPhone von Jürgen 📱',
    resource: null,
  };
}

export const sampleInformation: DeviceInformation = {
  deviceName: 'iPad von Jürgen 📱',
  osVersion: '18.2',
  jailBroken: true,
  encrypted: true,
  passcode: false,
  workProfilePasscode: null,
  resetToken: 'none',
  lostMode: true,
  activationLock: true,
  activeUser: 'juergen@example.com',
  apps: [{ id: 'notes', name: 'Notizen', source: 'available' }],
};

export const sampleLocation: Location = {
  collectedAt: 1_700_000_000_002,
  latitude: -33.86,
  longitude: 151.21,
  altitude: 4.5,
  horizontalAccuracy: 5,
  verticalAccuracy: 0.1,
  heading: 359.5,
  speed: 0,
};

/** What the stub remembers: plain records, instants in milliseconds. The store keeps them, the core's rules change them. */
import { type Command, commandTypes } from '../../protocol/commands.ts';
import type { Inventory } from '../../protocol/messages.ts';

/** Graph's managementState, as far as devices of ours reach it (reference §1.4). */
export const managementStates = [
  'managed',
  'unhealthy',
  'retirePending',
  'retireIssued',
  'retireFailed',
  'retireCanceled',
  'wipePending',
  'wipeIssued',
  'wipeFailed',
  'wipeCanceled',
  'deletePending',
] as const;
export type ManagementState = (typeof managementStates)[number];

export interface CertificateRecord {
  /** Upper-case hexadecimal. */
  serialNumber: string;
  notBefore: number;
  notAfter: number;
}

export interface DeviceRecord {
  /** GUID, also the subject of the device's certificates. */
  id: string;
  inventory: Inventory;
  managedDeviceName: string;
  enrolledAt: number;
  lastSyncAt: number;
  managementState: ManagementState;
  complianceState: 'unknown' | 'compliant' | 'noncompliant';
  /** The certificate in use. */
  certificate: CertificateRecord;
  /** Issued, but the device has not come with it yet; until it does, `certificate` stays good. */
  nextCertificate: CertificateRecord | null;
  /** Deleted by an administrator: nobody sees it any more, it only waits for its device (decisions: DELETE of a record). */
  deleted: boolean;
  /** A nudge that the device has not followed yet; it gets it (again) if it opens a link up to this instant. */
  nudgeKeptUntil: number | null;
  /** How many commands were ever made for this device. */
  commandCount: number;
}

/** How a command can end. */
export const finalStatuses = ['acknowledged', 'failed', 'not-supported', 'canceled', 'expired'] as const;
export type QueueStatus = 'queued' | 'delivered' | (typeof finalStatuses)[number];

/** A command is open until it reaches one of the five final statuses. */
export function isOpen(status: QueueStatus): boolean {
  return status === 'queued' || status === 'delivered';
}

/** What the administrator asked for: an action of the catalogue, or the deletion of the record. */
export const actionNames = [...commandTypes, 'delete'] as const;
export type ActionName = (typeof actionNames)[number];

export interface CommandRecord {
  id: string;
  deviceId: string;
  action: ActionName;
  command: Command;
  status: QueueStatus;
  /** User principal name of the administrator, or of the service itself. */
  initiatedBy: string;
  requestedAt: number;
  /** First and latest delivery. */
  deliveredAt: number | null;
  finishedAt: number | null;
  deliveries: number;
  errorCode: number | null;
}

export interface AuditRecord {
  id: string;
  at: number;
  actor: string;
  /** For example `wipe ManagedDevice` (reference §6.1). */
  activity: string;
  deviceId: string;
  deviceName: string;
}

export type TimerKind = 'push' | 'expiry' | 'removal' | 'departure';

export interface Timer {
  at: number;
  deviceId: string;
  kind: TimerKind;
}

/** The certificate whose end counts: the device may hold the newest one already, and whoever looks sees the date that is acted on. */
export function newestCertificate(record: DeviceRecord): CertificateRecord {
  return record.nextCertificate ?? record.certificate;
}

/** What the stub remembers: plain records, instants in milliseconds. The store keeps them, the core's rules change them. */
import { type Command, type CommandType, commandTypes } from '../../protocol/commands.ts';
import type { DeviceInformation, Location } from '../../protocol/device-information.ts';
import type { Inventory } from '../../protocol/messages.ts';
import type { OfficeApp, OutsideReason } from '../../protocol/outside.ts';
import type { Platform } from '../../protocol/platforms.ts';
import type { DeviceCompliance } from './policy-records.ts';

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

/** Graph's complianceState, as far as devices of ours reach it (reference §1.4). */
export const complianceStates = ['unknown', 'compliant', 'noncompliant', 'conflict', 'error', 'inGracePeriod'] as const;
export type ComplianceState = (typeof complianceStates)[number];

/** A text for the person in front of a device. */
export interface Notice {
  id: string;
  at: number;
  title: string;
  body: string;
}

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
  complianceState: ComplianceState;
  /** What that comes from. Never changed in place. */
  compliance: DeviceCompliance;
  /** What each app of this device was last told when it signed in; none: it did not. */
  access: Readonly<Partial<Record<OfficeApp, 'allowed' | OutsideReason>>>;
  /** Texts that its user has not been shown yet. */
  notices: readonly Notice[];
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
  /** What the device last told about itself; null: nothing yet. The name in it counts, not that of the inventory. */
  information: DeviceInformation | null;
  /** Version of the configuration that it has: as it said at its latest check-in, or that it was sent since. */
  configuration: string | null;
  /** Ids of available apps that its user asked for through the self-service site. */
  requestedApps: readonly string[];
  /** What administrators wrote about it. */
  notes: string | null;
  /** Whose it is, as an administrator said; null: as its kind says. */
  owner: 'company' | 'personal' | null;
  /** Hidden by the cleanup for inactive devices: nobody sees it, until it checks in again. */
  hidden: boolean;
}

/** Deleted by an administrator, or hidden by the cleanup: nobody sees it. */
export function isVisible({ deleted, hidden }: Pick<DeviceRecord, 'deleted' | 'hidden'>): boolean {
  return !deleted && !hidden;
}

/** A name that an administrator gave the record (Android: only here) wins over the device's own. */
export function deviceNameOf({ information, inventory }: Pick<DeviceRecord, 'information' | 'inventory'>): string {
  return information?.deviceName ?? inventory.deviceName;
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

/** What users do to their own devices on the self-service site (document 004); none of them takes parameters. */
export const portalActions = ['syncDevice', 'remoteLock', 'resetPasscode', 'retire', 'wipe'] as const satisfies readonly CommandType[];

export interface CommandRecord {
  id: string;
  deviceId: string;
  action: ActionName;
  command: Command;
  status: QueueStatus;
  /** User principal name of the administrator, or (`byUser`) of the device's own user. */
  initiatedBy: string;
  requestedAt: number;
  /** The latest delivery; null: none yet, see `deliveries`. */
  deliveredAt: number | null;
  finishedAt: number | null;
  deliveries: number;
  errorCode: number | null;
  /** Of an acknowledged `locateDevice`. */
  location: Location | null;
  /** Asked for by the device's own user (Company Portal, the self-service site): it leaves no audit entry (TD-07). */
  byUser: boolean;
  /** The device's name and user as they were then: they outlive its record, and are all that is left of it in remoteActionAudits. */
  deviceName: string;
  deviceOwner: string;
  /** One of several that were asked for at once (executeAction); null: a single one. */
  bulkId: string | null;
}

/** An Activation Lock bypass code, as the simulated Apple keeps it: by the device's serial number, not by its record. */
export interface BypassCode {
  serialNumber: string;
  /** As administrators see it: groups with dashes. */
  code: string;
  /** It opens up to this instant, and then is cleared (TD-02). */
  expiresAt: number;
  /** false: cleared from the service (its wipe was done); Apple still takes it. */
  shown: boolean;
}

/** Find My of a device, as the simulated Apple keeps it. */
export interface FindMy {
  serialNumber: string;
  owner: string;
  /** SHA-256 would need a shell; the core keeps a hash of its own (runtime/random.ts), never the password. */
  passwordHash: string;
}

/** Who may sign in where: made at the first sign-in of an app, or at the self-service site. It outlives the device's record (TD-10). */
export interface AccessToken {
  token: string;
  userPrincipalName: string;
  /** An Office app, or `portal`. */
  app: string;
  deviceId: string | null;
  /** Of the device that it was made on: all that is known of it when its record is gone. null: made on none, or before this was kept. */
  platform: Platform | null;
  /** What whoever showed it was told last; null: nothing yet. */
  outcome: 'allowed' | OutsideReason | null;
}

export interface AuditRecord {
  id: string;
  at: number;
  actor: string;
  /** `user`: an administrator; `application`: a program that signed in as itself; `service`: the service itself. */
  actorType: 'user' | 'application' | 'service';
  /** Object id of a user, appId of an application; null: not known, or the service. */
  actorId: string | null;
  /** For example `wipe ManagedDevice` (reference §6.1). */
  activity: string;
  /** '': it is about the tenant, not about a device. */
  deviceId: string;
  deviceName: string;
  /** What it is about that is no device: `{type: 'RoleAssignment', …}`. */
  resource: { type: string; id: string; name: string } | null;
}

/** `mail` stands for a mail, and its `deviceId` is that of the mail; all others for a device. */
export type TimerKind = 'push' | 'expiry' | 'removal' | 'departure' | 'inactivity' | 'compliance' | 'validity' | 'mail';

export interface Timer {
  at: number;
  deviceId: string;
  kind: TimerKind;
}

/** The certificate whose end counts: the device may hold the newest one already, and whoever looks sees the date that is acted on. */
export function newestCertificate(record: DeviceRecord): CertificateRecord {
  return record.nextCertificate ?? record.certificate;
}

/** Its wipe or retire is done, only its link is not closed yet. */
export function isGone({ managementState }: DeviceRecord): boolean {
  return managementState === 'wipeIssued' || managementState === 'retireIssued';
}

/** Its certificate has ended, so that it can never check in again (TD-15). */
export function isExpired(record: DeviceRecord, now: number): boolean {
  return now > newestCertificate(record).notAfter;
}

export function canBeReached(record: DeviceRecord, now: number): boolean {
  return !isGone(record) && !isExpired(record, now);
}

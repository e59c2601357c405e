/** Records as rows and back; a row's properties are the columns of sqlite-schema.ts. */
import type { DeviceInformation, Location } from '../../protocol/device-information.ts';
import { operatingSystemOf } from '../../protocol/platforms.ts';
import { type DeviceCompliance, notEvaluated } from '../core/policy-records.ts';
import {
  type AccessToken,
  type AuditRecord,
  type BypassCode,
  type CertificateRecord,
  type CommandRecord,
  type DeviceRecord,
  deviceNameOf,
  type FindMy,
  newestCertificate,
} from '../core/records.ts';

export interface DeviceRow {
  id: string;
  user_principal_name: string;
  platform: DeviceRecord['inventory']['platform'];
  enrollment_type: DeviceRecord['inventory']['enrollment'];
  serial_number: string;
  device_name: string;
  managed_device_name: string;
  manufacturer: string;
  model: string;
  os_version: string;
  management_state: DeviceRecord['managementState'];
  compliance_state: DeviceRecord['complianceState'];
  enrolled_at: number;
  last_sync_at: number;
  certificate_serial_number: string;
  certificate_not_before: number;
  certificate_not_after: number;
  next_certificate: string | null;
  deleted: 0 | 1;
  nudge_kept_until: number | null;
  command_count: number;
  shared: 0 | 1 | null;
  information: string | null;
  configuration: string | null;
  requested_apps: string;
  notes: string | null;
  owner: DeviceRecord['owner'];
  hidden: 0 | 1;
  evaluated_at: number | null;
  compliance: string | null;
  access: string;
  notices: string;
  user_key: string;
  operating_system: string;
  name_key: string;
  certificate_end: number;
}

/** What a record is made of. */
export const recordColumns = [
  'id',
  'user_principal_name',
  'platform',
  'enrollment_type',
  'serial_number',
  'device_name',
  'managed_device_name',
  'manufacturer',
  'model',
  'os_version',
  'management_state',
  'compliance_state',
  'enrolled_at',
  'last_sync_at',
  'certificate_serial_number',
  'certificate_not_before',
  'certificate_not_after',
  'next_certificate',
  'deleted',
  'nudge_kept_until',
  'command_count',
  'shared',
  'information',
  'configuration',
  'requested_apps',
  'notes',
  'owner',
  'hidden',
  'evaluated_at',
  'compliance',
  'access',
  'notices',
] as const satisfies readonly (keyof DeviceRow)[];

/** And what it is only looked up by. */
export const deviceColumns = [
  ...recordColumns,
  'user_key',
  'operating_system',
  'name_key',
  'certificate_end',
] as const satisfies readonly (keyof DeviceRow)[];

/** Its values, in the order of `recordColumns`: a list of them costs half of an object with names. */
export type DeviceValues = ValuesOf<typeof recordColumns>;
type ValuesOf<Columns extends readonly (keyof DeviceRow)[]> = { [Index in keyof Columns]: DeviceRow[Columns[Index]] };

export function deviceRow(record: DeviceRecord): DeviceRow {
  const { inventory, certificate, nextCertificate } = record;
  return {
    id: record.id,
    user_principal_name: inventory.userPrincipalName,
    platform: inventory.platform,
    enrollment_type: inventory.enrollment,
    serial_number: inventory.serialNumber,
    device_name: inventory.deviceName,
    managed_device_name: record.managedDeviceName,
    manufacturer: inventory.manufacturer,
    model: inventory.model,
    os_version: inventory.osVersion,
    management_state: record.managementState,
    compliance_state: record.complianceState,
    enrolled_at: record.enrolledAt,
    last_sync_at: record.lastSyncAt,
    certificate_serial_number: certificate.serialNumber,
    certificate_not_before: certificate.notBefore,
    certificate_not_after: certificate.notAfter,
    next_certificate: json(nextCertificate),
    deleted: record.deleted ? 1 : 0,
    nudge_kept_until: record.nudgeKeptUntil,
    command_count: record.commandCount,
    shared: inventory.shared === undefined ? null : inventory.shared ? 1 : 0,
    information: json(record.information),
    configuration: record.configuration,
    requested_apps: JSON.stringify(record.requestedApps),
    notes: record.notes,
    owner: record.owner,
    hidden: record.hidden ? 1 : 0,
    evaluated_at: record.compliance.evaluatedAt,
    compliance: complianceText(record.compliance),
    access: JSON.stringify(record.access),
    notices: JSON.stringify(record.notices),
    // Looked for without regard to case, as the directory does.
    user_key: inventory.userPrincipalName.toLowerCase(),
    operating_system: operatingSystemOf(inventory),
    name_key: deviceNameOf(record).toLowerCase(),
    certificate_end: newestCertificate(record).notAfter,
  };
}

export function deviceRecord(values: DeviceValues): DeviceRecord {
  const [
    id,
    userPrincipalName,
    platform,
    enrollmentType,
    serialNumber,
    deviceName,
    managedDeviceName,
    manufacturer,
    model,
    osVersion,
    managementState,
    complianceState,
    enrolledAt,
    lastSyncAt,
    certificateSerialNumber,
    certificateNotBefore,
    certificateNotAfter,
    nextCertificate,
    deleted,
    nudgeKeptUntil,
    commandCount,
    shared,
    information,
    configuration,
    requestedApps,
    notes,
    owner,
    hidden,
    evaluatedAt,
    compliance,
    access,
    notices,
  ] = values;
  return {
    id,
    inventory: {
      platform,
      enrollment: enrollmentType,
      serialNumber,
      deviceName,
      manufacturer,
      model,
      osVersion,
      userPrincipalName,
      ...(shared === null ? {} : { shared: shared === 1 }),
    },
    managedDeviceName,
    enrolledAt,
    lastSyncAt,
    managementState,
    complianceState,
    certificate: {
      serialNumber: certificateSerialNumber,
      notBefore: certificateNotBefore,
      notAfter: certificateNotAfter,
    },
    nextCertificate: parsed<CertificateRecord>(nextCertificate),
    deleted: deleted === 1,
    nudgeKeptUntil,
    commandCount,
    information: parsed<DeviceInformation>(information),
    configuration,
    requestedApps: requestedApps === '[]' ? [] : (JSON.parse(requestedApps) as string[]),
    notes,
    owner,
    hidden: hidden === 1,
    compliance: complianceOf(compliance, evaluatedAt),
    access: access === '{}' ? {} : (JSON.parse(access) as DeviceRecord['access']),
    notices: notices === '[]' ? [] : (JSON.parse(notices) as DeviceRecord['notices']),
  };
}

/** All of it but its instant, which differs from device to device: so most of a fleet have the same text. null: never evaluated. */
function complianceText({ evaluatedAt: _, ...rest }: DeviceCompliance): string | null {
  const text = JSON.stringify(rest);
  return text === neverEvaluated ? null : text;
}

const { evaluatedAt: _, ...nothingYet } = notEvaluated;
const neverEvaluated = JSON.stringify(nothingYet);

/** What was read lately, by its text. */
const complianceRead = new Map<string, Omit<DeviceCompliance, 'evaluatedAt'>>();
const complianceReadMax = 1_000;

function complianceOf(text: string | null, evaluatedAt: number | null): DeviceCompliance {
  if (text === null) return evaluatedAt === null ? notEvaluated : { ...notEvaluated, evaluatedAt };
  let rest = complianceRead.get(text);
  if (rest === undefined) {
    rest = JSON.parse(text) as Omit<DeviceCompliance, 'evaluatedAt'>;
    if (complianceRead.size >= complianceReadMax) complianceRead.clear();
    complianceRead.set(text, rest);
  }
  return { evaluatedAt, ...rest };
}

export interface CommandRow {
  id: string;
  device_id: string;
  action: CommandRecord['action'];
  command: string;
  status: CommandRecord['status'];
  initiated_by: string;
  requested_at: number;
  delivered_at: number | null;
  finished_at: number | null;
  deliveries: number;
  error_code: number | null;
  location: string | null;
  by_user: 0 | 1;
  device_name: string;
  device_owner: string;
  bulk_id: string | null;
}

export const commandColumns = [
  'id',
  'device_id',
  'action',
  'command',
  'status',
  'initiated_by',
  'requested_at',
  'delivered_at',
  'finished_at',
  'deliveries',
  'error_code',
  'location',
  'by_user',
  'device_name',
  'device_owner',
  'bulk_id',
] as const satisfies readonly (keyof CommandRow)[];

export function commandRow(record: CommandRecord): CommandRow {
  return {
    id: record.id,
    device_id: record.deviceId,
    action: record.action,
    command: JSON.stringify(record.command),
    status: record.status,
    initiated_by: record.initiatedBy,
    requested_at: record.requestedAt,
    delivered_at: record.deliveredAt,
    finished_at: record.finishedAt,
    deliveries: record.deliveries,
    error_code: record.errorCode,
    location: json(record.location),
    by_user: record.byUser ? 1 : 0,
    device_name: record.deviceName,
    device_owner: record.deviceOwner,
    bulk_id: record.bulkId,
  };
}

export function commandRecord(row: CommandRow): CommandRecord {
  return {
    id: row.id,
    deviceId: row.device_id,
    action: row.action,
    command: JSON.parse(row.command) as CommandRecord['command'],
    status: row.status,
    initiatedBy: row.initiated_by,
    requestedAt: row.requested_at,
    deliveredAt: row.delivered_at,
    finishedAt: row.finished_at,
    deliveries: row.deliveries,
    errorCode: row.error_code,
    location: parsed<Location>(row.location),
    byUser: row.by_user === 1,
    deviceName: row.device_name,
    deviceOwner: row.device_owner,
    bulkId: row.bulk_id,
  };
}

export interface AuditRow {
  position: number;
  id: string;
  at: number;
  actor: string;
  activity: string;
  device_id: string;
  device_name: string;
  actor_type: AuditRecord['actorType'];
  actor_id: string | null;
  resource: string | null;
}

export function auditRecord(row: AuditRow): AuditRecord {
  const { id, at, actor, activity } = row;
  return {
    id,
    at,
    actor,
    actorType: row.actor_type,
    actorId: row.actor_id,
    activity,
    deviceId: row.device_id,
    deviceName: row.device_name,
    resource: parsed<NonNullable<AuditRecord['resource']>>(row.resource),
  };
}

export interface BypassCodeRow {
  serial_number: string;
  code: string;
  expires_at: number;
  shown: 0 | 1;
}

export function bypassCodeRow({ serialNumber, code, expiresAt, shown }: BypassCode): BypassCodeRow {
  return { serial_number: serialNumber, code, expires_at: expiresAt, shown: shown ? 1 : 0 };
}

export function bypassCode(row: BypassCodeRow): BypassCode {
  return { serialNumber: row.serial_number, code: row.code, expiresAt: row.expires_at, shown: row.shown === 1 };
}

export interface FindMyRow {
  serial_number: string;
  owner: string;
  password_hash: string;
}

export function findMyRow({ serialNumber, owner, passwordHash }: FindMy): FindMyRow {
  return { serial_number: serialNumber, owner, password_hash: passwordHash };
}

export function findMy(row: FindMyRow): FindMy {
  return { serialNumber: row.serial_number, owner: row.owner, passwordHash: row.password_hash };
}

export interface AccessTokenRow {
  token: string;
  user_principal_name: string;
  app: string;
  device_id: string | null;
  platform: AccessToken['platform'];
  outcome: AccessToken['outcome'];
}

export function accessTokenRow({ token, userPrincipalName, app, deviceId, platform, outcome }: AccessToken): AccessTokenRow {
  return { token, user_principal_name: userPrincipalName, app, device_id: deviceId, platform, outcome };
}

export function accessToken({ token, app, platform, outcome, ...row }: AccessTokenRow): AccessToken {
  return { token, userPrincipalName: row.user_principal_name, app, deviceId: row.device_id, platform, outcome };
}

export const json = (value: object | null) => (value === null ? null : JSON.stringify(value));

function parsed<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

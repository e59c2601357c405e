/** Certificates: the first one at enrollment, the next ones at renewal, and the moment at which one replaces the other (M-01, M-02). */
import { validityFrom } from '../../certs/validity.ts';
import type { DeviceMessage, Inventory } from '../../protocol/messages.ts';
import { isEnrollmentTypeOf } from '../../protocol/platforms.ts';
import { Random } from '../../runtime/random.ts';
import { hideBypassCode } from './activation-lock.ts';
import { watchExpiry } from './cleanup.ts';
import { watchValidity } from './compliance/activity.ts';
import { configurationWaits } from './configuration.ts';
import type { ServerOut, SigningRequest } from './effects.ts';
import { managedName } from './managed-name.ts';
import { personEnrolled } from './membership-effects.ts';
import { ensureUser } from './people.ts';
import { notEvaluated } from './policy-records.ts';
import type { CertificateRecord, DeviceRecord } from './records.ts';
import { type Core, refuse, type Session } from './sessions.ts';
import { enrols } from './settings.ts';

type Enroll = Extract<DeviceMessage, { type: 'enroll' }>;

/** A device asks to be managed. Returns its inventory, which the core keeps until the certificate is signed; undefined: refused. */
export function requestEnrollment(core: Core, session: Session, message: Enroll, now: number, out: ServerOut): Inventory | undefined {
  if (!enrols(core.settings, message.token)) {
    refuse(core, session, { code: 'enrollment-token-invalid', message: 'The enrollment token is not the one of this tenant.' }, out);
    return undefined;
  }
  const { platform, enrollment } = message.inventory;
  if (!isEnrollmentTypeOf(platform, enrollment)) {
    refuse(
      core,
      session,
      { code: 'enrollment-invalid', message: `A device of platform ${platform} cannot be enrolled as ${enrollment}.` },
      out,
    );
    return undefined;
  }
  const earlier = core.store.enrolledDevice(message.requestId);
  const record = earlier === undefined ? undefined : core.store.device(earlier);
  // A repeated request gets the same record, as long as nobody has come with its certificate: afterwards it could only be an impostor's.
  if (earlier !== undefined && (record === undefined || core.store.certificate(record.certificate.serialNumber)?.use !== 'next')) {
    refuse(core, session, { code: 'enrollment-invalid', message: 'This enrollment request was used already. Enrol the device anew.' }, out);
    return undefined;
  }
  const deviceId = earlier ?? new Random(`${core.settings.seed}/device/${message.inventory.serialNumber}/${message.requestId}`).guid();
  sign(core, session, 'enroll', deviceId, message.requestId, message.csr, now, out);
  return message.inventory;
}

/** A managed device asks for its next certificate. */
export function requestRenewal(
  core: Core,
  session: Session,
  record: DeviceRecord,
  requestId: string,
  csr: string,
  now: number,
  out: ServerOut,
): void {
  sign(core, session, 'renew', record.id, requestId, csr, now, out);
}

function sign(
  core: Core,
  session: Session,
  purpose: SigningRequest['purpose'],
  deviceId: string,
  requestId: string,
  csr: string,
  now: number,
  out: ServerOut,
): void {
  // 16 octets with the top bit clear: positive, and unique for this request (RFC 5280 §4.1.2.2).
  const hex = new Random(`${core.settings.seed}/certificate/${deviceId}/${requestId}/${now}`).hex(32).toUpperCase();
  const serialNumber = `4${hex.slice(1)}`;
  out.signCertificate({ link: session.link, purpose, requestId, deviceId, csr, serialNumber, ...validityFrom(now) });
}

/** The authority has signed: from here on the certificate counts. */
export function certificateSigned(
  core: Core,
  session: Session | undefined,
  request: SigningRequest,
  pem: string,
  inventory: Inventory | undefined,
  now: number,
  out: ServerOut,
): void {
  const { purpose, deviceId, requestId, serialNumber, notBefore, notAfter } = request;
  const certificate: CertificateRecord = { serialNumber, notBefore, notAfter };
  if (purpose === 'enroll') {
    if (inventory === undefined) return;
    enrolled(core, deviceId, requestId, inventory, certificate, now, out);
  } else if (!nextIssued(core, deviceId, certificate)) return;
  out.note({ kind: 'certificate-issued', deviceId, purpose, serialNumber, notBefore, notAfter });
  if (session === undefined) return;
  const type = purpose === 'enroll' ? 'enrolled' : 'renewed';
  const renewFrom = notAfter - core.settings.renewalWindowMs;
  out.send(session.link, { type, requestId, deviceId, certificate: pem, serialNumber, notBefore, notAfter, renewFrom });
}

/** The authority could not sign now: the device is told to ask again, and the certificate that it has stays good. */
export function signingFailed(session: Session | undefined, { deviceId, requestId }: SigningRequest, out: ServerOut): void {
  out.note({ kind: 'renewal-failed', deviceId });
  if (session !== undefined) out.send(session.link, { type: 'renewal-failed', requestId });
}

function enrolled(
  core: Core,
  id: string,
  requestId: string,
  inventory: Inventory,
  certificate: CertificateRecord,
  now: number,
  out: ServerOut,
): void {
  const earlier = core.store.device(id);
  if (earlier !== undefined) core.store.saveCertificate(id, earlier.certificate, 'replaced');
  const fresh = newRecord(id, inventory, certificate, now);
  // What administrators asked of the record since the first answer to this request still stands.
  const record: DeviceRecord =
    earlier === undefined
      ? fresh
      : { ...earlier, hidden: false, inventory, enrolledAt: now, lastSyncAt: now, certificate, nextCertificate: null };
  const newcomer = ensureUser(core, inventory.userPrincipalName, now);
  core.store.saveDevice(record);
  core.store.saveCertificate(id, certificate, 'next');
  core.store.saveEnrollment(requestId, id);
  watchExpiry(core, record);
  watchValidity(core, record, now);
  if (newcomer !== undefined) personEnrolled(core, newcomer, now, out);
  if (earlier !== undefined) return;
  out.note({ kind: 'enrolled', deviceId: id, serialNumber: inventory.serialNumber });
  // A code that an earlier record of the same device had is none of this one's.
  hideBypassCode(core, inventory.serialNumber);
  if (configurationWaits(core, record)) out.note({ kind: 'configuration-waits', deviceId: id, waits: true });
}

const nothing: readonly never[] = [];
const nobody = {};

/** Fleets have many: what all begin with is shared, and the members are in one literal, which costs a quarter of one that is spread. */
function newRecord(id: string, inventory: Inventory, certificate: CertificateRecord, now: number): DeviceRecord {
  return {
    id,
    managedDeviceName: managedName(inventory, now),
    managementState: 'managed',
    complianceState: 'unknown',
    compliance: notEvaluated,
    access: nobody,
    notices: nothing,
    deleted: false,
    nudgeKeptUntil: null,
    commandCount: 0,
    information: null,
    configuration: null,
    requestedApps: nothing,
    notes: null,
    owner: null,
    hidden: false,
    inventory,
    enrolledAt: now,
    lastSyncAt: now,
    certificate,
    nextCertificate: null,
  };
}

function nextIssued(core: Core, deviceId: string, certificate: CertificateRecord): boolean {
  const record = core.store.device(deviceId);
  if (record === undefined) return false;
  if (record.nextCertificate !== null) core.store.saveCertificate(deviceId, record.nextCertificate, 'replaced');
  record.nextCertificate = certificate;
  core.store.saveDevice(record);
  core.store.saveCertificate(deviceId, certificate, 'next');
  watchExpiry(core, record);
  return true;
}

/** The device has come with a certificate for the first time: it is in use now, and the one before is refused from now on. */
export function promote(core: Core, record: DeviceRecord, serialNumber: string, out: ServerOut): void {
  if (core.store.certificate(serialNumber)?.use !== 'next') return;
  if (record.nextCertificate?.serialNumber === serialNumber) {
    core.store.saveCertificate(record.id, record.certificate, 'replaced');
    out.note({ kind: 'certificate-replaced', deviceId: record.id, serialNumber: record.certificate.serialNumber });
    record.certificate = record.nextCertificate;
    record.nextCertificate = null;
  }
  core.store.saveCertificate(record.id, record.certificate, 'current');
  core.store.saveDevice(record);
}

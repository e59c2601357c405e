/** Becoming managed, and ceasing to be. */

import type { RefusalCode, ServerMessage } from '../../protocol/messages.ts';
import { hasWorkProfile } from '../../protocol/platforms.ts';
import { Random } from '../../runtime/random.ts';
import { install } from './certificate.ts';
import { setNextSlot } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import { change, changeHas, informationForgotten } from './information.ts';
import { giveUpLink, openLink } from './link.ts';
import type { DeviceState } from './state.ts';

/** Whether the device can be enrolled now: nothing manages it, it is on, and it is past Apple's and its own locks of a wipe. */
export function canEnroll(state: DeviceState): boolean {
  const isManaged = state.phase === 'enrolling' || state.phase === 'enrolled' || state.phase === 'leaving';
  return !isManaged && state.power === 'on' && !state.activationLocked && state.recoveryPin === null;
}

/** Begins an enrollment: as a new record, whatever the device was before. One that stands at a lock cannot begin. */
export function enroll(state: DeviceState, token: string, out: DeviceOut): void {
  if (!canEnroll(state)) return;
  // One that stayed for notifications of the management before.
  giveUpLink(state, 'enrolling', out);
  state.enrollments += 1;
  state.phase = 'enrolling';
  state.token = token;
  state.requestId = new Random(`${state.key}/enrollment/${state.inventory.serialNumber}/${state.enrollments}`).guid();
  state.csr = null;
  state.deviceId = null;
  state.certificate = null;
  state.leaving = null;
  state.refusal = null;
  // What its apps were told, they were told as another device of the directory.
  state.access = {};
  informationForgotten(state);
  // Of a management that refused the device: the next one has its own, and asks for its own consent (M-08).
  const { has } = state;
  const workProfile = has.workProfile?.resetConsent === true ? { ...has.workProfile, resetConsent: false } : has.workProfile;
  if (state.configuration !== null) change(state, { configuration: null, has: { ...has, workProfile } });
  out.createCsr(state.requestId);
}

export function enrollmentCsrCreated(state: DeviceState, requestId: string, csr: string, now: number, out: DeviceOut): void {
  if (state.requestId !== requestId || state.csr !== null) return;
  state.csr = csr;
  if (state.link === 'open') sendEnrollment(state, now, out);
  else openLink(state, now, out);
}

export function sendEnrollment(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.csr === null) return;
  state.exchange = 'enrollment';
  state.replyBy = now + state.replyMs;
  out.send({
    type: 'enroll',
    requestId: state.requestId as string,
    token: state.token as string,
    csr: state.csr,
    inventory: state.inventory,
  });
}

export function enrolled(state: DeviceState, message: Extract<ServerMessage, { type: 'enrolled' }>, now: number, out: DeviceOut): void {
  if (message.requestId !== state.requestId) return;
  install(state, message, out);
  state.phase = 'enrolled';
  state.deviceId = message.deviceId;
  state.token = null;
  state.csr = null;
  state.enrolledAt = now;
  setNextSlot(state, 0);
  state.lastCheckInAt = null;
  state.checkIns = 0;
  state.attempts = 0;
  state.exchange = 'none';
  state.wanted = 'connect';
  out.note({ kind: 'enrolled', deviceId: message.deviceId, notAfter: message.notAfter });
  state.setUpDone = true;
  const { workProfile, companyApp } = state.has;
  if (workProfile === null && hasWorkProfile(state.inventory)) {
    // A new one comes with the app in it.
    changeHas(state, { workProfile: { passcode: null, resetConsent: false }, companyApp: { ...companyApp, installed: true } });
  }
  giveUpLink(state, 'enrolled', out);
  openLink(state, now, out);
}

/** The management ends on the device: its identity goes, and with it every way to reach it. */
export function leave(state: DeviceState, by: 'retire' | 'wipe', reported: boolean, out: DeviceOut): void {
  state.exchange = 'none';
  giveUpLink(state, by === 'wipe' ? 'wiped' : 'retired', out);
  end(state, by, reported, out);
}

/** The same after a retire, with the link left open for notifications until the service has seen everywhere that the device left (CN-17). */
export function stayForPushes(state: DeviceState, out: DeviceOut): void {
  out.send({ type: 'left', deviceId: state.deviceId as string });
  state.exchange = 'none';
  state.replyBy = null;
  end(state, 'retire', true, out);
}

function end(state: DeviceState, by: 'retire' | 'wipe', reported: boolean, out: DeviceOut): void {
  state.leaving = null;
  state.certificate = null;
  state.wanted = null;
  state.reconnectAt = null;
  state.afterReport = null;
  out.eraseIdentity();
  if (by === 'wipe') {
    state.phase = 'wiped';
    out.note({ kind: 'wiped', reported });
  } else {
    state.phase = 'retired';
    out.note({ kind: 'unenrolled', by: 'retire' });
  }
}

/** Refusals after which the same identity (or request) can never succeed: trying again would only repeat the answer. */
const finalCodes: ReadonlySet<RefusalCode> = new Set([
  'certificate-required',
  'certificate-untrusted',
  'certificate-expired',
  'certificate-replaced',
  'device-unknown',
  'identity-mismatch',
  'enrollment-token-invalid',
  'enrollment-invalid',
  'csr-invalid',
]);

export function refused(state: DeviceState, code: RefusalCode, message: string, now: number, out: DeviceOut): void {
  // Of a renewal, a refused request says nothing about the identity that is there.
  const final = finalCodes.has(code) && (code !== 'csr-invalid' || state.phase === 'enrolling');
  out.note({ kind: 'refused', code, message, final });
  if (!final) return;
  // What was carried out stays so. A server that no longer knows a device which is leaving has taken its report before.
  if (state.leaving !== null) return leave(state, state.leaving.by, code === 'device-unknown', out);
  state.phase = 'refused';
  state.refusal = { code, message, at: now };
  state.token = null;
  state.csr = null;
  state.wanted = null;
  state.exchange = 'none';
  giveUpLink(state, 'refused', out);
}

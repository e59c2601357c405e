/** The device's identity over the years: enrolled once, renewed at a check-in before its end (M-01, M-02). */

import type { ServerMessage } from '../../protocol/messages.ts';
import { Random } from '../../runtime/random.ts';
import type { DeviceOut } from './effects.ts';
import { giveUpLink, openLink } from './link.ts';
import type { DeviceState } from './state.ts';

type Issued = Extract<ServerMessage, { type: 'enrolled' | 'renewed' }>;

export function renewalDue(state: DeviceState, now: number): boolean {
  return state.certificate !== null && now >= state.certificate.renewFrom;
}

export function beginRenewal(state: DeviceState, now: number, out: DeviceOut): void {
  state.renewals += 1;
  state.requestId = new Random(`${state.key}/renewal/${state.deviceId}/${state.renewals}`).guid();
  state.exchange = 'renewal';
  state.replyBy = now + state.replyMs;
  out.createCsr(state.requestId);
}

/** The key is made: ask. A request of an exchange that was given up meanwhile is dropped. */
export function renewalCsrCreated(state: DeviceState, requestId: string, csr: string, now: number, out: DeviceOut): void {
  if (state.exchange !== 'renewal' || state.requestId !== requestId || state.link !== 'open') return;
  state.replyBy = now + state.replyMs;
  out.send({ type: 'renew', deviceId: state.deviceId as string, requestId, csr });
}

/** The next certificate is here: come back with it, which is what makes the server refuse the old one. */
export function renewed(state: DeviceState, message: Issued, now: number, out: DeviceOut): void {
  // An answer to a request that was given up: its key may be gone.
  if (state.exchange !== 'renewal' || message.requestId !== state.requestId) return;
  install(state, message, out);
  out.note({ kind: 'renewed', notAfter: message.notAfter });
  state.exchange = 'none';
  giveUpLink(state, 'renewed', out);
  openLink(state, now, out);
}

/** Takes an issued certificate over as the device's identity. */
export function install(state: DeviceState, message: Issued, out: DeviceOut): void {
  const { serialNumber, notBefore, notAfter, renewFrom } = message;
  state.certificate = { serialNumber, notBefore, notAfter, renewFrom };
  state.requestId = null;
  out.saveIdentity(message.requestId, message.certificate, state.certificate);
}

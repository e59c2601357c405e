/** Who is on which link. A session is not remembered over a restart: links are gone then too. */

import type { RefusalCode } from '../../protocol/messages.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { PeerCertificate } from '../../runtime/link.ts';
import type { Store } from '../store/store.ts';
import type { WantedConfigurations } from './configuration.ts';
import type { LinkId, ServerOut } from './effects.ts';
import type { FanOuts } from './notifications/fan-outs.ts';
import type { PushService } from './notifications/push-service.ts';
import type { RecentlyLeft } from './notifications/recently-left.ts';
import type { DeviceRecord } from './records.ts';
import type { CoreSettings, PushSettings } from './settings.ts';

export interface Session {
  link: LinkId;
  /** null: no certificate was shown, which is only good for enrolling. */
  deviceId: string | null;
  /** End of the certificate that opened the link. */
  notAfter: number;
  /** Its retire or wipe is acknowledged: when this link closes, the record goes. */
  departing: boolean;
  /** Until when the link may stay for notifications once the device has left; absent: it closes. */
  leftUntil?: number;
}

export interface Core {
  store: Store;
  settings: CoreSettings;
  sessions: Map<LinkId, Session>;
  sessionOf: Map<string, Session>;
  /** What the tenant wants, worked out once per change of it. */
  wanted: WantedConfigurations | null;
  /** Devices that have lost their link within the input that is taken. */
  unlinked: Set<string>;
  /** Ids of mails of which an attempt is under way. Not remembered over a restart: then they are tried again, under the same Message-ID. */
  mailing: Set<string>;
  /** How the push service is now; null: to be read again. */
  push: PushSettings | null;
  /** Notifications on their way. Not remembered over a restart. */
  pushes: PushService;
  /** Notifications to groups that are being worked on. */
  fanOuts: FanOuts;
  /** To be done when the open transaction has been committed: what lives in memory alone is not to be ahead of the disk. */
  afterCommit: (() => void)[];
  /** Who left a moment ago. */
  left: RecentlyLeft;
}

export interface Refusal {
  code: RefusalCode;
  message: string;
}

/** Judges a peer's certificate by the stub's clock and memory. Returns its record, or why it is refused (M-02, TD-15). */
export function judge(store: Store, peer: PeerCertificate, now: number): { record: DeviceRecord } | { refusal: Refusal } {
  const refuse = (code: RefusalCode, message: string) => ({ refusal: { code, message } });
  if (!peer.trusted) return refuse('certificate-untrusted', 'The certificate was not signed by the authority of this tenant.');
  if (now > peer.notAfter) {
    return refuse(
      'certificate-expired',
      `The management certificate ended at ${formatInstant(peer.notAfter)}; it is ${formatInstant(now)} now. The device can never check in again with it and must be enrolled anew.`,
    );
  }
  if (now < peer.notBefore) {
    return refuse(
      'certificate-not-yet-valid',
      `The certificate begins at ${formatInstant(peer.notBefore)}; it is ${formatInstant(now)} now.`,
    );
  }
  const known = store.certificate(peer.serialNumber);
  const record = known === undefined ? undefined : store.device(known.deviceId);
  if (known === undefined || record === undefined) {
    return refuse('device-unknown', 'No record of this tenant has this certificate: it was removed, or the device left the management.');
  }
  if (record.id !== peer.subject) {
    return refuse('identity-mismatch', `The certificate names ${peer.subject}, but it was issued to another device.`);
  }
  if (known.use === 'replaced') {
    return refuse('certificate-replaced', 'This certificate was renewed and replaced; only the newer one is accepted.');
  }
  return { record };
}

export function refuse(core: Core, session: Session, { code, message }: Refusal, out: ServerOut): void {
  out.note({ kind: 'refused', deviceId: session.deviceId, link: session.link, code, message });
  out.send(session.link, { type: 'refused', code, message });
  endSession(core, session);
  out.closeLink(session.link, code);
}

export function startSession(core: Core, session: Session, out: ServerOut): void {
  core.sessions.set(session.link, session);
  if (session.deviceId === null) return;
  const earlier = core.sessionOf.get(session.deviceId);
  if (earlier !== undefined && session.notAfter > earlier.notAfter) {
    // Back with its next certificate: the device gave the old link up itself, and only the news of it is slower than the new link.
    endSession(core, earlier);
    out.closeLink(earlier.link, 'renewed');
  } else if (earlier !== undefined) {
    refuse(core, earlier, { code: 'session-replaced', message: 'The same device opened a newer link.' }, out);
  }
  core.sessionOf.set(session.deviceId, session);
}

export function endSession(core: Core, session: Session): void {
  core.sessions.delete(session.link);
  if (session.deviceId === null || core.sessionOf.get(session.deviceId) !== session) return;
  core.sessionOf.delete(session.deviceId);
  core.unlinked.add(session.deviceId);
}

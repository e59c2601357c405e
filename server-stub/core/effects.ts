/** What the core wishes of its driver, one method per wish, and what it tells the world about (notes). */
import type { CheckInTrigger, RefusalCode, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideReason, OutsideRequest } from '../../protocol/outside.ts';
import type { MailRecord } from './directory-records.ts';
import type { ScheduledActionType } from './policy-records.ts';
import type { ActionName, ComplianceState, QueueStatus } from './records.ts';

/** A link's name within its driver. */
export type LinkId = number;

/** A wish for a certificate; it comes back as the input `certificate-signed`, `csr-refused` or `signing-failed`. */
export interface SigningRequest {
  link: LinkId;
  purpose: 'enroll' | 'renew';
  requestId: string;
  deviceId: string;
  /** PEM, as the device sent it; never read by the core. */
  csr: string;
  serialNumber: string;
  notBefore: number;
  notAfter: number;
}

/** What a device can be activated by. */
export type ActivationBy = 'code' | 'account' | 'open';

/** Facts for logs, traces and checkers. Nothing in the core depends on who listens. */
export type ServerNote =
  | { kind: 'enrolled'; deviceId: string; serialNumber: string }
  | { kind: 'checked-in'; deviceId: string; trigger: CheckInTrigger }
  | { kind: 'command-queued'; deviceId: string; commandId: string; action: ActionName }
  | { kind: 'command-delivered'; deviceId: string; commandId: string; action: ActionName; deliveries: number; certificateNotAfter: number }
  | { kind: 'command-postponed'; deviceId: string; commandId: string; action: ActionName }
  | { kind: 'command-finished'; deviceId: string; commandId: string; action: ActionName; status: QueueStatus }
  | { kind: 'queue-changed'; deviceId: string; open: number }
  /** Whether the device's next check-in brings it a configuration. */
  | { kind: 'configuration-waits'; deviceId: string; waits: boolean }
  /** It has it, and none waits any more. */
  | { kind: 'configuration-sent'; deviceId: string; version: string }
  /** The code itself is a secret, and in no note. */
  | { kind: 'bypass-code-issued'; deviceId: string; serialNumber: string; expiresAt: number }
  /** Apple or the directory answered; each names the device in its own way. */
  | {
      kind: 'outside-answered';
      deviceId: string | null;
      serialNumber: string | null;
      service: OutsideRequest['service'];
      outcome: 'allowed' | OutsideReason;
      /** Of an activation: by what the device wanted to be let in; `open`: its Find My is off. */
      by?: ActivationBy;
    }
  /** Whether the device's next check-in evaluates its policies. */
  | { kind: 'compliance-waits'; deviceId: string; waits: boolean }
  | { kind: 'compliance-changed'; deviceId: string; from: ComplianceState; to: ComplianceState }
  /** An action for noncompliance, on its day. `skipped`: nothing can come of it for this device, see `why`. */
  | {
      kind: 'noncompliance-action';
      deviceId: string;
      policyId: string;
      actionId: string;
      action: ScheduledActionType;
      dueAt: number;
      outcome: 'done' | 'skipped';
      why: string | null;
    }
  /** Whether an app of the device would be told something else than last time. null: of devices that have no record (any more). */
  | { kind: 'access-waits'; deviceId: string | null; waits: boolean }
  /** `deviceId`: whose device it is about; null: none. Addresses and texts are in no note. */
  | {
      kind: 'mail-queued' | 'mail-sent' | 'mail-postponed' | 'mail-failed' | 'mail-not-sent';
      deviceId: string | null;
      mailId: string;
      why: string | null;
    }
  /** A custom notification was sent: to a device, or (null) to so many groups. No text is in any note (CN-06). */
  | { kind: 'notification-sent'; deviceId: string | null; notificationId: string; groups: number }
  /** Refused, because too many were sent within the hour. */
  | { kind: 'notification-refused'; deviceId: string | null; againAt: number }
  /**
   * What becomes of it at the push service for one device: `pushed`, which is first, and then lost, delivered, kept for a device that is
   * away (and later delivered or expired), or `gone`: the device is not managed any more.
   */
  | {
      kind: 'notification-pushed';
      deviceId: string;
      notificationId: string;
      outcome: 'pushed' | 'delivered' | 'lost' | 'kept' | 'expired' | 'gone';
    }
  | { kind: 'push-sent'; deviceId: string; outcome: 'delivered' | 'lost' | 'kept' }
  | {
      kind: 'certificate-issued';
      deviceId: string;
      purpose: 'enroll' | 'renew';
      serialNumber: string;
      notBefore: number;
      notAfter: number;
    }
  /** Its next one could not be signed. */
  | { kind: 'renewal-failed'; deviceId: string }
  | { kind: 'certificate-replaced'; deviceId: string; serialNumber: string }
  | { kind: 'certificate-expired'; deviceId: string; notAfter: number }
  /** By the cleanup for inactive devices; and back again, because its device has checked in. */
  | { kind: 'record-hidden' | 'record-shown'; deviceId: string }
  | { kind: 'refused'; deviceId: string | null; link: LinkId; code: RefusalCode; message: string }
  | { kind: 'record-removed'; deviceId: string; why: 'expired' | 'retired' | 'wiped' | 'deleted' | 'unenrolled'; notAfter: number };

export interface ServerOut {
  send(link: LinkId, message: ServerMessage): void;
  closeLink(link: LinkId, reason: string): void;
  signCertificate(request: SigningRequest): void;
  /** Hands it to a mail server; the outcome comes back as the input `mail-tried`. */
  sendMail(mail: MailRecord): void;
  note(note: ServerNote): void;
}

/** Facts that a device machine is told, wishes that it has, and notes for whoever watches. */
import type { CommandType } from '../../protocol/commands.ts';
import type { CheckInTrigger, CommandStatus, DeviceMessage, RefusalCode, ServerMessage } from '../../protocol/messages.ts';
import type { DeviceCertificate, Screen } from './state.ts';

export type DeviceInput =
  /** The device was switched on: whatever link or exchange it had is gone. */
  | { type: 'started' }
  | { type: 'network'; available: boolean }
  /** Someone enrols it, with the tenant's enrollment token. */
  | { type: 'enroll'; token: string }
  | { type: 'csr-created'; requestId: string; csr: string }
  | { type: 'link-opened' }
  /** Also said when a link could not be opened. Never said of a link that the device closed itself. */
  | { type: 'link-closed'; reason: string }
  | { type: 'message'; message: ServerMessage }
  /** The tenant's clock was set back: what was due later may be due again. */
  | { type: 'clock-set-back' }
  /** `nextDeadline` has come. */
  | { type: 'deadline' }
  /** Every scheduled check-in before `before` was lived, and nothing came of any (a driver that skips quiet time says so). */
  | { type: 'quiet-until'; before: number }
  /** The user pressed Sync. */
  | { type: 'user-synced' }
  /** The user typed the passcode. */
  | { type: 'user-unlocked' };

export type DeviceNote =
  | { kind: 'enrolled'; deviceId: string; notAfter: number }
  | { kind: 'check-in'; trigger: CheckInTrigger }
  | { kind: 'quiet-check-ins'; count: number; last: number }
  | { kind: 'command'; commandId: string; command: CommandType; redelivered: boolean }
  | { kind: 'executed'; commandId: string; command: CommandType; status: CommandStatus }
  | { kind: 'renewed'; notAfter: number }
  | { kind: 'screen'; screen: Screen }
  | { kind: 'refused'; code: RefusalCode; message: string; final: boolean }
  | { kind: 'unenrolled'; by: 'retire' }
  | { kind: 'wiped'; reported: boolean }
  | { kind: 'link-lost'; reason: string; retryAt: number };

export interface DeviceOut {
  /** With the device's certificate, or (to enrol) with none. An earlier link is given up. */
  openLink(identity: 'none' | 'certificate'): void;
  send(message: DeviceMessage): void;
  closeLink(reason: string): void;
  /** Make a key pair and a request for it; comes back as `csr-created`. */
  createCsr(requestId: string): void;
  /** Keep this certificate with the key made for `requestId`: from the next link on it is the device's identity. */
  saveIdentity(requestId: string, pem: string, certificate: DeviceCertificate): void;
  eraseIdentity(): void;
  note(note: DeviceNote): void;
}

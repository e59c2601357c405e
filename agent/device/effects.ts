/** Facts that a device machine is told, wishes that it has, and notes for whoever watches. */
import type { CommandType } from '../../protocol/commands.ts';
import type { DeviceChange } from '../../protocol/hands.ts';
import type { CheckInTrigger, CommandStatus, DeviceMessage, Inventory, RefusalCode, ServerMessage } from '../../protocol/messages.ts';
import type { ReasonNotShown, WayToShow } from '../../protocol/notifications.ts';
import type { OutsideAnswer, OutsideReason, OutsideRequest } from '../../protocol/outside.ts';
import type { InputOutcome, ScreenKind, UserInput } from '../../protocol/screens.ts';
import type { DeviceCertificate, Possessions } from './state.ts';

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
  /** Every scheduled check-in and sign-in before `before` was lived, and nothing came of any (a driver that skips quiet time says so). */
  | { type: 'quiet-until'; before: number }
  /** The user pressed Sync. */
  | { type: 'user-synced' }
  /** A person types, or presses a button. `token`: the tenant's enrollment token, if the driver knows it, for who presses `enroll`. */
  | { type: 'user-input'; input: UserInput; token?: string | undefined }
  /** The answer to `out.ask`. */
  | { type: 'outside-answered'; id: number; answer: OutsideAnswer }
  /** The power button: switches a device on that is off, and off that is on. */
  | { type: 'power'; on: boolean }
  /** What a simulation does to a device: its habits, and what its user has done to it outside of any screen. */
  | { type: 'changed'; change: DeviceChange }
  /** Its user has another device from now on. */
  | { type: 'replaced'; inventory: Inventory; has: Readonly<Possessions> };

export type DeviceNote =
  | { kind: 'enrolled'; deviceId: string; notAfter: number }
  | { kind: 'check-in'; trigger: CheckInTrigger }
  | { kind: 'quiet-check-ins'; count: number; last: number }
  | { kind: 'command'; commandId: string; command: CommandType; redelivered: boolean }
  | { kind: 'executed'; commandId: string; command: CommandType; status: CommandStatus }
  | { kind: 'renewed'; notAfter: number }
  | { kind: 'screen'; screen: ScreenKind }
  | { kind: 'user-input'; outcome: InputOutcome }
  | { kind: 'configured'; version: string }
  /** An Office app signed in, or was kept from it. */
  | { kind: 'access'; app: string; outcome: 'allowed' | OutsideReason }
  | { kind: 'activation'; outcome: 'allowed' | OutsideReason }
  | { kind: 'apps'; installed: readonly string[]; removed: readonly string[] }
  | { kind: 'power'; power: 'on' | 'restarting' | 'off' }
  /** A notice of noncompliance was shown. */
  | { kind: 'notice'; title: string }
  /**
   * A custom notification came, and is seen in this way, or not at all. No text is in any note (CN-19). `afterMs`: since it was sent; 0 where
   * the device's clock is behind the stub's.
   */
  | { kind: 'notification'; notificationId: string; shown: WayToShow | ReasonNotShown; afterMs: number }
  /** The lost mode sound is played. */
  | { kind: 'sound'; minutes: number }
  | { kind: 'refused'; code: RefusalCode; message: string; final: boolean }
  | { kind: 'unenrolled'; by: 'retire' }
  | { kind: 'wiped'; reported: boolean }
  /** Another device has taken its place, with this serial number. */
  | { kind: 'replaced'; serialNumber: string }
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
  /** Ask a service that is not the management; comes back as `outside-answered`. */
  ask(id: number, request: OutsideRequest): void;
  note(note: DeviceNote): void;
}

/** One device, as plain data: the whole of what it knows between two inputs. A snapshot of it plus the inputs replays everything. */
import type { CheckInTrigger, CommandStatus, Inventory, RefusalCode } from '../../protocol/messages.ts';

/**
 * Where a device is in its managed life.
 *   set-up     not managed: new, shows its set-up assistant
 *   enrolling  asks for an identity
 *   enrolled   has one; checks in
 *   leaving    has carried out a retire or a wipe and reports it; the identity lives until the report was taken
 *   retired    no longer managed, the user's own data untouched
 *   wiped      back at its set-up assistant
 *   refused    the server will never take this identity again
 */
export type Phase = 'set-up' | 'enrolling' | 'enrolled' | 'leaving' | 'retired' | 'wiped' | 'refused';

export type Screen = 'set-up-assistant' | 'home' | 'locked';

export interface DeviceCertificate {
  /** Upper-case hexadecimal. */
  serialNumber: string;
  notBefore: number;
  notAfter: number;
  /** From this instant on the next one is asked for, at a check-in. */
  renewFrom: number;
}

/** What the device is doing over its open link; one thing at a time. */
export type Exchange = 'none' | 'enrollment' | 'check-in' | 'renewal' | 'report';

export interface ExecutedCommand {
  id: string;
  status: CommandStatus;
  errorCode?: number;
}

export interface DeviceTraits {
  /** Starts a wipe before it reports it, so that the report never comes (TD-12). */
  wipesSilently: boolean;
}

export interface DeviceState {
  inventory: Inventory;
  traits: DeviceTraits;
  /** Seeds this device's stateless draws. Unsigned 32 bits. */
  key: number;
  phase: Phase;
  screen: Screen;
  /** Enrollments begun so far: each is a request of its own. */
  enrollments: number;
  /** Opens the tenant's door at enrollment; forgotten afterwards. */
  token: string | null;
  requestId: string | null;
  /** PEM of the enrollment request, until it was answered. */
  csr: string | null;
  renewals: number;
  deviceId: string | null;
  enrolledAt: number;
  certificate: DeviceCertificate | null;
  network: boolean;
  link: 'closed' | 'opening' | 'open';
  /** When the latest link opened. */
  linkSince: number;
  exchange: Exchange;
  /** How long an answer may take, on the device's clock: a driver whose clock runs faster than real time says more. */
  replyMs: number;
  /** When the peer has to have answered, the next attempt to open a link is due, or null. */
  replyBy: number | null;
  reconnectAt: number | null;
  /** Failed attempts in a row. */
  attempts: number;
  /** A check-in is wanted as soon as there is a link, and why. */
  wanted: CheckInTrigger | null;
  /** Why the check-in under way was begun, until its first answer. */
  asking: CheckInTrigger | null;
  /** The next scheduled check-in (cadence.ts). */
  nextSlot: number;
  /** Its instant. */
  nextSlotAt: number;
  lastCheckInAt: number | null;
  checkIns: number;
  /** Newest last, at most executedMax: a redelivery is answered again, never carried out again. */
  executed: ExecutedCommand[];
  /** The command whose report is under way in phase `leaving`. */
  leaving: { commandId: string; by: 'retire' | 'wipe' } | null;
  refusal: { code: RefusalCode; message: string; at: number } | null;
}

export const executedMax = 200;
export const replyMsDefault = 60_000;

/** A device out of its box. `key` seeds all that is drawn for it. */
export function newDevice(inventory: Inventory, key: number, traits: DeviceTraits = { wipesSilently: false }): DeviceState {
  return {
    inventory,
    traits,
    key,
    phase: 'set-up',
    screen: 'set-up-assistant',
    enrollments: 0,
    token: null,
    requestId: null,
    csr: null,
    renewals: 0,
    deviceId: null,
    enrolledAt: 0,
    certificate: null,
    network: true,
    link: 'closed',
    linkSince: 0,
    exchange: 'none',
    replyMs: replyMsDefault,
    replyBy: null,
    reconnectAt: null,
    attempts: 0,
    wanted: null,
    asking: null,
    nextSlot: 0,
    nextSlotAt: 0,
    lastCheckInAt: null,
    checkIns: 0,
    executed: [],
    leaving: null,
    refusal: null,
  };
}

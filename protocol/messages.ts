/**
 * The wire contract between a device and its management server: sub-protocol `mockfleet.v1`, one JSON object per text frame.
 * A device speaks first; the server answers each check-in with commands, one at a time, and `check-in-done`.
 * Instants are milliseconds since 1970 (UTC) on the server's clock. Unknown properties are ignored, so that fields can be added.
 */
import { z } from 'zod';
import { commandSchema } from './commands.ts';
import { configurationSchema, deviceInformationSchema, locationSchema } from './device-information.ts';
import { bodyUnitsMax, titleUnitsMax } from './notification-text.ts';
import { enrollmentTypes, platforms } from './platforms.ts';

export const subProtocol = 'mockfleet.v1';

const instant = z.number().int();
const id = z.string().min(1).max(64);
const pem = z.string().min(1).max(16_384);
const label = z.string().max(256);

/** What a device tells about itself when it enrols. */
export const inventorySchema = z.object({
  platform: z.enum(platforms),
  enrollment: z.enum(enrollmentTypes as [(typeof enrollmentTypes)[number], ...(typeof enrollmentTypes)[number][]]),
  serialNumber: z.string().min(1).max(64),
  deviceName: label,
  manufacturer: label,
  model: label,
  osVersion: label,
  userPrincipalName: label,
  /** A Shared iPad. */
  shared: z.boolean().optional(),
});
export type Inventory = z.infer<typeof inventorySchema>;

/** Why a check-in happens now. */
export const checkInTriggers = ['schedule', 'push', 'user', 'connect', 'retry'] as const;
export type CheckInTrigger = (typeof checkInTriggers)[number];

/** How a device ended a command; `not-now` leaves it in the queue. */
export const commandStatuses = ['acknowledged', 'failed', 'not-supported', 'not-now'] as const;
export type CommandStatus = (typeof commandStatuses)[number];

export const deviceMessageSchema = z.discriminatedUnion('type', [
  /** Asks for an identity. `requestId` stays the same while the device repeats the request, so that a repeat enrols nothing twice. */
  z.object({ type: z.literal('enroll'), requestId: id, token: z.string().min(1).max(256), csr: pem, inventory: inventorySchema }),
  z.object({
    type: z.literal('check-in'),
    deviceId: id,
    trigger: z.enum(checkInTriggers),
    osVersion: label,
    /** Version of the configuration that it has applied; absent: none yet. */
    configuration: z.string().max(64).optional(),
  }),
  /** What changed about the device since it last said so: sent before a check-in, and in it after a configuration was applied and before a result. No answer. */
  z.object({ type: z.literal('device-information'), deviceId: id, information: deviceInformationSchema }),
  z.object({
    type: z.literal('command-result'),
    deviceId: id,
    commandId: id,
    status: z.enum(commandStatuses),
    errorCode: z.number().int().optional(),
    /** Of `locateDevice`. */
    location: locationSchema.optional(),
  }),
  /** Asks for the next certificate of the same device. */
  z.object({ type: z.literal('renew'), deviceId: id, requestId: id, csr: pem }),
  /** The user removed the management. */
  z.object({ type: z.literal('unenroll'), deviceId: id }),
  /** After the result of a retire was accepted with `pushUntil`: the management has ended, the link stays for notifications alone. */
  z.object({ type: z.literal('left'), deviceId: id }),
  /**
   * Test clock: everything due at clock step `step` is done; the latest check-in was at `lastCheckIn` (those lived quietly included),
   * and the device wakes next at these instants (null: never).
   */
  z.object({
    type: z.literal('clock-done'),
    step: z.number().int(),
    lastCheckIn: instant.nullable(),
    nextCheckIn: instant.nullable(),
    nextNoteworthy: instant.nullable(),
    /** When its apps sign in next by themselves; absent: they do not. */
    nextSignIn: instant.nullable().optional(),
  }),
]);
export type DeviceMessage = z.infer<typeof deviceMessageSchema>;

/** Why a server refuses a device or a frame; the link closes afterwards. Stable: programs may switch on them. */
export const refusalCodes = [
  'certificate-required',
  'certificate-untrusted',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-replaced',
  'device-unknown',
  'identity-mismatch',
  'enrollment-token-invalid',
  'enrollment-invalid',
  'csr-invalid',
  'session-replaced',
  'frame-too-large',
  'frame-malformed',
  'frame-binary',
  'message-unknown',
  'message-invalid',
  'message-unexpected',
  'clock-timeout',
  'too-many-connections',
  'rate-limited',
  'link-idle',
  'reads-too-slowly',
  'server-error',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

const certificateFields = {
  requestId: id,
  deviceId: id,
  certificate: pem,
  serialNumber: id,
  notBefore: instant,
  notAfter: instant,
  /** From this instant on the device asks for the next certificate, at a check-in. */
  renewFrom: instant,
};

export const serverMessageSchema = z.discriminatedUnion('type', [
  /**
   * The first frame of every link, and again whenever the test clock is moved. `speed`: 1 real, 0 frozen, n scaled.
   * `lived`: the time since the frame before was lived while this link was open, and nothing waited for the device at any of the
   * check-ins that it scheduled in it: it takes them over as done.
   */
  z.object({ type: z.literal('clock'), step: z.number().int(), now: instant, speed: z.number().min(0), lived: z.boolean() }),
  z.object({ type: z.literal('enrolled'), ...certificateFields }),
  z.object({ type: z.literal('renewed'), ...certificateFields }),
  /** The certificate could not be signed now: the one there is stays good, and the next check-in asks again. */
  z.object({ type: z.literal('renewal-failed'), requestId: id }),
  z.object({ type: z.literal('command'), commandId: id, command: commandSchema }),
  /** Within a check-in, before any command: what the tenant wants of the device, where it has another version. No answer. */
  z.object({ type: z.literal('configuration'), configuration: configurationSchema }),
  /** Within a check-in: a text for the person in front of the device. Shown once, whatever its id is sent again. No answer. */
  z.object({ type: z.literal('notice'), noticeId: z.string().min(1).max(200), at: instant, title: label, body: z.string().max(2048) }),
  /** A push for the person in front of the device (custom notifications), at any time. Each is sent once. No answer. */
  z.object({
    type: z.literal('notification'),
    notificationId: z.string().min(1).max(200),
    /** When the administrator sent it. */
    sentAt: instant,
    title: z.string().max(titleUnitsMax),
    body: z.string().max(bodyUnitsMax),
  }),
  /**
   * `pushUntil`, of a retire: the service has not seen everywhere yet that the device leaves. One that keeps this link open after `left`
   * may still be sent notifications over it, up to that instant (CN-17); then the server closes it.
   */
  z.object({ type: z.literal('result-accepted'), commandId: id, pushUntil: instant.optional() }),
  z.object({ type: z.literal('check-in-done') }),
  /** A push: check in soon. */
  z.object({ type: z.literal('nudge') }),
  z.object({ type: z.literal('refused'), code: z.enum(refusalCodes), message: z.string() }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

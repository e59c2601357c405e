/**
 * The services that a device talks to without its management: Apple's activation server, and the directory that lets apps sign in.
 * Both are simulated by the stub, and reached without an MDM certificate: a wiped or retired device has none.
 */
import { z } from 'zod';

const text = (max: number) => z.string().min(1).max(max);

/** Apps whose sign-in the directory decides on. */
export const officeApps = ['outlook', 'teams', 'sharepoint'] as const;
export type OfficeApp = (typeof officeApps)[number];

export const outsideRequestSchema = z.discriminatedUnion('service', [
  /** A wiped device wants to be activated. Apple ID blank and the code as password, or the owner's own account (decisions: Activation Lock screen). */
  z.object({
    service: z.literal('activation'),
    serialNumber: text(64),
    appleId: z.string().max(256),
    password: z.string().max(256),
  }),
  /** A device tells Apple that Find My was switched on (with its owner's account) or off. */
  z.object({
    service: z.literal('find-my'),
    serialNumber: text(64),
    owner: z.string().max(256),
    password: z.string().max(256),
    on: z.boolean(),
  }),
  /** An app of a user signs in. With a token of an earlier sign-in, or (on a managed device) with the device's id. */
  z.object({
    service: z.literal('sign-in'),
    app: z.enum(officeApps),
    userPrincipalName: text(256),
    deviceId: z.string().max(64).nullable(),
    token: z.string().max(256).nullable(),
    /** The app asks by itself, with nobody in front of it. */
    background: z.literal(true).optional(),
  }),
]);
export type OutsideRequest = z.infer<typeof outsideRequestSchema>;

/** Why not. Stable: programs may switch on them. */
export const outsideReasons = [
  'code-wrong',
  'code-expired',
  'account-wrong',
  'not-signed-in',
  'token-unknown',
  'account-unknown',
  'account-disabled',
  'access-blocked',
  'device-not-managed',
  'device-not-compliant',
  'device-not-joined',
  'no-network',
  'unreachable',
] as const;
export type OutsideReason = (typeof outsideReasons)[number];

export const outsideAnswerSchema = z.union([
  z.object({
    allowed: z.literal(true),
    /** Of a sign-in. It lives on: a later attempt shows it, and is decided on anew. */
    token: z.string().max(256).optional(),
    /** Of a sign-in: until when what it opened stays open. Milliseconds on the stub's clock. */
    expiresAt: z.number().int().optional(),
  }),
  z.object({ allowed: z.literal(false), reason: z.enum(outsideReasons) }),
]);
export type OutsideAnswer = z.infer<typeof outsideAnswerSchema>;

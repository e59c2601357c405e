/** What a device tells about itself that can change, and what its tenant wants of it: the two sides of a configuration. */
import { z } from 'zod';
import { deviceSecuritySchema } from './device-security.ts';

const label = z.string().max(256);
const appId = z.string().min(1).max(64);

export const appsMax = 100;

/** Of an app that an administrator assigns: its id stands in the names of buttons and in paths. */
export const assignableAppId = /^[\w.-]{1,64}$/;
/** What that means, for those who refuse another one. */
export const assignableAppIdPhrase = '1 to 64 letters, digits, dots, hyphens and underscores';
export const appNameMax = 256;

/**
 * How an app came onto a device. `required` and `available` (assigned, and then installed from Company Portal) are managed;
 * what the user installed in another way is not, and a retire leaves it (TD-08).
 */
export const appSources = ['required', 'available', 'user'] as const;
export type AppSource = (typeof appSources)[number];

export const installedAppSchema = z.object({ id: appId, name: label, source: z.enum(appSources) });
export type InstalledApp = z.infer<typeof installedAppSchema>;

/** The work profile's passcode reset token: `none` where this kind needs none; `inactive` until all its conditions are met (M-08). */
export const resetTokenStates = ['none', 'inactive', 'active'] as const;

/** By Graph's names: `passcodeRequired`. */
export const unreadableSchema = z.array(z.string().min(1).max(64)).max(20);

export const deviceInformationSchema = z.object({
  deviceName: label,
  osVersion: label,
  jailBroken: z.boolean(),
  encrypted: z.boolean(),
  /** A device passcode is set. */
  passcode: z.boolean(),
  /** null: there is no work profile. */
  workProfilePasscode: z.boolean().nullable(),
  resetToken: z.enum(resetTokenStates),
  lostMode: z.boolean(),
  /** Find My is on, and so is the lock that goes with it. */
  activationLock: z.boolean(),
  /** Of a Shared iPad: who is logged in. */
  activeUser: label.nullable(),
  apps: z.array(installedAppSchema).max(appsMax),
  /** What policies ask about beyond that, as far as there is anything to say. */
  security: deviceSecuritySchema.optional(),
  /** Settings of policies that it cannot read off itself, by Graph's names. Absent: none. */
  unreadable: unreadableSchema.optional(),
});
export type DeviceInformation = z.infer<typeof deviceInformationSchema>;

/** `required`: install it; `available`: offer it in Company Portal; `requested`: available, and its user asked for it elsewhere. */
export const appIntents = ['required', 'available', 'requested'] as const;

export const assignedAppSchema = z.object({ id: appId, name: label, intent: z.enum(appIntents) });
export type AssignedApp = z.infer<typeof assignedAppSchema>;

/** What a tenant asks of all its devices. One that a kind of device does not know changes nothing there. */
export const policySchema = z.object({
  passcodeRequired: z.boolean(),
  /** Android: a passcode for the work profile. */
  workProfilePasscodeRequired: z.boolean(),
  /** Shortest passcode that is sufficient, where one is required. */
  passcodeLengthMin: z.number().int().min(4).max(16),
  /** Supervised Apple devices may turn Activation Lock on. */
  allowActivationLock: z.boolean(),
});
export type Policy = z.infer<typeof policySchema>;

export const policyDefault: Policy = {
  passcodeRequired: false,
  workProfilePasscodeRequired: false,
  passcodeLengthMin: 4,
  allowActivationLock: false,
};

/** What compliance policies enforce of a passcode besides its length (reference §4.2: iOS, macOS and Windows do). Absent: nothing. */
export const passcodeRulesSchema = z.object({
  blocksSimple: z.boolean().optional(),
  /** Letters and digits both. */
  alphanumeric: z.boolean().optional(),
  /** Of small letters, capital letters, digits and symbols. */
  characterSetsMin: z.number().int().min(1).max(4).optional(),
  lockAfterMinutesMax: z.number().int().min(0).optional(),
  screenOffAfterMinutesMax: z.number().int().min(0).optional(),
  rememberedPasscodesMin: z.number().int().min(0).optional(),
});
export type PasscodeRules = z.infer<typeof passcodeRulesSchema>;

/** What one device gets: the policy and the apps that are assigned to it. `version` changes when anything else does. */
export const configurationSchema = policySchema.extend({
  version: z.string().min(1).max(64),
  apps: z.array(assignedAppSchema).max(appsMax),
  passcodeRules: passcodeRulesSchema.optional(),
});
export type Configuration = z.infer<typeof configurationSchema>;

/** Degrees, metres, metres per second (Graph: deviceGeoLocation). */
export const locationSchema = z.object({
  collectedAt: z.number().int(),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  altitude: z.number(),
  horizontalAccuracy: z.number().min(0),
  verticalAccuracy: z.number().min(0),
  heading: z.number().min(0).max(360),
  speed: z.number().min(0),
});
export type Location = z.infer<typeof locationSchema>;

/**
 * A device from its user's side: what a simulation sees of it, and does to it. No real tenant has this. In-process fleets hand it over
 * directly; an agent in another process keeps a second WebSocket open for it (sub-protocol `mockfleet.hands.v1`), which works when the
 * device is wiped, off, or without a network too: it is the person in front of the device, not the device's own connection.
 */
import { z } from 'zod';
import { commandTypes } from './commands.ts';
import { installedAppSchema, unreadableSchema } from './device-information.ts';
import { securityChangeSchema, securityTraitsSchema } from './device-security.ts';
import { bodyUnitsMax, titleUnitsMax } from './notification-text.ts';
import { lockScreenSettings, notificationPermissions, notificationSources, waysToShow } from './notifications.ts';
import { enrollmentTypes, platforms } from './platforms.ts';
import { inputOutcomes, screenKinds, userInputSchema } from './screens.ts';

export const handsSubProtocol = 'mockfleet.hands.v1';

/** A frame is no larger: a view of a device that holds all the notifications it can fits, and what is larger is none. */
export const handsBytesMax = 1024 * 1024;

const secret = z.string().min(1).max(64);

export const behaviorKinds = ['not-now', 'fail', 'not-supported', 'slow', 'silent'] as const;
/** Of one device. */
export const behaviorsMax = 100;

export const behaviorSchema = z.strictObject({
  on: z.enum([...commandTypes, 'any']),
  /** `slow`: carries it out after `delayMs`. `silent`: (wipe) starts before it is reported, so that the report never comes (TD-12). */
  then: z.enum(behaviorKinds),
  /** Of `fail`. */
  errorCode: z.number().int().optional(),
  /** Of `slow`. */
  delayMs: z.number().int().min(1).optional(),
  /** 0 to 1, drawn for each delivery; absent: always. */
  chance: z.number().min(0).max(1).optional(),
  /** So many times more; absent: for ever. 1 is a one-shot override. */
  times: z.number().int().min(1).optional(),
});
/** A habit of a device: what it does with commands of a kind. The first one that fits decides. */
export type Behavior = z.infer<typeof behaviorSchema>;

/** What happens to a device outside of any screen. Each member that is there takes the place of what was. */
export const deviceChangeSchema = z.strictObject({
  /** Replaces all habits. */
  behaviors: z.array(behaviorSchema).max(behaviorsMax).optional(),
  /** Adds one in front of the others: it decides first. Beyond the limit the last one goes. */
  behavior: behaviorSchema.optional(),
  osVersion: z.string().min(1).max(256).optional(),
  jailBroken: z.boolean().optional(),
  encrypted: z.boolean().optional(),
  /** The user turns Find My on (with an Apple Account of their own) or off. */
  findMy: z.boolean().optional(),
  /** The user installs an app from a public store: its name. */
  installs: z.string().min(1).max(64).optional(),
  /** null: removes it. */
  passcode: secret.nullable().optional(),
  workProfilePasscode: secret.nullable().optional(),
  /** What its platform does not have changes nothing. */
  security: securityChangeSchema.optional(),
  /** Settings of policies that it cannot read off itself from now on, by Graph's names; [] for none. */
  unreadable: unreadableSchema.optional(),
  /** iOS, Android: the user installs Company Portal (Android: or the Intune app), or removes it. */
  companyPortal: z.boolean().optional(),
  /** iOS, Android: whether its user lets that app show notifications. */
  notificationsAllowed: z.enum(notificationPermissions).optional(),
  /** iOS, Android: what the lock screen shows of notifications. */
  lockScreenNotifications: z.enum(lockScreenSettings).optional(),
  /** Android: an app that is let read the notifications of others, by its name; null: none is (CN-16). */
  notificationReader: z.string().min(1).max(64).nullable().optional(),
});
export type DeviceChange = z.infer<typeof deviceChangeSchema>;

/** What can be done to a device. */
export const handsActSchema = z.union([
  z.strictObject({ input: userInputSchema }),
  z.strictObject({ change: deviceChangeSchema }),
  z.strictObject({ network: z.boolean() }),
  /** The power button. */
  z.strictObject({ power: z.boolean() }),
  /** Enrols a device that is not managed, with the tenant's enrollment token. */
  z.strictObject({ enroll: z.literal(true) }),
]);
export type HandsAct = z.infer<typeof handsActSchema>;

const line = z.string().max(2048);
const instant = z.number().int().nullable();

const notificationTitle = z.string().max(titleUnitsMax);
const notificationBody = z.string().max(bodyUnitsMax);

const notificationViewSchema = z.object({
  /** When it arrived, on the device's clock. */
  at: z.number().int(),
  /** custom: what an administrator wrote; compliance: the management itself, about a device that is not compliant. */
  from: z.enum(notificationSources),
  title: notificationTitle,
  body: notificationBody,
  /** How it came to be seen. */
  shown: z.enum(waysToShow),
});

/** The management's app, as the device calls it. */
const bannerSchema = z.object({ app: line, title: notificationTitle, body: notificationBody });

const screenViewSchema = z.object({
  kind: z.enum(screenKinds),
  number: z.number().int(),
  title: line,
  lines: z.array(line),
  fields: z.array(z.object({ name: line, label: line, secret: z.boolean() })),
  buttons: z.array(z.object({ name: line, label: line })),
  notice: line.nullable(),
  banner: bannerSchema.nullable().default(null),
});

/** What a `change` can make otherwise, as it is now. Of passcodes only whether there are some. */
const conditionSchema = z.object({
  jailBroken: z.boolean(),
  encrypted: z.boolean(),
  findMy: z.boolean(),
  passcode: z.boolean(),
  /** null: there is no work profile. */
  workProfilePasscode: z.boolean().nullable(),
  /** What differs from a good device. */
  security: securityTraitsSchema,
  unreadable: unreadableSchema,
  notificationReader: line.nullable(),
  behaviors: z.array(behaviorSchema).max(behaviorsMax),
});

/** Everything about a device that a person in front of it, or a simulation behind it, can see. No passcode, token or key is in it. */
export const deviceViewSchema = z.object({
  serialNumber: z.string().min(1).max(64),
  /** Of its latest enrollment; null before the first one. */
  deviceId: z.string().nullable(),
  deviceName: line,
  platform: z.enum(platforms),
  enrollment: z.enum(enrollmentTypes as [(typeof enrollmentTypes)[number], ...(typeof enrollmentTypes)[number][]]),
  model: line,
  osVersion: line,
  userPrincipalName: line,
  /** Where it is in its managed life: `set-up`, `enrolling`, `enrolled`, `leaving`, `retired`, `wiped`, `refused`. */
  phase: line,
  /** One sentence about that. */
  description: line,
  network: z.boolean(),
  power: z.enum(['on', 'restarting', 'off']),
  lastCheckInAt: instant,
  certificateEndsAt: instant,
  apps: z.array(installedAppSchema),
  companyData: z.boolean(),
  userData: z.boolean(),
  esim: z.boolean(),
  /** What came of the latest sign-in of each Office app. */
  access: z.record(z.string(), z.string()),
  /** Push notifications of the management that its user was shown, oldest first; the latest ones. */
  notices: z.array(z.object({ at: z.number().int(), title: line, body: line })).default([]),
  /** iOS, Android: Company Portal (or the Intune app) is there. */
  companyPortal: z.boolean().default(true),
  notificationsAllowed: z.enum(notificationPermissions).default('allowed'),
  lockScreenNotifications: z.enum(lockScreenSettings).default('shown'),
  /** What Company Portal was sent and its user has not dismissed yet, oldest first. */
  notifications: z.array(notificationViewSchema).default([]),
  /** Android: notifications that another app has read, oldest first. */
  readByOtherApps: z.array(z.object({ app: line, at: z.number().int(), title: notificationTitle, body: notificationBody })).default([]),
  /** Absent: its agent is of an earlier version. */
  condition: conditionSchema.optional(),
  screen: screenViewSchema,
});
export type DeviceView = z.infer<typeof deviceViewSchema>;

/** What came of an act. `outcome` of acts that are no input: `done`, or `refused` where the device is in no state for it. */
export const handsResultSchema = z.object({ outcome: z.enum(inputOutcomes), view: deviceViewSchema });
export type HandsResult = z.infer<typeof handsResultSchema>;

/** Frames of the WebSocket, from the agent. The first one is `hello`, then a `view` whenever it changes. */
export const handsFromAgentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), token: z.string().min(1).max(256), view: deviceViewSchema }),
  z.object({ type: z.literal('view'), view: deviceViewSchema }),
  z.object({ type: z.literal('result'), requestId: z.number().int(), result: handsResultSchema }),
]);
export type HandsFromAgent = z.infer<typeof handsFromAgentSchema>;

/** Frames of the WebSocket, to the agent. */
export const handsToAgentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('act'), requestId: z.number().int(), act: handsActSchema }),
  /** First, and whenever the tenant's clock was moved: a device without a link hears it in no other way. `speed`: 1 real, 0 frozen. */
  z.object({ type: z.literal('clock'), now: z.number().int(), speed: z.number().min(0) }),
]);
export type HandsToAgent = z.infer<typeof handsToAgentSchema>;

/** One device in somebody's hands. */
export interface Hands {
  view(): DeviceView;
  act(act: HandsAct): Promise<HandsResult>;
  /** The tenant's clock was moved. */
  clockMoved?(now: number, speed: number): void;
}

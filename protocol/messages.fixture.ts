import fc from 'fast-check';
import { type Command, type CommandType, commandTypes } from './commands.ts';
import { appIntents, appSources, resetTokenStates } from './device-information.ts';
import { appOrigins, integrityLevels, threatLevels } from './device-security.ts';
import {
  checkInTriggers,
  commandStatuses,
  type DeviceMessage,
  deviceMessageSchema,
  refusalCodes,
  type ServerMessage,
  serverMessageSchema,
} from './messages.ts';
import { bodyUnitsMax, titleUnitsMax } from './notification-text.ts';
import { enrollmentTypes, platforms } from './platforms.ts';

const text = (minLength: number, maxLength: number) => fc.string({ unit: 'grapheme', minLength, maxLength: Math.ceil(maxLength / 8) });
const id = text(1, 64);
const pem = text(1, 4_000);
const label = text(0, 256);
const instant = fc.integer({ min: -8.64e15, max: 8.64e15 });
const step = fc.integer({ min: 0, max: 1e9 });
const optional = { requiredKeys: [] as never[] };
const type = <T extends string>(name: T) => fc.constant(name);

const inventory = fc.record({
  platform: fc.constantFrom(...platforms),
  enrollment: fc.constantFrom(...enrollmentTypes),
  serialNumber: id,
  deviceName: label,
  manufacturer: label,
  model: label,
  osVersion: label,
  userPrincipalName: label,
});

const certificate = {
  requestId: id,
  deviceId: id,
  certificate: pem,
  serialNumber: id,
  notBefore: instant,
  notAfter: instant,
  renewFrom: instant,
};

/** Valid parameters of each action that takes any. */
const parametersOf: Partial<Record<CommandType, fc.Arbitrary<object>>> = {
  remoteLock: fc.record({ pin: fc.constantFrom('000000', '123456') }, optional),
  resetPasscode: fc.record({ passcode: fc.string({ minLength: 4, maxLength: 16 }) }, optional),
  wipe: fc.record(
    {
      keepEnrollmentData: fc.boolean(),
      keepUserData: fc.boolean(),
      macOsUnlockCode: fc.constantFrom('', '012345', '135791'),
      persistEsimDataPlan: fc.boolean(),
      obliterationBehavior: fc.constantFrom('default', 'doNotObliterate', 'obliterateWithWarning', 'always'),
      useProtectedWipe: fc.boolean(),
    },
    optional,
  ),
  enableLostMode: fc.record({ message: text(1, 1024), phoneNumber: label, footer: label }, { requiredKeys: ['message'] }),
  playLostModeSound: fc.record({ durationInMinutes: fc.constantFrom('1', '15') }, optional),
  cleanWindowsDevice: fc.record({ keepUserData: fc.boolean() }),
  setDeviceName: fc.record({ deviceName: text(1, 63) }),
  deleteUserFromSharedAppleDevice: fc.record({ userPrincipalName: text(1, 256) }),
  sendCustomNotificationToCompanyPortal: fc.record({
    notificationTitle: fc.constantFrom('Snow', '\u2744\ufe0f'),
    notificationBody: fc.constantFrom('.', 'Stay\nat home.'),
  }),
  windowsDefenderScan: fc.record({ quickScan: fc.boolean() }),
};

export const anyCommand: fc.Arbitrary<Command> = fc
  .constantFrom(...commandTypes)
  .chain((name) => (parametersOf[name] ?? fc.constant({})).map((parameters) => ({ type: name, parameters }) as Command));

const app = fc.record({ id: text(1, 64), name: label, source: fc.constantFrom(...appSources) });

const plainInformation = fc.record({
  deviceName: label,
  osVersion: label,
  jailBroken: fc.boolean(),
  encrypted: fc.boolean(),
  passcode: fc.boolean(),
  workProfilePasscode: fc.option(fc.boolean()),
  resetToken: fc.constantFrom(...resetTokenStates),
  lostMode: fc.boolean(),
  activationLock: fc.boolean(),
  activeUser: fc.option(label),
  apps: fc.array(app, { maxLength: 4 }),
});

const count = fc.nat(20);
const passcodeFacts = fc.record({
  length: count,
  simple: fc.boolean(),
  lower: count,
  upper: count,
  digits: count,
  symbols: count,
  setAt: instant,
});

const security = fc.record(
  {
    threatLevel: fc.constantFrom(...threatLevels),
    lockAfterMinutes: count,
    gatekeeper: fc.constantFrom(...appOrigins),
    playIntegrity: fc.constantFrom(...integrityLevels),
    securityPatch: fc.constantFrom('2026-08-05', '2024-02-29'),
    build: fc.constantFrom('21F90', '22A3354b'),
    defenderVersion: fc.constantFrom('4.18', '4.18.24060.7'),
    firewall: fc.boolean(),
    passcode: passcodeFacts,
    workProfilePasscode: passcodeFacts,
    atBoot: fc.record({
      encrypted: fc.boolean(),
      secureBoot: fc.boolean(),
      codeIntegrity: fc.boolean(),
      earlyLaunchAntiMalware: fc.boolean(),
    }),
  },
  optional,
);

const passcodeRules = fc.record(
  {
    blocksSimple: fc.boolean(),
    alphanumeric: fc.boolean(),
    characterSetsMin: fc.integer({ min: 1, max: 4 }),
    lockAfterMinutesMax: count,
    screenOffAfterMinutesMax: count,
    rememberedPasscodesMin: count,
  },
  optional,
);

const plainConfiguration = fc.record({
  version: id,
  passcodeRequired: fc.boolean(),
  workProfilePasscodeRequired: fc.boolean(),
  passcodeLengthMin: fc.integer({ min: 4, max: 16 }),
  allowActivationLock: fc.boolean(),
  apps: fc.array(fc.record({ id: text(1, 64), name: label, intent: fc.constantFrom(...appIntents) }), { maxLength: 4 }),
});

/** With what may be absent, or without. */
const information = fc
  .tuple(plainInformation, fc.record({ security, unreadable: fc.array(id, { maxLength: 3 }) }, optional))
  .map(([plain, more]) => ({ ...plain, ...more }));
const configuration = fc.tuple(plainConfiguration, fc.record({ passcodeRules }, optional)).map(([plain, more]) => ({ ...plain, ...more }));

/** Without minus zero, which JSON does not write. */
const degrees = (max: number) => fc.double({ min: -max, max, noNaN: true }).map((angle) => angle + 0);

const location = fc.record({
  collectedAt: fc.integer(),
  latitude: degrees(90),
  longitude: degrees(180),
  altitude: fc.constant(408),
  horizontalAccuracy: fc.constant(10),
  verticalAccuracy: fc.constant(5),
  heading: fc.constant(0),
  speed: fc.constant(0),
});

export const anyDeviceMessage: fc.Arbitrary<DeviceMessage> = fc.oneof(
  fc.record({ type: type('enroll'), requestId: id, token: text(1, 256), csr: pem, inventory }),
  fc.record(
    {
      type: type('check-in'),
      deviceId: id,
      trigger: fc.constantFrom(...checkInTriggers),
      osVersion: label,
      configuration: label.map((version) => version.slice(0, 64)),
    },
    { requiredKeys: ['type', 'deviceId', 'trigger', 'osVersion'] },
  ),
  fc.record({ type: type('device-information'), deviceId: id, information }),
  fc.record(
    {
      type: type('command-result'),
      deviceId: id,
      commandId: id,
      status: fc.constantFrom(...commandStatuses),
      errorCode: fc.integer(),
      location,
    },
    { requiredKeys: ['type', 'deviceId', 'commandId', 'status'] },
  ),
  fc.record({ type: type('renew'), deviceId: id, requestId: id, csr: pem }),
  fc.record({ type: type('unenroll'), deviceId: id }),
  fc.record({ type: type('left'), deviceId: id }),
  fc.record(
    {
      type: type('clock-done'),
      step,
      lastCheckIn: fc.option(instant),
      nextCheckIn: fc.option(instant),
      nextNoteworthy: fc.option(instant),
      nextSignIn: fc.option(instant),
    },
    { requiredKeys: ['type', 'step', 'lastCheckIn', 'nextCheckIn', 'nextNoteworthy'] },
  ),
);

export const anyServerMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({ type: type('clock'), step, now: instant, speed: fc.integer({ min: 0, max: 1e6 }), lived: fc.boolean() }),
  fc.record({ type: type('enrolled'), ...certificate }),
  fc.record({ type: type('renewed'), ...certificate }),
  fc.record({ type: type('renewal-failed'), requestId: certificate.requestId }),
  fc.record({ type: type('command'), commandId: id, command: anyCommand }),
  fc.record({ type: type('configuration'), configuration }),
  fc.record({ type: type('result-accepted'), commandId: id, pushUntil: instant }, { requiredKeys: ['type', 'commandId'] }),
  fc.record({ type: type('check-in-done') }),
  fc.record({ type: type('nudge') }),
  fc.record({ type: type('notice'), noticeId: id, at: instant, title: label, body: fc.string() }),
  fc.record({
    type: type('notification'),
    notificationId: id,
    sentAt: instant,
    title: text(1, titleUnitsMax),
    body: text(1, bodyUnitsMax),
  }),
  fc.record({ type: type('refused'), code: fc.constantFrom(...refusalCodes), message: fc.string() }),
);

const literals = (schema: { options: readonly { shape: { type: { value: string } } }[] }) =>
  schema.options.map(({ shape }) => shape.type.value);

/** Every message type there is, by direction, read from the schemas. */
export const messageTypes = {
  device: literals(deviceMessageSchema),
  server: literals(serverMessageSchema),
};

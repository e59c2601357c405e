import fc from 'fast-check';
import { type Command, commandSchema } from './commands.ts';
import {
  checkInTriggers,
  commandStatuses,
  type DeviceMessage,
  deviceMessageSchema,
  refusalCodes,
  type ServerMessage,
  serverMessageSchema,
} from './messages.ts';
import { enrollmentTypes, platforms } from './platforms.ts';

const text = (minLength: number, maxLength: number) => fc.string({ unit: 'grapheme', minLength, maxLength: maxLength / 8 });
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

const wipeParameters = fc.record(
  { keepEnrollmentData: fc.boolean(), keepUserData: fc.boolean(), macOsUnlockCode: text(0, 64), persistEsimDataPlan: fc.boolean() },
  optional,
);

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constantFrom('syncDevice', 'remoteLock', 'retire'), parameters: fc.constant({}) }),
  fc.record({ type: type('wipe'), parameters: wipeParameters }),
);

export const anyDeviceMessage: fc.Arbitrary<DeviceMessage> = fc.oneof(
  fc.record({ type: type('enroll'), requestId: id, token: text(1, 256), csr: pem, inventory }),
  fc.record({ type: type('check-in'), deviceId: id, trigger: fc.constantFrom(...checkInTriggers), osVersion: label }),
  fc.record(
    { type: type('command-result'), deviceId: id, commandId: id, status: fc.constantFrom(...commandStatuses), errorCode: fc.integer() },
    { requiredKeys: ['type', 'deviceId', 'commandId', 'status'] },
  ),
  fc.record({ type: type('renew'), deviceId: id, requestId: id, csr: pem }),
  fc.record({ type: type('unenroll'), deviceId: id }),
  fc.record({
    type: type('clock-done'),
    step,
    lastCheckIn: fc.option(instant),
    nextCheckIn: fc.option(instant),
    nextNoteworthy: fc.option(instant),
  }),
);

export const anyServerMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({ type: type('clock'), step, now: instant, speed: fc.integer({ min: 0, max: 1e6 }), lived: fc.boolean() }),
  fc.record({ type: type('enrolled'), ...certificate }),
  fc.record({ type: type('renewed'), ...certificate }),
  fc.record({ type: type('command'), commandId: id, command: anyCommand }),
  fc.record({ type: type('result-accepted'), commandId: id }),
  fc.record({ type: type('check-in-done') }),
  fc.record({ type: type('nudge') }),
  fc.record({ type: type('refused'), code: fc.constantFrom(...refusalCodes), message: fc.string() }),
);

const literals = (schema: { options: readonly { shape: { type: { value: string } } }[] }) =>
  schema.options.map(({ shape }) => shape.type.value);

/** Every message type there is, by direction, read from the schemas. */
export const messageTypes = {
  device: literals(deviceMessageSchema),
  server: literals(serverMessageSchema),
  command: literals(commandSchema),
};

/**
 * The service's own part in an action, beyond queueing it and keeping its result: one row per action that has any. Who adds an action
 * that has none touches nothing here.
 */
import type { CommandOf, CommandType } from '../../protocol/commands.ts';
import type { Random } from '../../runtime/random.ts';
import { issueBypassCode, whyNoBypassCode } from './activation-lock.ts';
import { forgetConfiguration, tenantConfiguration } from './configuration.ts';
import type { ServerOut } from './effects.ts';
import type { DeviceRecord } from './records.ts';
import type { Core } from './sessions.ts';

interface ServicePart<T extends CommandType> {
  /** Why a device that supports the action cannot do it now; null: it can. */
  whyNot?: (core: Core, record: DeviceRecord, now: number) => string | null;
  /** Adds what the device is told beyond what was asked for. `chance` is this command's own. Such secrets are in no note and no log. */
  prepare?: (core: Core, record: DeviceRecord, command: CommandOf<T>, chance: Random) => CommandOf<T>;
  /** Of an action that no device hears of: does it. */
  carryOut?: (core: Core, record: DeviceRecord, now: number, out: ServerOut) => void;
  /** The device has acknowledged it and is still managed: changes the record, which is saved afterwards. */
  settle?: (core: Core, record: DeviceRecord, command: CommandOf<T>, out: ServerOut) => void;
}

/** Of a passcode that the service makes; longer only where the policy wants more. */
const passcodeLength = 8;
const pinLength = 6;

const table: { [T in CommandType]?: ServicePart<T> } = {
  remoteLock: {
    // A Mac is unlocked with a PIN of the service's making (reference §8.5).
    prepare: (_core, { inventory }, command, chance) =>
      inventory.platform === 'macos' ? { ...command, parameters: { pin: digits(chance, pinLength) } } : command,
  },
  resetPasscode: {
    // iOS only loses its passcode; Android gets a new one (reference §8.6).
    prepare(core, { inventory }, command, chance) {
      if (inventory.platform !== 'android') return command;
      const length = Math.max(passcodeLength, tenantConfiguration(core).passcodeLengthMin);
      return { ...command, parameters: { passcode: digits(chance, length) } };
    },
  },
  bypassActivationLock: {
    whyNot: whyNoBypassCode,
    carryOut: (core, record, now, out) => issueBypassCode(core, record, record.commandCount, now, out),
  },
  wipe: {
    // Still managed: it kept its enrollment, and nothing else that the management had brought (reference §2.3).
    settle: (core, record, _command, out) => forgetConfiguration(core, record, out),
  },
  setDeviceName: {
    // An Android device has no name of its own that could be changed: this one is the service's alone. Others tell their new name.
    settle(_core, record, { parameters: { deviceName } }) {
      if (record.inventory.platform !== 'android') return;
      if (record.information === null) record.inventory = { ...record.inventory, deviceName };
      else record.information = { ...record.information, deviceName };
    },
  },
};

/** The service's part in an action; empty where it has none. */
export function servicePart<T extends CommandType>(type: T): ServicePart<T> {
  return table[type] ?? {};
}

function digits(chance: Random, length: number): string {
  return Array.from({ length }, () => chance.integer(0, 9)).join('');
}

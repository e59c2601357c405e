import type { Command, CommandType } from '../../protocol/commands.ts';
import type { Location } from '../../protocol/device-information.ts';
import type { DeviceOut } from '../device/effects.ts';
import type { DeviceState } from '../device/state.ts';

/**
 * How a command ended on the device. Whether it ends the management, too, is said by endOfManagement (protocol/commands.ts).
 * `goesDown`: what the device does once the server has taken the result.
 */
export interface Outcome {
  status: 'acknowledged' | 'not-supported' | 'failed';
  /** Of `failed` (error-codes.ts). */
  errorCode?: number;
  location?: Location;
  goesDown?: 'restart' | 'shut-down';
}

export type ParametersOf<T extends CommandType> = Extract<Command, { type: T }>['parameters'];

/**
 * Carries one command out on the device. Whether this kind of device can do it at all was asked before.
 * @param now milliseconds on the tenant's clock
 */
export type Execute<T extends CommandType> = (state: DeviceState, parameters: ParametersOf<T>, now: number, out: DeviceOut) => Outcome;

export const acknowledged: Outcome = { status: 'acknowledged' };
export const notSupported: Outcome = { status: 'not-supported' };

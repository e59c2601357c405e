import type { Command, CommandType } from '../../protocol/commands.ts';
import type { DeviceOut } from '../device/effects.ts';
import type { DeviceState } from '../device/state.ts';

/** How a command ended on the device: a status to report, or the end of its management. */
export type Outcome =
  | { status: 'acknowledged' | 'not-supported' | 'not-now' }
  | { status: 'failed'; errorCode: number }
  | { leaves: 'retire' | 'wipe' };

/** Carries one command out on the device. Whether this kind of device can do it at all was asked before. */
export type Execute<T extends CommandType> = (
  state: DeviceState,
  parameters: Extract<Command, { type: T }>['parameters'],
  out: DeviceOut,
) => Outcome;

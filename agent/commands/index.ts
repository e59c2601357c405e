/** Every command that a device carries out, one file each. A new one is one file and one row. */
import type { Command, CommandType } from '../../protocol/commands.ts';
import type { DeviceOut } from '../device/effects.ts';
import type { DeviceState } from '../device/state.ts';
import type { Execute, Outcome } from './outcome.ts';
import { remoteLock } from './remote-lock.ts';
import { retire } from './retire.ts';
import { syncDevice } from './sync-device.ts';
import { wipe } from './wipe.ts';

const table: { [T in CommandType]: Execute<T> } = { syncDevice, remoteLock, retire, wipe };

export function execute(state: DeviceState, command: Command, out: DeviceOut): Outcome {
  // The table's row fits its own command's parameters; TypeScript cannot see that across a union.
  const run = table[command.type] as Execute<CommandType>;
  return run(state, command.parameters, out);
}

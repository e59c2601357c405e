/** Habits: what a device does with a command instead of simply carrying it out. */
import { type Command, endOfManagement } from '../../protocol/commands.ts';
import type { Behavior } from '../../protocol/hands.ts';
import { hashString, hashUnit } from '../../runtime/random.ts';
import { type DeviceState, nothingPutOff } from './state.ts';

/** Commands that were put off, of which the number of deliveries is remembered. */
const putOffMax = 100;

/**
 * The first habit that fits decides; one with `times` is counted down. Chance is a hash of device, command, its delivery and the habit's
 * place, so that it depends on nothing else that happens.
 */
export function takeBehavior(state: DeviceState, commandId: string, command: Command): Behavior | undefined {
  if (state.behaviors.length === 0) return undefined;
  const index = state.behaviors.findIndex((behavior, place) => fits(behavior, place, state, commandId, command));
  const behavior = state.behaviors[index];
  if (behavior?.times === undefined) return behavior;
  const left = { ...behavior, times: behavior.times - 1 };
  state.behaviors = left.times === 0 ? state.behaviors.toSpliced(index, 1) : state.behaviors.with(index, left);
  return behavior;
}

function fits({ on, then, chance }: Behavior, place: number, state: DeviceState, commandId: string, command: Command): boolean {
  if (on !== 'any' && on !== command.type) return false;
  // Only a wipe can take away who would have to report it.
  if (then === 'silent' && endOfManagement(command, state.inventory) !== 'wipe') return false;
  if (chance === undefined) return true;
  const delivery = state.putOff[commandId] ?? 0;
  return hashUnit(state.key ^ hashString(commandId), delivery * 128 + place) < chance;
}

/** The command comes again: its next delivery is drawn for anew. */
export function commandPutOff(state: DeviceState, commandId: string): void {
  const times = (state.putOff[commandId] ?? 0) + 1;
  const others = Object.entries(state.putOff).filter(([id]) => id !== commandId);
  state.putOff = Object.fromEntries([...others.slice(1 - putOffMax), [commandId, times]]);
}

/** The command is done. */
export function commandIsDone(state: DeviceState, commandId: string): void {
  if (state.putOff[commandId] === undefined) return;
  const left = Object.entries(state.putOff).filter(([id]) => id !== commandId);
  state.putOff = left.length === 0 ? nothingPutOff : Object.fromEntries(left);
}

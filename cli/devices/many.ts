/** One call for each of many devices, a few at a time; how far it is; and what came of each. */
import { printable } from '../../simulator/scenarios/errors.ts';
import { CommandError, exitCodes } from '../errors.ts';
import type { Device } from './find.ts';

/** So many calls are under way at once. */
const atOnceMax = 8;
/** Fewer are over before anybody looks. */
const progressFrom = 20;

export interface Outcome {
  id: string;
  deviceName: string;
  /** null: it was accepted. */
  refused: { code: string; message: string } | null;
}

/** In the order of the devices. What is not the service's refusal of one device ends all. @throws whatever `ask` throws but CommandError */
export async function forEachDevice(devices: readonly Device[], ask: (device: Device) => Promise<void>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let begun = 0;
  let done = 0;
  const isTold = devices.length >= progressFrom && process.stderr.isTTY;
  const work = async () => {
    for (let index = begun++; index < devices.length; index = begun++) {
      const device = devices[index] as Device;
      outcomes[index] = { id: device.id, deviceName: device.deviceName, refused: await refusalOf(ask(device)) };
      done += 1;
      if (isTold) process.stderr.write(`\r${done} of ${devices.length}\x1b[K`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, devices.length) }, work));
  if (isTold) process.stderr.write('\r\x1b[K');
  return outcomes;
}

async function refusalOf(asked: Promise<void>): Promise<Outcome['refused']> {
  try {
    await asked;
    return null;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** A line for each that was refused, and how many were not; or one line of JSON for each. The command fails where any was refused. */
export function reportOutcomes(outcomes: readonly Outcome[], action: string, json: boolean): void {
  const refused = outcomes.filter((one) => one.refused !== null);
  if (refused.length > 0) process.exitCode = exitCodes.failed;
  if (json) {
    for (const { id, deviceName, refused: why } of outcomes) {
      process.stdout.write(`${JSON.stringify({ id, deviceName, action, accepted: why === null, ...why })}\n`);
    }
    return;
  }
  for (const { id, deviceName, refused: why } of refused) {
    process.stdout.write(`Refused: ${action} ${printable(`${deviceName} (${id}): ${why?.message ?? ''}`)} [${why?.code}]\n`);
  }
  const accepted = outcomes.length - refused.length;
  if (outcomes.length === 0) process.stdout.write('No device fits the filter; nothing was asked for.\n');
  else process.stdout.write(`Accepted: ${action} for ${accepted} of ${outcomes.length} devices.\n`);
}

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

export interface Outcomes {
  outcomes: Outcome[];
  /** Those that were not begun. */
  notAsked: readonly Device[];
  /** What was thrown and was no refusal: our own mistakes. */
  faults: unknown[];
}

const notAskedWhy = { code: 'not-asked', message: 'It was stopped before.' };

/**
 * In the order of the devices. Once `stop` is aborted, or something other than a refusal was thrown, no more are begun; what is under way
 * comes to its end, so that it is known of each device what became of it.
 */
export async function forEachDevice(
  devices: readonly Device[],
  ask: (device: Device) => Promise<void>,
  stop: AbortSignal,
): Promise<Outcomes> {
  const outcomes: Outcome[] = [];
  const faults: unknown[] = [];
  let begun = 0;
  let done = 0;
  const isTold = devices.length >= progressFrom && process.stderr.isTTY;
  const work = async () => {
    while (begun < devices.length && !stop.aborted && faults.length === 0) {
      const index = begun++;
      const { id, deviceName } = devices[index] as Device;
      try {
        outcomes[index] = { id, deviceName, refused: await refusalOf(ask(devices[index] as Device)) };
      } catch (error) {
        faults.push(error);
        outcomes[index] = { id, deviceName, refused: { code: 'failed', message: String(error) } };
      }
      done += 1;
      if (isTold) process.stderr.write(`\r${done} of ${devices.length}\x1b[K`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, devices.length) }, work));
  if (isTold) process.stderr.write('\r\x1b[K');
  return { outcomes, notAsked: devices.slice(begun), faults };
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

/**
 * A line for each that was refused, and how many were not; or one line of JSON for each. The command fails where any was refused, or was
 * not asked for.
 */
export function reportOutcomes({ outcomes, notAsked }: Outcomes, action: string, json: boolean): void {
  const refused = outcomes.filter((one) => one.refused !== null);
  if (refused.length + notAsked.length > 0) process.exitCode = exitCodes.failed;
  if (json) {
    const left = notAsked.map(({ id, deviceName }) => ({ id, deviceName, refused: notAskedWhy }));
    for (const { id, deviceName, refused: why } of [...outcomes, ...left]) {
      process.stdout.write(`${JSON.stringify({ id, deviceName, action, accepted: why === null, ...why })}\n`);
    }
    return;
  }
  for (const { id, deviceName, refused: why } of refused) {
    process.stdout.write(`Refused: ${action} ${printable(`${deviceName} (${id}): ${why?.message ?? ''} [${why?.code}]`)}\n`);
  }
  const accepted = outcomes.length - refused.length;
  const all = outcomes.length + notAsked.length;
  if (all === 0) process.stdout.write('No device fits the filter; nothing was asked for.\n');
  else process.stdout.write(`Accepted: ${action} for ${accepted} of ${all} devices.\n`);
  if (notAsked.length > 0) process.stdout.write(`Not asked: ${action} for ${notAsked.length} devices; it was stopped before.\n`);
}

/** What happens to a device, as lines: JSON for programs, words for people. */
import type { DeviceNote } from '../agent/device/effects.ts';
import type { ScreenView } from '../protocol/screens.ts';
import { formatInstant } from '../runtime/duration.ts';
import { printable } from '../simulator/scenarios/errors.ts';

export type EventLine = { event: string; message?: string } & Record<string, unknown>;

const instants = ['notAfter', 'last', 'retryAt'];

/** @param view of the screen that the device shows since then; programs get all of it, but for notifications (CN-19), with each change of screen */
export function noteLine(note: DeviceNote, view: () => ScreenView): EventLine {
  const { kind, ...detail } = note;
  const readable = Object.entries(detail).map(([name, value]) => [name, instants.includes(name) ? formatInstant(Number(value)) : value]);
  return { event: kind, ...Object.fromEntries(readable), ...(kind === 'screen' ? { view: view() } : {}) };
}

export function jsonLine(line: EventLine, at: number): string {
  return JSON.stringify({ at: formatInstant(at), ...line });
}

/** Details that are no single word (the whole screen, say) are for programs. */
export function wordsLine({ event, message, ...rest }: EventLine, at: number): string {
  const details = Object.entries(rest)
    .filter(([, value]) => typeof value !== 'object' || value === null || Array.isArray(value))
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`);
  return printable(`${formatInstant(at)}  ${event.padEnd(12)} ${message ?? details.join(' ')}`);
}

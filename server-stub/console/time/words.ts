/** Speeds and happenings in words. */
import type { Happening } from './moves.ts';

export const speeds: readonly { speed: number; label: string; short: string }[] = [
  { speed: 0, label: 'Paused', short: 'Paused' },
  { speed: 1, label: 'Real time', short: 'Real time' },
  { speed: 60, label: '×60: a minute a second', short: '×60' },
  { speed: 3600, label: '×3,600: an hour a second', short: '×3,600' },
  { speed: 86_400, label: '×86,400: a day a second', short: '×86,400' },
];

export const speedMax = 1_000_000;

const counted = new Intl.NumberFormat('en-US').format;

export function speedWord(speed: number): string {
  return speeds.find((one) => one.speed === speed)?.short ?? `×${counted(speed)}`;
}

/** In a sentence about the device; null: it is about none. */
const happenings: Record<string, readonly [title: string, about: (name: string) => string]> = {
  'certificate-end': ['Certificate ends', (name) => `The certificate of ${name} ends: it cannot check in any more.`],
  'certificate-renewal': ['Certificate renewal', (name) => `The certificate of ${name} may be renewed from here on.`],
  removal: ['Record removed', (name) => `The record of ${name} is removed: 180 days after its certificate has ended.`],
  cleanup: ['Cleanup', (name) => `${name} has been inactive for so long that the cleanup rule hides it.`],
  'noncompliance-action': ['Action for noncompliance', (name) => `The next action for noncompliance is due on ${name}.`],
  'mail-retry': ['Mail tried again', () => 'A mail that did not go out is tried again.'],
};

export function happeningTitle({ kind }: Happening): string {
  return happenings[kind]?.[0] ?? kind;
}

export function happeningText({ kind, deviceName, count }: Happening): string {
  const about = happenings[kind]?.[1];
  const text = about?.(deviceName ?? 'a device') ?? (deviceName === null ? kind : `${kind}: ${deviceName}`);
  return count === undefined || count < 2 ? text : `${text} ${counted(count)} in all at that time.`;
}

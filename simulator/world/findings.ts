/** What a checker is, and how it collects what it found. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { Verdict } from '../result.ts';

/** What is known of a device before the first event. */
export interface Begun {
  /** Its group of the fleet. */
  group: string;
  platform: Platform;
  enrollment: EnrollmentType;
  /** Principal name; '' for none. */
  user: string;
  /** What its user has installed, by name. */
  apps: readonly string[];
}

export interface Checker {
  readonly name: string;
  /** Also told of single check-ins (`check-in`, `checked-in`): by far the most notes, of which few need to hear. */
  readonly hearsCheckIns?: true;
  start?(index: number, device: Begun): void;
  device?(index: number, note: DeviceNote, now: number): void;
  server?(index: number, note: ServerNote, now: number): void;
  /** What the service said of no device: custom notifications to groups. */
  tenant?(note: ServerNote, now: number): void;
  /** At the end of the run: compares with what the store holds. `deviceIds[index]` is the device's latest record id. */
  end?(store: Store, deviceIds: readonly (string | null)[], now: number): void;
  verdict(): Verdict;
}

const shownMax = 3;

/** Collects violations and says what was counted. */
export function findings(name: string, counted: string) {
  let count = 0;
  let violations = 0;
  const shown: string[] = [];
  return {
    name,
    saw: () => {
      count += 1;
    },
    violation: (index: number, now: number, sentence: string) => {
      violations += 1;
      if (shown.length < shownMax) shown.push(`device ${index} at ${formatInstant(now)}: ${sentence}`);
    },
    verdict: (): Verdict => ({
      name,
      passed: violations === 0,
      detail: violations === 0 ? `${count} ${counted}` : `${violations} violations: ${shown.join('; ')}`,
    }),
  };
}

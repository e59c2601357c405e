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
  found(): CheckerFound;
  verdict(): Verdict;
}

/** What a checker found, of the whole fleet or of a shard of it. */
export interface CheckerFound {
  name: string;
  /** What `count` counts, in words. */
  counted: string;
  count: number;
  /** And what is about no device: every shard sees the same. */
  ofTenant: number;
  violations: number;
  /** The first ones. */
  shown: readonly { index: number; at: number; sentence: string }[];
}

const shownMax = 3;

/** Of shards, together. @param found by the same checker */
export function mergedFound(found: readonly CheckerFound[]): CheckerFound {
  const { name, counted } = found[0] as CheckerFound;
  const total = (figure: 'count' | 'violations') => found.reduce((sum, one) => sum + one[figure], 0);
  const shown = found.flatMap((one) => one.shown).sort((a, b) => a.at - b.at || a.index - b.index);
  const ofTenant = Math.max(...found.map((one) => one.ofTenant));
  return { name, counted, count: total('count'), ofTenant, violations: total('violations'), shown: shown.slice(0, shownMax) };
}

export function verdictOf({ name, counted, count, ofTenant, violations, shown }: CheckerFound): Verdict {
  const sentences = shown.map(({ index, at, sentence }) => `device ${index} at ${formatInstant(at)}: ${sentence}`);
  return {
    name,
    passed: violations === 0,
    detail: violations === 0 ? `${count + ofTenant} ${counted}` : `${violations} violations: ${sentences.join('; ')}`,
  };
}

/** Collects violations and says what was counted. */
export function findings(name: string, counted: string) {
  let count = 0;
  let ofTenant = 0;
  let violations = 0;
  const shown: { index: number; at: number; sentence: string }[] = [];
  const found = (): CheckerFound => ({ name, counted, count, ofTenant, violations, shown });
  return {
    name,
    saw: () => {
      count += 1;
    },
    sawOfTenant: () => {
      ofTenant += 1;
    },
    violation: (index: number, now: number, sentence: string) => {
      violations += 1;
      if (shown.length < shownMax) shown.push({ index, at: now, sentence });
    },
    found,
    verdict: (): Verdict => verdictOf(found()),
  };
}

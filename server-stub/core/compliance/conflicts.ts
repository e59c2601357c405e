/**
 * Settings of several policies that no device can keep at once. Where one value is stricter than the other, the stricter one applies
 * (reference §4.5); a least version above a highest one, or ranges of builds that have nothing in common, leave nothing to apply.
 */
import type { CompliancePolicyRecord, Json } from '../policy-records.ts';
import type { ReachingPolicy } from './targets.ts';
import { compareBuilds, compareVersions } from './versions.ts';

/** By id of the policy, the names of its settings that another one contradicts. */
export type Conflicts = ReadonlyMap<string, ReadonlySet<string>>;

const none: Conflicts = new Map();

const opposites = [
  { least: 'osMinimumVersion', most: 'osMaximumVersion', compare: compareVersions },
  { least: 'osMinimumBuildVersion', most: 'osMaximumBuildVersion', compare: compareBuilds },
] as const;

const rangesSetting = 'validOperatingSystemBuildRanges';

/** One end of what a policy leaves open. */
interface Bound {
  policy: CompliancePolicyRecord;
  setting: string;
  value: string;
}

/** Devices that the same policies reach share their list (targets.ts). */
const known = new WeakMap<readonly ReachingPolicy[], Conflicts>();

export function conflicts(policies: readonly ReachingPolicy[]): Conflicts {
  let found = known.get(policies);
  if (found === undefined) {
    found = findConflicts(policies);
    known.set(policies, found);
  }
  return found;
}

function findConflicts(policies: readonly ReachingPolicy[]): Conflicts {
  const found = new Map<string, Set<string>>();
  const add = ({ policy, setting }: Pick<Bound, 'policy' | 'setting'>) =>
    found.set(policy.id, (found.get(policy.id) ?? new Set()).add(setting));
  for (const { least, most, compare } of opposites) {
    const mosts = bounds(policies, most);
    const leasts = mosts.length === 0 ? [] : bounds(policies, least);
    // Where the two ends meet, no two of them contradict each other.
    if (!isAbove(farthest(leasts, compare, 1), farthest(mosts, compare, -1), compare)) continue;
    for (const low of leasts) {
      for (const high of mosts) {
        if (!isAbove(low.value, high.value, compare)) continue;
        add(low);
        add(high);
      }
    }
  }
  contradictRanges(policies, add);
  return found.size === 0 ? none : found;
}

type Compare = (a: string, b: string) => number | null;

/** The highest one (direction 1), or the lowest (-1); undefined: there is none. */
function farthest(all: readonly Bound[], compare: Compare, direction: 1 | -1): string | undefined {
  return all.reduce<string | undefined>(
    (found, { value }) => (found === undefined || (compare(value, found) ?? 0) * direction > 0 ? value : found),
    undefined,
  );
}

function isAbove(a: string | undefined, b: string | undefined, compare: Compare): boolean {
  return a !== undefined && b !== undefined && (compare(a, b) ?? 0) > 0;
}

function bounds(policies: readonly ReachingPolicy[], setting: string): Bound[] {
  return policies.flatMap(({ policy }) => {
    const value = policy.settings[setting];
    return typeof value === 'string' && value !== '' ? [{ policy, setting, value }] : [];
  });
}

interface Range {
  lowestVersion: string;
  highestVersion: string;
}

/** Of Windows: ranges against each other, and against the least and the highest version. */
function contradictRanges(policies: readonly ReachingPolicy[], add: (one: Pick<Bound, 'policy' | 'setting'>) => void): void {
  const withRanges = policies.flatMap(({ policy }) => {
    const ranges = rangesOf(policy.settings[rangesSetting]);
    return ranges.length === 0 ? [] : [{ policy, setting: rangesSetting, ranges }];
  });
  if (withRanges.length === 0) return;
  const open = [
    ...withRanges,
    ...bounds(policies, 'osMinimumVersion').map((one) => ({ ...one, ranges: [{ lowestVersion: one.value, highestVersion: highest }] })),
    ...bounds(policies, 'osMaximumVersion').map((one) => ({ ...one, ranges: [{ lowestVersion: '0', highestVersion: one.value }] })),
  ];
  for (const one of withRanges) {
    for (const other of open) {
      if (one === other || one.ranges.some((range) => other.ranges.some((another) => meet(range, another)))) continue;
      add(one);
      add(other);
    }
  }
}

/** No version of Windows is above it (reference §4.2: each number at most 65535). */
const highest = '65535.65535.65535.65535';

function meet(a: Range, b: Range): boolean {
  return (compareVersions(a.lowestVersion, b.highestVersion) ?? 0) <= 0 && (compareVersions(b.lowestVersion, a.highestVersion) ?? 0) <= 0;
}

function rangesOf(value: Json | undefined): readonly Range[] {
  return Array.isArray(value) ? (value as unknown as readonly Range[]) : [];
}

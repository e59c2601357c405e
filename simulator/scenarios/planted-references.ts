/** What the `tenant` of a scenario and its changes on the way say of each other and of the fleet. */

import {
  type Context,
  checkMembers,
  folded,
  type KnownNames,
  type MustBe,
  namesChecker,
  nameUnlessId,
  once,
  type Path,
  wrong,
} from '../tenant/known-names.ts';
import { checkPolicies } from '../tenant/policy-references.ts';
import type { SeedPolicy } from '../tenant/policy-seed.ts';
import type { DirectorySeed } from '../tenant/seed.ts';
import { show } from './errors.ts';
import type { FleetGroup, Step } from './scenario.ts';

interface Entry {
  step: Step;
}

interface Planted {
  seed: DirectorySeed;
  path: Path;
}

/**
 * Reports each of them at its place. Who is named must be somewhere in the file: whether it is there in time is the story's affair.
 * Policies on the way get the type of the one that they change.
 */
export function checkPlanted(begin: DirectorySeed, fleet: readonly FleetGroup[], timeline: readonly Entry[], context: Context): void {
  const all: Planted[] = [{ seed: begin, path: ['tenant'] }];
  timeline.forEach(({ step }, index) => {
    if (step.kind === 'tenant' && step.seed !== null) all.push({ seed: step.seed, path: ['timeline', index, 'tenant'] });
  });
  const isNotified = timeline.some(({ step }) => step.kind === 'notify');
  if (!isNotified && all.every(({ seed }) => isEmpty(seed))) return;
  const types = new Map<string, NonNullable<SeedPolicy['type']>>();
  for (const { seed, path } of all) {
    seed.compliancePolicies.forEach((policy, index) => {
      settleType(policy, [...path, 'compliancePolicies', index], types, context);
    });
  }
  const known = namesOf(all, fleet);
  const mustBe = namesChecker(known, context);
  for (const { seed, path } of all) {
    once(context, [...path, 'users'], 'userPrincipalName', seed.users, ({ userPrincipalName }) => userPrincipalName.toLowerCase());
    once(context, [...path, 'groups'], 'displayName', seed.groups, nameUnlessId);
    checkMembers(seed.groups, [...path, 'groups'], mustBe);
    checkPolicies(seed, path, mustBe, context);
  }
  timeline.forEach(({ step }, index) => {
    if (step.kind === 'notify') checkNotified(step.groups, ['timeline', index, 'notify', 'groups'], known, mustBe, context);
  });
}

/** A notification goes to groups of the tenant: those of the fleet are none. */
function checkNotified(groups: readonly string[], path: Path, known: KnownNames, mustBe: MustBe, context: Context): void {
  groups.forEach((name, position) => {
    const isOfFleet = known['group of the fleet']?.has(name.toLowerCase()) && !known.group.has(name.toLowerCase());
    if (!isOfFleet) {
      mustBe('group of the tenant', name, [...path, position]);
      return;
    }
    const example = `tenant: { groups: [{ displayName: …, members: [{ usersOf: ${name} }] }] }`;
    wrong(context, [...path, position], `${show(name)} is a group of the fleet; allowed: a group of the tenant, such as ${example}`);
  });
}

function isEmpty({ users, groups, notificationTemplates, compliancePolicies, conditionalAccess }: DirectorySeed): boolean {
  return [users, groups, notificationTemplates, compliancePolicies, conditionalAccess].every(({ length }) => length === 0);
}

function settleType(policy: SeedPolicy, path: Path, types: Map<string, NonNullable<SeedPolicy['type']>>, context: Context): void {
  const name = nameUnlessId(policy);
  const before = types.get(name);
  if (policy.remove) {
    if (before === undefined) wrong(context, path, `the file has no policy ${show(policy.displayName)} before; allowed: one that is there`);
    return;
  }
  if (policy.type === undefined) {
    if (before === undefined)
      wrong(
        context,
        path,
        `${show(policy.displayName)} is new, and needs a "type"; allowed: the name of a policy that is there, or a "type"`,
      );
    policy.type = before;
  } else if (before !== undefined && before !== policy.type) {
    wrong(
      context,
      [...path, 'type'],
      `${show(policy.displayName)} is an ${before}, and that cannot change; allowed: ${before}, or another name`,
    );
  } else types.set(name, policy.type);
}

function namesOf(all: readonly Planted[], fleet: readonly FleetGroup[]): KnownNames {
  const seeds = all.map(({ seed }) => seed);
  const of = <T>(list: (seed: DirectorySeed) => readonly T[], names: (entry: T) => (string | undefined)[]) =>
    folded(seeds.flatMap((seed) => list(seed).flatMap(names)));
  const { devices, isOpen } = devicesOf(fleet);
  const group = of(
    ({ groups }) => groups,
    ({ displayName, id }) => [displayName, id],
  );
  return {
    user: folded([
      ...of(
        ({ users }) => users,
        ({ userPrincipalName }) => [userPrincipalName],
      ).values(),
      ...fleet.map(({ user }) => user ?? undefined),
    ]),
    group,
    'group of the tenant': group,
    template: of(
      ({ notificationTemplates }) => notificationTemplates,
      ({ displayName, id }) => [displayName, id],
    ),
    device: isOpen ? anything : folded(devices),
    'group of the fleet': folded(fleet.map(({ name }) => name)),
  };
}

/** Names of devices in counted groups; those of weighted ones depend on how many there are, and are taken as they come. */
function devicesOf(fleet: readonly FleetGroup[]): { devices: string[]; isOpen: boolean } {
  const devices = fleet.flatMap(({ name, count }) => {
    if (count === null) return [];
    return count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
  });
  return { devices, isOpen: fleet.some(({ count }) => count === null) };
}

const anything: ReadonlyMap<string, string> = new (class extends Map<string, string> {
  override has(): boolean {
    return true;
  }
})();

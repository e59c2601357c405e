/** Which policies reach a device: those for its kind that are assigned to its user or to itself, and not excluded (NC-02). */
import { deviceObjectId } from '../../graph/derived-guid.ts';
import { transitiveGroupIds } from '../group-walk.ts';
import type { CompliancePolicyRecord, PolicyAssignment } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { policyTypeTable } from './policy-types.ts';

/** How a policy reaches a device; null: it does not. */
export type Reach = 'user' | 'devices' | 'device-group';

export interface ReachingPolicy {
  policy: CompliancePolicyRecord;
  reach: Reach;
}

/** In the order of their ids. Devices that the same ones reach share the list. */
export function policiesOf(core: Core, record: DeviceRecord): readonly ReachingPolicy[] {
  const all = core.store.allEntries('compliancePolicy');
  return shared(all, reaching(record, all, new Groups(core, record, null)));
}

/**
 * The same for many devices: policies are read once, and the groups of each user. Good until anything of these changes.
 * @param only of this policy alone, by its id
 */
export function targetsReader(core: Core, only?: string): (record: DeviceRecord) => ReachingPolicy[] {
  const all = core.store.allEntries('compliancePolicy');
  const policies = only === undefined ? all : all.filter(({ id }) => id === only);
  const ofUsers = new Map<string, ReadonlySet<string>>();
  return (record) => reaching(record, policies, new Groups(core, record, ofUsers));
}

function reaching(record: DeviceRecord, policies: readonly CompliancePolicyRecord[], groups: Groups): ReachingPolicy[] {
  const found: ReachingPolicy[] = [];
  for (const policy of policies) {
    const reach = reachOf(policy, record, groups);
    if (reach !== null) found.push({ policy, reach });
  }
  return found;
}

/** By the policies that the tenant has: a fleet has few different lists, and what follows from one (conflicts, demands) is kept with it. */
const listsOf = new WeakMap<readonly CompliancePolicyRecord[], ReachingPolicy[][]>();
const listsMax = 32;

function shared(all: readonly CompliancePolicyRecord[], found: ReachingPolicy[]): ReachingPolicy[] {
  let lists = listsOf.get(all);
  if (lists === undefined) {
    lists = [];
    listsOf.set(all, lists);
  }
  const same = lists.find((list) => list.length === found.length && list.every((one, place) => isSame(one, found[place])));
  if (same === undefined && lists.length < listsMax) lists.push(found);
  return same ?? found;
}

const isSame = (one: ReachingPolicy, other: ReachingPolicy | undefined) => one.policy === other?.policy && one.reach === other.reach;

/** Of a device and its user; looked up at most once, and only where an assignment asks. */
class Groups {
  readonly #core: Core;
  readonly #record: DeviceRecord;
  readonly #ofUsers: Map<string, ReadonlySet<string>> | null;
  #ofUser: ReadonlySet<string> | null = null;
  #ofDevice: ReadonlySet<string> | null = null;

  /** @param ofUsers what was looked up for other devices, by name; null: it is for one device */
  constructor(core: Core, record: DeviceRecord, ofUsers: Map<string, ReadonlySet<string>> | null) {
    this.#core = core;
    this.#record = record;
    this.#ofUsers = ofUsers;
  }

  get hasUser(): boolean {
    return this.#record.inventory.userPrincipalName !== '';
  }

  ofUser(): ReadonlySet<string> {
    if (this.#ofUser !== null) return this.#ofUser;
    const name = this.#record.inventory.userPrincipalName.toLowerCase();
    let groups = this.#ofUsers?.get(name);
    if (groups === undefined) {
      const user = name === '' ? undefined : this.#core.store.entryNamed('user', name);
      groups = user === undefined ? new Set() : transitiveGroupIds(this.#core, user.id);
      this.#ofUsers?.set(name, groups);
    }
    this.#ofUser = groups;
    return groups;
  }

  ofDevice(): ReadonlySet<string> {
    this.#ofDevice ??= transitiveGroupIds(this.#core, deviceObjectId(this.#record.id));
    return this.#ofDevice;
  }
}

function reachOf({ type, assignments }: CompliancePolicyRecord, { inventory }: DeviceRecord, groups: Groups): Reach | null {
  if (!policyTypeTable[type].isFor(inventory)) return null;
  let reach: Reach | null = null;
  for (const { target } of assignments) {
    const found = reachOfTarget(target, groups);
    if (found === 'excluded') return null;
    // By its user counts for more than by itself: it brings the actions with it (NC-11).
    if (found === 'user' || reach === null || (found === 'devices' && reach === 'device-group')) reach = found ?? reach;
  }
  return reach;
}

function reachOfTarget(target: PolicyAssignment['target'], groups: Groups): Reach | 'excluded' | null {
  switch (target.kind) {
    case 'allUsers':
      return groups.hasUser ? 'user' : null;
    case 'allDevices':
      return 'devices';
    case 'group':
      if (groups.ofUser().has(target.groupId)) return 'user';
      return groups.ofDevice().has(target.groupId) ? 'device-group' : null;
    case 'exclusion':
      return groups.ofUser().has(target.groupId) || groups.ofDevice().has(target.groupId) ? 'excluded' : null;
  }
}

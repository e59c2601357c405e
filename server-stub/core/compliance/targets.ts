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

/** In the order of their ids. */
export function policiesOf(core: Core, record: DeviceRecord): ReachingPolicy[] {
  return targetsReader(core)(record);
}

/**
 * The same for many devices: policies are read once, and the groups of each user. Good until anything of these changes.
 * @param only of this policy alone, by its id
 */
export function targetsReader(core: Core, only?: string): (record: DeviceRecord) => ReachingPolicy[] {
  const all = [...core.store.entriesAfter('compliancePolicy', null)];
  const policies = only === undefined ? all : all.filter(({ id }) => id === only);
  const ofUsers = new Map<string, ReadonlySet<string>>();
  return (record) => {
    const found: ReachingPolicy[] = [];
    const groups = groupsOf(core, record, ofUsers);
    for (const policy of policies) {
      const reach = reachOf(policy, record, groups);
      if (reach !== null) found.push({ policy, reach });
    }
    return found;
  };
}

/** Looked up at most once, and only where an assignment asks. */
interface Groups {
  hasUser: boolean;
  ofUser(): ReadonlySet<string>;
  ofDevice(): ReadonlySet<string>;
}

/** @param ofUsers what was looked up already, by name */
function groupsOf(core: Core, record: DeviceRecord, ofUsers: Map<string, ReadonlySet<string>>): Groups {
  const { store } = core;
  const { userPrincipalName } = record.inventory;
  let ofDevice: ReadonlySet<string> | undefined;
  return {
    hasUser: userPrincipalName !== '',
    ofUser() {
      const name = userPrincipalName.toLowerCase();
      const known = ofUsers.get(name);
      if (known !== undefined) return known;
      const user = name === '' ? undefined : store.entryNamed('user', name);
      const groups: ReadonlySet<string> = user === undefined ? new Set() : transitiveGroupIds(core, user.id);
      ofUsers.set(name, groups);
      return groups;
    },
    ofDevice() {
      ofDevice ??= transitiveGroupIds(core, deviceObjectId(record.id));
      return ofDevice;
    },
  };
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

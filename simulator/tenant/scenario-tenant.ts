/** The people, groups and policies of a scenario's tenant: planted before anything happens, and devices as they come. The same live and in virtual time. */
import type { DeviceState } from '../../agent/device/state.ts';
import { firstAdministrator } from '../../server-stub/core/people.ts';
import type { GraphTenant, Initiator } from '../../server-stub/graph/tenant.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { plantDevice, plantDirectory } from './plant.ts';
import type { DirectorySeed, SeedGroup, SeedMember } from './seed.ts';

export class ScenarioTenant {
  readonly #seed: DirectorySeed;
  /** Groups of the fleet that are named as members, with who is in them. */
  readonly #users = new Map<string, Set<string>>();
  readonly #devices = new Map<string, string[]>();
  /** Devices that are enrolled later come into these groups too. */
  #planted: DirectorySeed[] = [];
  #groupsDevices = false;

  constructor({ tenant, timeline }: Pick<Scenario, 'tenant' | 'timeline'>) {
    this.#seed = tenant.planted;
    const changes = timeline.flatMap(({ step }) => (step.kind === 'tenant' && step.seed !== null ? [step.seed] : []));
    for (const { groups } of [this.#seed, ...changes]) {
      for (const { kind, name } of groups.flatMap(({ members, leave = [] }) => [...members, ...leave])) {
        if (kind === 'usersOf') this.#users.set(name, new Set());
        if (kind === 'devicesOf') this.#devices.set(name, []);
      }
    }
  }

  /** One of its fleet. */
  add(group: string, { inventory }: DeviceState): void {
    if (inventory.userPrincipalName !== '') this.#users.get(group)?.add(inventory.userPrincipalName);
    this.#devices.get(group)?.push(inventory.serialNumber);
  }

  /** Before the first event. */
  begin(tenant: GraphTenant, now: number): void {
    this.plant(tenant, this.#seed, now, { name: firstAdministrator, isUser: false });
  }

  /** Then, or on the way. */
  plant(tenant: GraphTenant, seed: DirectorySeed, now: number, by: Initiator): void {
    const full = this.#inFull(seed);
    for (const group of full.groups) this.#left(group);
    this.#planted.push(full);
    this.#groupsDevices ||= full.groups.some(({ members }) => members.some(({ kind }) => kind === 'device'));
    plantDirectory(tenant, full, now, by);
  }

  /** Whether any device is to be brought into a group when it is enrolled. */
  get groupsDevices(): boolean {
    return this.#groupsDevices;
  }

  /** A device was enrolled, and all that came with it is done. Returns whether it was brought into a group. */
  enrolled(tenant: GraphTenant, deviceId: string): boolean {
    return this.#planted.filter((seed) => plantDevice(tenant, seed, deviceId)).length > 0;
  }

  /** Who has left does not come back into the group when a device is enrolled. */
  #left({ displayName, leave = [] }: SeedGroup): void {
    const hasLeft = (member: SeedMember) => leave.some(({ kind, name }) => kind === member.kind && isSame(name, member.name));
    if (leave.length === 0) return;
    this.#planted = this.#planted.map((seed) => ({
      ...seed,
      groups: seed.groups.map((group) => {
        return isSame(group.displayName, displayName) ? { ...group, members: group.members.filter((one) => !hasLeft(one)) } : group;
      }),
    }));
  }

  /** Groups of the fleet replaced by those who are in them. */
  #inFull(seed: DirectorySeed): DirectorySeed {
    if (this.#users.size === 0 && this.#devices.size === 0) return seed;
    const members = ({ kind, name }: SeedMember): SeedMember[] => {
      if (kind === 'usersOf') return [...(this.#users.get(name) ?? [])].map((user) => ({ kind: 'user', name: user }));
      if (kind === 'devicesOf') return (this.#devices.get(name) ?? []).map((serial) => ({ kind: 'device', name: serial }));
      return [{ kind, name }];
    };
    return {
      ...seed,
      groups: seed.groups.map((group) => ({ ...group, members: group.members.flatMap(members), leave: group.leave?.flatMap(members) })),
    };
  }
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

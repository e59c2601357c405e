/**
 * Who may get a custom notification to groups, worked out from the scenario file alone: whoever is in one of them, at any depth, at some
 * moment that is no further from its sending than memberships are seen late (CN-09, CN-10, CN-17).
 */
import { longestDuration } from '../../runtime/distribution.ts';
import { secondMs } from '../../runtime/duration.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { SeedGroup, SeedMember } from '../tenant/seed.ts';

export interface Audience {
  /** Principal names, folded. */
  users: ReadonlySet<string>;
  /** Groups of the fleet, with all of their users. */
  fleets: ReadonlySet<string>;
}

interface Membership {
  group: string;
  kind: SeedMember['kind'];
  name: string;
  from: number;
  until: number;
}

/** A live run does a step up to this much earlier or later than its file says. */
const slackMs = secondMs;

export class Audiences {
  /** The longest that anybody sees a membership late; Infinity where there is no longest. */
  readonly lagMs: number;
  readonly #memberships: readonly Membership[];
  readonly #notified: readonly { at: number; groups: readonly string[] }[];

  constructor({ tenant, timeline }: Pick<Scenario, 'tenant' | 'timeline'>) {
    this.lagMs = longestDuration(tenant.push.membershipLag);
    this.#notified = timeline.flatMap(({ at, step }) => (step.kind === 'notify' ? [{ at, groups: step.groups.map(fold) }] : []));
    const changes = timeline.flatMap(({ at, step }) => (step.kind === 'tenant' && step.seed !== null ? [{ at, ...step.seed }] : []));
    this.#memberships = membershipsOf([{ at: Number.NEGATIVE_INFINITY, ...tenant.planted }, ...changes]);
  }

  /** Of a message that was sent at this instant; undefined: the file knows of none. */
  of(sentAt: number): Audience | undefined {
    const named = this.#notified.filter(({ at }) => Math.abs(at - sentAt) <= slackMs).flatMap(({ groups }) => groups);
    if (named.length === 0) return undefined;
    const [from, until] = [sentAt - this.lagMs - slackMs, sentAt + this.lagMs + slackMs];
    const users = new Set<string>();
    const fleets = new Set<string>();
    const groups = new Set(named);
    for (const group of groups) {
      for (const one of this.#memberships) {
        if (one.group !== group || one.from > until || one.until < from) continue;
        if (one.kind === 'user') users.add(one.name);
        else if (one.kind === 'usersOf') fleets.add(one.name);
        // The set grows while it is walked: groups in groups are looked at in turn, each once.
        else if (one.kind === 'group') groups.add(one.name);
      }
    }
    return { users, fleets };
  }
}

/** Who was a member of what, from when until when. `changes`: in the order of time. */
function membershipsOf(changes: readonly { at: number; groups: readonly SeedGroup[] }[]): Membership[] {
  const all: Membership[] = [];
  // A group is known by its name, or by its id where it has one.
  const nameOf = new Map<string, string>();
  for (const { displayName, id } of changes.flatMap(({ groups }) => groups)) if (id !== undefined) nameOf.set(fold(id), fold(displayName));
  for (const { at, groups } of changes) {
    for (const { displayName, members, leave = [] } of groups) {
      const group = fold(displayName);
      const foldedName = ({ kind, name }: SeedMember) =>
        kind === 'usersOf' || kind === 'devicesOf' ? name : fold(nameOf.get(fold(name)) ?? name);
      for (const member of leave) {
        const name = foldedName(member);
        for (const one of all)
          if (one.group === group && one.kind === member.kind && one.name === name) one.until = Math.min(one.until, at);
      }
      for (const member of members) {
        all.push({ group, kind: member.kind, name: foldedName(member), from: at, until: Number.POSITIVE_INFINITY });
      }
    }
  }
  return all;
}

function fold(name: string): string {
  return name.toLowerCase();
}

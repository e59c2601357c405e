/** A way through groups and the groups within them, to go step by step, while they change. */
import type { Member } from '../directory-records.ts';
import type { Core } from '../sessions.ts';

export interface Walk {
  /** Those that were named and those that were found within them, in the order in which they are gone through. */
  groupIds: string[];
  /** Place of the group that it is at. */
  place: number;
  /** The last member of that group that it has seen; null: none yet. */
  afterId: string | null;
  /** Those who are its members no more and still count as such (CN-17), last ones first; null: not looked for yet. */
  leavers: Member[] | null;
  /** Ids of groups and people that it has come to: each counts once. */
  seen: Set<string>;
}

export function beginWalk(groupIds: readonly string[]): Walk {
  return { groupIds: [...groupIds], place: 0, afterId: null, leavers: null, seen: new Set(groupIds) };
}

/** Empty groups cost a look, too. */
const looksPerStep = 64;

/**
 * The next people, each once for the whole walk; about `max` of them at most, or none. null: there is nobody left.
 * Devices in groups are ignored: a notification is for people (CN-10).
 */
export function nextPeople(core: Core, walk: Walk, max: number, now: number): string[] | null {
  if (walk.place === walk.groupIds.length) return null;
  const people: string[] = [];
  let room = max;
  for (let looks = 0; looks < looksPerStep && room > 0; looks++) {
    const members = nextMembers(core, walk, room, now);
    if (members === null) break;
    room -= members.length;
    for (const { id, kind } of members) {
      if (kind === 'device' || walk.seen.has(id)) continue;
      walk.seen.add(id);
      (kind === 'group' ? walk.groupIds : people).push(id);
    }
  }
  return people;
}

/** Of the group that the walk is at: first its members in the order of their ids, then those who have left it. */
function nextMembers({ store, left }: Core, walk: Walk, max: number, now: number): Member[] | null {
  const groupId = walk.groupIds[walk.place];
  if (groupId === undefined) return null;
  if (walk.leavers === null) {
    const page = store.membersAfter(groupId, walk.afterId, max);
    walk.afterId = page.at(-1)?.id ?? walk.afterId;
    if (page.length < max) walk.leavers = left.membersOf(groupId, now).reverse();
    return page;
  }
  const page = walk.leavers.splice(-max).reverse();
  if (walk.leavers.length === 0) {
    walk.place += 1;
    walk.afterId = null;
    walk.leavers = null;
  }
  return page;
}

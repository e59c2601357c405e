/** Groups within groups. One that contains itself does no harm. */
import type { Member } from './directory-records.ts';
import type { Core } from './sessions.ts';

/** Each once, in the order of their ids. */
export function transitiveMembers({ store }: Core, groupId: string): Member[] {
  const found = new Map<string, Member>();
  const open = [groupId];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const member of store.members(next)) {
      if (found.has(member.id)) continue;
      found.set(member.id, member);
      if (member.kind === 'group') open.push(member.id);
    }
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Ids of all groups that lead to this object. */
export function transitiveGroupIds({ store }: Core, memberId: string): Set<string> {
  const found = new Set<string>();
  const open = [memberId];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const id of store.memberOf(next)) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(id);
    }
  }
  return found;
}

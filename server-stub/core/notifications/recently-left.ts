/**
 * What is not seen everywhere at once (CN-17): who left a group a moment ago still counts as one of its members, and so does a device
 * that is not enrolled any more. In memory: a stub that was restarted sees what is.
 */
import { drawDuration } from '../../../runtime/distribution.ts';
import { Random } from '../../../runtime/random.ts';
import type { Member } from '../directory-records.ts';
import type { LinkId, ServerOut } from '../effects.ts';
import { pushSettings } from '../push-settings.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { InstantHeap } from './instant-heap.ts';

interface LeftMember {
  member: Member;
  leftAt: number;
  until: number;
}

/** A device whose management has ended; it can still be reached over its link. */
interface LeftDevice {
  id: string;
  link: LinkId;
  /** Name of its user, in lower case. */
  userKey: string;
  until: number;
}

export class RecentlyLeft {
  /** Of each group, by their ids. */
  readonly #members = new Map<string, Map<string, LeftMember>>();
  /** When each of them is to be forgotten. */
  readonly #endings = new InstantHeap<{ groupId: string; memberId: string }>();
  readonly #devices = new Map<string, LeftDevice>();
  readonly #devicesOfUser = new Map<string, Set<string>>();
  readonly #deviceOn = new Map<LinkId, string>();
  readonly #closings = new InstantHeap<string>();

  addMember(groupId: string, member: Member, leftAt: number, until: number): void {
    this.#forgetMembers(leftAt);
    const members = this.#members.get(groupId) ?? new Map<string, LeftMember>();
    this.#members.set(groupId, members.set(member.id, { member, leftAt, until }));
    this.#endings.add(until, { groupId, memberId: member.id });
  }

  /** Members that the group has not any more, and that are still taken for some. Of one that has come again since it is not asked. */
  membersOf(groupId: string, now: number): Member[] {
    const all = [...(this.#members.get(groupId)?.values() ?? [])];
    // Who leaves later than now left before the clock was set back: that has not happened yet.
    return all.filter(({ leftAt, until }) => leftAt <= now && now < until).map(({ member }) => member);
  }

  addDevice(device: LeftDevice): void {
    const { id, link, userKey, until } = device;
    this.#devices.set(id, device);
    this.#devicesOfUser.set(userKey, (this.#devicesOfUser.get(userKey) ?? new Set()).add(id));
    this.#deviceOn.set(link, id);
    this.#closings.add(until, id);
  }

  linkOf(deviceId: string): LinkId | undefined {
    return this.#devices.get(deviceId)?.link;
  }

  /** Ids, in the order in which these people are named. @param userKeys names in lower case */
  devicesOf(userKeys: readonly string[]): string[] {
    return this.#devices.size === 0 ? [] : userKeys.flatMap((key) => [...(this.#devicesOfUser.get(key) ?? [])]);
  }

  linkClosed(link: LinkId): void {
    const id = this.#deviceOn.get(link);
    if (id !== undefined) this.#forgetDevice(id);
  }

  /** When the next device is known everywhere to have left; Infinity for none. */
  nextAt(): number {
    return this.#closings.nextAt();
  }

  /** Lets go of the one that is known everywhere to have left. */
  due(now: number, out: ServerOut): void {
    if (this.#closings.nextAt() > now) return;
    const id = this.#closings.take();
    const link = id === undefined ? undefined : this.linkOf(id);
    if (id === undefined || link === undefined) return;
    this.#forgetDevice(id);
    out.closeLink(link, 'left');
  }

  #forgetDevice(id: string): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    this.#devices.delete(id);
    this.#deviceOn.delete(device.link);
    const others = this.#devicesOfUser.get(device.userKey);
    others?.delete(id);
    if (others?.size === 0) this.#devicesOfUser.delete(device.userKey);
  }

  #forgetMembers(now: number): void {
    while (this.#endings.nextAt() <= now) {
      const { groupId, memberId } = this.#endings.take() as { groupId: string; memberId: string };
      const members = this.#members.get(groupId);
      // It may have left again since.
      const one = members?.get(memberId);
      if (members === undefined || one === undefined || one.until > now) continue;
      members.delete(memberId);
      if (members.size === 0) this.#members.delete(groupId);
    }
  }
}

/** A device that has carried out its retire: until when it may still be sent notifications; null: not at all. */
export function pushUntil(core: Core, { id, inventory }: DeviceRecord, now: number): number | null {
  if (inventory.userPrincipalName === '' || (inventory.platform !== 'ios' && inventory.platform !== 'android')) return null;
  const ms = lagMs(core, `${id}/${now}`);
  return ms === 0 ? null : now + ms;
}

/** Somebody is no member any more. */
export function memberLeft(core: Core, groupId: string, member: Member, now: number): void {
  // A notification is for people.
  if (member.kind === 'device') return;
  const ms = lagMs(core, `${groupId}/${member.id}/${now}`);
  if (ms > 0) core.left.addMember(groupId, member, now, now + ms);
}

/** @param occasion tells this draw from others */
export function lagMs(core: Core, occasion: string): number {
  const { membershipLag } = pushSettings(core);
  // What most tenants have: deleting a group of 100,000 is to cost nothing for it.
  if (membershipLag.kind === 'constant') return membershipLag.ms;
  return drawDuration(membershipLag, new Random(`${core.settings.seed}/lag/${occasion}`).unit());
}

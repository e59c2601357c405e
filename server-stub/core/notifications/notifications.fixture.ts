/** Groups of people with phones on the bench of the core, and what was sent to them. */

import { administrator, type CoreBench, type Enrolled } from '../core.fixture.ts';
import type { Member } from '../directory-records.ts';
import type { LinkId } from '../effects.ts';

export const text = { title: 'Snow', body: 'The building is closed.' };

export function personOf(bench: CoreBench, name: string): Member {
  const user = bench.tenant.directory.user(`${name}@contoso.example`);
  if (user === undefined) throw new Error(`${name} is not there`);
  return { id: user.id, kind: 'user' };
}

/** Enrols a device of this person. */
export function phoneOf(bench: CoreBench, name: string, inventory: Parameters<CoreBench['enroll']>[1] = {}): Enrolled {
  const serialNumber = `SN-${name}-${bench.sent.length}`;
  return bench.enroll(serialNumber, { serialNumber, userPrincipalName: name === '' ? '' : `${name}@contoso.example`, ...inventory });
}

/** @param members names of people, or members of any kind */
export function addGroup(bench: CoreBench, id: string, members: readonly (string | Member)[] = []): void {
  const group = { id, displayName: id, description: null, mailNickname: id, mailEnabled: false, securityEnabled: true };
  bench.tenant.directory.save('group', { ...group, createdAt: bench.now });
  for (const member of members) join(bench, id, member);
}

export function join(bench: CoreBench, groupId: string, member: string | Member): void {
  bench.tenant.directory.addMember(groupId, typeof member === 'string' ? personOf(bench, member) : member);
}

export function leave(bench: CoreBench, groupId: string, member: string | Member): boolean {
  return bench.tenant.directory.removeMember(groupId, typeof member === 'string' ? personOf(bench, member).id : member.id);
}

/** null: it was sent. */
export function notify(bench: CoreBench, ...groupIds: string[]): number | null {
  return bench.tenant.notifyGroups(groupIds, text, administrator).tryAgainAt;
}

export function notifyPhone(bench: CoreBench, { id }: Enrolled, body = text.body): number | null {
  const parameters = { notificationTitle: text.title, notificationBody: body };
  const { refused, tryAgainAt } = bench.tenant.issue(id, { type: 'sendCustomNotificationToCompanyPortal', parameters }, administrator);
  if (refused !== null) throw new Error(refused);
  return tryAgainAt ?? null;
}

/** Ids of the devices that something was pushed to, in that order. */
export function pushed(bench: CoreBench): string[] {
  return outcomes(bench).flatMap(({ deviceId, outcome }) => (outcome === 'pushed' ? [deviceId] : []));
}

export function outcomes(bench: CoreBench) {
  return bench.notes.flatMap((note) => (note.kind === 'notification-pushed' ? [note] : []));
}

/** Bodies of the notifications that came over this link. */
export function arrivedOn(bench: CoreBench, link: LinkId): string[] {
  return bench.sent.flatMap(({ link: on, message }) => (on === link && message.type === 'notification' ? [message.body] : []));
}

/** What is due now, all of it. */
export function runDue(bench: CoreBench): void {
  bench.pass(0);
}

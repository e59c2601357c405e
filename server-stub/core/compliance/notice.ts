/** *Send push notification to end user*: a fixed text for the person in front of the device (reference §4.3). */
import type { ServerOut } from '../effects.ts';
import type { CompliancePolicyRecord, ScheduledAction } from '../policy-records.ts';
import { push } from '../push.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core, Session } from '../sessions.ts';
import { scheduledActions } from './policy-actions.ts';

/** Within a check-in: brings what waits to its device. Best effort: what is under way when a link breaks is lost, and nothing comes twice. */
export function sendNotices(core: Core, session: Session, record: DeviceRecord, out: ServerOut): void {
  if (record.notices.length === 0) return;
  for (const { id, at, title, body } of record.notices) out.send(session.link, { type: 'notice', noticeId: id, at, title, body });
  record.notices = [];
  core.store.saveDevice(record);
}

/** The service fixes the words; administrators cannot change them (Graph's pages give none, these are ours). */
const title = 'Your device is not compliant';
const body = (policy: string) =>
  `This device does not meet the requirements of your organization (${policy}). Open the Company Portal to see what to do.`;

/** A frame takes no more (protocol/messages.ts). */
const bodyCharsMax = 2048;

/** Texts that wait for one device; the oldest ones go. */
const noticesMax = 20;

/** Returns why nobody is told; null: it is on its way. */
export function notify(
  core: Core,
  record: DeviceRecord,
  policy: CompliancePolicyRecord,
  action: ScheduledAction,
  dueAt: number,
  now: number,
  out: ServerOut,
): string | null {
  const { platform, userPrincipalName } = record.inventory;
  if (platform !== 'android' && platform !== 'ios') return 'Push notifications are for iOS, iPadOS and Android.';
  if (userPrincipalName === '') return 'The device has no user.';
  if (wasToldToday(record, policy, action)) return 'A push notification of this policy was sent on the same day.';
  record.commandCount += 1;
  const id = `${record.id}/notice/${record.commandCount}`;
  record.notices = [...record.notices, { id, at: dueAt, title, body: body(policy.displayName).slice(0, bodyCharsMax) }].slice(-noticesMax);
  core.store.saveDevice(record);
  push(core, record, `notice/${record.commandCount}`, now, out);
  return null;
}

/** Several of one policy on the same day of a spell are one: the first. */
function wasToldToday({ compliance }: DeviceRecord, policy: CompliancePolicyRecord, action: ScheduledAction): boolean {
  const fired = compliance.results.find(({ policyId }) => policyId === policy.id)?.fired ?? [];
  const ofTheDay = scheduledActions(policy)
    .filter(({ type, hours }) => type === 'pushNotification' && dayOf(hours) === dayOf(action.hours))
    .sort((a, b) => a.hours - b.hours);
  const place = ofTheDay.findIndex(({ id }) => id === action.id);
  return ofTheDay.slice(0, place).some(({ id }) => fired.includes(id));
}

const dayOf = (hours: number) => Math.floor(hours / 24);

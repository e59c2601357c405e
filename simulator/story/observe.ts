/**
 * What can be seen of one device at one moment: by an administrator through Microsoft Graph (the routes that a real caller has), and by
 * the person in front of it. Only reads; looked up when asked for, because most expectations want one thing.
 */
import type { CommandType } from '../../protocol/commands.ts';
import type { DeviceView } from '../../protocol/hands.ts';
import type { DevicePolicy } from '../../server-stub/core/compliance/device-policies.ts';
import type { MailRecord } from '../../server-stub/core/directory-records.ts';
import { firstAdministratorCaller } from '../../server-stub/core/people.ts';
import type { SignInRecord } from '../../server-stub/core/policy-records.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import type { Json } from '../scenarios/story-expectation.ts';
import { askGraph } from './ask-graph.ts';

export type JsonRecord = Readonly<Record<string, Json>>;

export interface Observed {
  readonly view: DeviceView;
  /** Whether Graph has the device's latest record. */
  isPresent(): boolean;
  /** The beta managedDevice as it is read without `$select`; null where Graph has no such device. */
  entity(): JsonRecord | null;
  /** What Graph says to a `$select` of this property that the entity came without; null: nothing against it. */
  whyNoProperty(name: string): string | null;
  /** `deviceActionResults`; null where Graph has no such device. */
  actionResults(): readonly JsonRecord[] | null;
  /** Why an action is greyed out; undefined: it is not; null: there is no such device. */
  whyUnavailable(type: CommandType): string | undefined | null;
  /** Entries about any record that the device ever had, newest first: `wipe`, `cancel wipe`, `delete`. */
  audits(): readonly { activity: string; actor: string }[];
  /** Beta's `remoteActionAudits` about them, newest first. */
  remoteActions(): readonly JsonRecord[];
  bypassCode(): string | null;
  /** Every policy that reaches the device, with what was last made of it; null: its record is gone. */
  policies(): readonly Pick<DevicePolicy, 'displayName' | 'state' | 'settings'>[] | null;
  /** Mails about any record that the device ever had, newest first. */
  mails(): readonly MailRecord[];
  /** null: its record is gone. */
  isRetireListed(): boolean | null;
  /** What the latest request of an administrator was refused with; false: it was not; undefined: there was none. */
  readonly refused: string | false | undefined;
  /** What the sign-in log has of the device, oldest first. */
  signIns(): readonly Pick<SignInRecord, 'app' | 'outcome'>[];
}

const root = '/beta/deviceManagement';

/**
 * @param recordIds Graph ids of the device's records, oldest first; the last one is the one that is looked at
 * @param refused what is remembered of the latest request
 */
export function observe(
  view: DeviceView,
  recordIds: readonly string[],
  tenant: GraphTenant,
  now: number,
  refused?: string | false | undefined,
): Observed {
  const id = recordIds.at(-1) ?? null;
  const device = (names: readonly string[]) => (id === null ? null : read(`${root}/managedDevices/${id}`, `$select=${names.join(',')}`));
  const read = (path: string, query: string): JsonRecord | string | null => {
    const { status, body } = askGraph(tenant, { method: 'GET', path, query, caller: firstAdministratorCaller(), now });
    if (status === 404) return null;
    const answer = JSON.parse(body) as JsonRecord;
    return status === 200 ? answer : String((answer.error as JsonRecord | undefined)?.message ?? status);
  };
  return {
    view,
    refused,
    isPresent: () => device(['id']) !== null,
    entity: () => {
      const answer = id === null ? null : read(`${root}/managedDevices/${id}`, '');
      return typeof answer === 'string' ? null : answer;
    },
    whyNoProperty: (name) => {
      const answer = device([encodeURIComponent(name)]);
      return typeof answer === 'string' ? answer : null;
    },
    actionResults: () => {
      const answer = device(['deviceActionResults']);
      return answer === null || typeof answer === 'string' ? null : rowsOf(answer.deviceActionResults);
    },
    whyUnavailable: (type) => {
      const record = id === null ? undefined : tenant.device(id);
      return record === undefined ? null : tenant.whyUnavailable(record, type);
    },
    audits: () => {
      const own = [];
      for (const { deviceId, activity, actor } of tenant.audits())
        if (recordIds.includes(deviceId)) own.push({ activity: activity.replace(/ \w+$/, ''), actor });
      return own;
    },
    remoteActions: () => {
      const own: JsonRecord[] = [];
      for (const recordId of [...recordIds].reverse()) {
        const answer = read(`${root}/remoteActionAudits`, `$filter=${encodeURIComponent(`managedDeviceId eq '${recordId}'`)}&$top=100`);
        if (answer !== null && typeof answer !== 'string') own.push(...rowsOf(answer.value));
      }
      return own;
    },
    policies: () => {
      const record = id === null ? undefined : tenant.device(id);
      return record === undefined ? null : tenant.policiesOf(record);
    },
    mails: () => [...tenant.mails()].filter(({ about }) => about !== undefined && recordIds.includes(about.deviceId)),
    isRetireListed: () => {
      const record = id === null ? undefined : tenant.device(id);
      return record === undefined ? null : record.compliance.retireListed !== null;
    },
    signIns: () => [...tenant.signIns()].filter(({ deviceId }) => deviceId !== null && recordIds.includes(deviceId)).reverse(),
    bypassCode: () => {
      const answer = device(['activationLockBypassCode']);
      const code = answer === null || typeof answer === 'string' ? null : answer.activationLockBypassCode;
      return typeof code === 'string' && code !== '' ? code : null;
    },
  };
}

function rowsOf(value: Json | undefined): JsonRecord[] {
  return Array.isArray(value) ? (value as JsonRecord[]) : [];
}

/** What Graph shows of a secret that the service made for an action: the passcode of a reset, the PIN of a lock. */
export function shownSecret(results: readonly JsonRecord[] | null, action: CommandType, property: string): string {
  const value = results?.find(({ actionName }) => actionName === action)?.[property];
  return typeof value === 'string' ? value : '';
}

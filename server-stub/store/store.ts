/**
 * What the stub's core needs remembered, one small interface per need. Synchronous by choice: one input is one transaction.
 * Rules live above the store; a store only remembers. The contract suite (store.contract.ts) holds every implementation to this page.
 *
 * Records handed out belong to the store until they are given back: a caller may change one only to save it at once.
 */

import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import type { DirectoryEntries, EntryKind, MailRecord, Member, ReceivedMail } from '../core/directory-records.ts';
import type { SignInRecord } from '../core/policy-records.ts';
import type {
  AccessToken,
  AuditRecord,
  BypassCode,
  CertificateRecord,
  CommandRecord,
  ComplianceState,
  DeviceRecord,
  FindMy,
  ManagementState,
  Timer,
  TimerKind,
} from '../core/records.ts';

export interface DeviceStore {
  /** Deleted ones included; the caller decides who may see them. */
  device(id: string): DeviceRecord | undefined;
  saveDevice(record: DeviceRecord): void;
  /** Changes `lastSyncAt` alone: by far the most frequent write. An unknown id changes nothing. */
  touchDevice(id: string, lastSyncAt: number): void;
  /** Forgets the record, its timers, its certificates and its enrollment; its commands and audit entries stay. */
  removeDevice(id: string): void;
  /**
   * Visible (not deleted, not hidden) records in the order of their ids, beginning after `afterId` (null: with the first).
   * The store may be written to meanwhile: none is handed out that is gone or out of date, and a new one may or may not be.
   * @param where only these, found by an index
   */
  devicesAfter(afterId: string | null, where?: DeviceCondition): Iterable<DeviceRecord>;
  /** Ids of the visible devices of these people on these platforms, in order. @param names of users, in lower case */
  deviceIdsOf(names: readonly string[], platforms: readonly Platform[]): string[];
  /** Of visible records. */
  deviceCounts(): { platform: Platform; enrollment: EnrollmentType; count: number }[];
  /** Of visible records, by their states; a state that none is in may be missing. */
  complianceCounts(): { state: ComplianceState; count: number }[];
  managementCounts(): { state: ManagementState; count: number }[];
  /** For stores that can sort and search without reading records; absent: whoever asks has to go through them. */
  deviceIndex?: DeviceIndex;
}

/** Visible devices by what tables of them are sorted and searched by. */
export interface DeviceIndex {
  /** Ids in this order, those that are alike by id; `skip` of them left out, at most `limit`. */
  ids(question: DeviceQuestion): string[];
  count(where: DeviceTerm | null): number;
}

export interface DeviceQuestion {
  /** null: all of them. */
  where: DeviceTerm | null;
  order: readonly { by: DeviceText | DeviceInstant; descending: boolean }[];
  skip: number;
  limit: number;
}

/** Texts of a device, compared in lower case and ordered by code points. */
export type DeviceText =
  | 'id'
  | 'deviceName'
  | 'userPrincipalName'
  | 'serialNumber'
  | 'model'
  | 'operatingSystem'
  | 'osVersion'
  | 'managementState'
  | 'complianceState'
  /** `ios device`: platform and type of enrollment. */
  | 'kind'
  /** As an administrator said: company, personal; empty: as its kind says. */
  | 'owner';
export type DeviceInstant = 'enrolledAt' | 'lastSyncAt' | 'certificateEnd';

/** A condition as a store can judge it. All texts in lower case. */
export type DeviceTerm =
  | { kind: 'and' | 'or'; terms: readonly DeviceTerm[] }
  | { kind: 'not'; term: DeviceTerm }
  | { kind: 'equal'; of: DeviceText; oneOf: readonly string[] }
  | { kind: 'contains' | 'startswith' | 'endswith'; of: DeviceText; text: string }
  /** Both ends included. */
  | { kind: 'between'; of: DeviceInstant; from: number; until: number };

/** What a store can look up without reading every record. Texts are compared as they are; the user's name is folded on both sides. */
export type DeviceCondition =
  | {
      property: 'id' | 'userPrincipalName' | 'complianceState' | 'operatingSystem' | 'managementState';
      oneOf: readonly string[];
    }
  /** Both ends included. */
  | { property: 'lastSyncAt'; from: number; until: number };

export interface CommandStore {
  /** Appends to the device's queue. Throws for an id that exists. */
  addCommand(record: CommandRecord): void;
  /** Throws for an unknown id. A command keeps its device. */
  saveCommand(record: CommandRecord): void;
  command(id: string): CommandRecord | undefined;
  /** The oldest command of the device that is queued or delivered. */
  nextOpenCommand(deviceId: string): CommandRecord | undefined;
  /** Every open command of the device, oldest first. */
  openCommands(deviceId: string): CommandRecord[];
  /** Every command ever made for the device, oldest first. */
  commandsOf(deviceId: string): CommandRecord[];
  /** Every command of every device, newest first. The store may be written to meanwhile. */
  allCommands(): Iterable<CommandRecord>;
}

/** `next`: issued, and nobody has come with it yet; `current`: in use; `replaced`: by a newer one that is in use, or was never fetched. */
export type CertificateUse = 'current' | 'next' | 'replaced';

export interface CertificateStore {
  /** Adds it, or changes what is known of its serial number. */
  saveCertificate(deviceId: string, certificate: CertificateRecord, use: CertificateUse): void;
  certificate(serialNumber: string): { deviceId: string; use: CertificateUse } | undefined;
}

export interface EnrollmentStore {
  /** Remembers which record an enrollment request made, so that a repeat of it makes no second one. The latest answer counts. */
  saveEnrollment(requestId: string, deviceId: string): void;
  enrolledDevice(requestId: string): string | undefined;
}

export interface TimerStore {
  /** At most one timer per device and kind: sets, moves, or (null) clears it. `at`: whole milliseconds, else it throws. */
  setTimer(deviceId: string, kind: TimerKind, at: number | null): void;
  /** Sets `validity` of every device that is not deleted to so long after its `lastSyncAt`. */
  setValidityTimers(afterMs: number): void;
  /** The earliest one; ties by device id, then by kind (both in code-unit order). */
  nextTimer(): Timer | undefined;
  /** Those of one kind that are not before `from`: by instant, then by device id. The store may be written to meanwhile. */
  timersOf(kind: TimerKind, from: number): Iterable<Timer>;
}

export interface AuditStore {
  appendAudit(record: AuditRecord): void;
  /** Newest first. */
  audits(): Iterable<AuditRecord>;
}

/** What the simulated Apple knows: by serial number, so that it outlives a record. */
export interface AppleStore {
  bypassCode(serialNumber: string): BypassCode | undefined;
  saveBypassCode(code: BypassCode): void;
  findMy(serialNumber: string): FindMy | undefined;
  /** null: Find My is off. */
  saveFindMy(serialNumber: string, findMy: FindMy | null): void;
}

export interface TokenStore {
  accessToken(token: string): AccessToken | undefined;
  /** Adds it; saving it again changes nothing. */
  saveAccessToken(token: AccessToken): void;
  /** Changes `outcome` alone. An unknown token changes nothing. */
  saveTokenOutcome(token: string, outcome: AccessToken['outcome']): void;
}

/** People, groups, programs, roles: entries of a kind, and who belongs to which group. */
export interface DirectoryStore {
  entry<Kind extends EntryKind>(kind: Kind, id: string): DirectoryEntries[Kind] | undefined;
  /** By its other name (`nameOfEntry`), folded already. */
  entryNamed<Kind extends EntryKind>(kind: Kind, name: string): DirectoryEntries[Kind] | undefined;
  /** Throws when the other name belongs to another entry. */
  saveEntry<Kind extends EntryKind>(kind: Kind, entry: DirectoryEntries[Kind]): void;
  /** Its memberships, and those in it, go with it. */
  removeEntry(kind: EntryKind, id: string): void;
  /** In the order of their ids, beginning after `afterId`. The store may be written to meanwhile. */
  entriesAfter<Kind extends EntryKind>(kind: Kind, afterId: string | null): Iterable<DirectoryEntries[Kind]>;
  /** Every one of a kind of which there are few, in the order of their ids. Not to be changed; a store may give the same array until one is. */
  allEntries<Kind extends EntryKind>(kind: Kind): readonly DirectoryEntries[Kind][];
  /** Direct ones, in the order of their ids. */
  members(groupId: string): Member[];
  /** The same, page by page: at most so many, beginning after `afterId` (null: with the first). */
  membersAfter(groupId: string, afterId: string | null, max: number): Member[];
  /** Ids of the groups that this is a direct member of, in order. */
  memberOf(memberId: string): string[];
  /** Adding one again changes nothing. */
  addMember(groupId: string, member: Member): void;
  /** Returns what it was; undefined: none. */
  removeMember(groupId: string, memberId: string): Member | undefined;
}

/** What the tenant sends, and what its own mailbox takes in. */
export interface MailStore {
  /** Adds it, or changes the one with this id. */
  saveMail(mail: MailRecord): void;
  mail(id: string): MailRecord | undefined;
  /** Newest first. */
  mails(): Iterable<MailRecord>;
  addReceivedMail(mail: ReceivedMail): void;
  receivedMail(id: string): ReceivedMail | undefined;
  /** Newest first. */
  receivedMails(): Iterable<ReceivedMail>;
  clearReceivedMails(): void;
}

export interface SignInStore {
  appendSignIn(signIn: SignInRecord): void;
  signIn(id: string): SignInRecord | undefined;
  /** Newest first. */
  signIns(): Iterable<SignInRecord>;
}

/** When custom notifications were sent, and nothing of what they said. */
export interface SendStore {
  /** Instants later than `after`, earliest first. @param to id of a device, or '' for groups */
  sendsAfter(to: string, after: number): number[];
  addSend(to: string, at: number): void;
  /** Forgets those of all that are not later than `after`, and those later than `until`. */
  forgetSends(after: number, until: number): void;
}

export interface SettingStore {
  setting(name: string): string | undefined;
  saveSetting(name: string, value: string): void;
}

export interface Store
  extends DeviceStore,
    CommandStore,
    CertificateStore,
    EnrollmentStore,
    TimerStore,
    AuditStore,
    AppleStore,
    TokenStore,
    DirectoryStore,
    MailStore,
    SignInStore,
    SendStore,
    SettingStore {
  /**
   * Runs `work` so that all of its writes last, or (if it throws) none. Not nested: throws.
   * The memory store cannot take writes back: a throw is a fault of ours there, and ends the run.
   */
  transaction<T>(work: () => T): T;
  close(): void;
}

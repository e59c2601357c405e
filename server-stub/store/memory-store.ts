/**
 * The store of virtual time: maps, made for 100,000 devices and the calls of simulated years. Every verb is O(1) or O(log n).
 *
 * It hands out the records it keeps, not copies. Hence it cannot take anything back: `transaction` only runs the work, and what was
 * written before a throw stays written. In virtual time a throw is a fault of ours and ends the run; nobody may go on with this store.
 */
import type { AccessToken, AuditRecord, BypassCode, FindMy } from '../core/records.ts';
import { createMemoryCommands } from './memory-commands.ts';
import { createMemoryDevices } from './memory-devices.ts';
import { createMemoryDirectory, createMemoryMails, createMemorySignIns } from './memory-directory.ts';
import { createMemorySends } from './memory-sends.ts';
import { newestFirst } from './newest-first.ts';
import { createOwnedIndex } from './owned-index.ts';
import type { CertificateUse, Store } from './store.ts';
import { createTimerHeap } from './timer-heap.ts';

export function createMemoryStore(): Store {
  const timers = createTimerHeap();
  const certificates = createOwnedIndex<CertificateUse>();
  const enrollments = createOwnedIndex<undefined>();
  const audits: AuditRecord[] = [];
  const bypassCodes = new Map<string, BypassCode>();
  const findMys = new Map<string, FindMy>();
  const tokens = new Map<string, AccessToken>();
  const settings = new Map<string, string>();
  let inTransaction = false;

  const devices = createMemoryDevices((id) => {
    timers.clearDevice(id);
    certificates.removeOwner(id);
    enrollments.removeOwner(id);
  });
  const commands = createMemoryCommands();
  const directory = createMemoryDirectory();
  const mails = createMemoryMails();
  const sends = createMemorySends();
  const signIns = createMemorySignIns();

  // Named one by one: put together by spreading, each store would become an object of another shape in time, and V8 would throw away, again
  // with each shard, what it has compiled of everything that asks a store (a fifth of a run of 100,000 devices).
  return {
    device: devices.device,
    saveDevice: devices.saveDevice,
    touchDevice: devices.touchDevice,
    removeDevice: devices.removeDevice,
    devicesAfter: devices.devicesAfter,
    deviceIdsOf: devices.deviceIdsOf,
    deviceCounts: devices.deviceCounts,
    complianceCounts: devices.complianceCounts,
    managementCounts: devices.managementCounts,
    addCommand: commands.addCommand,
    saveCommand: commands.saveCommand,
    command: commands.command,
    nextOpenCommand: commands.nextOpenCommand,
    openCommands: commands.openCommands,
    commandsOf: commands.commandsOf,
    allCommands: commands.allCommands,
    entry: directory.entry,
    entryNamed: directory.entryNamed,
    saveEntry: directory.saveEntry,
    removeEntry: directory.removeEntry,
    entriesAfter: directory.entriesAfter,
    allEntries: directory.allEntries,
    members: directory.members,
    membersAfter: directory.membersAfter,
    memberOf: directory.memberOf,
    addMember: directory.addMember,
    removeMember: directory.removeMember,
    saveMail: mails.saveMail,
    mail: mails.mail,
    mails: mails.mails,
    addReceivedMail: mails.addReceivedMail,
    receivedMail: mails.receivedMail,
    receivedMails: mails.receivedMails,
    clearReceivedMails: mails.clearReceivedMails,
    sendsAfter: sends.sendsAfter,
    addSend: sends.addSend,
    forgetSends: sends.forgetSends,
    appendSignIn: signIns.appendSignIn,
    signIn: signIns.signIn,
    signIns: signIns.signIns,
    saveCertificate: (deviceId, certificate, use) => certificates.set(certificate.serialNumber, deviceId, use),
    certificate(serialNumber) {
      const entry = certificates.get(serialNumber);
      return entry && { deviceId: entry.owner, use: entry.value };
    },
    saveEnrollment: (requestId, deviceId) => enrollments.set(requestId, deviceId, undefined),
    enrolledDevice: (requestId) => enrollments.get(requestId)?.owner,
    setTimer: timers.set,
    setValidityTimers(afterMs) {
      for (const { id, deleted, lastSyncAt } of devices.everyDevice()) if (!deleted) timers.set(id, 'validity', lastSyncAt + afterMs);
    },
    nextTimer: timers.first,
    timersOf: timers.of,
    appendAudit: (record) => void audits.push(record),
    audits: () => newestFirst(audits),
    bypassCode: (serialNumber) => bypassCodes.get(serialNumber),
    saveBypassCode: (code) => void bypassCodes.set(code.serialNumber, code),
    findMy: (serialNumber) => findMys.get(serialNumber),
    saveFindMy(serialNumber, findMy) {
      if (findMy === null) findMys.delete(serialNumber);
      else findMys.set(serialNumber, findMy);
    },
    accessToken: (token) => tokens.get(token),
    saveAccessToken(token) {
      if (!tokens.has(token.token)) tokens.set(token.token, token);
    },
    saveTokenOutcome(token, outcome) {
      const known = tokens.get(token);
      if (known !== undefined) tokens.set(token, { ...known, outcome });
    },
    setting: (name) => settings.get(name),
    saveSetting: (name, value) => void settings.set(name, value),
    transaction(work) {
      if (inTransaction) throw new Error('transactions are not nested');
      inTransaction = true;
      try {
        return work();
      } finally {
        inTransaction = false;
      }
    },
    close() {},
  };
}

/**
 * The store, watched: whoever shows what is in it is told what is written, whichever way it came to that. What a transaction that fails has
 * written is told too, which costs whoever shows it a look.
 */
import type { EventHub } from './event-hub.ts';
import type { Store } from './store/store.ts';

/** Settings that only count something. */
const counters: ReadonlySet<string> = new Set([
  'audits-of-the-tenant',
  'directory-ids',
  'notifications-to-groups',
  'people',
  'policy-changes',
  'sign-ins',
  'tenant-changes',
]);

export interface StoreWatchers {
  /** A record was changed, is new, or is gone. */
  devices: () => void;
  /** What waits for a device may be another thing now; null: for any of them. */
  waits: (deviceId: string | null) => void;
}

export function watchedStore(store: Store, events: EventHub, watchers: StoreWatchers): Store {
  const deviceChanged = (id: string) => {
    events.changed('devices', id);
    watchers.devices();
    watchers.waits(id);
  };
  const commandChanged = (id: string) => {
    events.changed('devices', id);
    watchers.waits(id);
  };
  const tenantChanged = () => {
    events.changed('tenant');
    watchers.waits(null);
  };
  return {
    ...store,
    saveDevice(record) {
      store.saveDevice(record);
      deviceChanged(record.id);
    },
    touchDevice(id, lastSyncAt) {
      store.touchDevice(id, lastSyncAt);
      events.changedAgain('devices', id);
    },
    removeDevice(id) {
      events.forgetting(id);
      store.removeDevice(id);
      deviceChanged(id);
    },
    addCommand(record) {
      store.addCommand(record);
      commandChanged(record.deviceId);
    },
    saveCommand(record) {
      store.saveCommand(record);
      commandChanged(record.deviceId);
    },
    appendAudit(record) {
      store.appendAudit(record);
      events.changed('audits');
    },
    appendSignIn(signIn) {
      store.appendSignIn(signIn);
      events.changed('sign-ins');
    },
    saveMail(mail) {
      store.saveMail(mail);
      events.changed('mails');
    },
    addReceivedMail(mail) {
      store.addReceivedMail(mail);
      events.changed('mails');
    },
    clearReceivedMails() {
      store.clearReceivedMails();
      events.changed('mails');
    },
    saveEntry(kind, entry) {
      store.saveEntry(kind, entry);
      tenantChanged();
    },
    removeEntry(kind, id) {
      store.removeEntry(kind, id);
      tenantChanged();
    },
    addMember(groupId, member) {
      store.addMember(groupId, member);
      tenantChanged();
    },
    removeMember(groupId, memberId) {
      const removed = store.removeMember(groupId, memberId);
      if (removed !== undefined) tenantChanged();
      return removed;
    },
    saveSetting(name, value) {
      store.saveSetting(name, value);
      if (!counters.has(name)) tenantChanged();
    },
  };
}

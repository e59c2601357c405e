/** The administrators' and users' side of the core at one instant. Each verb that changes something is one transaction. */
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import type { GraphTenant } from '../graph/tenant.ts';
import { portalToken, portalUser, signIn } from './access.ts';
import { everyoneIsDecidedOnAnew, removeAccessPolicy, saveAccessPolicy } from './access-policies.ts';
import { activate, activationBy, changeFindMy, shownBypassCode } from './activation-lock.ts';
import { audit } from './audit.ts';
import { cleanupDays, setCleanupDays } from './cleanup.ts';
import { devicePoliciesReader } from './compliance/device-policies.ts';
import { testMail } from './compliance/noncompliance-mail.ts';
import { decideRetire } from './compliance/retire-list.ts';
import { brand, complianceSettings } from './compliance/settings.ts';
import { configure, requestApp, tenantConfiguration } from './configuration.ts';
import { directoryOf } from './directory.ts';
import type { ServerOut } from './effects.ts';
import { fileVaultKey } from './file-vault.ts';
import { newId } from './new-id.ts';
import { notifyGroups } from './notifications/custom-notifications.ts';
import { queueMail } from './outbox.ts';
import { changeBrand, changeComplianceSettings, removePolicy, savePolicy } from './policies.ts';
import { changePushSettings, pushSettings } from './push-settings.ts';
import { type DeviceRecord, isVisible } from './records.ts';
import { cancel, deleteDevice, editDevice, issue, whyUnavailable } from './requests.ts';
import { allows } from './roles.ts';
import type { Core } from './sessions.ts';

export function tenantView(core: Core, now: number, out: ServerOut): GraphTenant {
  const { store } = core;
  const visible = (id: string) => {
    const record = store.device(id);
    return record !== undefined && isVisible(record) ? record : undefined;
  };
  /** @throws Error for a record that is not there: who acts on one has looked for it first */
  const needed = (id: string): DeviceRecord => {
    const record = visible(id);
    if (record === undefined) throw new Error(`Device ${id} is not there: ask for it before it is acted on.`);
    return record;
  };
  return {
    device: visible,
    devicesAfter: (afterId, where) => store.devicesAfter(afterId, where),
    deviceIndex: store.deviceIndex,
    commandsOf: (deviceId) => store.commandsOf(deviceId),
    allCommands: () => store.allCommands(),
    audits: () => store.audits(),
    whyUnavailable: (record, type) => whyUnavailable(core, record, type, now),
    bypassCode: (record) => shownBypassCode(core, record, now),
    fileVaultKey: (record) => fileVaultKey(core, record),
    issue: (id, command, by) => committed(core, () => issue(core, needed(id), command, by, now, out)),
    notifyGroups: (groupIds, text, by) => committed(core, () => ({ tryAgainAt: notifyGroups(core, groupIds, text, by, now, out) })),
    pushSettings: () => pushSettings(core),
    setPushSettings: (change) => store.transaction(() => changePushSettings(core, change)),
    pushCounts: () => core.pushes.counts(),
    cancel: (id, action, by) =>
      store.transaction(() => {
        const record = visible(id);
        return record === undefined ? 'not-found' : cancel(core, record, action, by, now, out);
      }),
    configuration: () => tenantConfiguration(core),
    configure: (change, by) =>
      store.transaction(() => {
        const before = tenantConfiguration(core).requireManagedDevice;
        configure(core, change, by, now, out);
        if (tenantConfiguration(core).requireManagedDevice !== before) everyoneIsDecidedOnAnew(core, out);
      }),
    requestApp: (id, appId) =>
      store.transaction(() => {
        const record = visible(id);
        return record !== undefined && requestApp(core, record, appId, now, out);
      }),
    portalUser: (token) => portalUser(core, token),
    portalToken: (userPrincipalName) => store.transaction(() => portalToken(core, userPrincipalName, now)),
    directory: directoryOf(core, now, out),
    allows: (userId, resourceAction, device) => allows(core, userId, resourceAction, device),
    deviceCounts: () => store.deviceCounts(),
    complianceCounts: () => store.complianceCounts(),
    editDevice: (id, change, by) => store.transaction(() => editDevice(core, needed(id), change, by, now)),
    cleanupDays: () => cleanupDays(core),
    setCleanupDays: (days, by) => store.transaction(() => setCleanupDays(core, days, by, now)),
    note: (activity, about, by) => store.transaction(() => audit(core, about, activity, by, about.id, now)),
    savePolicy: (policy, activity, by) => store.transaction(() => savePolicy(core, policy, activity, by, now, out)),
    removePolicy: (policy, by) => store.transaction(() => removePolicy(core, policy, by, now, out)),
    policiesOf: (device) => devicePoliciesReader(core)(device),
    policyReader: (only) => devicePoliciesReader(core, only),
    complianceSettings: () => complianceSettings(core),
    setComplianceSettings: (change, by) => store.transaction(() => changeComplianceSettings(core, change, by, now, out)),
    brand: () => brand(core),
    setBrand: (change, by) => store.transaction(() => changeBrand(core, change, by, now)),
    decideRetire: (ids, decision, by) => store.transaction(() => decideRetire(core, ids, decision, by, now, out)),
    sendTestMail: (template, message, to) => store.transaction(() => testMail(core, template, message, to, now, out)),
    saveAccessPolicy: (policy, activity, by) => store.transaction(() => saveAccessPolicy(core, policy, activity, by, now, out)),
    removeAccessPolicy: (policy, by) => store.transaction(() => removeAccessPolicy(core, policy, by, now, out)),
    signIns: () => store.signIns(),
    signIn: (id) => store.signIn(id),
    mails: () => store.mails(),
    sendMail: (draft) => store.transaction(() => queueMail(core, draft, now, now, out)),
    receivedMails: () => store.receivedMails(),
    receivedMail: (id) => store.receivedMail(id),
    receiveMail: (mail) =>
      store.transaction(() => {
        const received = { ...mail, id: newId(core, 'received-mail'), at: now };
        store.addReceivedMail(received);
        return received;
      }),
    clearReceivedMails: () => store.transaction(() => store.clearReceivedMails()),
    deleteDevice: (id, by) =>
      store.transaction(() => {
        const record = visible(id);
        if (record !== undefined) deleteDevice(core, record, by, now, out);
      }),
  };
}

/** One transaction, and then what waits for it. */
function committed<T>(core: Core, work: () => T): T {
  core.afterCommit = [];
  const result = core.store.transaction(work);
  for (const later of core.afterCommit) later();
  return result;
}

/** What Apple and the directory answer; they need no identity of the device. */
export function answerOutside(core: Core, request: OutsideRequest, now: number, out: ServerOut): OutsideAnswer {
  const by = request.service === 'activation' ? { by: activationBy(core, request) } : {};
  const answer = core.store.transaction(() => answerOf(core, request, now, out));
  out.note({
    kind: 'outside-answered',
    deviceId: request.service === 'sign-in' ? request.deviceId : null,
    serialNumber: request.service === 'sign-in' ? null : request.serialNumber,
    service: request.service,
    outcome: answer.allowed ? 'allowed' : answer.reason,
    ...by,
  });
  return answer;
}

function answerOf(core: Core, request: OutsideRequest, now: number, out: ServerOut): OutsideAnswer {
  switch (request.service) {
    case 'activation':
      return activate(core, request, now);
    case 'find-my':
      return changeFindMy(core, request);
    case 'sign-in':
      return signIn(core, request, now, out);
  }
}

/** Graph's view of the tenant, for those who drive the core: each call that changes something is an input of its own. */
import type { GraphTenant } from './graph/tenant.ts';

/** @param change one transaction and its effects */
export function inputsOfTenant(now: GraphTenant, change: <T>(work: (tenant: GraphTenant) => T) => T): GraphTenant {
  return {
    ...now,
    issue: (deviceId, command, by) => change((one) => one.issue(deviceId, command, by)),
    notifyGroups: (groupIds, text, by) => change((one) => one.notifyGroups(groupIds, text, by)),
    setPushSettings: (settings) => change((one) => one.setPushSettings(settings)),
    cancel: (deviceId, action, by) => change((one) => one.cancel(deviceId, action, by)),
    configure: (configuration, by) => change((one) => one.configure(configuration, by)),
    requestApp: (deviceId, appId) => change((one) => one.requestApp(deviceId, appId)),
    portalToken: (userPrincipalName) => change((one) => one.portalToken(userPrincipalName)),
    editDevice: (deviceId, edit, by) => change((one) => one.editDevice(deviceId, edit, by)),
    setCleanupDays: (days, by) => change((one) => one.setCleanupDays(days, by)),
    deleteDevice: (deviceId, by) => change((one) => one.deleteDevice(deviceId, by)),
    savePolicy: (policy, activity, by) => change((one) => one.savePolicy(policy, activity, by)),
    removePolicy: (policy, by) => change((one) => one.removePolicy(policy, by)),
    setComplianceSettings: (settings, by) => change((one) => one.setComplianceSettings(settings, by)),
    decideRetire: (deviceIds, decision, by) => change((one) => one.decideRetire(deviceIds, decision, by)),
    sendTestMail: (template, message, to) => change((one) => one.sendTestMail(template, message, to)),
    saveAccessPolicy: (policy, activity, by) => change((one) => one.saveAccessPolicy(policy, activity, by)),
    removeAccessPolicy: (policy, by) => change((one) => one.removeAccessPolicy(policy, by)),
    sendMail: (draft) => change((one) => one.sendMail(draft)),
    directory: {
      ...now.directory,
      save: (kind, entry) => change((one) => one.directory.save(kind, entry)),
      remove: (kind, id) => change((one) => one.directory.remove(kind, id)),
      addMember: (groupId, member) => change((one) => one.directory.addMember(groupId, member)),
      removeMember: (groupId, memberId) => change((one) => one.directory.removeMember(groupId, memberId)),
    },
  };
}

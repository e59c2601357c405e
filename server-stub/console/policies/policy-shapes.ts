/** Compliance policies and what belongs to them, as Graph beta shows them. */

export interface ActionItem {
  id?: string;
  actionType: string;
  gracePeriodHours: number;
  notificationTemplateId: string;
  notificationMessageCCList: string[];
}

export interface Target {
  '@odata.type': string;
  groupId?: string;
}

export interface Overview {
  pendingCount: number;
  notApplicableCount: number;
  successCount: number;
  errorCount: number;
  failedCount: number;
  conflictCount: number;
}

export interface Policy extends Readonly<Record<string, unknown>> {
  '@odata.type': string;
  id: string;
  displayName: string;
  description: string | null;
  createdDateTime: string;
  lastModifiedDateTime: string;
  version: number;
  assignments?: { target: Target }[];
  deviceStatusOverview?: Overview;
  scheduledActionsForRule?: { ruleName: string | null; scheduledActionConfigurations: ActionItem[] }[];
}

export interface DeviceStatus {
  id: string;
  deviceDisplayName: string;
  userName: string;
  userPrincipalName: string;
  deviceModel: string;
  status: string;
  complianceGracePeriodExpirationDateTime: string;
  lastReportedDateTime: string;
}

export interface Template {
  id: string;
  displayName: string;
  description: string | null;
  defaultLocale: string | null;
  brandingOptions: string;
  lastModifiedDateTime: string;
  localizedNotificationMessages?: Message[];
}

export interface Message {
  id: string;
  locale: string;
  subject: string;
  messageTemplate: string;
  isDefault: boolean;
}

export interface Group {
  id: string;
  displayName: string;
  description: string | null;
  createdDateTime: string;
}

/** A user, a group or a device of the directory. */
export interface DirectoryObject {
  '@odata.type'?: string;
  id: string;
  displayName: string | null;
  userPrincipalName?: string | null;
  operatingSystem?: string | null;
}

export const policiesPath = 'deviceManagement/deviceCompliancePolicies';
export const templatesPath = 'deviceManagement/notificationMessageTemplates';

export const typeOf = (policy: Pick<Policy, '@odata.type'>): string => policy['@odata.type'].replace('#microsoft.graph.', '');

export const actionsOf = (policy: Policy): ActionItem[] =>
  (policy.scheduledActionsForRule ?? []).flatMap((rule) => rule.scheduledActionConfigurations);

export const targetsOf = (policy: Policy): Target[] => (policy.assignments ?? []).map(({ target }) => target);

/** group of v1.0 and of beta (Graph: group; Microsoft's type packages check the table). Groups are filled by hand: there is no rule. */
import type { Group as GroupV1 } from '@microsoft/microsoft-graph-types';
import type { Group as GroupBeta } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import type { GroupRecord } from '../core/directory-records.ts';
import { date, flag, named, type Properties, structure, text, texts } from './directory-columns.ts';
import { type Resource, resource } from './property.ts';

const noText = text((_: GroupRecord) => null);
const noDate = date((_: GroupRecord) => null);
const noFlag = flag((_: GroupRecord) => null);
const none = structure((_: GroupRecord): [] => []);

const v1Table = {
  id: text((group) => group.id),
  deletedDateTime: noDate,
  classification: noText,
  createdDateTime: date((group) => formatInstant(group.createdAt)),
  description: text((group) => group.description),
  displayName: text((group) => group.displayName),
  expirationDateTime: noDate,
  groupTypes: texts((group) => group.groupTypes ?? []),
  isAssignableToRole: noFlag,
  mail: text((group) => group.mail ?? null),
  mailEnabled: flag((group) => group.mailEnabled),
  mailNickname: text((group) => group.mailNickname),
  membershipRule: noText,
  membershipRuleProcessingState: noText,
  onPremisesDomainName: noText,
  onPremisesLastSyncDateTime: noDate,
  onPremisesNetBiosName: noText,
  onPremisesProvisioningErrors: none,
  onPremisesSamAccountName: noText,
  onPremisesSecurityIdentifier: noText,
  onPremisesSyncEnabled: noFlag,
  preferredDataLocation: noText,
  preferredLanguage: noText,
  proxyAddresses: texts(({ mail }) => (mail === undefined ? [] : [`SMTP:${mail}`])),
  renewedDateTime: date((group) => formatInstant(group.createdAt)),
  securityEnabled: flag((group) => group.securityEnabled),
  theme: noText,
  visibility: text((group) => group.visibility ?? null),
  isManagementRestricted: named(noFlag),
} satisfies Properties<GroupV1, GroupRecord>;

const betaTable = { ...v1Table } satisfies Properties<GroupBeta, GroupRecord>;

export const groupOf: Readonly<Record<'v1.0' | 'beta', Resource<GroupRecord>>> = {
  'v1.0': resource('microsoft.graph.group', v1Table),
  beta: resource('microsoft.graph.group', betaTable),
};

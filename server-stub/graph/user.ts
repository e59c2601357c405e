/**
 * user of v1.0 and of beta (Graph: user; Microsoft's type packages check the table). Without `$select` only eleven properties are there.
 * What a simulated person cannot have (licences, a directory on premises) is null or empty.
 */
import type { User as UserV1 } from '@microsoft/microsoft-graph-types';
import type { User as UserBeta } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import type { ProfileText, UserRecord } from '../core/directory-records.ts';
import { date, flag, named, type Properties, structure, text, texts } from './directory-columns.ts';
import { collectionOf, type Resource, resource, structureOf } from './property.ts';

/** Local part of the name: what the directory makes of it where nothing else is said. */
const localPart = ({ userPrincipalName }: UserRecord) => userPrincipalName.split('@')[0] ?? '';
const domain = ({ userPrincipalName }: UserRecord) => userPrincipalName.split('@')[1] ?? '';

const profile = (name: ProfileText) => named(text((user: UserRecord) => user.profile?.[name] ?? null));
const noText = named(text((_: UserRecord) => null));
const noDate = named(date((_: UserRecord) => null));
const noFlag = named(flag((_: UserRecord) => null));
const nothing = named(structure((_: UserRecord) => null));
const none = named(structure((_: UserRecord): [] => []));

const v1Table = {
  businessPhones: texts((user) => user.businessPhones ?? []),
  displayName: text((user) => user.displayName),
  givenName: text((user) => user.givenName),
  jobTitle: text((user) => user.jobTitle),
  mail: text((user) => user.mail),
  mobilePhone: text((user) => user.mobilePhone),
  officeLocation: text((user) => user.officeLocation),
  preferredLanguage: text((user) => user.preferredLanguage),
  surname: text((user) => user.surname),
  userPrincipalName: text((user) => user.userPrincipalName),
  id: text((user) => user.id),
  accountEnabled: named(flag((user) => user.accountEnabled)),
  ageGroup: profile('ageGroup'),
  assignedLicenses: none,
  assignedPlans: none,
  city: profile('city'),
  companyName: profile('companyName'),
  consentProvidedForMinor: noText,
  country: profile('country'),
  createdDateTime: named(date((user) => formatInstant(user.createdAt))),
  creationType: noText,
  deletedDateTime: noDate,
  department: named(text((user) => user.department)),
  employeeHireDate: noDate,
  employeeId: profile('employeeId'),
  employeeLeaveDateTime: noDate,
  employeeOrgData: nothing,
  employeeType: profile('employeeType'),
  externalUserState: noText,
  externalUserStateChangeDateTime: noText,
  faxNumber: profile('faxNumber'),
  identities: named(
    structure(
      (user) => [{ signInType: 'userPrincipalName', issuer: domain(user), issuerAssignedId: user.userPrincipalName }],
      collectionOf(structureOf({ signInType: 'Edm.String', issuer: 'Edm.String', issuerAssignedId: 'Edm.String' })),
    ),
  ),
  imAddresses: named(texts((user) => (user.mail === null ? [] : [user.mail]))),
  isManagementRestricted: noFlag,
  isResourceAccount: noFlag,
  lastPasswordChangeDateTime: named(date((user) => formatInstant(user.createdAt))),
  legalAgeGroupClassification: noText,
  licenseAssignmentStates: none,
  mailNickname: named(text((user) => user.profile?.mailNickname ?? localPart(user))),
  onPremisesDistinguishedName: noText,
  onPremisesDomainName: noText,
  onPremisesExtensionAttributes: nothing,
  onPremisesImmutableId: noText,
  onPremisesLastSyncDateTime: noDate,
  onPremisesProvisioningErrors: none,
  onPremisesSamAccountName: noText,
  onPremisesSecurityIdentifier: noText,
  onPremisesSyncEnabled: noFlag,
  onPremisesUserPrincipalName: noText,
  otherMails: named(texts((user) => user.otherMails ?? [])),
  passwordPolicies: profile('passwordPolicies'),
  // Nobody reads a password, only writes one.
  passwordProfile: nothing,
  postalCode: profile('postalCode'),
  preferredDataLocation: noText,
  provisionedPlans: none,
  proxyAddresses: named(texts((user) => (user.mail === null ? [] : [`SMTP:${user.mail}`]))),
  showInAddressList: noFlag,
  signInSessionsValidFromDateTime: named(date((user) => formatInstant(user.createdAt))),
  state: profile('state'),
  streetAddress: profile('streetAddress'),
  usageLocation: named(text((user) => user.usageLocation)),
  userType: named(text((user) => user.profile?.userType ?? 'Member')),
} satisfies Properties<UserV1, UserRecord>;

const betaTable = { ...v1Table } satisfies Properties<UserBeta, UserRecord>;

export const userOf: Readonly<Record<'v1.0' | 'beta', Resource<UserRecord>>> = {
  'v1.0': resource('microsoft.graph.user', v1Table),
  beta: resource('microsoft.graph.user', betaTable),
};

/** The tenant itself (Graph: organization-list, organization-get). */
import type { MdmAuthority, Organization as OrganizationV1 } from '@microsoft/microsoft-graph-types';
import type { Organization as OrganizationBeta } from '@microsoft/microsoft-graph-types-beta';
import type { Organization } from '../core/directory-records.ts';
import { type Collection, countItems, listPage, oneItem } from './collection.ts';
import { column, date, flag, type Properties, structure, text, texts } from './directory-columns.ts';
import { objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import type { Call, Endpoint, GraphVersion } from './endpoint.ts';
import { collectionOf, type Resource, resource, structureOf } from './property.ts';

const { readOrganization } = directoryNeeds;

export const organizationEndpoints: readonly Endpoint[] = [
  { path: 'organization', methods: { GET: { needs: readOrganization, answer: (call) => listPage(call, organizations(call)) } } },
  { path: 'organization/$count', methods: { GET: { needs: readOrganization, answer: (call) => countItems(call, organizations(call)) } } },
  {
    path: 'organization/{id}',
    methods: { GET: { needs: readOrganization, answer: (call) => oneItem(call, organizations(call), () => organizationOfPath(call)) } },
  },
];

const noText = text((_: Organization) => null);
const noFlag = flag((_: Organization) => null);
const noDate = date((_: Organization) => null);
const nobody = texts((_: Organization) => []);
const none = structure((_: Organization): [] => []);
const domain = {
  capabilities: 'Edm.String',
  isDefault: 'Edm.Boolean',
  isInitial: 'Edm.Boolean',
  name: 'Edm.String',
  type: 'Edm.String',
} as const;

const v1Table = {
  id: text(({ id }) => id),
  deletedDateTime: noDate,
  businessPhones: nobody,
  city: noText,
  country: noText,
  countryLetterCode: noText,
  createdDateTime: noDate,
  defaultUsageLocation: noText,
  displayName: text(({ displayName }) => displayName),
  marketingNotificationEmails: nobody,
  mobileDeviceManagementAuthority: column('enum', (): MdmAuthority => 'intune'),
  onPremisesLastSyncDateTime: noDate,
  onPremisesSyncEnabled: noFlag,
  partnerTenantType: structure(() => null),
  postalCode: noText,
  preferredLanguage: noText,
  securityComplianceNotificationMails: nobody,
  securityComplianceNotificationPhones: nobody,
  state: noText,
  street: noText,
  technicalNotificationMails: nobody,
  tenantType: text(() => 'AAD'),
  assignedPlans: none,
  privacyProfile: structure(() => null),
  provisionedPlans: none,
  verifiedDomains: structure(
    ({ domain: name }) => [{ capabilities: 'Email, OfficeCommunicationsOnline', isDefault: true, isInitial: true, name, type: 'Managed' }],
    collectionOf(structureOf(domain)),
  ),
} satisfies Properties<OrganizationV1, Organization>;

const betaTable = { ...v1Table } satisfies Properties<OrganizationBeta, Organization>;

const organizationOf: Readonly<Record<GraphVersion, Resource<Organization>>> = {
  'v1.0': resource('microsoft.graph.organization', v1Table),
  beta: resource('microsoft.graph.organization', betaTable),
};

/** There is one. */
function organizations({ version, tenant }: Call): Collection<Organization, Organization> {
  return {
    path: 'organization',
    resource: organizationOf[version],
    style: 'directory',
    items: (afterId) => (afterId === null ? [tenant.directory.organization()] : []),
    idOf: ({ id }) => id,
    sourceOf: (organization) => organization,
  };
}

/** @throws GraphFault 404 */
function organizationOfPath({ tenant, params }: Call): Organization {
  const organization = tenant.directory.organization();
  if (organization.id !== params.id?.toLowerCase()) throw objectNotFound(params.id ?? '');
  return organization;
}

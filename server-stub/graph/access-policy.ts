/** conditionalAccessPolicy of v1.0 and of beta, from a policy of the tenant (Graph: conditionalaccesspolicy; reference §9). */
import type {
  ConditionalAccessConditionSet,
  ConditionalAccessGrantControls,
  ConditionalAccessSessionControls,
  ConditionalAccessPolicy as PolicyV1,
} from '@microsoft/microsoft-graph-types';
import type {
  ConditionalAccessConditionSet as ConditionsBeta,
  ConditionalAccessGrantControls as GrantBeta,
  ConditionalAccessPolicy as PolicyBeta,
  ConditionalAccessSessionControls as SessionBeta,
} from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import type { AccessPolicyRecord } from '../core/policy-records.ts';
import { column, date, type Properties, structure, text } from './directory-columns.ts';
import { type Resource, resource } from './property.ts';

/** What is never set here is shown as the real service shows what is not set. */
function conditionsOf({ users, applications, platforms, clientAppTypes }: AccessPolicyRecord) {
  return {
    userRiskLevels: [],
    signInRiskLevels: [],
    clientAppTypes,
    servicePrincipalRiskLevels: [],
    locations: null,
    devices: null,
    clientApplications: null,
    applications: { ...applications, includeAuthenticationContextClassReferences: [], applicationFilter: null },
    users: { ...users, includeGuestsOrExternalUsers: null, excludeGuestsOrExternalUsers: null },
    platforms,
  };
}

function grantOf({ grant }: AccessPolicyRecord) {
  return grant === null ? null : { ...grant, customAuthenticationFactors: [], termsOfUse: [], authenticationStrength: null };
}

/** In days where it is whole days: the console takes up to 23 hours, and days from there on. */
function sessionOf({ signInFrequencyHours: hours }: AccessPolicyRecord) {
  if (hours === null) return null;
  const frequency = hours % 24 === 0 ? { value: hours / 24, type: 'days' } : { value: hours, type: 'hours' };
  return {
    disableResilienceDefaults: null,
    applicationEnforcedRestrictions: null,
    cloudAppSecurity: null,
    persistentBrowser: null,
    signInFrequency: {
      ...frequency,
      authenticationType: 'primaryAndSecondaryAuthentication',
      frequencyInterval: 'timeBased',
      isEnabled: true,
    },
  };
}

const common = {
  id: text(({ id }: AccessPolicyRecord) => id),
  displayName: text(({ displayName }: AccessPolicyRecord) => displayName),
  createdDateTime: date(({ createdAt }: AccessPolicyRecord) => formatInstant(createdAt)),
  modifiedDateTime: date(({ modifiedAt }: AccessPolicyRecord) => (modifiedAt === null ? null : formatInstant(modifiedAt))),
  state: column('enum', ({ state }: AccessPolicyRecord) => state),
};

const v1Table = {
  ...common,
  templateId: text((_: AccessPolicyRecord) => null),
  conditions: structure((policy) => conditionsOf(policy) as object as ConditionalAccessConditionSet),
  grantControls: structure((policy) => grantOf(policy) as ConditionalAccessGrantControls | null),
  sessionControls: structure((policy) => sessionOf(policy) as ConditionalAccessSessionControls | null),
} satisfies Properties<PolicyV1, AccessPolicyRecord>;

const betaTable = {
  ...common,
  conditions: structure((policy) => conditionsOf(policy) as object as ConditionsBeta),
  grantControls: structure((policy) => grantOf(policy) as GrantBeta | null),
  sessionControls: structure((policy) => sessionOf(policy) as SessionBeta | null),
} satisfies Properties<PolicyBeta, AccessPolicyRecord>;

export const accessPolicyOf: Readonly<Record<'v1.0' | 'beta', Resource<AccessPolicyRecord>>> = {
  'v1.0': resource('microsoft.graph.conditionalAccessPolicy', v1Table),
  beta: resource('microsoft.graph.conditionalAccessPolicy', betaTable),
};

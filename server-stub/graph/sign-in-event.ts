/** signIn of v1.0 and of beta, from an entry of the sign-in log (Graph: signin; reference §9). */
import type { AppliedConditionalAccessPolicy, DeviceDetail, SignInStatus, SignIn as SignInV1 } from '@microsoft/microsoft-graph-types';
import type { SignIn as SignInBeta } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import { directoryApps } from '../core/office-apps.ts';
import { userIdOf } from '../core/people.ts';
import type { AppliedAccessPolicy, SignInRecord } from '../core/policy-records.ts';
import { azureDeviceId, derivedGuid } from './derived-guid.ts';
import { column, date, flag, type Properties, structure, text, texts } from './directory-columns.ts';
import { collectionOf, type Members, type Resource, resource, structureOf } from './property.ts';
import type { GraphTenant } from './tenant.ts';

/** Names of people are looked up when they are shown. */
export interface SignInSource {
  signIn: SignInRecord;
  tenant: GraphTenant;
}

/** Entra's numbers of refusals (Microsoft Entra authentication error codes), each with its words. */
const errors: Readonly<Record<SignInRecord['outcome'], readonly [code: number, reason: string | null]>> = {
  allowed: [0, null],
  'not-signed-in': [50058, 'Session information is not sufficient for single-sign-on.'],
  'token-unknown': [70000, 'The provided grant is not valid, or it is not for this user and this application.'],
  'account-unknown': [50034, 'The user account does not exist in the directory.'],
  'account-disabled': [50057, 'The user account is disabled.'],
  'access-blocked': [53003, 'Access has been blocked by Conditional Access policies.'],
  'device-not-managed': [530003, 'Your device is required to be managed to access this resource.'],
  'device-not-compliant': [53000, 'Device is not in required device state: compliant.'],
  'device-not-joined': [53001, 'Device is not in required device state: domain joined.'],
  // Of these the directory never hears.
  'code-wrong': [0, null],
  'code-expired': [0, null],
  'account-wrong': [0, null],
  'no-network': [0, null],
  unreachable: [0, null],
};

function statusOf({ outcome }: SignInRecord): SignInStatus {
  const [errorCode, failureReason] = errors[outcome];
  return { errorCode, failureReason, additionalDetails: null };
}

function deviceOf({ deviceId, deviceName, operatingSystem, isCompliant }: SignInRecord): DeviceDetail {
  return {
    deviceId: deviceId === null ? '' : azureDeviceId(deviceId),
    displayName: deviceName,
    operatingSystem,
    browser: '',
    isCompliant,
    isManaged: deviceId !== null,
    trustType: deviceId === null ? null : 'Azure AD registered',
  };
}

/** As the log names them, which is not as a policy does. */
const controlNames: Readonly<Record<string, string>> = {
  block: 'Block',
  mfa: 'Mfa',
  compliantDevice: 'RequireCompliantDevice',
  domainJoinedDevice: 'RequireDomainJoinedDevice',
  approvedApplication: 'RequireApprovedApp',
};

function appliedOf({ id, displayName, result, controls }: AppliedAccessPolicy): AppliedConditionalAccessPolicy {
  const enforcedGrantControls = controls.map((control) => controlNames[control] ?? control);
  return { id, displayName, enforcedGrantControls, enforcedSessionControls: [], result };
}

/** Of all policies together: the ones that are only reported do not count. */
function accessStatus({ policies }: SignInRecord): 'success' | 'failure' | 'notApplied' {
  if (policies.some(({ result }) => result === 'failure')) return 'failure';
  return policies.some(({ result }) => result === 'success') ? 'success' : 'notApplied';
}

const statusMembers = {
  errorCode: 'Edm.Int64',
  failureReason: 'Edm.String',
  additionalDetails: 'Edm.String',
} satisfies Members<SignInStatus>;
const deviceMembers = {
  deviceId: 'Edm.String',
  displayName: 'Edm.String',
  operatingSystem: 'Edm.String',
  browser: 'Edm.String',
  isCompliant: 'Edm.Boolean',
  isManaged: 'Edm.Boolean',
  trustType: 'Edm.String',
} satisfies Members<DeviceDetail>;
const appliedMembers = {
  id: 'Edm.String',
  displayName: 'Edm.String',
  result: 'enum',
  enforcedGrantControls: collectionOf('Edm.String'),
} satisfies Members<AppliedConditionalAccessPolicy>;

const userOf = ({ signIn, tenant }: SignInSource) => tenant.directory.user(signIn.userPrincipalName);
/** Where nobody has assessed any. */
const noRisk = column('enum', (_: SignInSource) => 'none' as const);

const v1Table = {
  id: text(({ signIn }) => signIn.id),
  createdDateTime: date(({ signIn }) => formatInstant(signIn.at)),
  userDisplayName: text((source) => userOf(source)?.displayName ?? source.signIn.userPrincipalName),
  userPrincipalName: text(({ signIn }) => signIn.userPrincipalName),
  userId: text((source) => userOf(source)?.id ?? userIdOf(source.signIn.userPrincipalName)),
  appId: text(({ signIn }) => directoryApps[signIn.app].clientId),
  appDisplayName: text(({ signIn }) => directoryApps[signIn.app].clientName),
  ipAddress: text((_: SignInSource) => null),
  clientAppUsed: text((_: SignInSource) => 'Mobile Apps and Desktop clients'),
  correlationId: text(({ signIn }) => derivedGuid(`correlation ${signIn.id}`)),
  conditionalAccessStatus: column('enum', ({ signIn }) => accessStatus(signIn)),
  isInteractive: flag(({ signIn }) => !signIn.isBackground),
  riskDetail: noRisk,
  riskLevelAggregated: noRisk,
  riskLevelDuringSignIn: noRisk,
  riskState: noRisk,
  riskEventTypes_v2: texts((_: SignInSource) => []),
  resourceDisplayName: text(({ signIn }) => directoryApps[signIn.app].resourceName),
  resourceId: text(({ signIn }) => directoryApps[signIn.app].resourceId),
  status: structure(({ signIn }) => statusOf(signIn), structureOf(statusMembers)),
  deviceDetail: structure(({ signIn }) => deviceOf(signIn), structureOf(deviceMembers)),
  location: structure((_: SignInSource) => null),
  appliedConditionalAccessPolicies: structure(({ signIn }) => signIn.policies.map(appliedOf), collectionOf(structureOf(appliedMembers))),
} satisfies Properties<SignInV1, SignInSource>;

const betaTable = {
  ...v1Table,
  signInEventTypes: texts(({ signIn }: SignInSource) => [signIn.isBackground ? 'nonInteractiveUser' : 'interactiveUser']),
} satisfies Properties<SignInBeta, SignInSource>;

export const signInOf: Readonly<Record<'v1.0' | 'beta', Resource<SignInSource>>> = {
  'v1.0': resource('microsoft.graph.signIn', v1Table),
  beta: resource('microsoft.graph.signIn', betaTable),
};

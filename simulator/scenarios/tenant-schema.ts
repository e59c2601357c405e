/** The `tenant` of a scenario file, and what an administrator may change of it on the way. */
import { z } from 'zod';
import { appNameMax, assignableAppId, assignableAppIdPhrase } from '../../protocol/device-information.ts';
import { platforms } from '../../protocol/platforms.ts';
import { atOnce } from '../../runtime/distribution.ts';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { type PushSettings, type TenantApp, type TenantConfiguration, tenantAppsMax } from '../../server-stub/core/settings.ts';
import { accessPoliciesSchema, accessPolicyChangesSchema } from '../tenant/access-policies-schema.ts';
import { groupChangesSchema, scenarioGroupsSchema, usersSchema } from '../tenant/directory-schema.ts';
import { complianceSettingsSchema, policiesSchema, policyChangesSchema } from '../tenant/policies-schema.ts';
import type { DirectorySeed } from '../tenant/seed.ts';
import { brandingSchema, templateChangesSchema, templatesSchema } from '../tenant/templates-schema.ts';
import type { TenantSettings } from './scenario.ts';
import { allowed, distribution, duration, list, mapping, oneOf, refuse, share, text, wholeNumber, yesOrNo } from './values.ts';

/** A certificate lives 365 days (M-01): a window as long would renew it at every check-in. */
const renewalWindowMaxMs = 364 * dayMs;

const push = mapping({
  lost: share().prefault('1%').describe('Share of the pushes that never arrive.'),
  latency: distribution()
    .prefault({ uniform: ['1s', '10s'] })
    .describe('How long a push takes to an online device: a duration, {uniform: [a, b]} or {exponential: mean}.'),
  late: mapping({
    share: share().describe('So many of the pushes that arrive are held up on the way,'),
    by: distribution().describe('for so long, beside the latency.'),
  })
    .default({ share: 0, by: atOnce })
    .describe('Pushes that come hours late: { share: 5%, by: { uniform: [1h, 8h] } }.'),
  keptFor: duration().prefault('1d').describe('How long a nudge is kept for a device that is offline; the newest wins.'),
  notificationsKeptFor: duration().prefault('28d').describe('How long a notification is kept for a device that is offline; each is kept.'),
  membershipLag: distribution()
    .default(atOnce)
    .describe('How late custom notifications see who left or joined a group, or is not enrolled any more; drawn for each.'),
}).transform(
  ({ keptFor, notificationsKeptFor, ...rest }): PushSettings => ({
    ...rest,
    keptForMs: keptFor,
    notificationsKeptForMs: notificationsKeptFor,
  }),
);

const app = mapping({
  id: z
    .string(allowed(assignableAppIdPhrase))
    .regex(assignableAppId, assignableAppIdPhrase)
    .describe('A short name of the app: what buttons and the self-service site call it.'),
  name: text(appNameMax).describe('The name of the app, as people see it.'),
  intent: oneOf(['required', 'available']).describe('required: it is installed; available: its user may install it from Company Portal.'),
  platforms: list(oneOf(platforms), 1, platforms.length, 'platforms').optional().describe('Only for devices of these platforms.'),
}).transform(({ platforms, ...rest }): TenantApp => (platforms === undefined ? rest : { ...rest, platforms }));

const apps = list(app, 0, tenantAppsMax, 'apps').transform((all, context): TenantApp[] => {
  all.forEach(({ id }, index) => {
    const first = all.findIndex((other) => other.id === id);
    if (first === index) return;
    const message = `"${id}" is already the id of apps[${first}]; allowed: an id that no other app has`;
    refuse(context, { code: 'scenario-value', message, input: id, path: [index, 'id'] });
  });
  return all;
});

const policyShape = {
  passcodeRequired: yesOrNo().optional().describe('Devices must have a passcode.'),
  passcodeLengthMin: wholeNumber(4, 16).optional().describe('Shortest passcode that is sufficient.'),
  workProfilePasscodeRequired: yesOrNo().optional().describe('Android: the work profile must have a passcode of its own.'),
  allowActivationLock: yesOrNo().optional().describe('Supervised Apple devices may turn Activation Lock on.'),
};

const restShape = {
  apps: apps.optional().describe('Apps for the devices: required ones are installed, available ones are offered.'),
  requireManagedDevice: yesOrNo().optional().describe('Conditional Access: Office apps sign in from managed, compliant devices only.'),
};

/** Of a scenario's tenant, and of its changes. */
const directoryShape = {
  users: usersSchema.optional().describe('People. Whoever has a device of the fleet is one without being named here.'),
  groups: scenarioGroupsSchema.optional().describe('Groups and their members.'),
  complianceSettings: complianceSettingsSchema.optional().describe('What counts for all compliance policies.'),
  branding: brandingSchema.optional().describe('How the Company Portal and mails look.'),
};

const plantedShape = {
  ...directoryShape,
  notificationTemplates: templatesSchema.optional().describe('Mails to users of noncompliant devices.'),
  compliancePolicies: policiesSchema.optional().describe('What devices must be like, and what happens to those that are not.'),
  conditionalAccess: accessPoliciesSchema.optional().describe('Which sign-ins of apps are let in.'),
};

/** By their names: who is there already is changed. */
const plantedChangeShape = {
  ...directoryShape,
  groups: groupChangesSchema.optional().describe('Groups: added, or given other members; `leave`: who is no member any more.'),
  notificationTemplates: templateChangesSchema.optional().describe('Mails: added, changed or, with `remove: true`, taken away.'),
  compliancePolicies: policyChangesSchema.optional().describe('Compliance policies: added, changed or, with `remove: true`, taken away.'),
  conditionalAccess: accessPolicyChangesSchema
    .optional()
    .describe('Conditional Access: added, changed or, with `remove: true`, taken away.'),
};

type Said = { [K in keyof DirectorySeed]?: DirectorySeed[K] | undefined };

function seedOf(said: Said): DirectorySeed {
  const { users = [], groups = [], complianceSettings = {}, branding = {} } = said;
  const { notificationTemplates = [], compliancePolicies = [], conditionalAccess = [] } = said;
  return { users, groups, complianceSettings, branding, notificationTemplates, compliancePolicies, conditionalAccess };
}

export const tenantSchema = mapping({
  renewalWindow: duration(hourMs, renewalWindowMaxMs).prefault('30d').describe('How long before its end a certificate is renewed.'),
  push: push.prefault({}).describe('The push service that nudges devices to check in.'),
  policy: mapping(policyShape).optional().describe('What is asked of every device.'),
  ...restShape,
  ...plantedShape,
}).transform(({ renewalWindow, push, policy, apps, requireManagedDevice, ...planted }): TenantSettings => {
  return {
    renewalWindowMs: renewalWindow,
    push,
    configuration: given({ ...policy, apps, requireManagedDevice }),
    planted: seedOf(planted),
  };
});

/** The same of a tenant file: what is asked of devices, without what a simulation decides. */
export const tenantConfigurationSchema = mapping({
  policy: mapping(policyShape).optional().describe('What is asked of every device.'),
  ...restShape,
}).transform(({ policy, ...rest }): Partial<TenantConfiguration> => given({ ...policy, ...rest }));

export interface TenantChange {
  change: Partial<TenantConfiguration>;
  seed: DirectorySeed | null;
}

export const tenantChangeSchema = mapping({ ...policyShape, ...restShape, ...plantedChangeShape })
  .meta({ minProperties: 1 })
  .transform((said, context): TenantChange => {
    const { users, groups, complianceSettings, branding, notificationTemplates, compliancePolicies, conditionalAccess, ...change } = said;
    const planted = { users, groups, complianceSettings, branding, notificationTemplates, compliancePolicies, conditionalAccess };
    const isPlanted = Object.keys(given(planted)).length > 0;
    if (isPlanted || Object.keys(change).length > 0) return { change: given(change), seed: isPlanted ? seedOf(planted) : null };
    const names = [...Object.keys(policyShape), ...Object.keys(restShape), ...Object.keys(plantedChangeShape)];
    const message = `it changes nothing; allowed: ${names.join(', ')}`;
    return refuse(context, { code: 'scenario-missing', message, input: said });
  });

/** Without the members that are not there: what is absent must not take the place of a default. */
function given<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/**
 * The schema of a tenant file: what `mockfleet serve --tenant` and tests plant. One source for what is refused, for what is planted
 * (`TenantSeed`: the output) and for the JSON Schema for editors (the input; `scripts/write-scenario-schema.ts`).
 */
import { z } from 'zod';
import { tenantConfigurationSchema } from '../scenarios/tenant-schema.ts';
import { allowed, mapping } from '../scenarios/values.ts';
import { accessPoliciesSchema } from './access-policies-schema.ts';
import { devicesSchema } from './devices-schema.ts';
import {
  applicationsSchema,
  groupsSchema,
  organizationSchema,
  roleAssignmentsSchema,
  rolesSchema,
  usersSchema,
} from './directory-schema.ts';
import { complianceSettingsSchema, policiesSchema } from './policies-schema.ts';
import { checkReferences } from './references.ts';
import type { TenantSeed } from './seed.ts';
import { brandingSchema, templatesSchema } from './templates-schema.ts';

const daysPhrase = 'a whole number of days from 30 to 270, or off';

const file = mapping({
  organization: organizationSchema.prefault({}).describe('Whose tenant it is.'),
  users: usersSchema.prefault([]).describe('People. Whoever has a device is one without being named here.'),
  groups: groupsSchema.prefault([]).describe('Groups and their members.'),
  applications: applicationsSchema.prefault([]).describe('Programs that sign in.'),
  roles: rolesSchema.prefault([]).describe('Roles of Intune beside the built-in ones.'),
  roleAssignments: roleAssignmentsSchema.prefault([]).describe('Who has which role of Intune, over which devices.'),
  complianceSettings: complianceSettingsSchema.prefault({}).describe('What counts for all compliance policies.'),
  branding: brandingSchema.prefault({}).describe('How the Company Portal and mails look.'),
  notificationTemplates: templatesSchema.prefault([]).describe('Mails to users of noncompliant devices.'),
  compliancePolicies: policiesSchema.prefault([]).describe('What devices must be like, and what happens to those that are not.'),
  conditionalAccess: accessPoliciesSchema.prefault([]).describe('Which sign-ins of apps are let in.'),
  devices: devicesSchema.prefault([]).describe('Devices that live with the stub.'),
  tenant: tenantConfigurationSchema.prefault({}).describe('What is asked of the devices and of those who sign in.'),
  cleanupDays: z
    .union([z.int().min(30, daysPhrase).max(270, daysPhrase), z.literal('off')], allowed(daysPhrase))
    .optional()
    .describe('Devices without contact for so many days are hidden; off: none are.'),
});

export const tenantSeedSchema = file.transform(({ tenant, cleanupDays, ...rest }, context): TenantSeed => {
  const seed = { ...rest, configuration: tenant, cleanupDays: cleanupDays === 'off' ? null : cleanupDays };
  checkReferences(seed, context);
  return seed;
});

/** The JSON Schema of a tenant file (draft 2020-12), for editors. */
export function tenantJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(tenantSeedSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'https://mockfleet.example/tenant.schema.json',
    title: 'mockfleet tenant',
    description: 'People, groups, programs, roles and devices of a tenant: `mockfleet serve --tenant`.',
    ...schema,
  };
}

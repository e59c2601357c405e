/** `mockfleet/msw`: a tenant in a test, in a browser too. Nothing on this path needs Node. */

export { graphHandlers } from '../../server-stub/msw.ts';
export { ClockError } from '../../server-stub/tenant-clock.ts';
export { ScenarioError } from '../scenarios/errors.ts';
export type { Clock } from './clock.ts';
export type { DeviceNotice, TenantDeviceCompliance } from './compliance.ts';
export { createTenant } from './create-tenant.ts';
export type { DeviceNotification, DeviceOutcome, TenantDevice } from './device.ts';
export type { TenantDevices } from './devices.ts';
export { TenantError } from './errors.ts';
export type { Mailbox, MailSearch } from './mailbox.ts';
export type { GroupNotification, NotifyOutcome } from './notify.ts';
export type {
  AccessPolicyOptions,
  ApplicationOptions,
  BehaviorOptions,
  CompliancePolicyOptions,
  DeviceOptions,
  GroupOptions,
  NoncomplianceActionOptions,
  NotificationTemplateOptions,
  RoleAssignmentOptions,
  RoleOptions,
  TenantOptions,
  UserOptions,
} from './options.ts';
export type { Push } from './push.ts';
export type { Tenant } from './tenant.ts';

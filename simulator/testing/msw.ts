/** `mockfleet/msw`: a tenant in a test, in a browser too. Nothing on this path needs Node. */

export { graphHandlers } from '../../server-stub/msw.ts';
export { ClockError } from '../../server-stub/tenant-clock.ts';
export { ScenarioError } from '../scenarios/errors.ts';
export type { Clock } from './clock.ts';
export { createTenant } from './create-tenant.ts';
export type { DeviceOutcome, TenantDevice } from './device.ts';
export type { TenantDevices } from './devices.ts';
export { TenantError } from './errors.ts';
export type { Mailbox, MailSearch } from './mailbox.ts';
export type {
  ApplicationOptions,
  BehaviorOptions,
  DeviceOptions,
  GroupOptions,
  RoleAssignmentOptions,
  RoleOptions,
  TenantOptions,
  UserOptions,
} from './options.ts';
export type { Tenant } from './tenant.ts';

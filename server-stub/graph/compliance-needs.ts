/** What calls about compliance policies need (Graph: the Permissions table of each method's page; reference §6.2). */
import type { Need } from './caller.ts';
import { intuneRead } from './endpoint.ts';

/** `DeviceCompliancePolices`: spelt so by the service itself. */
const resourceAction = (operation: string) => `Microsoft.Intune_DeviceCompliancePolices_${operation}`;

const writing = (operation: string): Need => ({
  permissions: ['DeviceManagementConfiguration.ReadWrite.All'],
  resourceAction: resourceAction(operation),
  of: 'intune',
});

export const complianceNeeds = {
  read: intuneRead('DeviceManagementConfiguration', resourceAction('Read')),
  create: writing('Create'),
  update: writing('Update'),
  delete: writing('Delete'),
  assign: writing('Assign'),
} as const satisfies Record<string, Need>;

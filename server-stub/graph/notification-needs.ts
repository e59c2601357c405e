/** What calls about templates of mails need (Graph: the Permissions table of each page; older pages have ServiceConfig). */
import type { Need } from './caller.ts';

const need = (verbs: readonly string[], resourceAction: string): Need => ({
  permissions: ['Configuration', 'ServiceConfig'].flatMap((part) => verbs.map((verb) => `DeviceManagement${part}.${verb}.All`)),
  resourceAction,
  of: 'intune',
});

/** Templates belong to the policies that send them, and so do the roles that reach them. */
export const notificationNeeds = {
  read: need(['Read', 'ReadWrite'], 'Microsoft.Intune_DeviceCompliancePolices_Read'),
  create: need(['ReadWrite'], 'Microsoft.Intune_DeviceCompliancePolices_Create'),
  update: need(['ReadWrite'], 'Microsoft.Intune_DeviceCompliancePolices_Update'),
  delete: need(['ReadWrite'], 'Microsoft.Intune_DeviceCompliancePolices_Delete'),
} as const;

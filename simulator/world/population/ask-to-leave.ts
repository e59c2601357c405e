import type { GraphTenant } from '../../../server-stub/graph/tenant.ts';

const administrator = 'admin@contoso.example';

/** The device's user, or an administrator where it has none, ends its management. What cannot be done to such a device is refused, and nothing comes of it. */
export function askToLeave(tenant: GraphTenant, recordId: string, action: 'retire' | 'wipe'): void {
  const user = tenant.device(recordId)?.inventory.userPrincipalName;
  if (user === undefined) return;
  tenant.issue(
    recordId,
    { type: action, parameters: {} },
    user === '' ? { name: administrator, isUser: false } : { name: user, isUser: true },
  );
}

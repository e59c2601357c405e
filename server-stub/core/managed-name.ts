import type { Inventory } from '../../protocol/messages.ts';
import { operatingSystemOf } from '../../protocol/platforms.ts';

/**
 * The name that the service gives a device at enrollment, and that a renaming does not change:
 * `<user>_<OS>_<M/D/YYYY>_<h:mm AM|PM>`, in UTC (reference §1.6).
 */
export function managedName(inventory: Inventory, enrolledAt: number): string {
  const user = inventory.userPrincipalName.split('@')[0] || 'userless';
  const at = new Date(enrolledAt);
  const hour = at.getUTCHours();
  const clock = `${hour % 12 || 12}:${String(at.getUTCMinutes()).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${user}_${operatingSystemOf(inventory)}_${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()}_${clock}`;
}

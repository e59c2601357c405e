import type { Inventory } from '../../protocol/messages.ts';
import { operatingSystemOf } from '../../protocol/platforms.ts';

/**
 * The name that the service gives a device at enrollment, and that a renaming does not change:
 * `<user>_<OS>_<M/D/YYYY>_<h:mm AM|PM>`, in UTC (reference §1.6).
 */
export function managedName(inventory: Inventory, enrolledAt: number): string {
  const { userPrincipalName } = inventory;
  const end = userPrincipalName.indexOf('@');
  const user = (end < 0 ? userPrincipalName : userPrincipalName.slice(0, end)) || 'userless';
  const at = new Date(enrolledAt);
  const hour = at.getUTCHours();
  const clock = `${hour % 12 || 12}:${String(at.getUTCMinutes()).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`;
  const date = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()}`;
  // Joined, it is one text in memory; a template would keep its pieces for as long as the record.
  return [user, operatingSystemOf(inventory), date, clock].join('_');
}

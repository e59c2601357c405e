/** What planting needs at hand: the tenant, its entries by name, when it is, and who does it. */
import type { GraphTenant, Initiator } from '../../server-stub/graph/tenant.ts';
import type { NamedEntries } from './named-entries.ts';

export interface Planting {
  tenant: GraphTenant;
  names: NamedEntries;
  now: number;
  /** Who stands in the audit log. */
  by: Initiator;
}

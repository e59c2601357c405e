/** What Graph says about a kind of device: the table of protocol/platforms.ts in the words of Microsoft's types, which check it here. */
import type { DeviceEnrollmentType as EnrollmentV1, ManagementAgentType } from '@microsoft/microsoft-graph-types';
import type { DeviceType, DeviceEnrollmentType as EnrollmentBeta, JoinType } from '@microsoft/microsoft-graph-types-beta';
import type { Inventory } from '../../protocol/messages.ts';
import { factsOf, isTablet } from '../../protocol/platforms.ts';

interface DeviceKind {
  enrollmentV1: EnrollmentV1;
  /** The members that v1.0 lacks collapse to `unknownFutureValue` there. */
  enrollmentBeta: EnrollmentBeta;
  agent: ManagementAgentType;
  owner: 'company' | 'personal';
  supervised: boolean;
  deviceType: DeviceType;
  joinType: JoinType;
  judgesJailbreak: boolean;
}

/** The kind of one device: its row, and what its model and its user change in it. */
export function kindOf(inventory: Inventory): DeviceKind {
  const facts: DeviceKind = factsOf(inventory);
  const userless = facts.enrollmentV1 === 'appleBulkWithUser' && inventory.userPrincipalName === '';
  if (!userless && !isTablet(inventory)) return facts;
  return {
    ...facts,
    ...(userless && { enrollmentV1: 'appleBulkWithoutUser', enrollmentBeta: 'appleBulkWithoutUser' }),
    ...(isTablet(inventory) && { deviceType: 'iPad' }),
  };
}

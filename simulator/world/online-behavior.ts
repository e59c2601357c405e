/** How a device is online, in one word: what distributions are told apart by. */
import type { FleetMember } from './fleet.ts';

/** From the one that is always there to the one that is gone. */
export const onlineBehaviors = ['always-on', 'working-hours', 'sometimes-away', 'lost'] as const;
export type OnlineBehavior = (typeof onlineBehaviors)[number];

/** Of its plan, whatever part of it the run comes to. */
export function onlineBehaviorOf({ outages, hours }: Pick<FleetMember, 'outages' | 'hours'>): OnlineBehavior {
  if (outages.length === 0) return hours === null ? 'always-on' : 'working-hours';
  // The network went a last time and never comes back.
  if (outages.length % 2 === 1) return 'lost';
  return hours === null ? 'sometimes-away' : 'working-hours';
}

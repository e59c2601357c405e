import { platformTraits } from '../platforms.ts';
import type { DeviceState } from './state.ts';

/**
 * Nudges and notifications come by one way, Apple's or Google's push service. On Android that is a part of Google Play services (CN-04):
 * without them a device hears of what waits for it at its scheduled check-ins alone.
 */
export function hearsPushes({ inventory, has }: Pick<DeviceState, 'inventory' | 'has'>): boolean {
  return !platformTraits[inventory.platform].pushedByGoogle || has.security.googlePlayServices !== false;
}

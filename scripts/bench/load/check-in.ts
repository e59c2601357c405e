/** A check-in that finds nothing to do: what all tools send. */
import type { Identity } from './messages.ts';

export function checkInOf({ id, configuration }: Identity): string {
  const version = configuration === null ? {} : { configuration };
  return JSON.stringify({ type: 'check-in', deviceId: id, trigger: 'user', osVersion: '17.5.1', ...version });
}

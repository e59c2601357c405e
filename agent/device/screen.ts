import type { DeviceOut } from './effects.ts';
import type { DeviceState, Screen } from './state.ts';

export function show(state: DeviceState, screen: Screen, out: DeviceOut): void {
  if (state.screen === screen) return;
  state.screen = screen;
  out.note({ kind: 'screen', screen });
}

/** The user typed the passcode at the lock screen. */
export function unlocked(state: DeviceState, out: DeviceOut): void {
  if (state.screen === 'locked') show(state, 'home', out);
}

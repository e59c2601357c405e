/** What a simulation does to a device outside of any screen: its habits, and what its user, or fate, has done to it. */
import { behaviorsMax, type DeviceChange } from '../../protocol/hands.ts';
import { type PlatformTraits, platformTraits } from '../platforms.ts';
import { noteApps, userApp, withApp } from './apps.ts';
import type { DeviceOut } from './effects.ts';
import { change } from './information.ts';
import { forgetNotifications } from './notifications.ts';
import { tellApple } from './outside.ts';
import { unlock } from './power.ts';
import { changedSecurity, measuredBefore } from './security.ts';
import type { CompanyApp, DeviceState, Possessions } from './state.ts';

/**
 * Each member that is there takes the place of what was. Find My means nothing but on Apple's devices, a work profile's passcode nothing
 * on a device without one, and what Company Portal may show nothing where it shows no notifications.
 */
export function changed(state: DeviceState, asked: DeviceChange, now: number, out: DeviceOut): void {
  if (asked.behaviors !== undefined) state.behaviors = asked.behaviors;
  if (asked.behavior !== undefined) state.behaviors = [asked.behavior, ...state.behaviors].slice(0, behaviorsMax);
  const { has, inventory } = state;
  change(state, {
    inventory: asked.osVersion === undefined ? inventory : { ...inventory, osVersion: asked.osVersion },
    has: { ...has, ...possessionsOf(asked, state, now) },
  });
  noteApps(has.apps, state.has.apps, out);
  if (has.companyApp.installed && !state.has.companyApp.installed) {
    forgetNotifications(state);
    if (state.open === 'company-portal') state.open = null;
  }
  // Without a passcode nothing waits for it any more.
  if (state.has.passcode === null && state.beforeFirstUnlock) unlock(state, now, out);
  tellApple(state, out);
}

function possessionsOf(asked: DeviceChange, { has, inventory }: DeviceState, now: number): Partial<Possessions> {
  const { jailBroken, encrypted, findMy, passcode, workProfilePasscode, installs, security, unreadable } = asked;
  const { apps, workProfile } = has;
  const { locksActivation, measuresAtBoot } = platformTraits[inventory.platform];
  return {
    ...(jailBroken === undefined ? {} : { jailBroken }),
    ...(encrypted === undefined ? {} : { encrypted }),
    ...(findMy === undefined || !locksActivation ? {} : { findMy }),
    ...(passcode === undefined ? {} : { passcode, passcodeSetAt: now }),
    ...(workProfilePasscode === undefined || workProfile === null
      ? {}
      : { workProfile: { ...workProfile, passcode: workProfilePasscode, setAt: now } }),
    ...(installs === undefined ? {} : { apps: withApp(apps, userApp(installs)) }),
    ...(security === undefined ? {} : { security: changedSecurity(has.security, security, inventory.platform) }),
    ...(unreadable === undefined ? {} : { unreadable }),
    ...companyAppOf(asked, has.companyApp, platformTraits[inventory.platform]),
    ...(measuresAtBoot && isMeasured(asked) ? { atBoot: measuredBefore(has) } : {}),
  };
}

/** What Windows would only see at its next start. */
function isMeasured({ encrypted, security = {} }: DeviceChange): boolean {
  const { secureBoot, codeIntegrity, earlyLaunchAntiMalware } = security;
  return [encrypted, secureBoot, codeIntegrity, earlyLaunchAntiMalware].some((value) => value !== undefined);
}

function companyAppOf(asked: DeviceChange, before: CompanyApp, traits: PlatformTraits): Partial<Possessions> {
  const { companyPortal, notificationsAllowed, lockScreenNotifications, notificationReader } = asked;
  const wanted = [companyPortal, notificationsAllowed, lockScreenNotifications, notificationReader];
  if (!traits.takesNotifications || wanted.every((one) => one === undefined)) return {};
  const installed = companyPortal ?? before.installed;
  // One that was just installed has to ask (CN-03).
  const isNew = installed && !before.installed;
  return {
    companyApp: {
      installed,
      permission: notificationsAllowed ?? (isNew ? 'not-asked' : before.permission),
      lockScreen: lockScreenNotifications ?? before.lockScreen,
      reader: notificationReader === undefined || !traits.sharesNotifications ? before.reader : notificationReader,
    },
  };
}

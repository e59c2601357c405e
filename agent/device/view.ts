/** A device as whoever holds it in their hands sees it (protocol/hands.ts). */
import type { DeviceView } from '../../protocol/hands.ts';
import { formatInstant } from '../../runtime/duration.ts';
import { screenView } from '../screens/index.ts';
import { hasCompanyPortal } from './notifications.ts';
import type { DeviceState } from './state.ts';

/** All that can be seen of a device, as plain data of its own. No passcode, token or key is in it. */
export function deviceView(state: DeviceState): DeviceView {
  const { inventory, has } = state;
  return {
    serialNumber: inventory.serialNumber,
    deviceId: state.deviceId,
    deviceName: inventory.deviceName,
    platform: inventory.platform,
    enrollment: inventory.enrollment,
    model: inventory.model,
    osVersion: inventory.osVersion,
    userPrincipalName: inventory.userPrincipalName,
    phase: state.phase,
    description: describe(state),
    network: state.network,
    power: state.power,
    lastCheckInAt: state.lastCheckInAt,
    certificateEndsAt: state.certificate?.notAfter ?? null,
    apps: has.apps.map((app) => ({ ...app })),
    companyData: has.companyData,
    userData: has.userData,
    esim: has.esim,
    access: { ...state.access } as Record<string, string>,
    notices: noticesOf(state),
    companyPortal: hasCompanyPortal(state),
    notificationsAllowed: has.companyApp.permission,
    lockScreenNotifications: has.companyApp.lockScreen,
    notifications: state.notifications.map(({ at, from, title, body, shown }) => ({ at, from, title, body, shown })),
    readByOtherApps: state.read.map((one) => ({ ...one })),
    condition: conditionOf(state),
    screen: screenView(state),
  };
}

function conditionOf({ has, behaviors }: DeviceState): DeviceView['condition'] {
  return {
    jailBroken: has.jailBroken,
    encrypted: has.encrypted,
    findMy: has.findMy,
    passcode: has.passcode !== null,
    workProfilePasscode: has.workProfile === null ? null : has.workProfile.passcode !== null,
    security: { ...has.security },
    unreadable: [...has.unreadable],
    notificationReader: has.companyApp.reader,
    behaviors: behaviors.map((one) => ({ ...one })),
  };
}

/** A view shows no more: the latest ones. */
const noticesMax = 20;

function noticesOf({ notifications }: DeviceState): DeviceView['notices'] {
  const notices = notifications.filter(({ from }) => from === 'compliance').slice(-noticesMax);
  return notices.map(({ at, title, body }) => ({ at, title, body }));
}

/**
 * All that the view depends on. Two states with the same parts, by `===`, look alike: objects in a state are replaced, never changed.
 */
export function viewParts(state: DeviceState): readonly unknown[] {
  return [
    state.phase,
    state.deviceId,
    state.inventory,
    state.has,
    state.behaviors,
    state.network,
    state.power,
    state.lastCheckInAt,
    state.certificate,
    state.access,
    state.notifications,
    state.banner,
    state.read,
    state.screenNumber,
    state.notice,
    state.configuration,
    state.lostMode,
    state.refusal,
    state.leaving,
    state.setUpDone,
    state.beforeFirstUnlock,
    state.activationLocked,
  ];
}

/** One sentence about where a device stands, for people. */
export function describe(state: DeviceState): string {
  const { phase, refusal, inventory } = state;
  const name = `${inventory.deviceName} (${inventory.platform}, ${inventory.enrollment})`;
  switch (phase) {
    case 'set-up':
      return state.setUpDone ? `${name} is in use and not managed.` : `${name} is new and shows its set-up assistant.`;
    case 'enrolling':
      return `${name} is being enrolled.`;
    case 'enrolled':
      return `${name} is enrolled as ${state.deviceId}, its certificate ends ${formatInstant(state.certificate?.notAfter ?? 0)}.`;
    case 'leaving':
      return `${name} has carried out a ${state.leaving?.by} and reports it.`;
    case 'retired':
      return `${name} was retired and is no longer managed.`;
    case 'wiped':
      return `${name} was wiped and ${afterWipe(state)}.`;
    case 'refused':
      return `${name} was refused (${refusal?.code}): ${refusal?.message}`;
  }
}

function afterWipe(state: DeviceState): string {
  if (state.activationLocked) return 'stands at its Activation Lock';
  if (state.recoveryPin !== null) return 'waits for its PIN';
  return state.setUpDone ? 'is in use without management' : 'shows its set-up assistant';
}

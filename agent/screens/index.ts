/**
 * A device's screen follows from its state: after each step the first row that fits decides. What a person types goes to the screen that is
 * shown at that moment, and to none if it was meant for another.
 */
import type { InputOutcome, ScreenKind, ScreenView, UserInput } from '../../protocol/screens.ts';
import type { DeviceOut } from '../device/effects.ts';
import { consentIsAsked, passcodeMissing } from '../device/passcode.ts';
import type { DeviceState } from '../device/state.ts';
import { platformTraits } from '../platforms.ts';
import { activationLock } from './activation-lock.ts';
import { companyPortal } from './company-portal.ts';
import { home } from './home.ts';
import { locked } from './locked.ts';
import { lostMode } from './lost-mode.ts';
import { newPasscode } from './new-passcode.ts';
import { notificationCentre } from './notification-centre.ts';
import { notificationPrompt } from './notification-prompt.ts';
import { appName } from './notifications.ts';
import { off } from './off.ts';
import { recoveryLock } from './recovery-lock.ts';
import { resetConsent } from './reset-consent.ts';
import type { Screen } from './screen.ts';
import { setUpAssistant } from './set-up-assistant.ts';

const screens: Record<ScreenKind, Screen> = {
  off,
  'set-up-assistant': setUpAssistant,
  'activation-lock': activationLock,
  'recovery-lock': recoveryLock,
  'lost-mode': lostMode,
  locked,
  'new-passcode': newPasscode,
  'reset-consent': resetConsent,
  home,
  'company-portal': companyPortal,
  'notification-prompt': notificationPrompt,
  'notification-centre': notificationCentre,
};

/** What the screen shows in this state; asked after every step, so it allocates nothing. */
export function screenKindOf(state: DeviceState): ScreenKind {
  if (state.power !== 'on') return 'off';
  if (state.activationLocked) return 'activation-lock';
  if (state.recoveryPin !== null) return 'recovery-lock';
  // An enrolled device was set up by its enrollment; one that was erased while it was managed shows it before it has reported so.
  if (!state.setUpDone && state.phase !== 'enrolled') return 'set-up-assistant';
  if (state.lostMode !== null) return 'lost-mode';
  if (state.locked) return 'locked';
  if (passcodeMissing(state) !== null) return 'new-passcode';
  if (state.has.workProfile?.resetConsent === false && !state.consentDeclined && consentIsAsked(state)) return 'reset-consent';
  if (state.open === 'notification-centre') return 'notification-centre';
  if (state.open === null || state.phase !== 'enrolled') return 'home';
  return asksForPermission(state) ? 'notification-prompt' : 'company-portal';
}

function asksForPermission({ inventory, has }: DeviceState): boolean {
  return has.companyApp.permission === 'not-asked' && platformTraits[inventory.platform].takesNotifications;
}

/** Lets the screen follow the state. A screen of another kind has another number, and no banner yet. */
export function refreshScreen(state: DeviceState, out: DeviceOut): void {
  const kind = screenKindOf(state);
  if (kind === state.screen) return;
  state.screen = kind;
  state.screenNumber += 1;
  state.banner = null;
  out.note({ kind: 'screen', screen: kind });
}

function bannerOf({ banner, notifications }: DeviceState): ScreenView['banner'] {
  const shown = notifications.find(({ id }) => id === banner);
  return shown === undefined ? null : { app: appName, title: shown.title, body: shown.body };
}

/** The screen as data. No secret is in it. */
export function screenView(state: DeviceState): ScreenView {
  const { screen: kind, screenNumber: number, notice } = state;
  return { kind, number, ...screens[kind].view(state), notice, banner: bannerOf(state) };
}

/** The same for logs: notifications are nowhere but on the device (CN-19), so that what it shows of them is left out. */
export function screenWithoutNotifications(state: DeviceState): ScreenView {
  const { lines } = screenView({ ...state, notifications: [] });
  return { ...screenView(state), lines, banner: null };
}

/**
 * A person types or presses a button; the outcome goes out as the note `user-input`, whose words never hold what was typed.
 * @param token the tenant's enrollment token, for who presses `enroll`
 */
export function userInput(state: DeviceState, input: UserInput, now: number, out: DeviceOut, token?: string): void {
  const outcome = press(state, input, now, out, token);
  out.note({ kind: 'user-input', outcome });
}

function press(state: DeviceState, input: UserInput, now: number, out: DeviceOut, token: string | undefined): InputOutcome {
  if (input.screen !== undefined && input.screen !== state.screenNumber) return 'screen-changed';
  const screen = screens[state.screen];
  const { fields, buttons } = screen.view(state);
  const typed: Record<string, string> = Object.fromEntries(fields.map(({ name }) => [name, '']));
  let button: string | undefined;
  if ('type' in input) {
    const field = fields.at(-1);
    if (field === undefined) return 'nothing-to-type';
    typed[field.name] = input.type;
    button = buttons[0]?.name;
  } else {
    button = buttons.find(({ name }) => name === input.press)?.name;
    for (const [name, value] of Object.entries(input.values ?? {})) {
      if (button !== undefined && !Object.hasOwn(typed, name)) return 'no-such-field';
      typed[name] = value;
    }
  }
  if (button === undefined) return 'no-such-button';
  const handler = Object.hasOwn(screen.press, button) ? screen.press[button] : screen.pressOther;
  state.notice = null;
  state.banner = null;
  return handler?.(state, { button, values: typed, now, out, token }) ?? 'no-such-button';
}

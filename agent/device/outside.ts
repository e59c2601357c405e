/** Questions to services that are not the management: Apple's activation server, and the directory that apps sign in to. */
import type { OfficeApp, OutsideAnswer, OutsideReason, OutsideRequest } from '../../protocol/outside.ts';
import type { InputOutcome } from '../../protocol/screens.ts';
import type { DeviceOut } from './effects.ts';
import { changeHas } from './information.ts';
import { canConnect } from './link.ts';
import type { DeviceState } from './state.ts';

type SignIn = Extract<OutsideRequest, { service: 'sign-in' }>;

const noNetwork: OutsideAnswer = { allowed: false, reason: 'no-network' };

/** Asks, one question at a time: a newer one takes the place of one that was not answered. Without a network the device answers itself. */
export function ask(state: DeviceState, request: OutsideRequest, out: DeviceOut): InputOutcome {
  if (!canConnect(state)) {
    take(state, request, noNetwork, out);
    return 'refused';
  }
  state.asks += 1;
  state.asked = { id: state.asks, request };
  out.ask(state.asks, request);
  return 'waiting';
}

/** The answer; one that nobody waits for any more changes nothing. */
export function outsideAnswered(state: DeviceState, id: number, answer: OutsideAnswer, out: DeviceOut): void {
  if (state.asked?.id !== id) return;
  const { request } = state.asked;
  state.asked = null;
  take(state, request, answer, out);
}

/**
 * An app signs in: with the token that it has, and as the managed device that this is, or is not.
 * @param isBackground by itself, with nobody in front of it
 */
export function signIn(state: DeviceState, app: OfficeApp, out: DeviceOut, isBackground = false): InputOutcome {
  const { userPrincipalName } = state.inventory;
  if (userPrincipalName === '') {
    state.notice = 'Nobody has an account on this device.';
    return 'refused';
  }
  const deviceId = state.phase === 'enrolled' ? state.deviceId : null;
  // It waits its turn, and comes again: a person's own question is not given up for it.
  if (isBackground && (state.asked !== null || !canConnect(state))) return 'refused';
  const token = state.has.tokens[app] ?? null;
  return ask(state, { service: 'sign-in', app, userPrincipalName, deviceId, token, ...(isBackground && { background: true }) }, out);
}

/** Tells Apple whether Find My is on, if it was told otherwise and can be told now. Asked for when a link opens, too. */
export function tellApple(state: DeviceState, out: DeviceOut): void {
  const { has, inventory } = state;
  if (has.findMy === state.findMyTold || state.asked !== null || !canConnect(state)) return;
  ask(
    state,
    {
      service: 'find-my',
      serialNumber: inventory.serialNumber,
      owner: inventory.userPrincipalName,
      password: has.accountPassword,
      on: has.findMy,
    },
    out,
  );
}

function take(state: DeviceState, request: OutsideRequest, answer: OutsideAnswer, out: DeviceOut): void {
  const outcome = answer.allowed ? 'allowed' : answer.reason;
  switch (request.service) {
    case 'find-my':
      if (answer.allowed) state.findMyTold = request.on;
      return;
    case 'activation':
      out.note({ kind: 'activation', outcome });
      state.notice = answer.allowed ? 'The device is activated.' : activationNotice(answer.reason);
      if (!answer.allowed) return;
      // Apple has let go of the device: Find My is off until its next owner turns it on.
      state.activationLocked = false;
      state.findMyTold = false;
      return changeHas(state, { findMy: false });
    case 'sign-in':
      return signedIn(state, request, answer, out);
  }
}

/** What nobody sees is told only if it is news: so an app that goes on as before costs nothing (ARCHITECTURE: quiet time). */
function signedIn(state: DeviceState, { app, background }: SignIn, answer: OutsideAnswer, out: DeviceOut): void {
  const outcome = answer.allowed ? 'allowed' : answer.reason;
  if (background === true && outcome === 'unreachable') return;
  if (background !== true || state.access[app] !== outcome) {
    out.note({ kind: 'access', app, outcome });
    state.access = { ...state.access, [app]: outcome };
  }
  if (background !== true) state.notice = `${appNames[app]}${answer.allowed ? ' is signed in.' : `: ${accessNotice(answer.reason)}`}`;
  if (!answer.allowed || answer.token === undefined || answer.token === state.has.tokens[app]) return;
  changeHas(state, { tokens: { ...state.has.tokens, [app]: answer.token } });
}

export const appNames: Readonly<Record<OfficeApp, string>> = { outlook: 'Outlook', teams: 'Teams', sharepoint: 'SharePoint' };

function activationNotice(reason: OutsideReason): string {
  switch (reason) {
    case 'code-wrong':
      return 'This code does not open the device.';
    case 'code-expired':
      return 'This code has expired.';
    case 'account-wrong':
      return 'The Apple ID or the password is wrong.';
    default:
      return 'The activation server cannot be reached.';
  }
}

function accessNotice(reason: OutsideReason): string {
  switch (reason) {
    case 'device-not-managed':
      return 'your organization lets only managed devices in.';
    case 'device-not-compliant':
      return 'this device does not meet the requirements of your organization.';
    case 'device-not-joined':
      return 'your organization lets only devices of its domain in.';
    case 'access-blocked':
      return 'your organization does not let you in from here.';
    case 'account-disabled':
      return 'your account is disabled.';
    case 'account-unknown':
      return 'your organization does not know this account.';
    case 'no-network':
    case 'unreachable':
      return 'there is no connection.';
    default:
      return 'sign in again with an account of your organization.';
  }
}

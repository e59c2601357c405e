/**
 * The simulated directory: who may sign in to which app, and to the self-service site. A token is made once and lives on: neither a
 * retire nor the end of a record revokes it (TD-10). What keeps people out is Conditional Access, which decides at every attempt anew (NC-12).
 *
 * The sign-in log has an entry for each attempt of a person. Of what apps do by themselves it has only what is news: another outcome than
 * that device, person and app had last (Entra aggregates non-interactive sign-ins, too).
 */
import type { OutsideAnswer, OutsideReason, OutsideRequest } from '../../protocol/outside.ts';
import { operatingSystemOf } from '../../protocol/platforms.ts';
import { Random } from '../../runtime/random.ts';
import { type AccessDecision, decideAccess } from './access-decision.ts';
import { accessMayHaveChanged, managedDevice } from './access-waits.ts';
import type { ServerOut } from './effects.ts';
import { type AccessToken, type DeviceRecord, deviceNameOf } from './records.ts';
import { secretHex } from './secret.ts';
import type { Core } from './sessions.ts';
import type { CoreSettings } from './settings.ts';

type SignIn = Extract<OutsideRequest, { service: 'sign-in' }>;

/** How many attempts the log ever had. */
const signInsSetting = 'sign-ins';

/** Tokens of the self-service site are for this "app". */
const portalApp = 'portal';

/** An app of a person signs in: with a token of an earlier sign-in, or on a managed device of theirs. */
export function signIn(core: Core, request: SignIn, now: number, out: ServerOut): OutsideAnswer {
  const { app, token } = request;
  const shown = token === null ? undefined : core.store.accessToken(token);
  const known = shown?.app === app && isSame(shown.userPrincipalName, request.userPrincipalName) ? shown : undefined;
  const userPrincipalName = presentName(core, request, known);
  const asked = recordOf(core, request.deviceId, userPrincipalName);
  const here = managedDevice(asked);
  // Whoever shows a token comes from the device that it was made on.
  const device = here ?? managedDevice(recordOf(core, known?.deviceId ?? null, userPrincipalName));
  const platform = device?.inventory.platform ?? known?.platform ?? null;
  const decided = decideAccess(core, { user: core.store.entryNamed('user', userPrincipalName.toLowerCase()), app, device, platform });
  const decision = proved(decided, known !== undefined || here !== undefined, token);
  const { outcome } = decision;
  const last = asked === undefined ? known?.outcome : asked.access[app];
  const isKnown = asked !== undefined || known !== undefined;
  if (request.background !== true || (isKnown && outcome !== last)) {
    log(core, { ...request, userPrincipalName }, decision, device, platform, now);
    if (known !== undefined) core.store.saveTokenOutcome(known.token, outcome);
    if (asked !== undefined) tellDevice(core, asked, request, outcome, out);
  }
  if (outcome !== 'allowed') return { allowed: false, reason: outcome };
  const given = known?.token ?? makeToken(core, userPrincipalName, app, here ?? null, '', outcome);
  return { allowed: true, token: given, expiresAt: now + decision.lifetimeMs };
}

/** A token lives on when its person is called otherwise; the device still says the old name. */
function presentName({ store }: Core, { userPrincipalName }: SignIn, known: AccessToken | undefined): string {
  if (known === undefined || store.entryNamed('user', userPrincipalName.toLowerCase()) !== undefined) return userPrincipalName;
  const record = known.deviceId === null ? undefined : store.device(known.deviceId);
  return record?.inventory.userPrincipalName ?? userPrincipalName;
}

/** Nobody is let in who shows nothing; that an account is not there, or disabled, is told before. */
function proved(decision: AccessDecision, isProved: boolean, token: string | null): AccessDecision {
  if (isProved || decision.outcome === 'account-unknown' || decision.outcome === 'account-disabled') return decision;
  return { outcome: token === null ? 'not-signed-in' : 'token-unknown', policies: [], lifetimeMs: 0 };
}

function tellDevice(core: Core, record: DeviceRecord, { app }: SignIn, outcome: 'allowed' | OutsideReason, out: ServerOut): void {
  record.access = { ...record.access, [app]: outcome };
  core.store.saveDevice(record);
  accessMayHaveChanged(core, record, out);
}

/** With a count of their own: what administrators make has ids that do not depend on who signs in. */
function newSignInId({ store, settings }: Core): string {
  const count = Number(store.setting(signInsSetting) ?? 0) + 1;
  store.saveSetting(signInsSetting, String(count));
  return new Random(`${settings.seed}/sign-in/${count}`).guid();
}

function log(
  core: Core,
  { app, userPrincipalName, background }: SignIn,
  { outcome, policies }: AccessDecision,
  device: DeviceRecord | undefined,
  platform: AccessToken['platform'],
  now: number,
): void {
  const system = platform === null ? '' : operatingSystemOf({ platform, model: '' });
  core.store.appendSignIn({
    id: newSignInId(core),
    at: now,
    userPrincipalName,
    app,
    deviceId: device?.id ?? null,
    deviceName: device === undefined ? '' : deviceNameOf(device),
    operatingSystem: device === undefined ? system : `${operatingSystemOf(device.inventory)} ${device.inventory.osVersion}`,
    outcome,
    isBackground: background === true,
    isCompliant: device === undefined ? null : device.compliance.isTrusted,
    policies,
  });
}

/** A token for the self-service site. @param now makes each one new */
export function portalToken(core: Core, userPrincipalName: string, now: number): string {
  return makeToken(core, userPrincipalName, portalApp, null, now, null);
}

export function portalUser(core: Core, token: string): string | undefined {
  const known = core.store.accessToken(token);
  return known?.app === portalApp ? known.userPrincipalName : undefined;
}

/** The record with this id, in whatever state, if it is that of a device of this person. */
function recordOf(core: Core, deviceId: string | null, userPrincipalName: string): DeviceRecord | undefined {
  const record = deviceId === null ? undefined : core.store.device(deviceId);
  return record !== undefined && isSame(record.inventory.userPrincipalName, userPrincipalName) ? record : undefined;
}

function makeToken(
  core: Core,
  userPrincipalName: string,
  app: string,
  device: DeviceRecord | null,
  occasion: string | number,
  outcome: AccessToken['outcome'],
): string {
  const deviceId = device?.id ?? null;
  const label = JSON.stringify(['token', app, userPrincipalName.toLowerCase(), deviceId, occasion]);
  const token = tokenText(core.settings, label);
  core.store.saveAccessToken({ token, userPrincipalName, app, deviceId, platform: device?.inventory.platform ?? null, outcome });
  return token;
}

function tokenText({ seed, standInTokens }: CoreSettings, label: string): string {
  return standInTokens === true ? new Random(`${seed}/${label}`).hex(48) : secretHex(seed, label).slice(0, 48);
}

/** Names of people are matched without regard to case, as the directory does. */
const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

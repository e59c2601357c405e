/**
 * The simulated directory: who may sign in to which app, and to the self-service site. A token is made once and lives on: neither a
 * retire nor the end of a record revokes it (TD-10). What keeps people out is Conditional Access, a setting of the tenant.
 */
import type { OutsideAnswer, OutsideReason, OutsideRequest } from '../../protocol/outside.ts';
import { tenantConfiguration } from './configuration.ts';
import { type DeviceRecord, isGone } from './records.ts';
import { secretHex } from './secret.ts';
import type { Core } from './sessions.ts';

type SignIn = Extract<OutsideRequest, { service: 'sign-in' }>;

/** Tokens of the self-service site are for this "app". */
const portalApp = 'portal';

/** An app of a person signs in: with a token of an earlier sign-in, or on a managed device of theirs. */
export function signIn(core: Core, request: SignIn): OutsideAnswer {
  const { app, userPrincipalName, token } = request;
  const kept = token === null ? undefined : core.store.accessToken(token);
  const known = kept?.app === app && isSame(kept.userPrincipalName, userPrincipalName) ? kept : undefined;
  const here = managedDevice(core, request.deviceId, userPrincipalName);
  if (known === undefined && here === undefined) return refused(token === null ? 'not-signed-in' : 'token-unknown');
  if (tenantConfiguration(core).requireManagedDevice) {
    const device = here ?? managedDevice(core, known?.deviceId ?? null, userPrincipalName);
    if (device === undefined) return refused('device-not-managed');
    if (device.complianceState === 'noncompliant') return refused('device-not-compliant');
  }
  if (known !== undefined) return { allowed: true, token: known.token };
  return { allowed: true, token: makeToken(core, userPrincipalName, app, here?.id ?? null, '') };
}

/** A token for the self-service site. @param now makes each one new */
export function portalToken(core: Core, userPrincipalName: string, now: number): string {
  return makeToken(core, userPrincipalName, portalApp, null, now);
}

export function portalUser(core: Core, token: string): string | undefined {
  const known = core.store.accessToken(token);
  return known?.app === portalApp ? known.userPrincipalName : undefined;
}

/** The visible record of a device that is managed, and is this person's. */
function managedDevice(core: Core, deviceId: string | null, userPrincipalName: string): DeviceRecord | undefined {
  const record = deviceId === null ? undefined : core.store.device(deviceId);
  if (record === undefined || record.deleted || isGone(record)) return undefined;
  return isSame(record.inventory.userPrincipalName, userPrincipalName) ? record : undefined;
}

function makeToken(core: Core, userPrincipalName: string, app: string, deviceId: string | null, occasion: string | number): string {
  const label = JSON.stringify(['token', app, userPrincipalName.toLowerCase(), deviceId, occasion]);
  const token = secretHex(core.settings.seed, label).slice(0, 48);
  core.store.saveAccessToken({ token, userPrincipalName, app, deviceId });
  return token;
}

const refused = (reason: OutsideReason): OutsideAnswer => ({ allowed: false, reason });

/** Names of people are matched without regard to case, as the directory does. */
const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

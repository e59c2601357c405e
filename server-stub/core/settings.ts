import { type Policy, policyDefault } from '../../protocol/device-information.ts';
import type { Platform } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { sameSecret } from './secret.ts';

/** What a tenant can choose. Each default is the decision taken where the sources are silent. */
export interface CoreSettings {
  /** Every id and every draw of the core comes from it: text, secret on a live stub. */
  seed: string;
  /** Who shows it may enrol a device. */
  enrollmentToken: string;
  /** The administrator's token enrols too: whoever has it may do everything. Absent: there is none. */
  ownerToken?: string;
  /** A certificate is renewed from this long before its end. */
  renewalWindowMs: number;
  push: PushSettings;
  /** What the tenant begins with; an administrator can change it (`GraphTenant.configure`), and the store then remembers. */
  tenant?: Partial<TenantConfiguration>;
}

/** What a tenant asks of its devices and of those who sign in. Policies of their own come with compliance. */
export interface TenantConfiguration extends Policy {
  /** Apps for every device. */
  apps: readonly TenantApp[];
  /** Conditional Access: sign-ins only from a device that is managed and compliant. */
  requireManagedDevice: boolean;
}

export interface TenantApp {
  id: string;
  name: string;
  intent: 'required' | 'available';
  /** Absent: all of them. */
  platforms?: readonly Platform[];
}

/** That an administrator may assign: a device takes at most 100, and its user's own count too. */
export const tenantAppsMax = 50;

export function isFor({ platforms }: TenantApp, platform: Platform): boolean {
  return platforms === undefined || platforms.includes(platform);
}

export const tenantConfigurationDefault: TenantConfiguration = { ...policyDefault, apps: [], requireManagedDevice: false };

export interface PushSettings {
  /** Share of nudges that never arrive, 0 to 1. */
  lost: number;
  /** From the wish to the arrival; `unit` is a draw in [0, 1). */
  latencyMs: (unit: number) => number;
  /** How long a nudge is kept for a device that is away; the newest one wins. */
  keptForMs: number;
}

export const renewalWindowMsDefault = 30 * dayMs;
export const nudgeKeptMsDefault = dayMs;

/** An expired record is removed this long after its certificate's end (TD-16). */
export const removalAfterExpiryMs = 180 * dayMs;

/** Whether this token enrols devices. */
export function enrols({ enrollmentToken, ownerToken }: Pick<CoreSettings, 'enrollmentToken' | 'ownerToken'>, token: string): boolean {
  return sameSecret(token, enrollmentToken) || (ownerToken !== undefined && sameSecret(token, ownerToken));
}

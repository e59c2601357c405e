import { type Policy, policyDefault } from '../../protocol/device-information.ts';
import type { Platform } from '../../protocol/platforms.ts';
import { atOnce, type Distribution } from '../../runtime/distribution.ts';
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
  /** Access tokens are drawn without cryptography: in virtual time nobody is to be kept from guessing one, and each device has some. */
  standInTokens?: boolean;
  /** What the tenant begins with; an administrator can change it (`GraphTenant.configure`), and the store then remembers. */
  tenant?: Partial<TenantConfiguration>;
  /** What a push meets beside that weather, where somebody lets things go wrong. Absent: nothing. */
  pushTrouble?: (deviceId: string, now: number) => PushTrouble;
}

export type PushTrouble = 'lost' | { lateMs: number };

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

/** How the push service is: one channel for nudges and for notifications. Durations are milliseconds, shares go from 0 to 1. */
export interface PushSettings {
  /** Share of pushes that never arrive. */
  lost: number;
  /** From the wish to the arrival at an online device. */
  latency: Distribution;
  /** A share of those that arrive is held up on the way: for so long, beside the latency (CN-13). */
  late: { share: number; by: Distribution };
  /** How long a nudge is kept for a device that is away; the newest one wins. */
  keptForMs: number;
  /** The same of notifications; each is kept. */
  notificationsKeptForMs: number;
  /** How late it is seen that somebody left a group, joined one, or that a device is not enrolled any more (CN-17); drawn for each. */
  membershipLag: Distribution;
}

/** What changes of them; a member that is undefined is as the stub was started again. */
export type PushChange = { [Name in keyof PushSettings]?: PushSettings[Name] | undefined };

export const renewalWindowMsDefault = 30 * dayMs;
/** As long as Google's service keeps a message (Firebase: time to live, 4 weeks); Apple's keeps it up to 30 days. */
const notificationKeptMsDefault = 28 * dayMs;

/** A push service without weather: nothing is lost, nothing takes time, and memberships are seen at once. */
export const pushAtOnce: PushSettings = {
  lost: 0,
  latency: atOnce,
  late: { share: 0, by: atOnce },
  keptForMs: dayMs,
  notificationsKeptForMs: notificationKeptMsDefault,
  membershipLag: atOnce,
};

/** An expired record is removed this long after its certificate's end (TD-16). */
export const removalAfterExpiryMs = 180 * dayMs;

/** Whether this token enrols devices. */
export function enrols({ enrollmentToken, ownerToken }: Pick<CoreSettings, 'enrollmentToken' | 'ownerToken'>, token: string): boolean {
  return sameSecret(token, enrollmentToken) || (ownerToken !== undefined && sameSecret(token, ownerToken));
}

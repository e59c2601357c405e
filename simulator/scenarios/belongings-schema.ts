/** The `has` of a group of devices: what they hold when they are enrolled. */
import { userApp } from '../../agent/device/apps.ts';
import { lockScreenSettings, type NotificationPermission, notificationPermissions } from '../../protocol/notifications.ts';
import type { Belongings } from './scenario.ts';
import { securitySchema } from './security-schema.ts';
import { list, mapping, oneOf, orText, passcodes, refuse, share, text } from './values.ts';

const appsMax = 50;

const permissionPhrase = 'allowed, denied or not-asked for all of them, or shares such as {allowed: 70%, notAsked: 20%}';

const permissionShares = mapping({
  allowed: share().optional().describe('Share of them whose user lets it. Without it: all but those who were not asked.'),
  notAsked: shareOr(0).describe('Share of them whose user was not asked yet: it asks when it is opened. The rest said no.'),
}).transform(({ allowed, notAsked }, context): Belongings['notifications'] => {
  const all = (allowed ?? 0) + notAsked;
  // Shares are written in decimals, whose sum may be a hair above 1.
  if (all <= 1 + 1e-9) return { allowed: allowed ?? 1 - notAsked, notAsked };
  const message = `"allowed" and "notAsked" are ${Math.round(all * 10_000) / 100}% together; allowed: up to 100%`;
  return refuse(context, { code: 'scenario-range', message, input: notAsked, path: ['notAsked'] });
});

const permissionWords: Readonly<Record<string, { allowed: boolean; notAsked: boolean }>> = {
  allowed: { allowed: true, notAsked: false },
  denied: { allowed: false, notAsked: false },
  'not-asked': { allowed: false, notAsked: true },
} satisfies Record<NotificationPermission, object>;

const readerPhrase = 'the name of an app, as text of 1 to 64 characters, or {app: Diary, share: 10%}';

const readerShare = mapping({
  app: text(64).describe('Name of the app.'),
  share: shareOr(1).describe('Share of them that have it.'),
});

export const belongingsSchema = mapping({
  passcode: passcodes().prefault(0).describe('The passcode that all of them have, as text ("246810"), or the share that has one (90%).'),
  workProfilePasscode: passcodes().prefault(0).describe('The same of the work profile (Android).'),
  findMy: shareOr(0).describe("Share of them on which Find My is on, with their users' own Apple Account (password: apple-secret)."),
  jailBroken: shareOr(0).describe('Share of them that are jailbroken or rooted.'),
  encrypted: share().optional().describe('Share of them that are encrypted. Without it: as the platform comes out of its box.'),
  shared: shareOr(0).describe('Share of them that are Shared iPads.'),
  esim: shareOr(0).describe('Share of them that have an eSIM plan.'),
  security: securitySchema
    .optional()
    .describe('What policies ask about, where it is otherwise than on a good device: {threatLevel: high}.'),
  companyPortal: shareOr(1).describe('iOS, Android: share of them that have Company Portal (Android: or the Intune app); false: none.'),
  notifications: orText(permissionShares, { enum: notificationPermissions }, permissionPhrase, (word) => permissionWords[word])
    .prefault('allowed')
    .describe(`iOS, Android: whether Company Portal may show notifications: ${permissionPhrase}.`),
  lockScreenNotifications: oneOf(lockScreenSettings)
    .default('shown')
    .describe('iOS, Android: what the lock screen shows of notifications: all, only that there is one, nothing.'),
  notificationReader: orText(readerShare, { type: 'string', minLength: 1, maxLength: 64 }, readerPhrase, (app) => ({ app }))
    .optional()
    .describe(`Android: an app that reads the notifications of others: ${readerPhrase}.`),
  apps: list(text(64), 0, appsMax, 'names of apps').default([]).describe('Apps that their users installed, by name.'),
}).transform(
  ({ encrypted, security = {}, apps, notificationReader, ...rest }): Belongings => ({
    ...rest,
    notificationReader: notificationReader ?? null,
    encrypted: encrypted ?? null,
    security: Object.fromEntries(Object.entries(security).filter(([, value]) => value !== null)),
    apps: apps.map(userApp),
  }),
);

function shareOr(value: number) {
  return share().prefault(value);
}

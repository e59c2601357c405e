/** The `has` of a group of devices: what they hold when they are enrolled. */
import { userApp } from '../../agent/device/apps.ts';
import type { Belongings } from './scenario.ts';
import { securitySchema } from './security-schema.ts';
import { list, mapping, passcodes, share, text } from './values.ts';

const appsMax = 50;

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
  apps: list(text(64), 0, appsMax, 'names of apps').default([]).describe('Apps that their users installed, by name.'),
}).transform(
  ({ encrypted, security = {}, apps, ...rest }): Belongings => ({
    ...rest,
    encrypted: encrypted ?? null,
    security: Object.fromEntries(Object.entries(security).filter(([, value]) => value !== null)),
    apps: apps.map(userApp),
  }),
);

function shareOr(value: number) {
  return share().prefault(value);
}

/** The `expect` of the timeline: what must be true of the selected devices at that moment. */
import { z } from 'zod';
import { auditedName, commandTypes } from '../../protocol/commands.ts';
import { deviceViewSchema } from '../../protocol/hands.ts';
import { notificationSources, waysToShow } from '../../protocol/notifications.ts';
import { officeApps, outsideReasons } from '../../protocol/outside.ts';
import { screenKinds } from '../../protocol/screens.ts';
import { mailStates } from '../../server-stub/core/directory-records.ts';
import { actionNames } from '../../server-stub/core/records.ts';
import { actionStates, expectedCompliance, type StoryExpectation } from './story-expectation.ts';
import { allowed, list, mapping, oneOf, refuse, table, text, wholeNumber, yesOrNo } from './values.ts';

const expectationsMax = 100;
const auditActivities = [...actionNames, ...actionNames.map((name) => `cancel ${name}`)];
/** Beta's names; an action without one cannot be told from others there. */
const remoteActions = [
  ...commandTypes.map(auditedName).filter((name) => name !== 'unknown'),
  'factoryResetKeepEnrollmentData',
  'fullScan',
  'delete',
];
const countPhrase = 'a mapping of names of actions to how many entries there are: { wipe: 1, retire: 0 }';
const userPhrase = 'a mapping of names of actions to user principal names';
const reasonPhrase = 'text that the reason contains, or false (it is available)';
const namesPhrase = 'a mapping of names to what they must be';
const viewKeys = Object.keys(deviceViewSchema.shape).filter((key) => key !== 'screen');

const policiesPhrase = `a mapping of names of policies to ${expectedCompliance.join(', ')}`;
const settingsPhrase = `a mapping of names of settings in Microsoft Graph to ${expectedCompliance.join(', ')}`;
const datePhrase = 'a day such as 2026-03-04';

const mail = mapping({
  to: text(256).optional().describe('One of its recipients.'),
  subject: text(256).optional().describe('Its subject contains this.'),
  text: text(256).optional().describe('Its text contains this.'),
  on: z
    .string(allowed(datePhrase))
    .regex(/^\d{4}-\d\d-\d\d$/, datePhrase)
    .optional()
    .describe('The day of its date, in UTC.'),
  state: oneOf(mailStates).optional().describe('What became of it.'),
  count: wholeNumber(0, 1000).optional().describe('How many such mails there are. Without it: one or more.'),
}).meta({ minProperties: 1 });

const textWithin = (noun: string) => text(500).optional().describe(`Its ${noun} contains this (case ignored).`);
const countOf = (what: string) => wholeNumber(0, 1000).optional().describe(`How many such ${what} there are. Without it: one or more.`);

const notification = mapping({
  title: textWithin('title'),
  body: textWithin('text'),
  from: oneOf(notificationSources).optional().describe('custom: an administrator wrote it; compliance: the service did.'),
  shown: oneOf(waysToShow).optional().describe('How it came to be seen.'),
  count: countOf('notifications'),
}).meta({ minProperties: 1 });

const readByOthers = mapping({
  app: text(64).optional().describe('The app that read it.'),
  title: textWithin('title'),
  body: textWithin('text'),
  count: countOf('notifications'),
}).meta({ minProperties: 1 });

const bannerPhrase = 'text that its title contains, or false (there is none)';
const refusedPhrase = 'text that the refusal contains, or false (it was not refused)';

const value = () => z.unknown().meta({ type: ['string', 'number', 'boolean', 'null', 'array', 'object'] });
const appNames = () => list(text(256), 0, 100, 'names of apps').default([]);

const shape = {
  graph: z
    .record(z.string(), value(), allowed(namesPhrase))
    .optional()
    .describe('Properties of the beta managedDevice in Graph; null: unset.'),
  screen: oneOf(screenKinds).optional().describe('What the device shows.'),
  record: oneOf(['present', 'gone']).optional().describe("The device's latest record in Graph; gone: 404."),
  action: table(commandTypes, oneOf(actionStates), 'How this action stands.')
    .optional()
    .describe("The action's state in Graph's deviceActionResults; none: it is not there."),
  greyedOut: table(commandTypes, z.union([text(256), z.literal(false)], allowed(reasonPhrase)), reasonPhrase)
    .optional()
    .describe('The action cannot be asked for: its reason contains this. false: it can.'),
  audit: table(auditActivities, wholeNumber(0, 1_000_000), 'How many entries there are.')
    .optional()
    .describe(`Audit entries about the device: ${countPhrase}.`),
  auditBy: table(auditActivities, text(256), 'User principal name.')
    .optional()
    .describe(`Who stands in the newest of them: ${userPhrase}.`),
  remoteAction: table(remoteActions, oneOf(actionStates), 'How the newest one stands.')
    .optional()
    .describe("State of the newest entry in beta's remoteActionAudits, by its name there: { factoryReset: pending }."),
  bypassCode: oneOf(['shown', 'none']).optional().describe('Whether Graph shows an Activation Lock bypass code.'),
  apps: mapping({
    present: appNames().describe('Apps that are on the device, by name.'),
    absent: appNames().describe('Apps that are not.'),
  })
    .optional()
    .describe('Apps on the device itself.'),
  view: table(viewKeys, value(), "This member of the device's view.")
    .optional()
    .describe('The device from its user’s side: companyData, userData, esim, phase, power, …'),
  access: table(officeApps, oneOf(['allowed', ...outsideReasons, 'none']), 'What came of it: allowed, the reason, or none.')
    .optional()
    .describe('What came of the latest sign-in on the device.'),
  compliance: z
    .record(text(256), oneOf(expectedCompliance), allowed(policiesPhrase))
    .optional()
    .describe(`What each compliance policy makes of the device: ${policiesPhrase}.`),
  settings: z
    .record(z.string(), oneOf(expectedCompliance), allowed(settingsPhrase))
    .optional()
    .describe(`What was found of single settings: ${settingsPhrase}.`),
  mails: list(mail, 1, 100, 'mails').optional().describe('Mails about the device that were, or were not, sent.'),
  notices: wholeNumber(0, 1000).optional().describe('How many notices of noncompliance its user was shown on the device.'),
  notifications: list(notification, 1, 100, 'notifications')
    .optional()
    .describe('Notifications on the device that its user has not dismissed: [{ title: Lunch, shown: banner, count: 1 }].'),
  readByOtherApps: list(readByOthers, 1, 100, 'notifications')
    .optional()
    .describe('Android: notifications that another app on the device has read: [{ app: Diary, title: Lunch }].'),
  banner: z
    .union([text(256), z.literal(false)], allowed(bannerPhrase))
    .optional()
    .describe(`The notification above the screen: ${bannerPhrase}.`),
  refused: z
    .union([text(500), z.literal(false)], allowed(refusedPhrase))
    .optional()
    .describe(`What became of the latest request of an administrator, to groups or about this device: ${refusedPhrase}.`),
  retireListed: yesOrNo().optional().describe('Whether the device is on the list of those to be retired.'),
  signIns: table(officeApps, list(oneOf(['allowed', ...outsideReasons]), 0, 100, 'outcomes'), 'Outcomes, oldest first.')
    .optional()
    .describe('What the sign-in log has of each app on the device, oldest first: { outlook: [allowed, device-not-compliant] }.'),
  notice: text(256).optional().describe('What came of the last input on the screen contains this.'),
};

const expectation = mapping({ name: text(256).describe('What is expected, in words: it stands in the report.'), ...shape })
  .meta({ minProperties: 2 })
  .transform(({ name, ...rest }, context): StoryExpectation => {
    const isSomething = Object.values(rest).some((member) => typeof member !== 'object' || !isEmpty(member));
    if (!isSomething || Object.keys(rest).length === 0) {
      const message = `it expects nothing; allowed: one or more of ${Object.keys(shape).join(', ')}`;
      return refuse(context, { code: 'scenario-missing', message, input: name });
    }
    return { name, ...(rest as Omit<StoryExpectation, 'name'>) };
  });

function isEmpty(member: unknown): boolean {
  if (typeof member !== 'object' || member === null) return false;
  if (Array.isArray(member)) return member.length === 0;
  return Object.values(member).every((value: unknown) => Array.isArray(value) && value.length === 0);
}

export const expectSchema = list(expectation, 1, expectationsMax, 'expectations');

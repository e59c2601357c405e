/** Notification templates and the branding that their mails have, as files write them (NC-09, NC-10; reference §5). */
import { z } from 'zod';
import type { Brand, Picture } from '../../server-stub/core/policy-records.ts';
import { allowed, list, mapping, refuse, text, wholeNumber, yesOrNo } from '../scenarios/values.ts';
import { entryShape, mustRemoveOnly, removeShape } from './policy-entry.ts';
import type { SeedMessage, SeedTemplate } from './policy-seed.ts';

const templatesMax = 1000;
const messagesMax = 200;
const subjectMax = 78;
const messageMax = 2000;

const localePhrase = 'a language and perhaps a country: en, en-us, de-de';

const message = mapping({
  locale: z
    .string(allowed(localePhrase))
    .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$/, localePhrase)
    .transform((locale) => locale.toLowerCase())
    .describe(`Whose preferred language it is in: ${localePhrase}.`),
  subject: text(subjectMax).describe(`Subject of the mail, up to ${subjectMax} characters.`),
  message: text(messageMax).describe(
    'Text of the mail, or simple HTML. {{UserName}}, {{DeviceName}}, {{DeviceId}} and {{OSAndVersion}} are filled in.',
  ),
  default: yesOrNo().optional().describe('true: for everybody whose language there is no message in. Without it: the first message.'),
}).transform(
  ({ locale, subject, message, default: isDefault }): SeedMessage => ({ locale, subject, message, isDefault: isDefault === true }),
);

/** A template without any sends nothing. */
const messages = list(message, 0, messagesMax, 'messages').transform((all, context): SeedMessage[] => {
  const seen = new Map<string, number>();
  all.forEach(({ locale, isDefault }, index) => {
    const first = seen.get(locale);
    seen.set(locale, first ?? index);
    const wrong = (key: string, sentence: string) =>
      refuse(context, { code: 'scenario-value', message: sentence, input: locale, path: [index, key] });
    if (first !== undefined) wrong('locale', `"${locale}" is already that of messages[${first}]; allowed: one message for each language`);
    const other = all.findIndex((one) => one.isDefault);
    if (isDefault && other < index) wrong('default', `messages[${other}] is the default already; allowed: one default`);
  });
  return all.some(({ isDefault }) => isDefault) ? all : all.map((one, index) => ({ ...one, isDefault: index === 0 }));
});

const branding = mapping({
  logo: yesOrNo().optional().describe('Header: the company logo. Without it: true.'),
  companyName: yesOrNo().optional().describe('Footer: the company name. Without it: true.'),
  contact: yesOrNo().optional().describe('Footer: the contact information. Without it: true.'),
  portalLink: yesOrNo().optional().describe('Footer: a link to the Company Portal. Without it: false.'),
  deviceDetails: yesOrNo().optional().describe('Details of the device. Without it: false.'),
}).transform(({ logo, companyName, contact, portalLink, deviceDetails }): SeedTemplate['branding'] => ({
  includeCompanyLogo: logo ?? true,
  includeCompanyName: companyName ?? true,
  includeContactInformation: contact ?? true,
  includeCompanyPortalLink: portalLink ?? false,
  includeDeviceDetails: deviceDetails ?? false,
}));

const shape = {
  ...entryShape('template'),
  description: text(1024).optional().describe('More about it, for people.'),
  branding: branding.optional().describe('Which parts of the branding its mails have.'),
  messages: messages.optional().describe('The message, in one language or several.'),
};

interface Given extends Pick<SeedTemplate, 'displayName'> {
  id?: string | undefined;
  description?: string | undefined;
  branding?: SeedTemplate['branding'];
  messages?: SeedMessage[] | undefined;
  remove?: boolean | undefined;
}

const absent = { id: undefined, description: undefined, branding: undefined, messages: undefined };
const seedOf = (value: Given): SeedTemplate => ({ ...absent, ...value, remove: value.remove === true });

const template = mapping(shape)
  .meta({ required: ['displayName', 'messages'] })
  .transform((value, context): SeedTemplate => {
    if (value.messages !== undefined) return seedOf(value);
    const phrase = 'a list of messages: [{ locale: en-us, subject: …, message: … }]';
    return refuse(context, { code: 'scenario-missing', message: phrase, input: undefined, path: ['messages'], sentence: false });
  });

const templateChange = mapping({ ...shape, ...removeShape('template') }).transform((value, context): SeedTemplate => {
  mustRemoveOnly(value, context);
  return seedOf(value);
});

export const templatesSchema = list(template, 0, templatesMax, 'notification templates');
export const templateChangesSchema = list(templateChange, 0, templatesMax, 'notification templates');

/** null: it is not set. Graph takes empty ones, too. */
function maybe(max: number) {
  const phrase = `text of at most ${max} characters`;
  return z.string(allowed(phrase)).trim().max(max, phrase).nullable().optional();
}

const valuePhrase = 'base64 of a picture of up to 750 KB';
const logo = () =>
  mapping({
    type: z
      .string(allowed('image/png, image/jpeg'))
      .regex(/^image\/[a-z0-9.+-]{1,40}$/, 'image/png, image/jpeg')
      .describe('What it is: image/png, image/jpeg.'),
    value: z
      .string(allowed(valuePhrase))
      .max(1_024_000, valuePhrase)
      .regex(/^[A-Za-z0-9+/]+={0,2}$/, valuePhrase)
      .describe('The picture, in base64.'),
  })
    .transform((picture): Picture => picture)
    .nullable()
    .optional();
const shade = () => wholeNumber(0, 255);

export const brandingSchema = mapping({
  displayName: maybe(256).describe('Name of the organization.'),
  contactITName: maybe(256).describe('Whom users turn to.'),
  contactITPhoneNumber: maybe(256).describe('By phone.'),
  contactITEmailAddress: maybe(256).describe('By mail.'),
  contactITNotes: maybe(4000).describe('More about it.'),
  privacyUrl: maybe(2048).describe('Where the privacy statement is.'),
  onlineSupportSiteUrl: maybe(2048).describe('Where help is.'),
  onlineSupportSiteName: maybe(256).describe('What that place is called.'),
  themeColor: mapping({ r: shade().describe('Red.'), g: shade().describe('Green.'), b: shade().describe('Blue.') })
    .nullable()
    .optional()
    .describe('Color of the Company Portal, each part 0 to 255.'),
  showLogo: yesOrNo().optional().describe('Whether the logo is shown.'),
  lightBackgroundLogo: logo().describe('The logo for light backgrounds: that of mails.'),
  darkBackgroundLogo: logo().describe('The logo for dark backgrounds.'),
  showNameNextToLogo: yesOrNo().optional().describe('Whether the name stands beside the logo.'),
  showDisplayNameNextToLogo: yesOrNo().optional().describe('The same of the display name.'),
}).transform((value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<Brand>);

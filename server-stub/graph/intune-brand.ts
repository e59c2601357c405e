/**
 * What Company Portal and mails look like (Graph: intune-wip-intunebrand, a part of deviceManagement; NC-10; reference §5). What only beta
 * has is shown as a tenant begins with it, and cannot be changed: nothing here depends on it.
 */
import type { IntuneBrand as BrandV1 } from '@microsoft/microsoft-graph-types';
import type { IntuneBrand as BrandBeta } from '@microsoft/microsoft-graph-types-beta';
import type { Brand, Picture } from '../core/policy-records.ts';
import { type Field, flag, nullable } from './body-fields.ts';
import type { Need } from './caller.ts';
import type { Call, GraphVersion } from './endpoint.ts';
import { badRequest } from './errors.ts';
import { initiatorOf } from './initiator.ts';

const branding = (verbs: readonly string[], operation: string): Need => ({
  permissions: ['ServiceConfig', 'Apps'].flatMap((part) => verbs.map((verb) => `DeviceManagement${part}.${verb}.All`)),
  resourceAction: `Microsoft.Intune_Organization_${operation}`,
  of: 'intune',
});
export const readBranding = branding(['Read', 'ReadWrite'], 'Read');
export const writeBranding = branding(['ReadWrite'], 'Update');

const typeName = 'microsoft.graph.intuneBrand';

/** Of a logo, decoded (memdocs: configure the Company Portal). */
const logoBytesMax = 750 * 1024;
const logoTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/bmp'];

/** One line: what is said of the organization stands in mails. */
function line(max: number): Field<string | null> {
  const read = (value: unknown) => (typeof value === 'string' && value.length <= max && !/\p{Cc}/u.test(value) ? value : undefined);
  return nullable({ read, takes: `a text of at most ${max} characters in one line` });
}

function matchingLine(max: number, pattern: RegExp, takes: string): Field<string | null> {
  const read = (value: unknown) =>
    typeof value === 'string' && value.length <= max && (value === '' || pattern.test(value)) ? value : undefined;
  return nullable({ read, takes: `${takes} of at most ${max} characters` });
}

const address = (max: number) => matchingLine(max, /^https?:\/\/[^\s"<>]+$/i, 'an address that begins with https:// or http://,');

const notes: Field<string | null> = nullable({
  read: (value) => (typeof value === 'string' && value.length <= 120 ? value : undefined),
  takes: 'a text of at most 120 characters',
});

const picture: Field<Picture | null> = nullable({
  read(value) {
    if (!isObject(value)) return undefined;
    const { type, value: base64, ...rest } = value;
    if (Object.keys(rest).some((name) => !name.includes('@'))) return undefined;
    if (typeof type !== 'string' || !logoTypes.includes(type.toLowerCase()) || typeof base64 !== 'string') return undefined;
    const [, padding] = base64.length % 4 === 0 ? (/^[A-Za-z0-9+/]+(={0,2})$/.exec(base64) ?? []) : [];
    if (padding === undefined || (base64.length / 4) * 3 - padding.length > logoBytesMax) return undefined;
    return { type: type.toLowerCase(), value: base64 };
  },
  takes: `{type, value}: one of ${logoTypes.join(', ')}, and at most ${logoBytesMax / 1024} KB in base64`,
});

const color: Field<Brand['themeColor']> = nullable({
  read(value) {
    if (!isObject(value)) return undefined;
    const { r, g, b, ...rest } = value;
    if (Object.keys(rest).some((name) => !name.includes('@'))) return undefined;
    return isShade(r) && isShade(g) && isShade(b) ? { r, g, b } : undefined;
  },
  takes: '{r, g, b}, each a whole number from 0 to 255',
});

const isShade = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Limits of the console (memdocs: configure the Company Portal). */
const fields: { readonly [Name in keyof Brand]: Field<Brand[Name]> } = {
  displayName: line(40),
  contactITName: line(40),
  contactITPhoneNumber: line(20),
  contactITEmailAddress: matchingLine(40, /^[^\s@<>",;:]+@[^\s@<>",;:]+$/, 'an e-mail address'),
  contactITNotes: notes,
  privacyUrl: address(79),
  onlineSupportSiteUrl: address(150),
  onlineSupportSiteName: line(40),
  themeColor: color,
  showLogo: flag,
  lightBackgroundLogo: picture,
  darkBackgroundLogo: picture,
  showNameNextToLogo: flag,
  showDisplayNameNextToLogo: flag,
};

/** What a tenant begins with, of what only beta has. */
const betaOnly = {
  roleScopeTagIds: ['0'],
  companyPortalBlockedActions: [],
  customCanSeePrivacyMessage: null,
  customCantSeePrivacyMessage: null,
  customPrivacyMessage: null,
  disableClientTelemetry: false,
  disableDeviceCategorySelection: false,
  enrollmentAvailability: 'availableWithPrompts',
  isFactoryResetDisabled: false,
  isRemoveDeviceDisabled: false,
  landingPageCustomizedImage: null,
  sendDeviceOwnershipChangePushNotification: false,
  showAzureADEnterpriseApps: false,
  showConfigurationManagerApps: false,
  showOfficeWebApps: false,
} as const satisfies Partial<Record<keyof BrandBeta, unknown>>;

export const intuneBrandV1 = (brand: Brand): BrandV1 => ({ ...brand });
export const intuneBrandBeta = (brand: Brand): BrandBeta => ({
  ...brand,
  ...betaOnly,
  roleScopeTagIds: ['0'],
  companyPortalBlockedActions: [],
});

/** `{displayName: 'Contoso', …}`: what it does not name stays. @throws GraphFault 400 that names the property */
export function brandChange({ request, version, tenant }: Call, value: unknown): () => void {
  const change = readBrand(value, version);
  return () => tenant.setBrand(change, initiatorOf(request));
}

function readBrand(value: unknown, version: GraphVersion): Partial<Brand> {
  if (!isObject(value)) throw badRequest(`Invalid value specified for property 'intuneBrand': it takes a ${typeName}, an object.`);
  const change: Record<string, unknown> = {};
  for (const [given, wanted] of Object.entries(value)) {
    if (given.includes('@')) continue;
    const name = [...Object.keys(fields), ...(version === 'beta' ? Object.keys(betaOnly) : [])].find(
      (one) => one.toLowerCase() === given.toLowerCase(),
    );
    if (name === undefined) throw badRequest(`Could not find a property named '${given.slice(0, 64)}' on type '${typeName}'.`);
    if (Object.hasOwn(betaOnly, name)) {
      mustBeUnchanged(name as keyof typeof betaOnly, wanted);
      continue;
    }
    const field = fields[name as keyof Brand];
    const read = field.read(wanted);
    if (read === undefined) throw badRequest(`Invalid value specified for property 'intuneBrand.${name}': it takes ${field.takes}.`);
    change[name] = read;
  }
  return change;
}

/** Whoever sends back what an answer said changes nothing. */
function mustBeUnchanged(name: keyof typeof betaOnly, wanted: unknown): void {
  const shown = JSON.stringify(betaOnly[name]);
  if (JSON.stringify(wanted) === shown) return;
  throw badRequest(`The property 'intuneBrand.${name}' has no effect here and is ${shown}; nothing else can be set.`);
}

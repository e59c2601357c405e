/** Conditional Access as files write it: whom it is for, which apps, from which platforms, and what is required. */
import { z } from 'zod';
import { hourMs } from '../../runtime/duration.ts';
import { accessPolicyStates } from '../../server-stub/core/policy-records.ts';
import { appWords, everybodyWords, graphOf, platformWords } from '../../server-stub/tenant-file-words.ts';
import { allowed, duration, list, mapping, oneOf, refuse } from '../scenarios/values.ts';
import { entryShape, mustRemoveOnly, removeShape } from './policy-entry.ts';
import type { SeedAccessPolicy, SeedPrincipal } from './policy-seed.ts';

const policiesMax = 1000;
const namesMax = 1000;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const principalPhrase = 'all users, none, guests, a user principal name, the name of a group, or role: ID';

/** `all users`, `adele@contoso.example`, `Field`, `role: ID` (in YAML a mapping, unless it is in quotes). */
const principal = z
  .unknown()
  .meta({
    anyOf: [
      { type: 'string', minLength: 1, maxLength: 256 },
      { type: 'object', properties: { role: { type: 'string', description: 'Its id.' } }, required: ['role'], additionalProperties: false },
    ],
  })
  .transform((input, context): SeedPrincipal => {
    const isRole = typeof input === 'object' && input !== null && Object.keys(input).join() === 'role';
    const written = isRole ? `role: ${(input as { role: unknown }).role}` : input;
    const wrong = (code: 'scenario-type' | 'scenario-value') => refuse(context, { code, message: principalPhrase, input, sentence: false });
    if (typeof written !== 'string') return wrong('scenario-type');
    const role = /^role:\s*(.*)$/s.exec(written)?.[1];
    const name = (role ?? written).trim();
    if (name === '' || name.length > 256) return wrong('scenario-value');
    // A name would be nobody's role, and the policy for nobody.
    if (role !== undefined) return guid.test(name) ? { kind: 'role', name: name.toLowerCase() } : wrong('scenario-value');
    const word = graphOf(everybodyWords, name);
    return word === undefined ? { kind: name.includes('@') ? 'user' : 'group', name } : { kind: 'word', name: word };
  });

const appPhrase = `${Object.keys(appWords).join(', ')}, or the client id of an app`;
const app = z
  .string(allowed(appPhrase))
  .meta({ examples: Object.keys(appWords) })
  .transform((name, context): string => {
    const known = graphOf(appWords, name);
    if (known !== undefined) return known;
    if (guid.test(name)) return name.toLowerCase();
    return refuse(context, { code: 'scenario-value', message: appPhrase, input: name, sentence: false });
  });

const platformNames = Object.keys(platformWords) as (keyof typeof platformWords)[];
const platform = oneOf(platformNames as [keyof typeof platformWords]).transform((name): string => platformWords[name]);

const clientAppTypes = ['all', 'browser', 'mobileAppsAndDesktopClients', 'exchangeActiveSync', 'easSupported', 'other'] as const;
const controls = [
  'compliantDevice',
  'domainJoinedDevice',
  'mfa',
  'approvedApplication',
  'compliantApplication',
  'passwordChange',
  'block',
] as const;

const principals = () => list(principal, 0, namesMax, 'users and groups');
const apps = () => list(app, 0, namesMax, 'apps');
const platforms = () => list(platform, 0, platformNames.length, 'platforms');

const shape = {
  ...entryShape('policy'),
  state: oneOf(accessPolicyStates).optional().describe('Without it: enabled.'),
  users: principals().optional().describe(`Whom it is for: ${principalPhrase}. Without it: all users.`),
  exclude: principals().optional().describe('Whom it is not for.'),
  apps: apps().optional().describe(`Which apps: ${appPhrase}. Without it: all.`),
  excludeApps: apps().optional().describe('Which apps not.'),
  platforms: platforms().optional().describe('Only from these platforms.'),
  excludePlatforms: platforms().optional().describe('Not from these platforms.'),
  clientAppTypes: list(oneOf(clientAppTypes), 1, clientAppTypes.length, 'types')
    .optional()
    .describe('Which kinds of clients. Without it: all.'),
  require: list(oneOf(controls), 0, controls.length, 'controls')
    .optional()
    .describe('What is required: compliantDevice above all; block: nobody is let in. Without it: compliantDevice.'),
  requireOne: z
    .boolean(allowed('true or false'))
    .optional()
    .describe('true: one of what is required is enough. Without it: all of it is required.'),
  signInFrequency: duration(hourMs, 365 * 24 * hourMs)
    .nullable()
    .optional()
    .describe('How long a sign-in lasts, in whole hours; null: as the service does.'),
};

interface Given extends Pick<SeedAccessPolicy, 'displayName'> {
  requireOne?: boolean | undefined;
  signInFrequency?: number | null | undefined;
  remove?: boolean | undefined;
  require?: string[] | undefined;
}

const absent = {
  id: undefined,
  state: undefined,
  users: undefined,
  exclude: undefined,
  apps: undefined,
  excludeApps: undefined,
  platforms: undefined,
  excludePlatforms: undefined,
  clientAppTypes: undefined,
  require: undefined,
};

function seedOf(value: Given, context: Parameters<typeof refuse>[0]): SeedAccessPolicy {
  const { requireOne, signInFrequency, remove, ...rest } = value;
  if (rest.require !== undefined && rest.require.length > 1 && rest.require.includes('block')) {
    const message = '"block" lets nobody in: nothing else can be required beside it';
    return refuse(context, { code: 'scenario-value', message, input: 'block', path: ['require'] });
  }
  if (signInFrequency != null && signInFrequency % hourMs !== 0) {
    const message = 'a duration of whole hours, such as 8h';
    return refuse(context, { code: 'scenario-value', message, input: signInFrequency, path: ['signInFrequency'], sentence: false });
  }
  return {
    ...absent,
    ...rest,
    operator: requireOne === undefined ? undefined : requireOne ? 'OR' : 'AND',
    signInFrequencyHours: signInFrequency == null ? signInFrequency : signInFrequency / hourMs,
    remove: remove === true,
  };
}

const policy = mapping(shape).transform(seedOf);
const policyChange = mapping({ ...shape, ...removeShape('policy') }).transform((value, context): SeedAccessPolicy => {
  mustRemoveOnly(value, context);
  return seedOf(value, context);
});

export const accessPoliciesSchema = list(policy, 0, policiesMax, 'Conditional Access policies');
export const accessPolicyChangesSchema = list(policyChange, 0, policiesMax, 'Conditional Access policies');

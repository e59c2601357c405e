/** What an entry of the timeline does, apart from expecting: an administrator's action, a person's input, a change of a device. */
import { z } from 'zod';
import { actionTable } from '../../protocol/commands.ts';
import { behaviorsMax, type DeviceChange, deviceChangeSchema, type HandsAct } from '../../protocol/hands.ts';
import { lockScreenSettings, notificationPermissions } from '../../protocol/notifications.ts';
import type { UserInput } from '../../protocol/screens.ts';
import { type ActionName, portalActions } from '../../server-stub/core/records.ts';
import { behaviorSchema } from './behavior-schema.ts';
import type { Step } from './scenario.ts';
import { securitySchema } from './security-schema.ts';
import { allowed, kebabName, list, mapping, oneOf, onOrOff, refuse, yesOrNo } from './values.ts';

type Context = Parameters<typeof refuse>[0];

const typedPhrase = 'text of up to 256 characters; digits in quotes: "246810"';
const typed = () => z.string(allowed(typedPhrase)).max(256, typedPhrase);
const fieldsMax = 10;

export const userSchema = mapping({
  press: kebabName().optional().describe('The button that is pressed, by its name.'),
  values: z
    .record(z.string(), typed(), allowed('a mapping of names of fields to text'))
    .refine((values) => Object.keys(values).length <= fieldsMax, `up to ${fieldsMax} fields`)
    .optional()
    .describe('What is typed into the fields before, by name. {bypassCode}, {passcode}, {unlockPin}: what was copied.'),
  type: typed().optional().describe('What is typed into the last field; then the first button is pressed.'),
})
  .meta({ oneOf: [{ required: ['press'] }, { required: ['type'] }] })
  .transform(({ press, values, type }, context): Step => {
    if ((press === undefined) === (type === undefined)) {
      const message = `${press === undefined ? 'nothing is done' : 'both "press" and "type" are given'}; allowed: either "press" or "type"`;
      return refuse(context, { code: press === undefined ? 'scenario-missing' : 'scenario-value', message, input: press });
    }
    if (press === undefined && values !== undefined) {
      return refuse(context, { code: 'scenario-value', message: '"values" belong to "press"', input: values, path: ['values'] });
    }
    const input: UserInput = press === undefined ? { type: type ?? '' } : { press, ...(values === undefined ? {} : { values }) };
    return { kind: 'user', input };
  });

export const portalSchema = mapping({
  do: oneOf(portalActions).optional().describe('An action on the own device.'),
  install: kebabName().optional().describe('Asks for an available app, by its id.'),
})
  .meta({ oneOf: [{ required: ['do'] }, { required: ['install'] }] })
  .transform((value, context): Step => {
    if (value.do !== undefined && value.install === undefined) return { kind: 'portal', do: value.do };
    if (value.do === undefined && value.install !== undefined) return { kind: 'install', appId: value.install };
    const isMissing = value.do === undefined;
    const message = `${isMissing ? 'nothing is asked for' : 'both "do" and "install" are given'}; allowed: either "do" or "install"`;
    return refuse(context, { code: isMissing ? 'scenario-missing' : 'scenario-value', message, input: value });
  });

const secretPhrase = 'text of 1 to 64 characters, digits in quotes ("246810"), or null for none';
const secret = () => z.string(allowed(secretPhrase)).min(1, secretPhrase).max(64, secretPhrase).nullable();
/** As protocol/device-information.ts has it. */
const unreadableMax = 20;
const wordPhrase = 'text of 1 to 64 characters';
const word = () => z.string(allowed(wordPhrase)).trim().min(1, wordPhrase).max(64, wordPhrase);

export const deviceSchema = mapping({
  network: onOrOff().optional().describe('off: the device loses its network; on: it is back.'),
  power: onOrOff().optional().describe('The power button: off or on.'),
  enroll: z
    .literal(true, allowed('true'))
    .optional()
    .describe('Its user enrols the device (again): a device that was enrolled before gets a new record.'),
  osVersion: word().optional().describe('The system is updated to this version, as text in quotes: "18.0".'),
  jailBroken: yesOrNo().optional().describe('The device is jailbroken or rooted; false: no longer.'),
  encrypted: yesOrNo().optional().describe('The storage is encrypted, or no longer.'),
  findMy: yesOrNo().optional().describe('The user turns Find My on (Apple Account: the user, password: apple-secret) or off.'),
  installs: word().optional().describe('The user installs this app from a public store.'),
  passcode: secret().optional().describe('The user sets this passcode; null: removes it.'),
  workProfilePasscode: secret().optional().describe('The same of the work profile (Android).'),
  security: securitySchema
    .optional()
    .describe('What else policies ask about is otherwise from now on: {threatLevel: high}, {usbDebugging: true}, …'),
  unreadable: list(word(), 0, unreadableMax, 'names of settings')
    .optional()
    .describe('Settings of policies, by their names in Microsoft Graph, that cannot be read off it from now on; []: all can.'),
  companyPortal: yesOrNo()
    .optional()
    .describe('iOS, Android: the user installs Company Portal (Android: or the Intune app), or removes it.'),
  notificationsAllowed: oneOf(notificationPermissions)
    .optional()
    .describe('iOS, Android: whether the user lets Company Portal show notifications; not-asked: it asks when it is opened.'),
  lockScreenNotifications: oneOf(lockScreenSettings)
    .optional()
    .describe('iOS, Android: what the lock screen shows of notifications: all, only that there is one, nothing.'),
  notificationReader: word()
    .nullable()
    .optional()
    .describe('Android: an app that reads the notifications of others, by its name; null: none does.'),
  behavior: behaviorSchema.optional().describe('From now on it also has this habit; it decides before the others.'),
  behaviors: list(behaviorSchema, 0, behaviorsMax, 'habits').optional().describe('From now on it has these habits only.'),
})
  .meta({ minProperties: 1 })
  .transform(({ network, power, enroll, ...rest }, context): Step => {
    const change: DeviceChange = deviceChangeSchema.parse(JSON.parse(JSON.stringify(rest)));
    const acts: HandsAct[] = [
      ...(power === undefined ? [] : [{ power }]),
      ...(network === undefined ? [] : [{ network }]),
      ...(Object.keys(change).length === 0 ? [] : [{ change }]),
      ...(enroll === undefined ? [] : [{ enroll }]),
    ];
    if (acts.length > 0) return { kind: 'device', acts };
    return refuse(context, {
      code: 'scenario-missing',
      message: 'nothing happens to it; allowed: network, power, enroll, passcode, …',
      input: rest,
    });
  });

/**
 * An administrator's action with its parameters, which are judged by the catalogue that Graph's routes use too.
 * @param parameters the `with` of the entry, `undefined` where there is none
 */
export function actionStep(action: ActionName, parameters: unknown, context: Context): Step {
  if (action === 'delete') {
    if (parameters === undefined) return { kind: 'action', do: action, parameters: {} };
    const message = '"delete" takes no parameters; allowed: leave "with" out';
    return refuse(context, { code: 'scenario-value', message, input: parameters, path: ['with'] });
  }
  const { asked } = actionTable[action];
  const result = asked.strict().safeParse(parameters ?? {});
  if (result.success) return { kind: 'action', do: action, parameters: result.data };
  const names = Object.keys(asked.shape);
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = names.length === 0 ? 'no parameters' : names.join(', ');
      const message = `${action} does not take ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; allowed: ${known}`;
      refuse(context, { code: 'scenario-value', message, input: parameters, path: ['with'] });
    } else if (parameters === undefined) {
      const message = `${action} needs parameters; allowed: with: { ${issue.path.join('.')}: … }`;
      refuse(context, { code: 'scenario-missing', message, input: parameters });
    } else {
      const path = ['with', ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
      refuse(context, { code: 'scenario-value', message: `parameter of ${action}; allowed: ${allowedBy(issue)}`, input: parameters, path });
    }
  }
  return z.NEVER;
}

/** What a parameter may be, in the words of scenario files. */
function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code !== 'invalid_type') return issue.message;
  const words: Record<string, string> = { string: 'text, digits in quotes ("246810")', boolean: 'true or false' };
  return words[issue.expected] ?? issue.expected;
}

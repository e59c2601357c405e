/** The `expectations` of a scenario file: figures of the run's result, and what they must be at its end. */
import { z } from 'zod';
import { reasonsNotShown, waysToShow } from '../../protocol/notifications.ts';
import { officeApps } from '../../protocol/outside.ts';
import { parseDuration } from '../../runtime/duration.ts';
import { scheduledActionTypes } from '../../server-stub/core/policy-records.ts';
import { actionNames } from '../../server-stub/core/records.ts';
import {
  type NotificationFigures,
  noRecord,
  type RunResult,
  resultAccess,
  resultCompliance,
  resultMails,
  resultOutcomes,
  resultStates,
  type TimeToDone,
} from '../result.ts';
import { type FaultFound, faultEffects } from '../world/faults/fault-tally.ts';
import { nearest } from './nearest.ts';
import type { Expectation } from './scenario.ts';
import { allowed, list, mapping, refuse, text } from './values.ts';

const expectationsMax = 1000;

/** Results that are numbers, and those that are a table of numbers with its depth: only they can be expected. */
const plainFigures = [
  'devices',
  'days',
  'checkInsLived',
  'eventsExecuted',
  'recordsRemoved',
  'notices',
] as const satisfies readonly (keyof RunResult)[];
const certificateFigures = ['issued', 'renewed', 'expired'] as const satisfies readonly (keyof RunResult['certificates'])[];
/** States and outcomes are closed sets, so that a misspelt one is refused: it would count 0, and `equals: 0` could never be missed. */
const stateFigures = resultStates.map((state) => `states.${state}`);
const actionFigures = actionNames.flatMap((action) => resultOutcomes.map((outcome) => `actions.${action}.${outcome}`));
/** Who has no record counts nowhere at the end. */
const complianceFigures = resultCompliance.filter((state) => state !== noRecord).map((state) => `compliance.${state}`);
const noncomplianceFigures = scheduledActionTypes.flatMap((type) =>
  ['done', 'skipped'].map((outcome) => `noncomplianceActions.${type}.${outcome}`),
);
const mailFigures = resultMails.map((state) => `mails.${state}`);
const accessFigures = officeApps.flatMap((app) => resultAccess.map((outcome) => `access.${app}.${outcome}`));
const plainNotificationFigures = ['pushes', 'lost', 'expired', 'gone', 'waiting'] as const satisfies readonly (keyof NotificationFigures)[];
const notificationFigures = [
  ...plainNotificationFigures,
  ...['sent', 'refused'].flatMap((what) => ['device', 'groups'].map((to) => `${what}.${to}`)),
  ...waysToShow.map((way) => `shown.${way}`),
  ...[...reasonsNotShown, 'ignored'].map((why) => `notShown.${why}`),
].map((name) => `notifications.${name}`);
const timeFigures = ['count', 'p50Ms', 'p90Ms', 'p99Ms'] as const satisfies readonly (keyof TimeToDone)[];
const timeToDoneFigures = actionNames.flatMap((action) => timeFigures.map((name) => `timeToDone.${action}.${name}`));
const plainFaultFigures = ['devices', 'touched'] as const satisfies readonly (keyof FaultFound)[];
const faultFigures = [...plainFaultFigures, ...faultEffects.map((effect) => `effects.${effect}`)];
/** Of a fault of this file, by its name. */
const faultPattern = `^faults\\.[a-z0-9-]+\\.(${faultFigures.map((name) => name.replace('.', '\\.')).join('|')})$`;
const figures: readonly string[] = [
  ...plainFigures,
  ...certificateFigures.map((name) => `certificates.${name}`),
  ...stateFigures,
  ...actionFigures,
  ...complianceFigures,
  ...noncomplianceFigures,
  ...mailFigures,
  ...accessFigures,
  ...notificationFigures,
  ...timeToDoneFigures,
];
const figuresPhrase = `${plainFigures.join(', ')}, certificates.${certificateFigures.join('|')}, states.<state>, actions.<action>.<${resultOutcomes.join('|')}>, compliance.<state>, noncomplianceActions.<action>.<done|skipped>, mails.<${resultMails.join('|')}>, access.<app>.<${resultAccess.join('|')}>, notifications.<${plainNotificationFigures.join('|')}>, notifications.<sent|refused>.<device|groups>, notifications.shown.<${waysToShow.join('|')}>, notifications.notShown.<${reasonsNotShown.join('|')}|ignored>, timeToDone.<action>.<${timeFigures.join('|')}>, faults.<fault>.<${plainFaultFigures.join('|')}>, faults.<fault>.effects.<${faultEffects.join('|')}>`;

const figure = z
  .string(allowed(figuresPhrase))
  .meta({ anyOf: [{ enum: figures }, { pattern: faultPattern }] })
  .transform((path, context): string => {
    if (figures.includes(path) || new RegExp(faultPattern).test(path)) return path;
    // A fault is named as its file names it: what comes after that can be misspelt.
    const [, fault = null] = /^faults\.([a-z0-9-]+)\./.exec(path) ?? [];
    const near = nearest(path, fault === null ? figures : faultFigures.map((name) => `faults.${fault}.${name}`));
    const message = `${JSON.stringify(path.slice(0, 64))} is not a figure of the result;${near === undefined ? '' : ` did you mean ${near}?`} allowed: ${figuresPhrase}`;
    return refuse(context, { code: 'scenario-value', message, input: path });
  });

const boundPhrase = 'a number, or a duration such as 8h for a figure that ends in Ms';
const bound = () => z.union([z.number(), z.string()], allowed(boundPhrase)).optional();

/** No bare number is a duration, and nothing else is one. @returns null: it is not the kind that its figure is */
function boundOf(figure: string, given: number | string): number | null {
  if (!figure.endsWith('Ms')) return typeof given === 'number' ? given : null;
  return typeof given === 'string' ? (parseDuration(given) ?? null) : null;
}

const expectation = mapping({
  name: text(256).describe('What is expected, in words: it stands in the report.'),
  figure: figure.describe(
    "A number of the run's result, by its dotted path: states.managed, actions.wipe.acknowledged, certificates.renewed, recordsRemoved, timeToDone.wipe.p90Ms, faults.NAME.touched. What never happened counts 0; but how long something took that was never done is missed.",
  ),
  equals: bound().describe('The figure must be exactly this.'),
  atLeast: bound().describe('The figure must be this or more.'),
  atMost: bound().describe('The figure must be this or less.'),
})
  .meta({ anyOf: [{ required: ['equals'] }, { required: ['atLeast'] }, { required: ['atMost'] }] })
  .transform((value, context): Expectation => {
    const { name, figure } = value;
    const [equals, atLeast, atMost] = (['equals', 'atLeast', 'atMost'] as const).map((key) => {
      const given = value[key];
      if (given === undefined) return null;
      const bound = boundOf(figure, given);
      if (bound !== null) return bound;
      const kind = figure.endsWith('Ms') ? 'a duration, a number with its unit: 90s, 15m, 8h, 30d' : 'a number';
      const message = `${figure} is not compared with ${JSON.stringify(given)}; allowed: ${kind}`;
      return refuse(context, { code: typeof given === 'number' ? 'scenario-value' : 'scenario-type', message, input: given, path: [key] });
    }) as [number | null, number | null, number | null];
    if (equals === null && atLeast === null && atMost === null) {
      const message = 'it does not say how much; allowed: one or more of "equals", "atLeast", "atMost"';
      return refuse(context, { code: 'scenario-missing', message, input: value });
    }
    if (atLeast !== null && atMost !== null && atLeast > atMost) {
      const message = `no number is at least ${value.atLeast} and at most ${value.atMost}; allowed: atLeast ≤ atMost`;
      return refuse(context, { code: 'scenario-range', message, input: atMost, path: ['atMost'] });
    }
    return { name, figure, equals, atLeast, atMost };
  });

export const expectationsSchema = list(expectation, 0, expectationsMax, 'expectations');

/** Faults that a figure names and the file does not have. */
export function unknownFaults(
  expectations: readonly Expectation[],
  names: readonly string[],
): { name: string; path: (string | number)[] }[] {
  return expectations.flatMap(({ figure }, index) => {
    const [root, name = ''] = figure.split('.');
    return root !== 'faults' || names.includes(name) ? [] : [{ name, path: ['expectations', index, 'figure'] }];
  });
}

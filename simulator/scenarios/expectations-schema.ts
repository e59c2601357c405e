/** The `expectations` of a scenario file: figures of the run's result, and what they must be at its end. */
import { z } from 'zod';
import { reasonsNotShown, waysToShow } from '../../protocol/notifications.ts';
import { officeApps } from '../../protocol/outside.ts';
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
} from '../result.ts';
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
];
const figuresPhrase = `${plainFigures.join(', ')}, certificates.${certificateFigures.join('|')}, states.<state>, actions.<action>.<${resultOutcomes.join('|')}>, compliance.<state>, noncomplianceActions.<action>.<done|skipped>, mails.<${resultMails.join('|')}>, access.<app>.<${resultAccess.join('|')}>, notifications.<${plainNotificationFigures.join('|')}>, notifications.<sent|refused>.<device|groups>, notifications.shown.<${waysToShow.join('|')}>, notifications.notShown.<${reasonsNotShown.join('|')}|ignored>`;

const figure = z
  .string(allowed(figuresPhrase))
  .meta({ enum: figures })
  .transform((path, context): string => {
    if (figures.includes(path)) return path;
    const near = nearest(path, figures);
    const message = `${JSON.stringify(path.slice(0, 64))} is not a figure of the result;${near === undefined ? '' : ` did you mean ${near}?`} allowed: ${figuresPhrase}`;
    return refuse(context, { code: 'scenario-value', message, input: path });
  });

const bound = () => z.number(allowed('a number')).optional();

const expectation = mapping({
  name: text(256).describe('What is expected, in words: it stands in the report.'),
  figure: figure.describe(
    "A number of the run's result, by its dotted path: states.managed, actions.wipe.acknowledged, certificates.renewed, recordsRemoved, checkInsLived. What never happened counts 0.",
  ),
  equals: bound().describe('The figure must be exactly this.'),
  atLeast: bound().describe('The figure must be this or more.'),
  atMost: bound().describe('The figure must be this or less.'),
})
  .meta({ anyOf: [{ required: ['equals'] }, { required: ['atLeast'] }, { required: ['atMost'] }] })
  .transform((value, context): Expectation => {
    const { name, figure, equals = null, atLeast = null, atMost = null } = value;
    if (equals === null && atLeast === null && atMost === null) {
      const message = 'it does not say how much; allowed: one or more of "equals", "atLeast", "atMost"';
      return refuse(context, { code: 'scenario-missing', message, input: value });
    }
    if (atLeast !== null && atMost !== null && atLeast > atMost) {
      const message = `no number is at least ${atLeast} and at most ${atMost}; allowed: atLeast ≤ atMost`;
      return refuse(context, { code: 'scenario-range', message, input: atMost, path: ['atMost'] });
    }
    return { name, figure, equals, atLeast, atMost };
  });

export const expectationsSchema = list(expectation, 0, expectationsMax, 'expectations');

/** A habit of devices, as scenario files write it. */
import { commandTypes } from '../../protocol/commands.ts';
import { type Behavior, behaviorKinds, behaviorSchema as told } from '../../protocol/hands.ts';
import { duration, mapping, oneOf, refuse, share, wholeNumber } from './values.ts';

export const behaviorSchema = mapping({
  on: oneOf([...commandTypes, 'any']).describe('Of which action; any: of all of them.'),
  then: oneOf(behaviorKinds).describe(
    'What it does: not-now (asked again later), fail, not-supported, slow (after `delay`), silent (wipe: begins before it is reported).',
  ),
  errorCode: wholeNumber(-2_147_483_648, 2_147_483_647).optional().describe('Of `fail`: the error code that it reports.'),
  delay: duration(1).optional().describe('Of `slow`: how long it takes.'),
  chance: share().optional().describe('How often it does so, drawn for each delivery. Without it: always.'),
  times: wholeNumber(1, 1_000_000).optional().describe('So many times, then never again. Without it: for ever.'),
}).transform(({ delay, ...rest }, context): Behavior => {
  const wrong = (key: string, message: string) => refuse(context, { code: 'scenario-value', message, input: rest.then, path: [key] });
  if (rest.then === 'slow' && delay === undefined) {
    return refuse(context, { code: 'scenario-missing', message: '"slow" needs a "delay"; allowed: a duration such as 10m', input: rest });
  }
  if (rest.then !== 'slow' && delay !== undefined) return wrong('delay', `"delay" belongs to "slow", not to "${rest.then}"`);
  if (rest.then !== 'fail' && rest.errorCode !== undefined)
    return wrong('errorCode', `"errorCode" belongs to "fail", not to "${rest.then}"`);
  return told.parse({ ...rest, ...(delay === undefined ? {} : { delayMs: delay }) });
});

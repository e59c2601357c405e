/** What devices do by themselves, as files write it: their apps sign in, and they stop keeping the rules for a while. */
import type { SignInPlan } from '../../agent/device/state.ts';
import { officeApps } from '../../protocol/outside.ts';
import { dayMs, minuteMs } from '../../runtime/duration.ts';
import { type LapsePlan, lapseKinds } from './scenario.ts';
import { distribution, distributionHelp, duration, list, mapping, oneOf, share } from './values.ts';

export const signInsSchema = mapping({
  apps: list(oneOf(officeApps), 1, officeApps.length, 'names of Office apps').describe('Apps that sign in by themselves.'),
  every: duration(minuteMs, 365 * dayMs).describe('How often each of them does, about.'),
}).transform(({ apps, every }): SignInPlan => ({ apps: [...new Set(apps)], everyMs: every }));

export const lapsesSchema = mapping({
  perMonth: share().describe("Share of the group's devices that stop keeping the rules within 30 days."),
  lasts: distribution().describe(`How long each of them does: ${distributionHelp}.`),
  of: list(oneOf(lapseKinds), 1, lapseKinds.length, 'kinds of lapses')
    .default([...lapseKinds])
    .describe(
      'What happens to it, one of these: its passcode or encryption is off, it is jailbroken or rooted, put back to an old version of its system, or under threat. A device that cannot have the one that is drawn keeps the rules.',
    ),
}).transform((value): LapsePlan => value);

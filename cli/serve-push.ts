/** How pushes of `mockfleet serve` come through, as its options say. */
import type { Argv } from 'yargs';
import type { PushChange, PushSettings } from '../server-stub/core/settings.ts';
import { pushSettingsOf, readPushOptions } from './push-options.ts';

const names = {
  lost: 'push-loss',
  latency: 'push-latency',
  late: 'push-late',
  lateBy: 'push-late-by',
  membershipLag: 'membership-lag',
} as const;

const text = { type: 'string', requiresArg: true, group: 'How pushes come through (mockfleet push changes it later):' } as const;

type PushOption = (typeof names)[keyof typeof names];

export type PushArguments = { [Option in PushOption]: string | undefined };

export function pushOptions<T>(yargs: Argv<T>): Argv<T & PushArguments> {
  return yargs
    .option('push-loss', { ...text, describe: 'Share of pushes that are lost: 5%, 0.05' })
    .option('push-latency', { ...text, describe: 'How long a push takes: 5s, 1s..10s, exponential:20s' })
    .option('push-late', { ...text, describe: 'Share of pushes that are held up on the way' })
    .option('push-late-by', { ...text, describe: 'With --push-late: for how long, 1h..8h' })
    .option('membership-lag', {
      ...text,
      describe: 'How late custom notifications see who left or joined a group, or is not enrolled any more: 15m',
    }) as unknown as Argv<T & PushArguments>;
}

export function pushOptionsGiven(args: PushArguments): PushOption[] {
  return Object.values(names).filter((option) => args[option] !== undefined);
}

/** What is said; the rest is as always. @throws CommandError `wrong-use` */
export function readPush(args: PushArguments): Partial<PushSettings> {
  const texts = Object.fromEntries(Object.entries(names).map(([name, option]) => [name, args[option]]));
  return pushSettingsOf(readPushOptions(texts, names));
}

/** Whatever was said of these to the stub before. */
export function asStartedAgain(push: Partial<PushSettings>): PushChange {
  return Object.fromEntries(Object.keys(push).map((name) => [name, undefined]));
}

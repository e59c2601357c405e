/** `mockfleet devices screen`, `type` and `press`: what the person in front of a device sees and does. */
import type { Argv, CommandModule } from 'yargs';
import type { DeviceView, HandsResult } from '../../protocol/hands.ts';
import { officeApps } from '../../protocol/outside.ts';
import { type InputOutcome, screenText, type UserInput, userInputSchema } from '../../protocol/screens.ts';
import { printable } from '../../simulator/scenarios/errors.ts';
import { connect } from '../connection.ts';
import { CommandError, wrongUse } from '../errors.ts';
import type { Connection } from '../http.ts';
import { lastOnly, repeatable } from '../repeated.ts';
import { terminalText } from '../terminal/foreign-text.ts';
import { valuesOf } from '../terminal/typed.ts';
import { act, type DeviceArguments, deviceView, oneDevice } from './find.ts';

const screen: CommandModule<object, DeviceArguments> = {
  command: 'screen <device>',
  describe: 'What the device shows, as text',
  builder: (yargs) =>
    oneDevice(yargs).example('$0 devices screen phone --json', 'fields, buttons and the screen\u2019s number, for a program'),
  async handler(args) {
    const view = await deviceView(await connect(args), args.device);
    process.stdout.write(args.json ? `${JSON.stringify(view.screen)}\n` : screenLines(view.screen));
  },
};

const type: CommandModule<object, DeviceArguments & { text: string; screen: number | undefined }> = {
  command: 'type <device> <text>',
  describe: 'Type into the last field of its screen, and press Enter',
  builder: (yargs) =>
    withScreenNumber(oneDevice(yargs.positional('text', { type: 'string', demandOption: true })))
      .example('$0 devices type phone 246810', 'its passcode')
      .example('$0 devices type phone -- -dash', 'a text that begins with a dash'),
  async handler(args) {
    await input(args, { type: args.text, ...screenNumber(args) });
  },
};

type PressArguments = DeviceArguments & { button: string; value: string[] | undefined; screen: number | undefined };

const press: CommandModule<object, PressArguments> = {
  command: 'press <device> <button>',
  describe: 'Press a button of its screen, after filling in fields',
  builder: (yargs) =>
    withScreenNumber(
      oneDevice(
        repeatable(yargs)
          .positional('button', { type: 'string', demandOption: true, describe: 'Its name, as `devices screen` shows it' })
          .option('value', { type: 'string', array: true, requiresArg: true, describe: 'A field as name=text; may be repeated' }),
      ),
    ).example('$0 devices press phone unlock --value passcode=246810', 'unlocks it') as never,
  async handler(given) {
    const args = lastOnly(given, ['value']);
    const values = valuesOf(args.value ?? []);
    if (values === undefined) throw wrongUse('--value takes a field of the screen and its text: --value passcode=1234.');
    await input(args, { press: args.button, ...(args.value === undefined ? {} : { values }), ...screenNumber(args) });
  },
};

/** Whoever looked first can say at which screen. */
function withScreenNumber<T>(yargs: Argv<T>) {
  return yargs.option('screen', {
    type: 'number',
    requiresArg: true,
    describe: 'Number of the screen that is meant; if another one is shown by now, nothing is typed',
  });
}

function screenNumber({ screen: number }: { screen: number | undefined }): { screen?: number } {
  if (number === undefined) return {};
  if (!Number.isInteger(number)) throw wrongUse('--screen takes the number of a screen, as `devices screen --json` shows it.');
  return { screen: number };
}

async function input(args: DeviceArguments, what: UserInput): Promise<void> {
  const parsed = userInputSchema.safeParse(what);
  if (!parsed.success) throw wrongUse('A button has a name of 1 to 72 characters, and 256 characters are the most that can be typed.');
  const stub = await connect(args);
  const result = await act(stub, args.device, { input: parsed.data });
  report(args, result.outcome === 'waiting' ? await answered(stub, args.device, parsed.data, result) : result);
}

/** How long Apple or the directory is waited for, and how often the screen is looked at meanwhile. */
const answerMsMax = 5_000;
const lookEveryMs = 100;

/** The screen once the answer is on it: another one, or with a notice. `waiting`: none came in time. */
async function answered(stub: Connection, device: string, what: UserInput, asked: HandsResult): Promise<HandsResult> {
  const giveUpAt = performance.now() + answerMsMax;
  while (performance.now() < giveUpAt) {
    const view = await deviceView(stub, device);
    if (view.screen.number !== asked.view.screen.number || view.screen.notice !== asked.view.screen.notice)
      return { outcome: isRefused(view, what) ? 'refused' : 'done', view };
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return asked;
}

/** Activation Lock stays where it was not opened; an Office app says why it may not sign in. */
function isRefused({ screen, access }: DeviceView, what: UserInput): boolean {
  if (screen.kind === 'activation-lock') return true;
  const app = 'press' in what ? officeApps.find((name) => what.press === `open-${name}`) : undefined;
  return app !== undefined && access[app] !== 'allowed';
}

/** What came of an act. @throws CommandError `input-…` for what was not done, after the result was printed for a program */
function report({ json, device }: DeviceArguments, { outcome, view }: HandsResult): void {
  if (json) process.stdout.write(`${JSON.stringify({ outcome, screen: view.screen })}\n`);
  const fault = faultOf(outcome, view.screen.notice, device);
  if (fault !== undefined) throw new CommandError(`input-${outcome}`, fault);
  if (!json)
    process.stdout.write(`${outcome === 'waiting' ? 'Asked; the screen will show the answer.' : 'Done.'}\n\n${screenLines(view.screen)}`);
}

function faultOf(outcome: InputOutcome, notice: string | null, device: string): string | undefined {
  const look = `\`mockfleet devices screen ${device}\` shows it.`;
  switch (outcome) {
    case 'done':
    case 'waiting':
      return undefined;
    case 'refused':
      return `The device refused it${notice === null ? '.' : `: ${printable(notice)}`}`;
    case 'screen-changed':
      return `Another screen is shown by now, and nothing was typed. ${look}`;
    case 'no-such-button':
      return `Its screen has no such button. ${look}`;
    case 'no-such-field':
      return `Its screen has no such field. ${look}`;
    case 'nothing-to-type':
      return `Its screen has nothing to type into. ${look}`;
  }
}

/** What comes from a device must not steer our terminal. */
export function screenLines(view: Parameters<typeof screenText>[0]): string {
  return `${screenText(view).split('\n').map(terminalText).join('\n')}\n`;
}

export const screenCommands = [screen, type, press] as unknown as CommandModule[];

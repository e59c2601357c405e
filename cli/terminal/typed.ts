/**
 * What a person writes under the screen of a device: plain text is typed into the screen, `/name` presses a button, and a few words
 * that begin with a slash are for whoever runs the device. Pure.
 */
import { type HandsAct, handsActSchema } from '../../protocol/hands.ts';
import { type UserInput, userInputSchema } from '../../protocol/screens.ts';

export type Typed = { act: HandsAct } | { local: 'help' | 'quit' } | { wrong: string };

export const typedHelp = [
  'text                typed into the screen; Enter (//text types /text)',
  '/button name=value  pressed, after filling in: /unlock passcode=1234',
  '/network on|off     plugs the network in, or out',
  '/power on|off       the power button; alone it switches',
  '/enroll             enrolls a device that is not managed',
  '/help, /quit        this, and the end (everything is kept)',
];

/**
 * A whole line. `screen` is the number of the screen that was shown when the line was begun, so that nothing is typed into another one;
 * `power` what the device is, for a button that switches.
 */
export function parseTyped(line: string, shown: { screen: number | undefined; isOn: boolean }): Typed {
  const screen = shown.screen === undefined ? {} : { screen: shown.screen };
  if (!line.startsWith('/') || line.startsWith('//')) {
    return input({ type: line.startsWith('//') ? line.slice(1) : line, ...screen });
  }
  const [name = '', ...words] = wordsOf(line.slice(1));
  switch (name) {
    case '':
      return { wrong: 'Write the name of a button after the slash; /help says more.' };
    case 'help':
      return { local: 'help' };
    case 'quit':
      return { local: 'quit' };
    case 'network': {
      const on = onOrOff(words);
      return on === undefined ? { wrong: 'Write /network on or /network off.' } : { act: { network: on } };
    }
    case 'power': {
      const on = words.length === 0 ? !shown.isOn : onOrOff(words);
      return on === undefined ? { wrong: 'Write /power, /power on or /power off.' } : { act: { power: on } };
    }
    case 'enroll':
      return words.length === 0 ? { act: { enroll: true } } : { wrong: '/enroll takes nothing more.' };
    default: {
      const values = valuesOf(words);
      if (values === undefined) return { wrong: `After /${name} come the fields of the screen as name=value.` };
      return input({ press: name, ...(Object.keys(values).length === 0 ? {} : { values }), ...screen });
    }
  }
}

/** A line of JSON from a program: a `HandsAct`, or just its `UserInput`. */
export function parseTypedJson(line: string): { act: HandsAct } | { wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { wrong: 'That is no line of JSON.' };
  }
  const direct = userInputSchema.safeParse(value);
  if (direct.success) return { act: { input: direct.data } };
  const act = handsActSchema.safeParse(value);
  if (act.success) return { act: act.data };
  return {
    wrong:
      'Send {"type":"1234"}, {"press":"unlock","values":{"passcode":"1234"}}, {"network":false}, {"power":false}, {"enroll":true} ' +
      'or {"change":{…}}.',
  };
}

/** `name=value …` as an object; undefined when a word is not one. The schema of the input decides on lengths. */
export function valuesOf(words: readonly string[]): Record<string, string> | undefined {
  const pairs = words.map((word) => /^([^=]+)=(.*)$/s.exec(word));
  if (pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

function input(value: UserInput): Typed {
  const parsed = userInputSchema.safeParse(value);
  return parsed.success ? { act: { input: parsed.data } } : { wrong: 'That is longer than anything that can be typed.' };
}

function onOrOff(words: readonly string[]): boolean | undefined {
  const [word, ...others] = words;
  if (others.length > 0) return undefined;
  return word === 'on' ? true : word === 'off' ? false : undefined;
}

/** Words between blanks; quotation marks hold blanks together: `name="two words"`. */
function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
  return words.map((word) => word.replaceAll('"', ''));
}

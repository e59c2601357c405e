/** What the administrator noted of one device, for somebody to type: `{bypassCode}` and the like in the inputs of a story. */
import type { UserInput } from '../../protocol/screens.ts';
import type { Copied } from '../scenarios/scenario.ts';

/** Absent: never noted; '': nothing was shown when it was noted. */
export type Notebook = Partial<Record<Copied, string>>;

const placeholder = /\{(bypassCode|passcode|unlockPin)(?::(lower|plain|wrong))?\}/g;

/**
 * The input with its placeholders filled in: `{bypassCode}`, `{passcode}`, `{unlockPin}`; of each `:lower` in lower case, `:plain`
 * without dashes and in lower case, `:wrong` with one character changed. What was never noted is an empty text.
 */
export function filledIn(input: UserInput, notebook: Notebook): UserInput {
  const fill = (text: string) =>
    text.replaceAll(placeholder, (_, name: Copied, form: string | undefined) => inForm(notebook[name] ?? '', form));
  if ('type' in input) return { ...input, type: fill(input.type) };
  if (input.values === undefined) return input;
  return { ...input, values: Object.fromEntries(Object.entries(input.values).map(([name, text]) => [name, fill(text)])) };
}

function inForm(text: string, form: string | undefined): string {
  if (form === 'lower') return text.toLowerCase();
  if (form === 'plain') return text.toLowerCase().replaceAll('-', '');
  if (form === 'wrong') return text === '' ? '' : other(text.charAt(0)) + text.slice(1);
  return text;
}

/** Another character of the same alphabet: codes have letters, PINs digits. */
function other(character: string): string {
  if (/\d/.test(character)) return character === '7' ? '8' : '7';
  return character.toUpperCase() === 'X' ? 'Y' : 'X';
}

/**
 * The input in words. In those of a report is no secret: placeholders stay as they are, other texts are only counted. Who reads the scenario
 * file anyway, to do it by hand, is told `literally` what to type.
 */
export function inWords(input: UserInput, literally = false): string {
  if ('type' in input) return `types ${wordOf(input.type, literally)}`;
  const fields = Object.entries(input.values ?? {}).map(([name, text]) => `${wordOf(text, literally)} into "${name}"`);
  return fields.length === 0 ? `presses "${input.press}"` : `types ${fields.join(' and ')} and presses "${input.press}"`;
}

function wordOf(text: string, literally: boolean): string {
  if (text === '') return 'nothing';
  const whole = new RegExp(`^${placeholder.source}$`).exec(text);
  if (whole === null) return literally ? JSON.stringify(text) : `${text.length} characters`;
  const names: Record<Copied, string> = { bypassCode: 'the bypass code', passcode: 'the new passcode', unlockPin: 'the PIN' };
  const forms: Record<string, string> = { lower: ' in lower case', plain: ' without dashes and in lower case', wrong: ' with a slip' };
  return `${names[whole[1] as Copied]}${forms[whole[2] ?? ''] ?? ''}`;
}

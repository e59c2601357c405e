/** A device's screen as data, and what a person can do to it: what a console draws and types into, what a terminal prints. */
import { z } from 'zod';

/**
 *   off                 switched off, or restarting
 *   set-up-assistant    out of the box, or wiped
 *   activation-lock     wiped, and bound to an Apple Account: wants the owner's password or a bypass code
 *   recovery-lock       a Mac that was locked or wiped with a PIN
 *   lost-mode           the administrator's message to whoever found the device
 *   locked              the lock screen, with its passcode prompt where there is a passcode
 *   new-passcode        a policy requires a passcode and there is none (device or work profile)
 *   reset-consent       Android's second prompt: may the administrator reset the work profile's passcode?
 *   notification-prompt Company Portal asks whether it may show notifications
 *   notification-centre what was shown and not dismissed
 *   home                in use
 *   company-portal      the app: the device, its user's available apps, Sync
 */
export const screenKinds = [
  'off',
  'set-up-assistant',
  'activation-lock',
  'recovery-lock',
  'lost-mode',
  'locked',
  'new-passcode',
  'reset-consent',
  'home',
  'company-portal',
  'notification-prompt',
  'notification-centre',
] as const;
export type ScreenKind = (typeof screenKinds)[number];

export interface ScreenField {
  name: string;
  label: string;
  /** Shown as dots. */
  secret: boolean;
}

export interface ScreenButton {
  name: string;
  label: string;
}

export interface ScreenView {
  kind: ScreenKind;
  /** Grows with each change of kind: whoever types can say which screen was meant. */
  number: number;
  title: string;
  /** Paragraphs, top to bottom. */
  lines: string[];
  fields: ScreenField[];
  /** The first one is what the Enter key presses. */
  buttons: ScreenButton[];
  /** What came of the last input, for example that a passcode was wrong. */
  notice: string | null;
  /** A notification that has just come, above it all; it goes with the next input. */
  banner: { app: string; title: string; body: string } | null;
}

const typed = z.string().max(256);
/** As long as `install-` and the longest id of an app. */
const name = z.string().min(1).max(72);
/** The screen that was looked at: if another one is shown by now, nothing is typed. */
const screen = z.number().int().optional();

export const userInputSchema = z.union([
  /** Presses a button, after filling in fields by name. */
  z.strictObject({ press: name, values: z.record(name, typed).optional(), screen }),
  /** Types into the last field of the screen (the passcode's, where there are several) and presses Enter. */
  z.strictObject({ type: typed, screen }),
]);
export type UserInput = z.infer<typeof userInputSchema>;

/** What came of an input. Stable: programs may switch on them. */
export const inputOutcomes = [
  'done',
  'refused',
  'waiting',
  'screen-changed',
  'no-such-button',
  'no-such-field',
  'nothing-to-type',
] as const;
export type InputOutcome = (typeof inputOutcomes)[number];

/** The screen as text, for terminals and tests; what is above it comes first. */
export function screenText({ title, lines, fields, buttons, notice, banner }: ScreenView): string {
  const rows = [
    ...(banner === null ? [] : [`[${banner.app}: ${banner.title}]`, ...banner.body.split(/\r\n?|\n/).map((text) => `[${text}]`), '']),
    title,
    ...lines,
    ...fields.map(({ label, secret }) => `${label}: ${secret ? '[secret]' : '[ ]'}`),
    ...(buttons.length === 0 ? [] : [buttons.map(({ name: button, label }) => `(${button}) ${label}`).join('   ')]),
    ...(notice === null ? [] : [`! ${notice}`]),
  ];
  return rows.join('\n');
}

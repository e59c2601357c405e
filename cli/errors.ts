/** How commands fail: an error with a code and a sentence, an exit code, and nothing that steers the terminal. */
import { printable } from '../simulator/scenarios/errors.ts';

export const exitCodes = { fine: 0, failed: 1, wrongUse: 2, expectationMissed: 99, interrupted: 130, terminated: 143 } as const;

/** What `mockfleet` prints before it exits with 2 for `wrong-use`, else with 1. */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
  }
}

export function wrongUse(message: string): CommandError {
  return new CommandError('wrong-use', message);
}

/** A whole number within its bounds, or wrong use. Checked in handlers: yargs takes the code away from what a `coerce` throws. */
export function wholeNumber(option: string, value: number | undefined, min: number, max: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
  const found = Number.isNaN(value) ? 'that is not a number' : `${value} is not one`;
  throw wrongUse(`--${option} takes a whole number from ${min} to ${max}; ${found}.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function exitCodeOf(error: unknown): number {
  const code = codeOf(error);
  return code === 'wrong-use' || code === 'queue-url' || code?.startsWith('scenario-') ? exitCodes.wrongUse : exitCodes.failed;
}

/** For people, on several lines where the message has them. With the stack where `MOCKFLEET_DEBUG=1` asks for it. */
export function errorText(error: unknown, { debug }: { debug: boolean }): string {
  const text = debug && error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  return text.split('\n').map(printable).join('\n');
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  // Each line of a scenario's errors begins with its place, for editors to jump to, and ends with its code.
  if (code === undefined || code === 'wrong-use' || code.startsWith('scenario-')) return error.message;
  return `${error.message} [${code}]`;
}

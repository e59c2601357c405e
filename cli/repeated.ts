import type { Argv } from 'yargs';

/**
 * Options of a command that may be given several times. yargs knows one rule for a whole command line: where repeats are kept, they are
 * kept for every option, and `lastOnly` takes the last one of all others, as everywhere else in mockfleet.
 */
export function repeatable<T>(yargs: Argv<T>): Argv<T> {
  return yargs.parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false });
}

/** @param many the options that may come several times */
export function lastOnly<T extends object>(args: T, many: readonly (keyof T)[]): T {
  const entries = Object.entries(args).map(([name, value]) => [
    name,
    Array.isArray(value) && name !== '_' && !many.includes(name as keyof T) ? value.at(-1) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

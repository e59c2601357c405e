/** Habits of a device as a command line writes them: `wipe:silent`, `any:fail:12@5%`, `retire:slow:10m x1`. */
import { actionTable, commandTypes } from '../protocol/commands.ts';
import { type Behavior, behaviorKinds } from '../protocol/hands.ts';
import { parseDuration } from '../runtime/duration.ts';
import { nearest } from '../simulator/scenarios/nearest.ts';
import { wrongUse } from './errors.ts';

export const behaviorHelp =
  'ACTION:WHAT[@SHARE][xTIMES], for example wipe:silent, any:fail:12@5%, remoteLock:not-now x1 or retire:slow:10m (what: ' +
  `${behaviorKinds.join(', ')})`;

/**
 * One habit. `fail` takes an error code, `slow` how long it takes; `@5%` makes it a matter of chance for each delivery, `x1` a one-shot.
 * An action is called by Graph's name or by its command's (`lock`), or `any`.
 * @throws CommandError `wrong-use` with what is allowed
 */
export function parseBehavior(text: string): Behavior {
  const { words, chance, times } = withoutSuffixes(text);
  const [action = '', then = '', argument, ...others] = words.split(':');
  const on = actionOf(action, text);
  const kind = behaviorKinds.find((one) => one === then);
  if (kind === undefined) throw wrong(text, `"${then}" is none of ${behaviorKinds.join(', ')}`);
  if (others.length > 0) throw wrong(text, `"${others.join(':')}" is too much`);
  if (kind === 'silent' && on !== 'wipe') throw wrong(text, 'only a wipe can be silent');
  return { on, then: kind, ...argumentOf(kind, argument, text), ...chance, ...times };
}

function withoutSuffixes(text: string): { words: string; chance: { chance?: number }; times: { times?: number } } {
  let words = text.trim();
  let chance: { chance?: number } = {};
  let times: { times?: number } = {};
  for (;;) {
    const match = /\s*(?:@(\d+(?:\.\d+)?)(%?)|x(\d{1,6}))$/.exec(words);
    if (match === null) return { words, chance, times };
    words = words.slice(0, match.index);
    if (match[3] === undefined) chance = { chance: shareOf(Number(match[1]), match[2] === '%', text) };
    else times = { times: timesOf(Number(match[3]), text) };
  }
}

function shareOf(value: number, isPercent: boolean, text: string): number {
  const share = isPercent ? value / 100 : value;
  if (share > 1) throw wrong(text, 'a share is at most 100%');
  return share;
}

function timesOf(value: number, text: string): number {
  if (value < 1) throw wrong(text, 'it has to happen at least once');
  return value;
}

function actionOf(name: string, text: string): Behavior['on'] {
  if (name === 'any') return 'any';
  const found = commandTypes.find((type) => type === name || actionTable[type].cli === name);
  if (found !== undefined) return found;
  const near = nearest(name, commandTypes);
  throw wrong(
    text,
    `"${name}" is no action${near === undefined ? '' : `; did you mean ${near}?`} Allowed: any, ${commandTypes.join(', ')}`,
  );
}

function argumentOf(kind: Behavior['then'], argument: string | undefined, text: string): { errorCode?: number; delayMs?: number } {
  if (kind === 'slow') {
    const delayMs = argument === undefined ? undefined : parseDuration(argument);
    if (delayMs === undefined || delayMs < 1) throw wrong(text, 'slow takes how long it takes: slow:10m');
    return { delayMs };
  }
  if (argument === undefined) return {};
  if (kind !== 'fail') throw wrong(text, `${kind} takes nothing more`);
  if (!/^-?\d{1,10}$/.test(argument)) throw wrong(text, 'fail takes an error code: fail:12');
  return { errorCode: Number(argument) };
}

function wrong(text: string, why: string) {
  return wrongUse(`"${text}" is not a behavior: ${why}. Write ${behaviorHelp}.`);
}

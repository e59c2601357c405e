/** `mockfleet serve --scenario`: which moment of which scenario a stub is opened at, and what there is to say about it. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dayMs, formatInstant, parseDuration, parseInstant } from '../runtime/duration.ts';
import { liveDevicesMax } from '../simulator/live-run.ts';
import type { LiveStory } from '../simulator/live-story.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import type { Scenario } from '../simulator/scenarios/scenario.ts';
import { CommandError, wrongUse } from './errors.ts';
import { durationWord, remainingLines, tellingMoment } from './scenario-text.ts';
import { shellWord } from './shell-word.ts';

export interface Opening {
  scenario: Scenario;
  /** The instant at which the clock is going to stand. */
  at: number;
}

export interface OpeningArguments {
  scenario: string;
  /** A duration since the start, or an instant; absent: where the scenario looks for the first time. */
  at: string | undefined;
  /** In place of the scenario's; 0: as many as it has. */
  devices: number;
  /** How messages call an option: `--at` on a command line. */
  called?: (option: 'at' | 'devices') => string;
}

/** Everything that can be wrong is found before anything is made. @throws CommandError, ScenarioError */
export function readOpening({ scenario: name, at: moment, devices, called = (option) => `--${option}` }: OpeningArguments): Opening {
  const loaded = findScenario(name).scenario;
  const scenario = devices === 0 ? loaded : { ...loaded, devices };
  if (scenario.devices > liveDevicesMax) {
    throw new CommandError(
      'live-too-many',
      `${scenario.name} has ${scenario.devices} devices, and a live stub takes ${liveDevicesMax} of them. Say how many you want: ${called('devices')} 20.`,
    );
  }
  const at = moment === undefined ? scenario.startAt + tellingMoment(scenario) : instantOf(moment, scenario.startAt, called('at'));
  const until = scenario.startAt + scenario.days * dayMs;
  if (at < scenario.startAt || at >= until) {
    const wrong = at >= until ? 'after its end' : 'before its start';
    throw new CommandError(
      at >= until ? 'live-after-end' : 'live-before-start',
      `${called('at')} ${moment} is ${wrong}: ${scenario.name} lasts ${scenario.days}d, from ${formatInstant(scenario.startAt)} to ${formatInstant(until)}.`,
    );
  }
  return { scenario, at };
}

function instantOf(moment: string, startAt: number, option: string): number {
  const since = parseSum(moment);
  const at = since === undefined ? parseInstant(moment) : startAt + since;
  if (at === undefined)
    throw wrongUse(`${option} takes a time since the start, such as 26h or 3d, or an instant: 2026-03-04T08:00:00Z. ${moment} is neither.`);
  return at;
}

/** `29d 23h`, as timelines are printed: the sum of its durations. */
export function parseSum(text: string): number | undefined {
  const parts = /^(?:\d+(?:\.\d+)?[a-z]+\s*)+$/.test(text) ? (text.match(/\d+(?:\.\d+)?[a-z]+/g) ?? []) : [];
  const durations = parts.map(parseDuration);
  return durations.length === 0 || durations.includes(undefined) ? undefined : durations.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/**
 * Where the stub of a scenario keeps its state: the folder that was named, if nothing is in it, or else a new one.
 * @throws CommandError `state-not-empty`: what is in there has another history
 */
export function scenarioFolder(named: string | undefined, scenario: string): string {
  if (named !== undefined) {
    if (isEmpty(named)) return named;
    throw new CommandError(
      'state-not-empty',
      `${named} holds another stub's state already. Name an empty folder with --state, or leave it out and a new one is made.`,
    );
  }
  const first = join('mockfleet-state', scenario.replace(/[^\w.-]/g, '_'));
  for (let count = 1; ; count++) {
    const folder = count === 1 ? first : `${first}-${count}`;
    if (isEmpty(folder)) return folder;
  }
}

function isEmpty(folder: string): boolean {
  const path = resolve(folder);
  return !existsSync(path) || readdirSync(path).length === 0;
}

const whoWidth = 'administrator'.length;

/** One whose name is known without asking: counted groups name theirs by place (story format). */
function someDevice({ fleet }: Scenario): string {
  const group = fleet.find(({ count }) => count !== null);
  if (group === undefined) return 'DEVICE';
  return group.count === 1 ? group.name : `${group.name}-1`;
}

/** What was lived, what the scenario would do next, and what to do by hand. */
export function openingText({ scenario, at }: Opening, { timeline, verdicts, noted }: LiveStory, state: string, columns: number): string {
  const nameWidth = Math.max(0, ...timeline.map(({ device }) => (device ?? '').length));
  const lived = timeline.map(({ at: instant, who, device, what }) =>
    printable(`  ${instant}  ${who.padEnd(whoWidth)}  ${(device ?? '').padEnd(nameWidth)}  ${what}`),
  );
  const next = remainingLines(scenario, at, columns);
  const missed = verdicts.filter(({ passed }) => !passed).map(({ name, detail }) => printable(`  ${name}: ${detail}`));
  const notes = noted.map((note) => printable(`  ${note.device}  ${note.what}  ${note.text}`));
  const device = shellWord(someDevice(scenario));
  const sections = [
    [`${printable(scenario.title)}: ${durationWord(at - scenario.startAt)} after its start.`],
    ...(lived.length === 0 ? [] : [['What was lived:', ...lived]]),
    ...(notes.length === 0 ? [] : [['What the administrator has noted:', ...notes]]),
    ...(missed.length === 0 ? [] : [['Expected, and not so:', ...missed]]),
    ...(next.length === 0 ? [] : [['What the scenario would do next, and you can do by hand:', ...next]]),
    [
      'In another terminal:',
      `  mockfleet devices list --state ${state}`,
      `  mockfleet devices screen ${device} --state ${state}`,
      `  mockfleet devices actions ${device} --state ${state}`,
      `  mockfleet clock advance 8h --state ${state}`,
    ],
    ['Its devices live in this process, and end with it; the records stay.'],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

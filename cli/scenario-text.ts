/** A scenario in words. Pure. */
import { dayMs, formatDuration, formatInstant, hourMs, minuteMs, secondMs } from '../runtime/duration.ts';
import { answerParts } from '../simulator/report/story-parts.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import type { FleetGroup, Scenario } from '../simulator/scenarios/scenario.ts';
import { type OutlinedStep, outline } from '../simulator/story/outline.ts';
import { shellWord } from './shell-word.ts';
import { wrapped } from './terminal/text-width.ts';

/** Longer timelines are a fleet's, and say nothing line by line. */
const eventsMax = 60;

/** @param name how the user called it: what the commands at the end call it, too */
export function scenarioText(scenario: Scenario, name: string, columns: number): string {
  const { title, question, description, answer, requirements, fleet, timeline } = scenario;
  const sections = [
    [printable(title), ...(requirements.length === 0 ? [] : [`(${requirements.map(printable).join(' ')})`])],
    ...(question === null ? [] : [['Question', ...indented(question, columns)]]),
    ...(description === null ? [] : [indented(description, columns, 0)]),
    ...(answer === null ? [] : answerParts.map(([part, title]) => [title, ...indented(answer[part], columns)])),
    ['Devices', ...fleet.flatMap((group) => indented(groupText(group), columns))],
    ...(timeline.length === 0 ? [] : [['What happens', ...timelineLines(scenario, columns)]]),
    ['Play it', ...commandsFor(scenario, name).map((line) => `  ${line}`)],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function indented(text: string, columns: number, by = 2): string[] {
  return wrapped(text.trim(), columns - by).map((line) => ' '.repeat(by) + line);
}

function groupText({ name, count, platform, enrollment, models, behaviors }: FleetGroup): string {
  const shown = models.slice(0, 3).map(({ model, osVersion }) => `${model} (${osVersion})`);
  const many = count === null ? 'some' : String(count);
  const habits = behaviors.map(({ on, then }) => `${on} \u2192 ${then}`);
  const more = habits.length === 0 ? '' : `; habits: ${habits.join(', ')}`;
  return `${name}: ${many} \u00d7 ${platform}, ${enrollment}, ${shown.join(', ')}${models.length > 3 ? ' and others' : ''}${more}`;
}

function timelineLines(scenario: Scenario, columns: number): string[] {
  const lines = outline(scenario, scenario.timeline).map((step) => eventLine(step, scenario));
  const shown = lines.slice(0, eventsMax).flatMap((line) => hanging(line, columns));
  return lines.length > eventsMax ? [...shown, `  \u2026 and ${lines.length - eventsMax} more`] : shown;
}

/** What comes after this instant. */
export function remainingLines(scenario: Scenario, after: number, columns: number): string[] {
  return timelineLines({ ...scenario, timeline: scenario.timeline.filter(({ at }) => at > after) }, columns);
}

/** Continuation lines stand under the sentence, not under its instant. */
function hanging({ at, text }: { at: string; text: string }, columns: number): string[] {
  const margin = 2 + at.length + 2;
  return wrapped(text, Math.max(20, columns - margin)).map((line, index) => (index === 0 ? `  ${at}  ${line}` : ' '.repeat(margin) + line));
}

function eventLine({ at, who, to, what }: OutlinedStep, { startAt, fleet }: Scenario): { at: string; text: string } {
  const since = sinceText(at - startAt).padEnd(11);
  const whom = fleet.length === 1 && (to === null || to === fleet[0]?.name) ? '' : ` (${to ?? 'all'})`;
  if (who === 'expected') return { at: since, text: `expected${whom}: ${what}` };
  return { at: since, text: `${who === 'administrator' ? '' : `${who} `}${what}${whom}` };
}

function commandsFor(scenario: Scenario, name: string): string[] {
  const word = shellWord(name);
  const at = tellingMoment(scenario);
  const commands: [string, string][] = [[`mockfleet run ${word}`, 'in virtual time']];
  if (scenario.answer !== null) {
    commands.push([`mockfleet run ${word} --live`, 'with real agents, over real sockets']);
    commands.push([
      `mockfleet serve --scenario ${word} --at ${durationWord(at)}`,
      `to go on by hand from ${formatInstant(scenario.startAt + at)}`,
    ]);
  }
  const width = Math.max(...commands.map(([command]) => command.length));
  return commands.map(([command, what]) => `${command.padEnd(width)}  ${what}`);
}

/** In the largest unit that takes it exactly, as scenario files have it: `1.1d`. */
export function durationWord(ms: number): string {
  const units = [
    ['d', dayMs],
    ['h', hourMs],
  ] as const;
  const fits = units.find(([, size]) => ms >= size && Number.isInteger((ms * 1000) / size));
  return fits === undefined ? formatDuration(ms) : `${ms / fits[1]}${fits[0]}`;
}

/** Where somebody with the question wants to stand: when the scenario looks for the first time, or at its last step. */
export function tellingMoment({ timeline, startAt }: Scenario): number {
  const look = timeline.find(({ step }) => step.kind === 'expect') ?? timeline.at(-1);
  return (look?.at ?? startAt) - startAt;
}

/** `1d 2h 24m`: what a time since the start is easiest read as. */
function sinceText(ms: number): string {
  const units = [
    ['d', dayMs],
    ['h', hourMs],
    ['m', minuteMs],
    ['s', secondMs],
  ] as const;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.join(' ') || 'start';
}

/** The built-in scenarios: the YAML files beside this module. A new one is a new file; its name is the file's. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Platform } from '../../protocol/platforms.ts';
import { fileError, type ScenarioError, show } from './errors.ts';
import { type LoadedScenario, loadScenarioFile } from './load.ts';
import { nearest } from './nearest.ts';
import type { Answer, Scenario } from './scenario.ts';

export interface CatalogueEntry {
  name: string;
  title: string;
  question: string | null;
  answer: Answer | null;
  /** It answers a question about single devices: something is expected of them on the way. */
  isStory: boolean;
  devices: number;
  days: number;
  requirements: string[];
  /** Those of its fleet, in the order of the file, each once. */
  platforms: Platform[];
  /** Absolute path. */
  file: string;
  scenario: Scenario;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

function builtInNames(): string[] {
  return readdirSync(folder)
    .filter((entry) => entry.endsWith('.yaml'))
    .map((entry) => entry.slice(0, -'.yaml'.length))
    .sort();
}

const fileOf = (name: string) => join(folder, `${name}.yaml`);

/** In the order of their names. */
export function listScenarios(): CatalogueEntry[] {
  return [...readCatalogue()];
}

/** The same one by one: reading all of them takes about a second. */
export function* readCatalogue(): Generator<CatalogueEntry> {
  for (const builtIn of builtInNames()) {
    const { scenario, file } = loadScenarioFile(fileOf(builtIn));
    const { name, title, question, answer, requirements, fleet, timeline, devices, days } = scenario;
    yield {
      name,
      title,
      question,
      answer,
      isStory: answer !== null || timeline.some(({ step }) => step.kind === 'expect'),
      devices,
      days,
      requirements,
      platforms: [...new Set(fleet.map((group) => group.platform))],
      file,
      scenario,
    };
  }
}

/**
 * A built-in scenario by its name, or any by its path: what has a slash, or ends in .yaml or .yml.
 * @throws ScenarioError: `scenario-unknown` for a name that is not in the catalogue, else what the file has wrong
 */
export function findScenario(nameOrPath: string): LoadedScenario {
  if (/[/\\]|\.ya?ml$/i.test(nameOrPath)) return loadScenarioFile(nameOrPath);
  const names = builtInNames();
  if (!names.includes(nameOrPath)) throw unknownScenario(nameOrPath, names);
  return loadScenarioFile(fileOf(nameOrPath));
}

function unknownScenario(name: string, names: string[]): ScenarioError {
  const near = nearest(name, names);
  const hint = near === undefined ? '' : ` did you mean ${near}?`;
  const message = `there is no built-in scenario ${show(name)};${hint} allowed: ${names.join(', ')}, or the path of a .yaml file`;
  return fileError('scenario', 'scenario-unknown', message);
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runScenario } from '../run.ts';
import { findScenario, listScenarios } from '../scenarios/catalogue.ts';
import { exampleRun } from './example-run.fixture.ts';
import { resultProblems, runResultJsonSchema } from './result-schema.ts';

async function resultOf(name: string, options: RunOptions = {}): Promise<unknown> {
  const run = await runScenario(findScenario(name), options);
  run.close();
  return JSON.parse(JSON.stringify(run.result));
}

describe("the schema of a run's result", () => {
  it('is the one in the file', () => {
    const file = new URL('run-result.schema.json', import.meta.url);
    // Other than this: npx tsx scripts/write-scenario-schema.ts
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(runResultJsonSchema());
  });

  const scenarios = listScenarios();
  const stories = scenarios.filter(({ isStory }) => isStory);
  const fleets = scenarios.filter(({ isStory }) => !isStory);

  it('holds for every story of the catalogue', async () => {
    for (const { name } of stories) expect(resultProblems(await resultOf(name)), name).toEqual([]);
  });

  it.each(fleets.map(({ name }) => name))('holds for %s, whole or smaller than it asks', async (name) => {
    expect(resultProblems(await resultOf(name, { devices: 60, days: 60 }))).toEqual([]);
  });

  it('finds what is missing, and what nobody has written down', () => {
    const example = exampleRun({ devices: 20, days: 10, judged: true, notified: true, faulty: true, failing: true });
    const result = { ...example.result, actions: { wipe: { acknowledged: 3, open: 1 } } };
    const { timeToDone: _, ...rest } = result;
    expect(resultProblems(result)).toEqual([]);
    expect(resultProblems(rest)).toHaveLength(1);
    expect(resultProblems({ ...result, undocumented: 1 })).toHaveLength(1);
    expect(resultProblems({ ...result, states: { mangaed: 1 } })).toHaveLength(1);
  });
});

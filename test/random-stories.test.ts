/**
 * Any sequence of what administrators, users, the network and the tenant do: no checker is ever broken, nothing throws, and both ways of
 * living quiet time agree. What is found is shrunk to a scenario file that replays it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Run, runScenario } from '../simulator/run.ts';
import { parseScenario } from '../simulator/scenarios/load.ts';
import { root } from './support/program.ts';
import { anyStory, type Story, storyText } from './support/random-story.ts';

/** MOCKFLEET_STORIES=100000 for a night's campaign. */
const runs = Number(process.env.MOCKFLEET_STORIES ?? 2_000);

async function live(story: Story, everyCheckIn: boolean): Promise<Run['result']> {
  const text = storyText(story);
  const run = await runScenario({ scenario: parseScenario(text, 'found-case.yaml'), text }, { everyCheckIn });
  run.close();
  return run.result;
}

/** The first thing that is wrong with a story, or null. */
async function wrongWith(story: Story): Promise<string | null> {
  try {
    const result = await live(story, false);
    const failed = result.checkers.find((checker) => !checker.passed);
    if (failed !== undefined) return `${failed.name}: ${failed.detail}`;
    return story.days > 30 || (await live(story, true)).digest === result.digest ? null : 'quiet time and every check-in differ';
  } catch (error) {
    return (error as Error).stack ?? String(error);
  }
}

/** Without a part of its fleet, what is said of that part has no sense any more. */
function isFile(story: Story): boolean {
  try {
    return parseScenario(storyText(story), 'found-case.yaml').fleet.length > 0;
  } catch {
    return false;
  }
}

/** What fast-check leaves of a scene cannot be taken apart any more: without each group and each step in turn, as long as it is still wrong. */
async function smallest(story: Story, judge: (story: Story) => Promise<string | null>): Promise<Story> {
  for (const part of ['fleet', 'timeline'] as const) {
    for (let place = 0; place < story[part].length; place++) {
      const without = { ...story, [part]: story[part].toSpliced(place, 1) };
      if (isFile(without) && (await judge(without)) !== null) return smallest(without, judge);
    }
  }
  return story;
}

/** Searches; a story that `judge` finds something in is shrunk and written down. Returns the file's path, or null. */
async function search(
  judge: (story: Story) => Promise<string | null>,
  numRuns: number,
  folder: string,
): Promise<{ file: string; found: string } | null> {
  const outcome = await fc.check(
    fc.asyncProperty(anyStory, async (story) => (await judge(story)) === null),
    { numRuns, endOnFailure: false },
  );
  const [shrunk] = outcome.counterexample ?? [];
  if (shrunk === undefined) return null;
  const story = await smallest(shrunk, judge);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'found-case.yaml');
  const found = (await judge(story)) ?? 'it did not happen again';
  writeFileSync(file, `# ${found.split('\n')[0]}\n# mockfleet run ${file}\n${storyText(story)}`);
  return { file, found };
}

describe('random stories', () => {
  it(`M-04 M-05 M-09 M-11 ${runs} of them break no checker`, async () => {
    const found = await search(wrongWith, runs, join(root, 'mockfleet-out/found'));
    expect(found, found === null ? '' : `${found.found}\nreplay: mockfleet run ${found.file}`).toBeNull();
  }, 600_000);

  it('a found case shrinks to a scenario file that replays it', async () => {
    // A rule that stories do break: "nobody ever wipes a device".
    const wipes = async (story: Story) => ((await live(story, false)).actions.wipe === undefined ? null : 'a wipe was asked for');
    const found = await search(wipes, 500, join(root, 'node_modules/.cache/mockfleet/found'));
    expect(found?.found).toBe('a wipe was asked for');
    const text = readFileSync(found?.file ?? '', 'utf8');
    const scenario = parseScenario(text, 'found-case.yaml');
    // As short as can be: one device group, one happening; one at 0s needs an enrollment before it.
    expect(scenario.fleet).toHaveLength(1);
    expect(scenario.timeline.length).toBeLessThanOrEqual(2);
    const replayed = await runScenario({ scenario, text }, {});
    expect(replayed.result.actions.wipe).toBeDefined();
    replayed.close();
  }, 300_000);
});

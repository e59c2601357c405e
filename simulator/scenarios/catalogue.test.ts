import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { runScenario } from '../run.ts';
import { findScenario, listScenarios } from './catalogue.ts';
import { ScenarioError } from './errors.ts';
import { parseScenario } from './load.ts';
import { startingFile } from './starting-file.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

describe('the catalogue', () => {
  test('has every YAML file of the folder, under its name, with the line that editors need', () => {
    const files = readdirSync(folder).filter((entry) => entry.endsWith('.yaml'));
    const entries = listScenarios();
    expect(entries.map((entry) => entry.name)).toEqual(files.map((entry) => entry.slice(0, -'.yaml'.length)).sort());
    for (const { name, file } of entries) {
      expect(basename(file)).toBe(`${name}.yaml`);
      expect(readFileSync(file, 'utf8').split('\n')[0]).toBe('# yaml-language-server: $schema=./scenario.schema.json');
    }
  });

  test('tells stories from fleets', () => {
    const entries = listScenarios();
    expect(entries.find(({ name }) => name === 'fleet-lifecycle')).toMatchObject({
      isStory: false,
      answer: null,
      devices: 5000,
      days: 600,
    });
    const fleets = entries.filter(({ isStory }) => !isStory).map(({ name }) => name);
    expect(fleets).toEqual(['field-service', 'fleet-lifecycle', 'office', 'retail-kiosks', 'school']);
    for (const { name, isStory, answer, question } of entries.filter((entry) => !fleets.includes(entry.name))) {
      expect(isStory && answer !== null && question !== null, name).toBe(true);
    }
  });

  test('finds by name and by path', () => {
    const byName = findScenario('fleet-lifecycle');
    expect(findScenario(byName.file)).toEqual(byName);
  });

  test.each([
    ['fleet-lifecicle', 'scenario-unknown', 'did you mean fleet-lifecycle? allowed: '],
    ['nothing-like-it', 'scenario-unknown', 'fleet-lifecycle'],
    ['', 'scenario-unknown', 'fleet-lifecycle'],
    ['./fleet-lifecycle', 'scenario-unreadable', 'no such file'],
    ['none.yml', 'scenario-unreadable', 'no such file'],
  ])('%j: %s', (name, code, fragment) => {
    expect(() => findScenario(name)).toThrow(
      expect.objectContaining({ name: 'ScenarioError', code, message: expect.stringContaining(fragment) }),
    );
  });
});

test('M-09 the starting file is a story that passes', async () => {
  const text = startingFile('my-first');
  const scenario = parseScenario(text, 'my-first.yaml');
  expect(scenario.name).toBe('my-first');
  const run = await runScenario({ scenario, text });
  expect(run.result.expectations.filter(({ passed }) => !passed)).toEqual([]);
  expect(run.result.expectations.length).toBeGreaterThan(4);
  run.close();
});

describe('fleet-lifecycle', () => {
  const { scenario } = findScenario('fleet-lifecycle');

  test('has every kind of device', () => {
    for (const platform of platforms) {
      const enrollments = scenario.fleet.filter((group) => group.platform === platform).map((group) => group.enrollment);
      expect(new Set(enrollments)).toEqual(new Set(enrollmentTypesOf[platform]));
    }
  });

  test('has every action, online and offline, and is over within its days', () => {
    const actions = new Set(scenario.timeline.flatMap(({ step }) => (step.kind === 'action' ? [step.do] : [])));
    for (const action of ['syncDevice', 'remoteLock', 'resetPasscode', 'rebootNow', 'rotateBitLockerKeys', 'retire', 'wipe', 'delete'])
      expect([...actions]).toContain(action);
    expect(scenario.timeline.some((event) => event.to.network === 'offline')).toBe(true);
    expect(scenario.timeline.every((event) => event.at < scenario.startAt + scenario.days * dayMs)).toBe(true);
  });

  test('loses so many in the first 335 days that 50 to 300 records are removed within its 600', () => {
    const weights = scenario.fleet.reduce((sum, group) => sum + group.weight, 0);
    const lost = scenario.fleet.reduce((sum, { weight, lostForEver }) => {
      if (lostForEver === null) return sum;
      const { fromMs, untilMs } = lostForEver.between;
      return sum + (scenario.devices * weight * lostForEver.share * Math.max(0, 335 * dayMs - fromMs)) / weights / (untilMs - fromMs);
    }, 0);
    expect(lost).toBeGreaterThan(80);
    expect(lost).toBeLessThan(250);
  });
});

describe('whatever the text is, it is a scenario or a ScenarioError', () => {
  const { text } = findScenario('fleet-lifecycle');

  function accepts(candidate: string): boolean {
    try {
      parseScenario(candidate, 'f.yaml');
      return true;
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      expect(error.issues.length).toBeGreaterThan(0);
      for (const { line, column } of error.issues) {
        if (line !== null) expect(line).toBeLessThanOrEqual(candidate.split(/\r\n|\n|\r/).length + 1);
        if (column !== null) expect(column).toBeGreaterThan(0);
      }
      return false;
    }
  }

  const scrap = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '\t',
      '\0',
      '*a',
      '&a ',
      '!!binary ',
      '<<: ',
      '? ',
      '- ',
      ': ',
      '[',
      '{',
      '}',
      ']',
      '|',
      '>',
      '%',
      '---\n',
      '"',
      "'",
      '#',
      '~',
      '-1',
      '1e999',
      '.nan',
      '\r',
    ),
  );

  test('mutations and deletions of the default file', () => {
    const edits = fc.array(fc.record({ at: fc.nat(text.length), length: fc.nat(60), insert: fc.oneof(scrap, fc.constant('')) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(edits, (all) => {
        accepts(all.reduce((before, { at, length, insert }) => before.slice(0, at) + insert + before.slice(at + length), text));
      }),
      { numRuns: 300 },
    );
  });

  test('any JSON value in the place of any value', () => {
    const values = [...text.matchAll(/^( *(?:- )?\w+): \S.*$/gm)];
    fc.assert(
      fc.property(fc.constantFrom(...values), fc.jsonValue({ maxDepth: 3 }), (match, value) => {
        const end = match.index + match[0].length;
        accepts(`${text.slice(0, match.index)}${match[1]}: ${JSON.stringify(value)}${text.slice(end)}`);
      }),
      { numRuns: 300 },
    );
  });

  test('lines left out', () => {
    const lines = text.split('\n');
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.integer({ min: 1, max: 40 }), (from, count) => {
        accepts(lines.filter((_, index) => index < from || index >= from + count).join('\n'));
      }),
      { numRuns: 150 },
    );
  });

  test('garbage', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(scrap, fc.string({ unit: 'grapheme' })), { maxLength: 60 }), (parts) => {
        accepts(parts.join(''));
      }),
      { numRuns: 1000 },
    );
  });
});

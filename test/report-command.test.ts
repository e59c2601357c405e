/** `mockfleet report` and `mockfleet compare` as their users know them: runs on disk, processes, files and exit codes. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Comparison, compareRuns } from '../simulator/report/compare.ts';
import { compareLives } from '../simulator/report/compare-lives.ts';
import { junitXml } from '../simulator/report/junit.ts';
import { readRun } from '../simulator/report/run-data.ts';
import { type Ended, Program } from './support/program.ts';
import { sharedScratch } from './support/scratch.ts';

const folder = sharedScratch();

const fleet = (days: number) => `
name: two-offices
title: Phones and PCs that are asked for this and that
days: ${days}
devices: 40
fleet:
  - { name: phones, weight: 1, platform: ios, enrollment: automated, enrolledWithin: 1d }
  - name: laptops
    weight: 1
    platform: windows
    enrollment: joined
    enrolledWithin: 1d
    absences: { share: 50%, count: [1, 2], between: [2d, 20d], length: { uniform: [1d, 9d] } }
timeline:
  - { every: { from: 3d, until: 25d, each: 2d }, do: syncDevice, to: { share: 30% } }
  - { at: 10d, do: wipe, to: { share: 10% } }
expectations:
  - { name: all are wiped, figure: actions.wipe.acknowledged, atLeast: 30 }
  - { name: none is lost, figure: recordsRemoved, equals: 0 }
`;

/** A process in the folder of the test. */
function mockfleet(...words: string[]): Promise<Ended> {
  return new Program(words, { cwd: folder }).ended;
}

async function lived(name: string, ...options: string[]): Promise<void> {
  const ended = await mockfleet('run', './fleet.yaml', '--out', name, '--junit', `${name}.xml`, ...options);
  expect(ended.code, ended.stderr).toBe(99);
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');

beforeAll(async () => {
  writeFileSync(join(folder, 'fleet.yaml'), fleet(30));
  await Promise.all([lived('first'), lived('again', '--every-check-in'), lived('seeded', '--seed', 'other')]);
});

describe('mockfleet report', () => {
  it('makes every report of a run again from its file alone, byte for byte', async () => {
    mkdirSync(join(folder, 'alone'));
    copyFileSync(join(folder, 'first/run.sqlite'), join(folder, 'alone/run.sqlite'));
    const made = await Promise.all([
      mockfleet('report', 'alone', '--format', 'html', '--out', 'alone/report.html'),
      mockfleet('report', 'alone/run.sqlite', '--format', 'json'),
      mockfleet('report', 'alone'),
    ]);
    expect(made.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(read('alone/report.html') === read('first/report.html')).toBe(true);
    expect(made[1]?.stdout).toBe(read('first/result.json'));
    for (const text of ['two-offices', 'From asked to done', 'all are wiped', 'run file']) expect(made[2]?.stdout).toContain(text);
    expect(junitXml(readRun(join(folder, 'alone')))).toBe(read('first.xml'));
    expect(read('first.xml')).toContain('<failure type="missed" message="actions.wipe.acknowledged is ');
  });

  it('says what is wrong with a run that it cannot read, or a file that it cannot write', async () => {
    const [missing, unwritable] = await Promise.all([
      mockfleet('report', 'nowhere'),
      mockfleet('report', 'first', '--out', 'no/such/folder.txt'),
    ]);
    expect([missing.code, missing.stdout]).toEqual([1, '']);
    expect(missing.stderr).toMatch(/^nowhere is not there\. .*\[run-missing\]\n$/);
    expect(unwritable.code).toBe(1);
    expect(unwritable.stderr).toMatch(/Cannot write .*no\/such\/folder\.txt: .*--out.*\[file-unwritable\]/);
  });
});

describe('mockfleet compare', () => {
  function compared(one: string, other: string): Comparison {
    const [before, after] = [readRun(join(folder, one)), readRun(join(folder, other))];
    return compareRuns(before, after, compareLives(before.file, after.file));
  }

  it('finds the same outcome in two runs that were carried out differently', async () => {
    const text = await mockfleet('compare', 'first', 'again', '--fail-on-change');
    expect(text.code, text.stdout + text.stderr).toBe(0);
    expect(text.stdout).toContain('The same outcome (the same digest).');
    expect(text.stdout).toMatch(/every check-in +computed where quiet +→ +executed/);
    expect(text.stdout).toContain('Lives  40 of the 40 devices that both have lived the same');
    const { stdout } = await mockfleet('compare', 'first', 'again', '--json');
    const data = JSON.parse(stdout) as Comparison;
    expect(data).toEqual({ ...compared('first', 'again'), one: { ...data.one }, other: { ...data.other } });
    expect(data).toMatchObject({ same: true, sameDigest: true, figures: [], verdicts: [], scenario: [], perDevice: false });
  });

  it('shows what another seed changes: figures, and the first device whose life differs', async () => {
    const data = compared('first', 'seeded');
    expect(data).toMatchObject({ same: false, sameDigest: false, asked: [{ what: 'seed', one: '1', other: 'other' }] });
    expect(data.lives).toMatchObject({ inBoth: 40, different: 40, first: { index: 0 } });
    const [before, after] = ['first', 'seeded'].map((name) => JSON.parse(read(`${name}/result.json`)));
    expect(data.figures.length).toBeGreaterThan(2);
    for (const { figure, one, other, difference, percent } of data.figures) {
      const value = (result: unknown) =>
        figure.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], result) ?? 0;
      if (!figure.startsWith('notifications.delays')) expect([value(before), value(after)], figure).toEqual([one, other]);
      expect(difference).toBe(other - one);
      expect(percent === null).toBe(one === 0);
    }
    const text = await mockfleet('compare', 'first', 'seeded', '--fail-on-change');
    expect(text.code).toBe(1);
    expect(text.stdout).toContain('Different outcomes (different digests).');
    expect(text.stdout).toContain('mockfleet trace seeded --device 0');
  });

  it('compares runs of different size per device, and says that verdicts and the scenario are others', async () => {
    writeFileSync(join(folder, 'fleet.yaml'), fleet(30).replace('atLeast: 30', 'atLeast: 1').replace('share: 10%', 'share: 100%'));
    const ended = await mockfleet('run', './fleet.yaml', '--out', 'larger', '--devices', '80');
    expect(ended.code, ended.stderr).toBe(0);
    const data = compared('first', 'larger');
    expect(data).toMatchObject({ perDevice: true, same: false });
    expect(data.scenario.map(({ sign }) => sign)).toEqual(['-', '+', '-', '+']);
    expect(data.verdicts).toMatchObject([{ name: 'all are wiped', one: 'failed', other: 'passed' }]);
    const wiped = data.figures.find(({ figure }) => figure === 'actions.wipe.acknowledged');
    expect(wiped?.difference).toBeCloseTo((wiped?.other ?? 0) / 80 - (wiped?.one ?? 0) / 40, 10);
    const text = await mockfleet('compare', 'first', 'larger');
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('Of different size: figures that count are compared per device');
    expect(text.stdout).toContain('all are wiped: failed → passed');
    expect(text.stdout).toMatch(/Scenario file\n {2}- .*share: 10%.*\n {2}\+ .*share: 100%/);
  });
});

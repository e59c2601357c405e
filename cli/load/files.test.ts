import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exampleLoad } from '../../simulator/load/report/example-load.fixture.ts';
import { scratch } from '../../test/support/scratch.ts';
import { findLoadFile, loadPagePath, readLoadFile, writeLoadFiles } from './files.ts';

it('what a load run leaves can be read again; what is something else is named with what is wrong', () => {
  const folder = scratch();
  const report = exampleLoad({ failing: true, thresholds: ['errors<1%'] });
  writeLoadFiles(folder, report);
  expect(readFileSync(loadPagePath(folder), 'utf8')).toContain('mockfleet load');
  expect(findLoadFile(folder)).toBe(join(folder, 'load.json'));
  expect(findLoadFile(join(folder, 'load.json'))).toBe(join(folder, 'load.json'));
  expect(readLoadFile(join(folder, 'load.json'))).toEqual(report);

  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"schema":"mockfleet/load-result/1"}');
  expect(() => readLoadFile(broken)).toThrowError(
    expect.objectContaining({ code: 'load-file', message: expect.stringContaining('and 3') }),
  );
  writeFileSync(broken, '{');
  expect(() => readLoadFile(broken)).toThrowError(expect.objectContaining({ code: 'load-file' }));
  expect(() => writeLoadFiles(join(folder, 'nowhere'), report)).toThrowError(expect.objectContaining({ code: 'folder-unwritable' }));

  // A run's folder stays a run's.
  expect(findLoadFile(join(folder, 'nowhere'))).toBeUndefined();
  const both = join(folder, 'both');
  mkdirSync(both);
  expect(findLoadFile(both)).toBeUndefined();
  writeLoadFiles(both, report);
  writeFileSync(join(both, 'run.sqlite'), '');
  expect(findLoadFile(both)).toBeUndefined();
});

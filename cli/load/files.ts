/** The files that a load run leaves in its folder, and how its reports are made of them again. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadPage } from '../../simulator/load/report/load-page.ts';
import type { LoadReport } from '../../simulator/load/report/load-report.ts';
import { loadReportProblems } from '../../simulator/load/report/load-schema.ts';
import { CommandError } from '../errors.ts';
import { writeWhole } from '../whole-file.ts';

const dataName = 'load.json';

/** Where the page will be. */
export function loadPagePath(folder: string): string {
  return join(folder, 'load.html');
}

/** Each appears whole or not at all; the data, which the page can be made of again, first. @throws CommandError `folder-unwritable` */
export function writeLoadFiles(folder: string, report: LoadReport): void {
  try {
    writeWhole(join(folder, dataName), `${JSON.stringify(report, null, 2)}\n`);
    writeWhole(loadPagePath(folder), loadPage(report));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new CommandError(
      'folder-unwritable',
      `Cannot write to ${folder}: ${error.message}. Make room there, or name another folder with --out.`,
    );
  }
}

/** @param run a folder or a file that somebody named; undefined: no load run's */
export function findLoadFile(run: string): string | undefined {
  const found = statSync(run, { throwIfNoEntry: false });
  if (found?.isFile() === true) return run.endsWith('.json') ? run : undefined;
  const file = join(run, dataName);
  // A folder that a run and a load run have written to is the run's, as ever.
  return found?.isDirectory() === true && existsSync(file) && !existsSync(join(run, 'run.sqlite')) ? file : undefined;
}

/** @throws CommandError `load-file` */
export function readLoadFile(file: string): LoadReport {
  const report = parsed(file);
  const problems = loadReportProblems(report);
  if (problems.length === 0) return report as LoadReport;
  const more = problems.length > 3 ? `, and ${problems.length - 3} more` : '';
  throw new CommandError(
    'load-file',
    `${file} is not what mockfleet load has written: ${problems.slice(0, 3).join('; ')}${more}. Name the folder of a load run.`,
  );
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(
      'load-file',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}. Name the folder of a load run.`,
    );
  }
}

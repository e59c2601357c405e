/** The files that a run leaves in its folder. */
import { accessSync, constants } from 'node:fs';
import { join, relative } from 'node:path';
import { reportHtml } from '../simulator/report/html.ts';
import { junitXml } from '../simulator/report/junit.ts';
import { writeRunFile } from '../simulator/report/run-file.ts';
import type { RunData } from '../simulator/result.ts';
import type { Run } from '../simulator/run.ts';
import { CommandError } from './errors.ts';
import { makeFolder } from './folder.ts';
import { writeWhole } from './whole-file.ts';

/** Before the run, so that minutes of it are not lost to a folder that cannot be written. @throws CommandError `folder-unwritable` */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder);
    // The slash, because a file with this name may be writable too.
    accessSync(`${folder}/`, constants.W_OK);
  } catch (error) {
    throw unwritable(folder, error, 'Name another folder with --out, or use --no-report.');
  }
}

/** Where they will be. */
export function runFiles(folder: string) {
  return { report: join(folder, 'report.html'), file: join(folder, 'run.sqlite') };
}

/** Each file appears whole or not at all; the small one, which says that the others are there, comes last. @throws CommandError `folder-unwritable` */
export function writeRunFiles(folder: string, finished: Run): void {
  const { report, file } = finished.result;
  try {
    if (report !== null) writeWhole(report, reportHtml(finished));
    if (file !== null) writeRunFile(file, finished, finished.parts);
    writeWhole(join(folder, 'result.json'), `${JSON.stringify(finished.result, null, 2)}\n`);
  } catch (error) {
    throw unwritable(folder, error, 'Make room there, or name another folder with --out.');
  }
}

/** @throws CommandError `file-unwritable` */
export function writeJunit(path: string, data: RunData): void {
  writeNamed(path, junitXml(data), 'junit');
}

/** A file that somebody has named with this option. @throws CommandError `file-unwritable` */
export function writeNamed(path: string, text: string, option: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new CommandError('file-unwritable', `Cannot write ${path}: ${error.message}. Name another file with --${option}.`);
  }
}

function unwritable(folder: string, error: unknown, whatToDo: string): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  return new CommandError('folder-unwritable', `Cannot write to ${folder}: ${error.message}. ${whatToDo}`);
}

/** A path below the current folder is shown from there: shorter, and just as good to be copied. */
export function nearPath(path: string): string {
  const near = relative('', path);
  return near.startsWith('..') ? path : near === '' ? '.' : near;
}

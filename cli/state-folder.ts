/** A stub's state folder: its authority, its database, its token, and (while it runs) where it is to be found. */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publishOnce, readIfThere, secretMode } from '../certs/publish.ts';
import { CommandError } from './errors.ts';
import { makeFolder } from './folder.ts';

export const stateFolderDefault = '.mockfleet';

export interface StateFiles {
  folder: string;
  authority: string;
  database: string;
  token: string;
  enrollmentToken: string;
  /** Written when the stub is ready, removed when it stops. */
  running: string;
  agents: string;
}

export function stateFiles(folder: string): StateFiles {
  const root = resolve(folder);
  return {
    folder: root,
    authority: join(root, 'ca'),
    database: join(root, 'stub.db'),
    token: join(root, 'token'),
    enrollmentToken: join(root, 'enrollment-token'),
    running: join(root, 'running.json'),
    agents: join(root, 'agents'),
  };
}

export interface RunningStub {
  url: string;
  devices: string;
  ca: string;
  pid: number;
}

export function makeStateFolder(folder: string): StateFiles {
  const files = stateFiles(folder);
  makePrivateFolder(files.folder);
  return files;
}

/** For its owner alone. @throws CommandError `folder-unusable` */
export function makePrivateFolder(folder: string): void {
  try {
    makeFolder(resolve(folder), 0o700);
  } catch (error) {
    throw new CommandError('folder-unusable', `${folder} cannot be made (${(error as Error).message}). Choose another --state.`);
  }
}

/** The administrator's token: made at first start, kept with mode 0600. Hexadecimal, because `--token -x…` would be read as an option. */
export function openToken(files: StateFiles): { token: string; made: boolean } {
  const made = publishOnce(files.token, `${randomBytes(24).toString('hex')}\n`, secretMode);
  return { token: readToken(files) ?? '', made };
}

export function readToken(files: StateFiles): string | undefined {
  return readIfThere(files.token)?.trim();
}

/** What enrols devices and is the password of people who have none, made as the administrator's token is, and no part of what that one may do. */
export function openEnrollmentToken(files: StateFiles): string {
  publishOnce(files.enrollmentToken, `${randomBytes(24).toString('hex')}\n`, secretMode);
  return readEnrollmentToken(files) ?? '';
}

export function readEnrollmentToken(files: StateFiles): string | undefined {
  return readIfThere(files.enrollmentToken)?.trim();
}

export function announce(files: StateFiles, running: RunningStub): void {
  writeFileSync(files.running, `${JSON.stringify(running)}\n`, { mode: secretMode });
}

export function withdraw(files: StateFiles): void {
  rmSync(files.running, { force: true });
}

/** Where the stub of this folder says that it is; undefined when none has said so. It may have died since. */
export function findRunning(files: StateFiles): RunningStub | undefined {
  const text = readIfThere(files.running);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as RunningStub;
  } catch {
    return undefined;
  }
}

export function readFileOrSay(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${what} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

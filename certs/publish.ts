/** Files that appear whole or not at all, and are never overwritten: keys and certificates that others may be making at the same moment. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Of private keys: the owner alone. */
export const secretMode = 0o600;
export const publicMode = 0o644;

/** File systems without hard links (FAT, some mounts of containers) answer one of these. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Writes the file, with its folder if need be, unless there is one already: then the one that is there stays, and it answers false.
 * A crash leaves the old state and at most a `.tmp` file. @throws NodeJS.ErrnoException
 */
export function publishOnce(path: string, text: string, mode: number): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeThrough(temporary, text, mode);
    return moveOnce(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The text of a file; undefined when there is none. @throws NodeJS.ErrnoException */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function writeThrough(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, text);
    // Otherwise a power cut after the move could leave the name without the content.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A link fails where a rename would silently replace the file of a process that was faster. */
function moveOnce(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (code === undefined || !noLinks.has(code)) throw error;
  }
  if (existsSync(to)) return false;
  renameSync(from, to);
  return true;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

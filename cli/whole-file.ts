import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** In place of a file that is there, and whole or not at all. @throws what the file system says */
export function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

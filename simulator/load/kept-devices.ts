/**
 * The devices of a run in a folder (mode 0700), for another run that goes on with them: one file of JSON lines for each process, written
 * when the run is over. The next run may have other processes: each takes what is its own out of all files, the newest line of a device.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Slice } from '../world/slice.ts';
import { LoadError } from './errors.ts';
import type { LaneDevice } from './lane-device.ts';
import type { KeptDevice } from './lane-file.ts';

interface KeptLine extends KeptDevice {
  /** ms since 1970. */
  writtenAt: number;
}

const namePattern = /^devices-\d+-\d+\.jsonl$/;

/** The devices of a slice that were kept, by number. */
export function readKept(folder: string, { first, count }: Slice): Map<number, KeptDevice> {
  const newest = new Map<number, KeptLine>();
  for (const name of filesOf(folder)) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      if (line === '') continue;
      const kept = lineOf(line, join(folder, name));
      if (kept.index < first || kept.index >= first + count) continue;
      if ((newest.get(kept.index)?.writtenAt ?? 0) < kept.writtenAt) newest.set(kept.index, kept);
    }
  }
  return newest;
}

export function writeKept(folder: string, { first, count }: Slice, devices: readonly LaneDevice[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const writtenAt = Date.now();
  const lines = devices
    .filter(({ runner }) => runner.state.phase === 'enrolled')
    .map(({ index, file, runner }) => {
      const kept: KeptLine = { index, state: runner.state, now: runner.now, identity: file.identity() ?? null, writtenAt };
      return `${JSON.stringify(kept)}\n`;
    });
  const path = join(folder, `devices-${first}-${count}.jsonl`);
  // Whole or not at all.
  writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** @throws LoadError `load-kept` */
function lineOf(line: string, path: string): KeptLine {
  try {
    return JSON.parse(line) as KeptLine;
  } catch {
    throw new LoadError(
      'load-kept',
      `${path} is damaged: a line of it is no device of a load run. Delete it (its devices enrol anew), or name another folder.`,
    );
  }
}

/** @throws LoadError `load-kept` */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => namePattern.test(name));
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'ENOENT') return [];
    throw new LoadError('load-kept', `The devices of the run before cannot be read from ${folder} (${message}). Name another folder.`);
  }
}

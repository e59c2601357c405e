/** Draws which version of its system a device has when: what it came with, then what it takes of what comes out. */
import type { Inventory } from '../../../protocol/messages.ts';
import { drawDuration } from '../../../runtime/distribution.ts';
import type { Random } from '../../../runtime/random.ts';
import type { OsUpdate } from '../../scenarios/scenario.ts';
import type { TurnList } from './turn-list.ts';

/** A device from `from` on. */
export interface Era {
  from: number;
  inventory: Inventory;
}

export class Versions {
  readonly #steps: { at: number; version: string }[] = [];

  /** From that instant on. Instants rise. */
  add(at: number, version: string): void {
    this.#steps.push({ at, version });
  }

  at(instant: number): string {
    let { version } = this.#steps[0] as { version: string };
    for (const step of this.#steps) if (step.at <= instant) version = step.version;
    return version;
  }
}

/**
 * Adds the updates that the device takes, of every era of it. None goes back to an older version.
 * @param eras the first one with the version that the device came with; of later ones `newestOf` has been asked
 */
export function addUpdates(turns: TurnList, updates: readonly OsUpdate[], eras: readonly Era[], startAt: number, random: Random): Versions {
  const versions = new Versions();
  const taken = updates.flatMap((update, entry) => {
    const draw = random.fork(`os-updates/${entry}`);
    const isTaken = draw.chance(update.share);
    return isTaken ? [{ update, at: startAt + update.atMs + drawDuration(update.adoptedWithin, draw.unit()) }] : [];
  });
  taken.sort((a, b) => a.at - b.at);
  eras.forEach(({ from, inventory }, place) => {
    const until = eras[place + 1]?.from ?? Number.POSITIVE_INFINITY;
    let version = inventory.osVersion;
    versions.add(place === 0 ? startAt : from, version);
    for (const { update, at } of taken) {
      if (at < (place === 0 ? startAt : from) || at >= until || !isFor(update, inventory.model) || !isNewer(update.version, version))
        continue;
      ({ version } = update);
      versions.add(at, version);
      turns.add(at, { kind: 'change', part: 'alone', change: { osVersion: version } });
    }
  });
  return versions;
}

/** What a device comes with that is sold at that instant: its model's version, or a newer one that is out. */
export function newestOf(updates: readonly OsUpdate[], model: string, osVersion: string, afterStartMs: number): string {
  let newest = osVersion;
  for (const update of updates) {
    if (update.atMs <= afterStartMs && isFor(update, model) && isNewer(update.version, newest)) newest = update.version;
  }
  return newest;
}

function isFor({ models }: OsUpdate, model: string): boolean {
  return models === null || models.includes(model);
}

/** By the numbers between their dots. */
function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split(/[^0-9]+/).map(Number)) as [number[], number[]];
  for (let place = 0; place < Math.max(a.length, b.length); place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Plays scenarios in place of the tenant that `mockfleet serve` serves: each in a folder of its own, below that of the tenant. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs, formatInstant, parseInstant } from '../../runtime/duration.ts';
import {
  type ScenarioEntry,
  type ScenarioPlayer,
  ScenarioRefused,
  type ScenarioStart,
  type ScenarioView,
} from '../../server-stub/scenario-player.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import { type LiveStory, stepsOf } from '../../simulator/live-story.ts';
import { readCatalogue } from '../../simulator/scenarios/catalogue.ts';
import { ScenarioError } from '../../simulator/scenarios/errors.ts';
import { CommandError } from '../errors.ts';
import { type Opening, parseSum, readOpening } from '../serve-scenario.ts';
import { makePrivateFolder, stateFiles } from '../state-folder.ts';
import type { TenantHost } from './host.ts';
import type { OwnTenant } from './own-tenant.ts';
import { openScenarioTenant } from './scenario-tenant.ts';
import type { ProcessParts, ServedTenant } from './served-tenant.ts';

/** Whoever listens is told this often at most, in real time. */
const tellMs = 250;

export interface PlayerOptions {
  host: TenantHost;
  home: OwnTenant;
  parts: ProcessParts;
  /** The state folder of the process. */
  folder: string;
}

export class Player implements ScenarioPlayer {
  readonly #options: () => PlayerOptions;
  #catalogue: Promise<ScenarioEntry[]> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** That of the scenario that is played. */
  #folder: string | null = null;

  /** @param options asked for when something is to be played: the tenants need the player, too */
  constructor(options: () => PlayerOptions) {
    this.#options = options;
  }

  catalogue(): Promise<ScenarioEntry[]> {
    this.#catalogue ??= readEntries();
    return this.#catalogue;
  }

  view(): ScenarioView | null {
    return this.#story?.view() ?? null;
  }

  async start({ name, at, devices = 0 }: ScenarioStart): Promise<ScenarioView> {
    const opening = openingOf({ name, at, devices });
    const { host } = this.#options();
    if (this.#story?.state === 'playing') throw livedNow();
    await host.exchange(
      () => this.#open(opening),
      async ({ story }) => {
        // From here on it is lived by itself: whoever asked hears of it by the view.
        void story?.goOn(opening.at);
      },
      false,
    );
    this.#tell();
    return this.#played.view();
  }

  goOn(to: string): ScenarioView {
    const story = this.#played;
    if (story.state === 'playing') throw livedNow();
    mustBePlayed(story);
    void story.goOn(Math.min(instantOf(to, story), story.until));
    return story.view();
  }

  takeOver(): ScenarioView {
    const story = this.#played;
    mustBePlayed(story);
    story.takeOver();
    return story.view();
  }

  async end(): Promise<void> {
    const { host, home } = this.#options();
    if (!host.isAway) {
      if (this.#story === null) throw nothingPlayed();
      const message = 'This stub was started with its scenario (`serve --scenario`): there is no other tenant to go back to.';
      throw new ScenarioRefused(409, 'scenario-is-home', message);
    }
    await host.exchange(
      () => home.open(),
      // Switching thousands of devices on takes a while, and nobody need wait for that.
      async (tenant) => void home.begin(tenant),
      true,
    );
    this.#folder = null;
  }

  /** Whoever listens to the stub's events is told soon. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, tellMs).unref();
  }

  #tell(): void {
    const { stub, story } = this.#options().host.served;
    stub.events.scenario(story?.view() ?? null);
  }

  #open({ scenario }: Opening): ServedTenant {
    const { host, parts, folder: root } = this.#options();
    const folder = this.#emptyFolder(join(root, 'scenarios'), scenario.name);
    const store = openSqliteStore(stateFiles(folder).database);
    try {
      const tenant = openScenarioTenant(
        { scenario, store, folder, keys: root, onChange: () => this.changed(), isElsewhere: (deviceId) => host.isOfHome(deviceId) },
        parts,
      );
      this.#folder = folder;
      return tenant;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  get #story(): LiveStory | null {
    return this.#options().host.served.story;
  }

  get #played(): LiveStory {
    const story = this.#story;
    if (story === null) throw nothingPlayed();
    return story;
  }

  /** One for each scenario, emptied for its next start; another one while it is in use. */
  #emptyFolder(root: string, name: string): string {
    makePrivateFolder(root);
    for (let count = 1; ; count++) {
      const folder = join(root, count === 1 ? name : `${name}-${count}`);
      if (folder === this.#folder || existsSync(stateFiles(folder).running)) continue;
      rmSync(folder, { recursive: true, force: true });
      makePrivateFolder(folder);
      return folder;
    }
  }
}

/** File by file: whoever else waits for this process is served in between. */
async function readEntries(): Promise<ScenarioEntry[]> {
  const entries: ScenarioEntry[] = [];
  for (const { name, title, question, devices, days, requirements, platforms, scenario } of readCatalogue()) {
    entries.push({
      name,
      title,
      question,
      devices,
      days,
      startAt: formatInstant(scenario.startAt),
      endAt: formatInstant(scenario.startAt + days * dayMs),
      requirements,
      platforms,
      steps: stepsOf(scenario),
    });
    await new Promise(setImmediate);
  }
  return entries;
}

function nothingPlayed(): ScenarioRefused {
  return new ScenarioRefused(409, 'scenario-none', 'No scenario is played. Start one: POST /mockfleet/scenario.');
}

function livedNow(): ScenarioRefused {
  const message = 'The scenario is being lived right now: wait until it stands, take it over, or go back to your tenant.';
  return new ScenarioRefused(409, 'scenario-busy', message);
}

function mustBePlayed({ state }: LiveStory): void {
  if (state !== 'byHand') return;
  throw new ScenarioRefused(409, 'scenario-by-hand', 'The scenario goes on by hand: move the clock, and act on its devices.');
}

/** @throws ScenarioRefused */
function openingOf({ name, at, devices }: ScenarioStart & { devices: number }): Opening {
  // Files of this machine are for its command line: `serve --scenario`.
  if (/[/\\]|\.ya?ml$/i.test(name)) {
    throw new ScenarioRefused(
      404,
      'scenario-unknown',
      'name: only scenarios of the catalogue can be played so; GET /mockfleet/scenarios lists them.',
    );
  }
  try {
    return readOpening({ scenario: name, at, devices, called: (option) => option });
  } catch (error) {
    if (error instanceof ScenarioError) throw new ScenarioRefused(404, 'scenario-unknown', error.message);
    if (!(error instanceof CommandError)) throw error;
    const code = error.code === 'wrong-use' ? 'scenario-invalid' : error.code;
    throw new ScenarioRefused(code === 'live-too-many' ? 409 : 400, code, error.message);
  }
}

/** @throws ScenarioRefused */
function instantOf(to: string, { now, nextAt, until }: LiveStory): number {
  if (to === 'next-step') return Math.max(now, nextAt);
  if (to === 'end') return until;
  const duration = parseSum(to);
  if (duration !== undefined) return now + duration;
  const at = parseInstant(to);
  const help = 'to: allowed: next-step, end, a duration from where it stands such as 2d, or an instant such as 2026-03-04T08:00:00Z';
  if (at === undefined) throw new ScenarioRefused(400, 'scenario-invalid', `${help}.`);
  if (at < now) throw new ScenarioRefused(400, 'scenario-behind', `${help}; it stands at ${formatInstant(now)} already.`);
  if (at >= until) throw new ScenarioRefused(400, 'live-after-end', `to: it ends at ${formatInstant(until)}; {"to":"end"} goes there.`);
  return at;
}

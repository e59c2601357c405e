/** What can be done with scenarios. What comes of it is told by the stub (live/events.ts). */
import { get, post, remove } from '../api.ts';
import { scenario } from '../live/events.ts';
import type { ScenarioStep, ScenarioView } from '../live/words.ts';
import { go } from '../router.ts';
import { confirm } from '../ui/dialog.tsx';
import { attempt } from '../ui/toast.tsx';

export interface ScenarioEntry {
  name: string;
  title: string;
  question: string | null;
  devices: number;
  days: number;
  /** ISO 8601. */
  startAt: string;
  endAt: string;
  requirements: string[];
  platforms: string[];
  steps: ScenarioStep[];
}

export const loadCatalogue = (stop: AbortSignal) => get<ScenarioEntry[]>('/mockfleet/scenarios', { signal: stop });

const path = '/mockfleet/scenario';

async function move(work: () => Promise<ScenarioView>): Promise<boolean> {
  return attempt(async () => {
    scenario.value = await work();
  });
}

interface ScenarioStart {
  /** An instant, or a time since its start; '': where it looks for the first time. */
  at: string;
  /** In place of its own. */
  devices: number;
}

export async function startScenario({ name, title, devices: its }: ScenarioEntry, { at, devices }: ScenarioStart): Promise<void> {
  const played = scenario.value;
  const isSure = await confirm({
    title: `Play “${title}”`,
    text:
      played === null
        ? 'The tenant that is served now is put aside, with its devices, and comes back with “Back to my tenant”. The scenario brings a tenant, devices and a clock of its own.'
        : `“${played.title}” ends. Your own tenant stays aside, and comes back with “Back to my tenant”.`,
    yes: 'Start',
  });
  if (
    isSure &&
    (await move(() => post<ScenarioView>(path, { name, ...(at === '' ? {} : { at }), ...(devices === its ? {} : { devices }) })))
  )
    go(['scenarios', name]);
}

/** @param to `next-step`, `end`, a duration from where it stands, an instant */
export const goOn = (to: string) => move(() => post<ScenarioView>(`${path}/continue`, { to }));

export const takeOver = () => move(() => post<ScenarioView>(`${path}/take-over`));

export async function backToTenant(): Promise<void> {
  const isSure = await confirm({
    title: 'Back to my tenant',
    text: 'The scenario ends where it is, with its devices. The tenant that was put aside is served again, as it was.',
    yes: 'Go back',
  });
  if (!isSure) return;
  await attempt(async () => {
    await remove(path);
    scenario.value = null;
  });
}

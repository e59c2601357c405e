/** What the timeline of a scenario has in store, entry by entry, in words. Nothing of it was lived yet. */
import type { FleetGroup, Scenario, Selector } from '../scenarios/scenario.ts';
import { stepSentence } from './telling.ts';

export interface OutlinedStep {
  at: number;
  /** Who does it; `expected`: nobody, it is looked at. */
  who: 'administrator' | 'user' | 'device' | 'service' | 'network' | 'expected';
  /** Which part of the fleet it is about; null: all of it. */
  to: string | null;
  /** One sentence, without a full stop. */
  what: string;
}

/** @param timeline of this scenario, or the part of it that is still to come */
export function outline({ fleet }: Pick<Scenario, 'fleet'>, timeline: Scenario['timeline']): OutlinedStep[] {
  return timeline.flatMap(({ at, step, by, to }): OutlinedStep[] => {
    const whom = selected(to, fleet);
    if (step.kind === 'expect') return step.all.map(({ name }) => ({ at, who: 'expected', to: whom, what: name }));
    // Literally: this is for people who have the file, and who want to do the same by hand.
    const sentence = stepSentence(step, by ?? 'the administrator', null, true);
    return sentence === null ? [] : [{ at, who: sentence.who, to: whom, what: sentence.what }];
  });
}

function selected({ groups, platforms, enrollments, share }: Selector, fleet: readonly FleetGroup[]): string | null {
  const named = groups ?? [...(platforms ?? []), ...(enrollments ?? [])];
  if (named.length > 0 || share !== 1) return [...(share === 1 ? [] : [`${share * 100} %`]), ...named].join(', ');
  return fleet.length === 1 && fleet[0]?.count === 1 ? fleet[0].name : null;
}

/**
 * Every story of the catalogue, once in virtual time and once live: real agents, WebSockets with mutual TLS, certificates by OpenSSL, a
 * stub with SQLite whose clock is moved. Both have to tell the same story: that is what allows us to trust virtual time.
 */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../simulator/result.ts';
import { runScenario } from '../simulator/run.ts';
import { findScenario, listScenarios } from '../simulator/scenarios/catalogue.ts';

const stories = listScenarios().filter((entry) => entry.answer !== null);

/** What must not depend on how a story was lived. */
function outcome({ states, actions, certificates, recordsRemoved, checkers, expectations, timeline, passed }: RunResult) {
  return {
    states,
    actions,
    certificates,
    recordsRemoved,
    checkers: checkers.map(({ name, passed: isPassed }) => [name, isPassed]),
    expectations: expectations.map(({ name, passed: isPassed }) => [name, isPassed]),
    told: timeline.map(({ at, who, device, what }) => `${at} ${who} ${device} ${what}`).sort(),
    passed,
  };
}

describe('parity of the catalogue', () => {
  it('has stories', () => expect(stories.length).toBeGreaterThanOrEqual(20));

  it.each(stories.map(({ name, requirements }) => ({ name, ids: requirements.join(' ') })))(
    'M-10 $ids $name is the same in virtual time and over real sockets',
    async ({ name }) => {
      const loaded = findScenario(name);
      const virtual = await runScenario(loaded, {});
      const live = await runScenario(loaded, { live: true });
      try {
        expect(outcome(live.result)).toEqual(outcome(virtual.result));
        expect(virtual.result.passed).toBe(true);
      } finally {
        virtual.close();
        live.close();
      }
    },
  );
});

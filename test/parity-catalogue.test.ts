/**
 * Every story of the catalogue, once in virtual time and once live: real agents, WebSockets with mutual TLS, certificates by OpenSSL, a
 * stub whose clock is moved. Both have to tell the same story: that is what allows us to trust virtual time.
 */
import { describe, expect, it } from 'vitest';
import { lived, livedByAgents, outcome, storyRows, told } from './support/lived-story.ts';
import { sharedScratch } from './support/scratch.ts';

describe('parity of the catalogue', () => {
  const keys = sharedScratch();

  it('has stories', () => expect(storyRows.length).toBeGreaterThanOrEqual(20));

  it.each(storyRows)('M-10 $ids $name is the same in virtual time and over real sockets, to the millisecond', async ({ name }) => {
    const [virtual, live] = [await lived(name, {}), await livedByAgents(name, keys)];
    expect(outcome(live)).toEqual(outcome(virtual));
    expect(told(live)).toEqual(told(virtual));
    expect(virtual.passed).toBe(true);
  });
});

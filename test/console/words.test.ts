/** What the stub tells by itself, and what the page understands: the page imports nothing of ours, so both are held together here. */
import { expect, it } from 'vitest';
import { topics, type ScenarioView as Understood } from '../../server-stub/console/live/words.ts';
import type { Topic } from '../../server-stub/event-news.ts';
import type { ScenarioView as Told } from '../../server-stub/scenario-player.ts';

it('the page knows each topic of the stub, and no other', () => {
  // By its type it has each of them.
  const told: Record<Topic, true> = {
    devices: true,
    hands: true,
    mails: true,
    audits: true,
    'sign-ins': true,
    tenant: true,
    faults: true,
    history: true,
  };
  expect([...topics].sort()).toEqual(Object.keys(told).sort());
});

it('the page reads a scenario as the stub tells it', () => {
  const view: Told = {
    name: 'wipe',
    title: 'A wipe',
    question: 'Why?',
    startAt: '2026-03-02T08:00:00Z',
    endAt: '2026-03-03T08:00:00Z',
    at: '2026-03-02T09:00:00Z',
    state: 'waiting',
    lived: [],
    remaining: [{ at: '2026-03-02T10:00:00Z', who: 'administrator', device: 'phone', what: 'asks for Wipe' }],
    verdicts: [],
    noted: [],
    trouble: null,
  };
  const understood: Understood = view;
  const back: Told = understood;
  expect(back.remaining[0]?.who).toBe('administrator');
});

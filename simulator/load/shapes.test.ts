import { describe, expect, it } from 'vitest';
import { planOf, shapeNames, shapes } from './shapes.ts';

describe.each(shapeNames)('the shape %s', (name) => {
  const wishes = { devices: 200, durationMs: 60_000, isAdministered: true };

  it('asks one question, and does nothing after its end', () => {
    expect(shapes[name].question).toMatch(/^[A-Z].*\?$/);
    const { script, timeline, pace } = planOf(name, wishes);
    expect(script.acts.length).toBeGreaterThan(0);
    expect(script.acts.map(({ at }) => at)).toEqual(script.acts.map(({ at }) => at).sort((a, b) => a - b));
    for (const act of script.acts) expect('until' in act ? act.until : act.at).toBeLessThanOrEqual(script.durationMs);
    for (const { at } of timeline) expect(at).toBeLessThan(script.durationMs);
    // As it is sent to other machines.
    expect(JSON.parse(JSON.stringify({ script, pace }))).toEqual({ script, pace });
  });

  it('lasts as long as was asked for once the devices are there, at any pace', () => {
    const { script } = planOf(name, { ...wishes, pace: { perSecond: 50, jitterMs: 500 } });
    const gather = script.acts.find(({ kind }) => kind === 'gather');
    expect(script.durationMs).toBe(name === 'ramp' ? 60_000 : 60_000 + 4000 + 500);
    if (name !== 'ramp') expect(gather?.at).toBe(4500);
  });

  it('asks nobody for anything without an administrator, and makes no check-ins where none are wanted', () => {
    const { script, timeline } = planOf(name, { ...wishes, isAdministered: false, checkInsPerSecond: 0 });
    expect(timeline).toEqual([]);
    expect(script.acts.filter(({ kind }) => kind === 'check-ins')).toEqual([]);
  });
});

it('a ramp brings its devices evenly in its whole time', () => {
  const { pace, script } = planOf('ramp', { devices: 300, durationMs: 60_000, isAdministered: false, checkInsPerSecond: 100 });
  expect(pace.perSecond).toBe(5);
  expect(script.acts).toContainEqual({ kind: 'check-ins', at: 6000, until: 60_000, perSecondFrom: 10, perSecondTo: 100 });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectionGate, doorLimitsDefault } from './door-limits.ts';

let now: number;
beforeEach(() => {
  now = 0;
});
const gateOf = (limits: Partial<typeof doorLimitsDefault>) => new ConnectionGate({ ...doorLimitsDefault, ...limits }, () => now);

describe('ConnectionGate', () => {
  it('takes as many as it has room for, and another one when one has gone', () => {
    const gate = gateOf({ connections: 2 });
    const leave = gate.enter('a');
    gate.enter('b');
    expect(gate.tooMany('c')).toMatchObject({ code: 'too-many-connections', retryAfter: 5 });
    leave();
    // A socket can end only once, whoever says so how often.
    leave();
    expect(gate.tooMany('c')).toBeNull();
    gate.enter('c');
    expect(gate.tooMany('d')?.message).toMatch(/takes 2 connections/);
  });

  it('counts each address for itself', () => {
    const gate = gateOf({ connectionsPerAddress: 1 });
    const leave = gate.enter('10.0.0.1');
    expect(gate.tooMany('10.0.0.1')?.message).toMatch(/1 connections of one address, and has them of 10\.0\.0\.1/);
    expect(gate.tooMany('10.0.0.2')).toBeNull();
    leave();
    expect(gate.tooMany('10.0.0.1')).toBeNull();
  });

  it('takes so many new ones a second, and a second’s worth of them at once', () => {
    const gate = gateOf({ connectionsPerSecond: 10 });
    const takenOf = (count: number) => Array.from({ length: count }, () => gate.tooFast()).filter((one) => one === null).length;
    expect(takenOf(15)).toBe(10);
    expect(gate.tooFast()).toMatchObject({ code: 'rate-limited', retryAfter: 1 });
    now = 300;
    expect(takenOf(5)).toBe(3);
    now = 60_000;
    expect(takenOf(15)).toBe(10);
  });
});

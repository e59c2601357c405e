import { describe, expect, it } from 'vitest';
import { type Command, commandTypes } from '../../protocol/commands.ts';
import { Bench } from '../device/machine.fixture.ts';
import { execute } from './index.ts';

const rows: [Command, platform: 'ios' | 'windows', outcome: object, screen: string][] = [
  [{ type: 'syncDevice', parameters: {} }, 'ios', { status: 'acknowledged' }, 'home'],
  [{ type: 'remoteLock', parameters: {} }, 'ios', { status: 'acknowledged' }, 'locked'],
  [{ type: 'retire', parameters: {} }, 'ios', { leaves: 'retire' }, 'home'],
  [{ type: 'wipe', parameters: {} }, 'ios', { leaves: 'wipe' }, 'home'],
  [{ type: 'wipe', parameters: { keepEnrollmentData: true } }, 'ios', { leaves: 'wipe' }, 'home'],
  [{ type: 'wipe', parameters: { keepEnrollmentData: true } }, 'windows', { status: 'acknowledged' }, 'home'],
  [{ type: 'wipe', parameters: { keepUserData: true } }, 'windows', { leaves: 'wipe' }, 'home'],
];

describe('commands on the device', () => {
  it.each(rows)('M-05 %j on %s: %j', (command, platform, outcome, screen) => {
    const bench = new Bench({ platform, enrollment: platform === 'ios' ? 'device' : 'joined' }).enrolled();
    expect(execute(bench.state, command, bench.out)).toEqual(outcome);
    expect(bench.state.screen).toBe(screen);
  });

  it('have a row each', () => {
    expect(new Set(rows.map(([{ type }]) => type))).toEqual(new Set(commandTypes));
  });
});

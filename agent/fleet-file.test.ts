import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newDevice } from './device/state.ts';
import { openFleetFile } from './fleet-file.ts';

const device = (serialNumber: string) =>
  newDevice(
    {
      platform: 'ios',
      enrollment: 'device',
      serialNumber,
      deviceName: 'one',
      manufacturer: 'Contoso',
      model: 'One',
      osVersion: '17.5',
      userPrincipalName: 'adele@contoso.example',
    },
    7,
  );

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mockfleet-fleet-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'devices.db');
}

describe('openFleetFile', () => {
  it('M-11 keeps each device apart over a restart, for the owner alone', () => {
    const at = path();
    const file = openFleetFile(at);
    const [one, two] = [file.device('S1'), file.device('S2')];
    expect([one.load(), one.identity()]).toEqual([undefined, undefined]);
    one.transaction(() => {
      one.saveState(device('S1'), 5);
      one.saveRequestedKey('r', 'key');
      one.saveIdentity('r', 'certificate');
    });
    two.saveState(device('S2'), 6);
    // The runner of one device closes what is its own: the others go on.
    one.close();
    two.saveRequestedKey('r', 'other key');
    file.close();
    expect(statSync(at).mode & 0o777).toBe(0o600);
    const again = openFleetFile(at);
    expect(again.device('S1').load()).toEqual({ state: device('S1'), now: 5 });
    expect(again.device('S2').load()).toEqual({ state: device('S2'), now: 6 });
    expect(again.device('S1').identity()).toEqual({ certificate: 'certificate', privateKey: 'key' });
    again.device('S2').saveIdentity('r', 'second');
    again.device('S1').eraseIdentity();
    expect(again.device('S1').identity()).toBeUndefined();
    expect(again.device('S2').identity()).toEqual({ certificate: 'second', privateKey: 'other key' });
    expect(() => again.device('S1').saveIdentity('r', 'third')).toThrow(/whose key is not in this file/);
    again.close();
  });

  it('M-11 writes all of an input, or nothing of it, and is held by one process', () => {
    const at = path();
    const file = openFleetFile(at);
    const one = file.device('S1');
    one.saveState(device('S1'), 1);
    expect(() =>
      one.transaction(() => {
        one.saveState({ ...device('S1'), phase: 'wiped' }, 2);
        throw new Error('out of power');
      }),
    ).toThrow('out of power');
    expect(one.load()).toEqual({ state: device('S1'), now: 1 });
    expect(() => openFleetFile(at)).toThrow(expect.objectContaining({ code: 'store-locked' }));
    file.close();
  });
});

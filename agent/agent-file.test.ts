import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AgentFile, memoryAgentFile, openAgentFile } from './agent-file.ts';
import { newDevice } from './device/state.ts';

const device = newDevice(
  {
    platform: 'ios',
    enrollment: 'device',
    serialNumber: 'SN1',
    deviceName: 'one',
    manufacturer: 'Contoso',
    model: 'One',
    osVersion: '17.5',
    userPrincipalName: 'adele@contoso.example',
  },
  7,
);

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mockfleet-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'agent.db');
}

describe('openAgentFile', () => {
  it('M-11 keeps state, identity and events over a restart, for the owner alone', () => {
    const at = path();
    const file = openAgentFile(at);
    expect([file.load(), file.identity()]).toEqual([undefined, undefined]);
    file.transaction(() => {
      file.saveState(device, 5);
      file.saveRequestedKey('r', 'key');
      file.saveIdentity('r', 'certificate');
      file.appendEvent(5, 'enrolled', { deviceId: 'd' });
    });
    file.close();
    expect(statSync(at).mode & 0o777).toBe(0o600);
    const again = openAgentFile(at);
    expect(again.load()).toEqual({ state: device, now: 5 });
    expect(again.identity()).toEqual({ certificate: 'certificate', privateKey: 'key' });
    again.eraseIdentity();
    expect(again.identity()).toBeUndefined();
    again.close();
    const database = new Database(at, { readonly: true });
    expect(database.prepare('SELECT at, kind, detail FROM event').all()).toEqual([{ at: 5, kind: 'enrolled', detail: '{"deviceId":"d"}' }]);
    expect(database.prepare('SELECT count(*) AS keys FROM requested_key').get()).toEqual({ keys: 0 });
    database.close();
  });

  it('M-11 writes all of an input, or nothing of it', () => {
    const file = openAgentFile(path());
    file.saveState(device, 1);
    expect(() =>
      file.transaction(() => {
        file.saveState({ ...device, phase: 'wiped' }, 2);
        file.appendEvent(2, 'wiped', {});
        throw new Error('killed');
      }),
    ).toThrow('killed');
    expect(file.load()).toEqual({ state: device, now: 1 });
    file.close();
  });

  it('M-02 changes the identity only with the key that was made for that request', () => {
    const file = openAgentFile(path());
    file.saveRequestedKey('old', 'key-1');
    file.saveRequestedKey('new', 'key-2');
    expect(() => file.saveIdentity('other', 'certificate')).toThrow(/whose key is not in this file/);
    file.saveIdentity('new', 'certificate');
    expect(file.identity()).toEqual({ certificate: 'certificate', privateKey: 'key-2' });
    file.close();
  });

  it('is opened by one at a time, and only if it is one', () => {
    const at = path();
    const file = openAgentFile(at);
    expect(() => openAgentFile(at)).toThrow(expect.objectContaining({ code: 'store-locked' }));
    file.close();
    writeFileSync(at, 'not a database at all, but long enough to be looked at');
    expect(() => openAgentFile(at)).toThrow(expect.objectContaining({ code: 'store-corrupt' }));
  });
});

it('memoryAgentFile keeps the identity, for as long as it is not erased', () => {
  const file: AgentFile = memoryAgentFile();
  file.saveRequestedKey('r', 'key');
  file.saveIdentity('r', 'certificate');
  expect(file.identity()).toEqual({ certificate: 'certificate', privateKey: 'key' });
  file.eraseIdentity();
  expect([file.identity(), file.load()]).toEqual([undefined, undefined]);
});

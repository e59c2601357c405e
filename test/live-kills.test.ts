/** M-11: killed at any moment and started again, both sides carry on, with no action lost and none done twice. */
import { describe, expect, it } from 'vitest';
import type { Program } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { agentEvents, agentIdentity, enrolled, type StubProgram, startAgain, startStub, untilState } from './support/stub-program.ts';
import { afterMs, until } from './support/until.ts';

/** Waits until the agent has ended by itself, and expects that it was wiped once, however often it was told. */
async function expectWipedOnce(stub: StubProgram, folder: string, name: string, id: string, agent: Program, when: string): Promise<void> {
  const { code, stdout } = await agent.end();
  expect(code, `${when}: ${stdout}`).toBe(0);
  await untilState(stub, name, undefined);
  const lived = agentEvents(folder, name);
  const executed = lived.filter(({ kind, detail }) => kind === 'executed' && detail.command === 'wipe').length;
  const wiped = lived.filter(({ kind }) => kind === 'wiped').length;
  expect({ executed, wiped }, `${when}: ${lived.map(({ kind }) => kind)}`).toEqual({ executed: 1, wiped: 1 });
  await until(`${when}: the record of ${name} is gone`, () => stub.records().every((record) => record.id !== id));
  expect(
    stub.commands(id).filter(({ action }) => action === 'wipe'),
    when,
  ).toMatchObject([{ action: 'wipe', status: 'acknowledged' }]);
  expect(agentIdentity(folder, name), when).toBeUndefined();
}

describe('M-11 the stub is killed', () => {
  it('M-11 TD-13 right after it accepted a wipe of a device that is away: it is wiped once when it comes', async () => {
    const folder = scratch();
    const stub = await startStub();
    const agent = stub.agent('away', folder);
    const id = await enrolled(agent);
    agent.kill('SIGTERM');
    await agent.end();
    expect(await stub.act(id, 'wipe')).toBe(204);
    await stub.program.killed();
    const again = await startAgain(stub);
    expect((await again.device('away'))?.managementState).toBe('wipePending');
    await expectWipedOnce(again, folder, 'away', id, again.agent('away', folder), 'away');
  });

  it.each([0, 3, 8, 14, 22, 30])('M-11 %d ms after it accepted a wipe of a device that is there: it is wiped once', async (ms) => {
    const folder = scratch();
    const stub = await startStub();
    const agent = stub.agent('here', folder, ['--platform', 'windows']);
    const id = await enrolled(agent);
    expect(await stub.act(id, 'wipe')).toBe(204);
    if (ms > 0) await afterMs(ms);
    await stub.program.killed();
    const again = await startAgain(stub);
    expect((await agent.end()).code, agent.stdout).toBe(0);
    // A stub that heard the report, but was killed before it heard the device hang up, keeps the record for a minute.
    await again.clock({ advance: '61s' });
    await expectWipedOnce(again, folder, 'here', id, agent, `${ms} ms after the 204`);
  });
});

describe('M-11 the agent is killed', () => {
  it('M-11 the moment it says that it got the wipe, and at any moment around it: it is wiped once', { timeout: 180_000 }, async () => {
    const folder = scratch();
    const stub = await startStub();
    const moments = ['on its command line', 'on its executed line', 0, 3, 8, 14, 22, 30] as const;
    // In twos: an agent's start costs a second of processor time.
    for (let first = 0; first < moments.length; first += 2) {
      await Promise.all(moments.slice(first, first + 2).map((moment) => killed(stub, folder, moment)));
    }
  });

  it('M-11 M-01 while it enrols: it ends up with one record, and a certificate that works', async () => {
    const folder = scratch();
    const stub = await startStub();
    const moments = [0, 120, 320, 360, 420, 600];
    for (let first = 0; first < moments.length; first += 2) {
      await Promise.all(
        moments.slice(first, first + 2).map(async (ms) => {
          const name = `enrolling-${ms}`;
          const agent = stub.agent(name, folder);
          await agent.line({ event: 'started' });
          await afterMs(ms);
          await agent.killed();
          const again = stub.agent(name, folder);
          await again.line({ event: 'check-in' });
          const of = (await stub.devices()).filter(({ deviceName }) => deviceName === name);
          expect(of, name).toMatchObject([{ managementState: 'managed' }]);
          expect(await stub.act(of[0]?.id ?? '', 'syncDevice')).toBe(204);
          await again.line({ event: 'executed', command: 'syncDevice' });
          await again.killed();
        }),
      );
    }
    expect(await stub.devices()).toHaveLength(moments.length);
  });
});

async function killed(stub: StubProgram, folder: string, moment: string | number): Promise<void> {
  const name = `killed-${moment}`.replaceAll(' ', '-');
  const agent = stub.agent(name, folder);
  const id = await enrolled(agent);
  if (typeof moment === 'string') {
    const event = moment.includes('executed') ? 'executed' : 'command';
    agent.onLine((line) => {
      if (line.event === event) agent.kill('SIGKILL');
    });
  }
  expect(await stub.act(id, 'wipe')).toBe(204);
  if (typeof moment === 'number') {
    await afterMs(moment);
    agent.kill('SIGKILL');
  }
  const { signal } = await agent.end();
  const when = `killed ${moment}`;
  if (typeof moment === 'string') expect(signal, `${when}: ${agent.stdout}`).toBe('SIGKILL');
  await expectWipedOnce(stub, folder, name, id, stub.agent(name, folder), when);
}

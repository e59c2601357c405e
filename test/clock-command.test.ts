/** `mockfleet clock` as processes: a jump that is left to itself, looked at, and stopped. */
import { describe, expect, it } from 'vitest';
import { type Ended, runMockfleet } from './support/program.ts';
import { type StubProgram, startStub } from './support/stub-program.ts';
import { untilAnswered } from './support/until.ts';

const clock = (stub: StubProgram, ...words: string[]): Promise<Ended> => runMockfleet(['clock', ...words, ...stub.named]);

describe('mockfleet clock', () => {
  it('advances without waiting, says how far it is, and stops where it stands', { timeout: 60_000 }, async () => {
    const stub = await startStub(['--speed', '0', '--devices', '3']);
    await untilAnswered('they are enrolled', async () => {
      const { body } = await stub.call('GET', '/v1.0/deviceManagement/managedDevices');
      return (body as { value: unknown[] }).value.length === 3;
    });
    const begun = await clock(stub, 'advance', '36500d', '--no-wait', '--json');
    expect(JSON.parse(begun.stdout)).toMatchObject({ advancing: true, mode: 'frozen' });
    expect((await clock(stub, 'show')).stdout).toMatch(/^\S+Z {2}frozen {2}on its way from \S+Z to \S+Z\n$/);
    const again = await clock(stub, 'set', '2999-01-01');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('mockfleet clock stop')]);
    const { target } = JSON.parse(begun.stdout).advance;
    const stopped = JSON.parse((await clock(stub, 'stop', '--json')).stdout);
    expect(stopped).toMatchObject({ stopped: true, advancing: false, advance: null });
    expect(stopped.now < target).toBe(true);
    expect((await clock(stub, 'show')).stdout).toMatch(/frozen\n$/);
  });
});

/** A stub that ends under load, politely or not: its devices come back by themselves, and each action that it accepted is done exactly once. */
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readFileOrSay } from '../cli/state-folder.ts';
import { readRows, type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { testKeys } from './support/tenant.ts';
import { TestAgent } from './support/test-agent.ts';
import { until } from './support/until.ts';

/** Agents of this process, enrolled and in touch. */
async function fleetOf(stub: StubProgram, count: number): Promise<TestAgent[]> {
  const ca = readFileOrSay(stub.caFile, 'CA');
  const options = { token: String(stub.ready.enrollmentToken), identities: testKeys };
  const agents = Array.from({ length: count }, (_, index) => new TestAgent(String(stub.ready.devices), ca, index, options));
  onTestFinished(() => {
    for (const agent of agents) agent.close();
  });
  await Promise.all(agents.map((agent) => agent.checkedIn()));
  return agents;
}

interface Command {
  id: string;
  device_id: string;
  status: string;
}

const commandsOf = (stub: StubProgram) =>
  readRows<Command>(join(stub.state, 'stub.db'), "SELECT id, device_id, status FROM commands WHERE action = 'syncDevice'");

/** Asks for something of every device, ends the stub when `answersBefore` of the answers are there, and gives the ids of devices whose answer said yes. */
async function actAndEnd(stub: StubProgram, agents: readonly TestAgent[], answersBefore: number, end: () => void): Promise<string[]> {
  const accepted: string[] = [];
  const asked = agents.map(async (agent) => {
    // Devices that talk all the time: something is always under way.
    agent.runner.tell({ type: 'user-synced' });
    if ((await stub.act(agent.id, 'syncDevice')) === 204) accepted.push(agent.id);
    if (accepted.length === answersBefore) end();
  });
  await Promise.allSettled(asked);
  return accepted;
}

/** Whatever was accepted is done, once on its device; and nothing is done that was not asked for. */
async function expectDoneOnce(stub: StubProgram, agents: readonly TestAgent[], accepted: readonly string[]): Promise<void> {
  const open = () => commandsOf(stub).filter(({ status }) => status !== 'acknowledged');
  await until(
    'all commands are done',
    () => open().length === 0,
    () => JSON.stringify(open()),
  );
  const commands = commandsOf(stub);
  for (const deviceId of accepted) expect(commands.some((command) => command.device_id === deviceId)).toBe(true);
  for (const agent of agents) {
    const done = agent.kinds('executed').map(({ commandId }) => commandId);
    const asked = commands.filter((command) => command.device_id === agent.id).map(({ id }) => id);
    expect([...done].sort(), agent.id).toEqual([...asked].sort());
  }
}

it('M-11 killed in the middle of accepting actions for 30 devices: those accepted are done once, and all devices are back', async () => {
  const stub = await startStub(['--log-level', 'error']);
  const agents = await fleetOf(stub, 30);
  const accepted = await actAndEnd(stub, agents, 15, () => stub.program.kill('SIGKILL'));
  expect(accepted.length).toBeGreaterThanOrEqual(15);
  expect((await stub.program.end()).signal).toBe('SIGKILL');
  const again = await startAgain(stub, ['--log-level', 'error']);
  await until('all are back', () => agents.every((agent) => agent.isIdle && agent.kinds('link-lost').length > 0));
  await expectDoneOnce(again, agents, accepted);
});

it('M-11 asked to stop in the middle of accepting actions for 50 devices: it tells them, ends soon, and nothing accepted is lost', async () => {
  const stub = await startStub(['--log-level', 'error']);
  const agents = await fleetOf(stub, 50);
  const accepted = await actAndEnd(stub, agents, 25, () => stub.program.kill('SIGTERM'));
  const { code, stderr } = await stub.program.end();
  expect([code, stderr]).toEqual([0, '']);
  await until('all have heard', () => agents.every((agent) => agent.kinds('link-lost').length > 0));
  // What was on its way when it was asked to stop is answered; then each device is told.
  expect(agents.map((agent) => agent.kinds('link-lost')[0]?.reason)).toEqual(agents.map(() => 'stub-closed'));
  const again = await startAgain(stub, ['--log-level', 'error']);
  await until('all are back', () => agents.every((agent) => agent.isIdle));
  await expectDoneOnce(again, agents, accepted);
});

/** Commands: they come at a check-in, one at a time, in order, until their results were accepted. They need somebody who asks for them. */
import type { ServerMessage } from '../../../protocol/messages.ts';
import type { Bench, Device } from '../bench.ts';
import { type ConformanceCase, LeftOut, mustBe, Silence } from '../conformance-case.ts';
import type { ServerLink } from '../server-link.ts';

type CommandFrame = Extract<ServerMessage, { type: 'command' }>;

const withinCheckIn = ['configuration', 'notice'] as const;

function commandCase(name: string, title: string, needs: readonly string[], run: ConformanceCase['run']): ConformanceCase {
  return { name, section: 'Flows: Check in', title, needs, administrator: true, run };
}

export const commandCases: readonly ConformanceCase[] = [
  commandCase(
    'command-at-check-in',
    'hands an action over at the next check-in, and ends the check-in after its result',
    ['check-in-answered'],
    async (bench) => {
      const { device, link } = await asked(bench, ['remoteLock']);
      const { commandId } = await firstCommand(bench, device, link, 'remoteLock');
      await answered(device, link, commandId);
      await link.next('check-in-done');
    },
  ),
  commandCase('command-nudges', 'nudges a device that is connected when an action waits for it', ['command-at-check-in'], async (bench) => {
    const { device, link } = await bench.connected();
    await bench.idleCheckIn(device, link);
    await bench.ask(device, 'remoteLock');
    await link.next('nudge').catch((failure: unknown) => {
      throw failure instanceof Silence ? new LeftOut(`no nudge came (${failure.came}); pushes may be left out`) : failure;
    });
    await firstCommand(bench, device, link, 'remoteLock', 'push');
  }),
  commandCase(
    'commands-in-order',
    'hands actions over in the order in which they were asked for, one at a time',
    ['command-at-check-in'],
    async (bench) => {
      const verbs = ['remoteLock', 'syncDevice', 'resetPasscode'];
      const { device, link } = await asked(bench, verbs);
      link.send(bench.checkIn(device));
      for (const verb of verbs) {
        const { commandId, command } = await link.next('command', withinCheckIn);
        mustBe(command.type === verb, `the command ${verb}: asked for were ${verbs.join(', ')}`, command.type);
        // The next one would come before this pong, if it did not wait for the result.
        await link.ping();
        await answered(device, link, commandId);
      }
      await link.next('check-in-done');
    },
  ),
  commandCase(
    'command-redelivered',
    'hands a command over again that was delivered on a link that broke before its result',
    ['command-at-check-in'],
    async (bench) => {
      const { device, link } = await asked(bench, ['remoteLock']);
      const first = await firstCommand(bench, device, link, 'remoteLock');
      link.break();
      const later = await bench.open(device.identity);
      const again = await firstCommand(bench, device, later, 'remoteLock');
      mustBe(again.commandId === first.commandId, `the commandId ${first.commandId} again`, again.commandId);
      await answered(device, later, again.commandId);
      await later.next('check-in-done');
    },
  ),
  commandCase(
    'command-not-now',
    'leaves a command in the queue that is answered with `not-now`, and ends the check-in',
    ['command-at-check-in'],
    async (bench) => {
      const { device, link } = await asked(bench, ['remoteLock']);
      const first = await firstCommand(bench, device, link, 'remoteLock');
      link.send({ type: 'command-result', deviceId: device.id, commandId: first.commandId, status: 'not-now' });
      await link.next('check-in-done');
      const again = await firstCommand(bench, device, link, 'remoteLock');
      mustBe(again.commandId === first.commandId, `the commandId ${first.commandId} again`, again.commandId);
    },
  ),
  commandCase('command-once', 'hands no command over again whose result it has accepted', ['command-at-check-in'], async (bench) => {
    const { device, link } = await asked(bench, ['remoteLock']);
    const { commandId } = await firstCommand(bench, device, link, 'remoteLock');
    await answered(device, link, commandId);
    await link.next('check-in-done');
    await bench.idleCheckIn(device, link);
    await link.close('gone');
    await bench.idleCheckIn(device, await bench.open(device.identity));
  }),
  commandCase('result-repeated', 'accepts a result again that comes a second time', ['command-at-check-in'], async (bench) => {
    const { device, link } = await asked(bench, ['remoteLock']);
    const { commandId } = await firstCommand(bench, device, link, 'remoteLock');
    await answered(device, link, commandId);
    link.break();
    const later = await bench.open(device.identity);
    await answered(device, later, commandId);
    await later.next('check-in-done');
  }),
  commandCase('results-of-all-kinds', 'accepts `failed` and `not-supported`, and goes on', ['command-at-check-in'], async (bench) => {
    const { device, link } = await asked(bench, ['remoteLock', 'syncDevice']);
    link.send(bench.checkIn(device));
    for (const [status, more] of [
      ['failed', { errorCode: 12 }],
      ['not-supported', {}],
    ] as const) {
      const { commandId } = await link.next('command', withinCheckIn);
      link.send({ type: 'command-result', deviceId: device.id, commandId, status, ...more });
      await link.next('result-accepted');
    }
    await link.next('check-in-done');
  }),
  commandCase(
    'command-of-its-device',
    'hands an action to its own device alone, and takes its result from no other',
    ['command-at-check-in'],
    async (bench) => {
      const { device, link } = await asked(bench, ['remoteLock']);
      const { commandId } = await firstCommand(bench, device, link, 'remoteLock');
      const { device: other, link: stranger } = await bench.connected();
      await bench.idleCheckIn(other, stranger);
      stranger.send({ type: 'command-result', deviceId: other.id, commandId, status: 'acknowledged' });
      await stranger.refusal('message-unexpected');
    },
  ),
  leaving('wipe'),
  leaving('retire'),
];

/** After its result was accepted the device closes the link, and its record goes. */
function leaving(verb: 'wipe' | 'retire'): ConformanceCase {
  return {
    name: `${verb}-ends-the-record`,
    section: 'Flows: Wipe and retire',
    title: `forgets a device that has reported its ${verb}, when it closes its link`,
    needs: ['command-at-check-in'],
    administrator: true,
    async run(bench) {
      const { device, link } = await asked(bench, [verb]);
      const { commandId } = await firstCommand(bench, device, link, verb);
      await answered(device, link, commandId);
      await link.close(verb);
      const later = await bench.open(device.identity);
      await later.refusal('device-unknown');
    },
  };
}

/** A device that was away while actions were asked of it, and is back now. */
async function asked(bench: Bench, verbs: readonly string[]): Promise<{ device: Device; link: ServerLink }> {
  const { device, link: first } = await bench.connected();
  await bench.idleCheckIn(device, first);
  await first.close('gone');
  for (const verb of verbs) await bench.ask(device, verb);
  return { device, link: await bench.open(device.identity) };
}

async function firstCommand(
  bench: Bench,
  device: Device,
  link: ServerLink,
  verb: string,
  trigger: 'connect' | 'push' = 'connect',
): Promise<CommandFrame> {
  link.send(bench.checkIn(device, { trigger }));
  const frame = await link.next('command', withinCheckIn);
  mustBe(frame.command.type === verb, `the command ${verb}`, frame.command.type);
  return frame;
}

async function answered(device: Device, link: ServerLink, commandId: string): Promise<void> {
  link.send({ type: 'command-result', deviceId: device.id, commandId, status: 'acknowledged' });
  const accepted = await link.next('result-accepted');
  mustBe(accepted.commandId === commandId, `result-accepted of ${commandId}`, accepted.commandId);
}

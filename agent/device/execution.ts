/**
 * Commands on the device: delivered at least once, carried out at most once.
 * The id of an executed command is remembered with its status before anything is sent, so that a redelivery
 * (the answer was lost, the process was killed) is answered again and never carried out again (M-04, M-11).
 */
import type { Command } from '../../protocol/commands.ts';
import { whyUnsupported } from '../../protocol/commands.ts';
import { execute } from '../commands/index.ts';
import type { Outcome } from '../commands/outcome.ts';
import { checkInAnswered } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import { leave } from './enrollment.ts';
import { type DeviceState, type ExecutedCommand, executedMax } from './state.ts';

export function commandArrived(state: DeviceState, commandId: string, command: Command, now: number, out: DeviceOut): void {
  checkInAnswered(state, now, out);
  const before = state.executed.find((one) => one.id === commandId);
  out.note({ kind: 'command', commandId, command: command.type, redelivered: before !== undefined });
  if (before !== undefined) return report(state, before, now, out);
  const { platform, enrollment } = state.inventory;
  const outcome: Outcome =
    whyUnsupported(command.type, platform, enrollment) === undefined ? execute(state, command, out) : { status: 'not-supported' };
  if ('leaves' in outcome) {
    remember(state, { id: commandId, status: 'acknowledged' });
    out.note({ kind: 'executed', commandId, command: command.type, status: 'acknowledged' });
    if (outcome.leaves === 'wipe' && state.traits.wipesSilently) return leave(state, 'wipe', false, out);
    state.phase = 'leaving';
    state.leaving = { commandId, by: outcome.leaves };
    return sendReport(state, now, out);
  }
  const done: ExecutedCommand = { id: commandId, ...outcome };
  // Not now: nothing was carried out, so that the next delivery is a first one again.
  if (outcome.status !== 'not-now') {
    remember(state, done);
    out.note({ kind: 'executed', commandId, command: command.type, status: outcome.status });
  }
  report(state, done, now, out);
}

/** Phase `leaving`: the server has the report, nothing holds the device any more. */
export function reportAccepted(state: DeviceState, commandId: string, out: DeviceOut): void {
  if (state.leaving?.commandId === commandId) leave(state, state.leaving.by, true, out);
}

/** Phase `leaving`: says (again) how the last command ended. */
export function sendReport(state: DeviceState, now: number, out: DeviceOut): void {
  state.exchange = 'report';
  report(state, { id: state.leaving?.commandId as string, status: 'acknowledged' }, now, out);
}

function report(state: DeviceState, done: ExecutedCommand, now: number, out: DeviceOut): void {
  state.replyBy = now + state.replyMs;
  const { id: commandId, status, errorCode } = done;
  const deviceId = state.deviceId as string;
  out.send({ type: 'command-result', deviceId, commandId, status, ...(errorCode === undefined ? {} : { errorCode }) });
}

function remember(state: DeviceState, done: ExecutedCommand): void {
  if (state.executed.length >= executedMax) state.executed.shift();
  state.executed.push(done);
}

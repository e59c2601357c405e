/**
 * Commands on the device: delivered at least once, carried out at most once.
 * The id of an executed command is remembered with its status before anything is sent, so that a redelivery
 * (the answer was lost, the process was killed) is answered again and never carried out again (M-04, M-11).
 * Before a command is carried out, the device's kind and then its habits have their say.
 */
import { type Command, endOfManagement, whyUnsupported } from '../../protocol/commands.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import { execute } from '../commands/index.ts';
import type { Outcome } from '../commands/outcome.ts';
import { commandIsDone, commandPutOff, takeBehavior } from './behavior.ts';
import { checkInAnswered } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import { leave, stayForPushes } from './enrollment.ts';
import { tellInformation } from './information.ts';
import { whyNotShown } from './notifications.ts';
import { powerDown } from './power.ts';
import { type DeviceState, type ExecutedCommand, executedMax } from './state.ts';

type ResultAccepted = Extract<ServerMessage, { type: 'result-accepted' }>;

/** Of a habit that fails and names no code of its own. */
const errorCodeDefault = 1;
/** Of a habit that is slow and does not say how slow. */
const slowMsDefault = 60_000;

export function commandArrived(state: DeviceState, commandId: string, command: Command, now: number, out: DeviceOut): void {
  checkInAnswered(state, now, out);
  const before = state.executed.find((one) => one.id === commandId);
  out.note({ kind: 'command', commandId, command: command.type, redelivered: before !== undefined });
  if (before !== undefined) return report(state, before, now, out);
  if (whyUnsupported(command.type, state.inventory) !== undefined) {
    return finish(state, commandId, command, { status: 'not-supported' }, now, out);
  }
  const behavior = takeBehavior(state, commandId, command);
  switch (behavior?.then) {
    case 'not-now':
      // Nothing was carried out, so that the next delivery is a first one again.
      commandPutOff(state, commandId);
      return report(state, { id: commandId, status: 'not-now' }, now, out);
    case 'slow':
      commandPutOff(state, commandId);
      state.slow = { commandId, command, until: now + (behavior.delayMs ?? slowMsDefault) };
      // It is the device that lets the server wait.
      state.replyBy = null;
      return;
    case 'fail':
      return finish(state, commandId, command, { status: 'failed', errorCode: behavior.errorCode ?? errorCodeDefault }, now, out);
    case 'not-supported':
      return finish(state, commandId, command, { status: 'not-supported' }, now, out);
    default:
      return carryOut(state, commandId, command, behavior?.then === 'silent', now, out);
  }
}

/** The command that took its time, when its time is over. */
export function slowDone(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.slow === null || state.slow.until > now) return;
  const { commandId, command } = state.slow;
  state.slow = null;
  carryOut(state, commandId, command, false, now, out);
}

function carryOut(state: DeviceState, commandId: string, command: Command, silently: boolean, now: number, out: DeviceOut): void {
  const end = endOfManagement(command, state.inventory);
  const outcome = execute(state, command, now, out);
  if (end === null || outcome.status !== 'acknowledged') return finish(state, commandId, command, outcome, now, out);
  remember(state, command, { id: commandId, status: 'acknowledged' }, out);
  if (end === 'wipe' && (silently || state.traits.wipesSilently)) return leave(state, 'wipe', false, out);
  state.phase = 'leaving';
  state.leaving = { commandId, by: end };
  sendReport(state, now, out);
}

function finish(state: DeviceState, commandId: string, command: Command, outcome: Outcome, now: number, out: DeviceOut): void {
  const { goesDown, ...result } = outcome;
  const done: ExecutedCommand = { id: commandId, ...result };
  remember(state, command, done, out);
  // The service asks a device how it is after each action: it hears of what the action changed before it hears that it is done.
  tellInformation(state, out);
  if (goesDown !== undefined) state.afterReport = { commandId, goesDown };
  report(state, done, now, out);
}

/** The server has the result: a device that is to restart does so now. */
export function resultAccepted(state: DeviceState, commandId: string, now: number, out: DeviceOut): void {
  if (state.afterReport?.commandId === commandId) powerDown(state, state.afterReport.goesDown, now, out);
}

/** Phase `leaving`: the server has the report, nothing holds the device any more but what may still be pushed to it (CN-17). */
export function reportAccepted(state: DeviceState, { commandId, pushUntil }: ResultAccepted, now: number, out: DeviceOut): void {
  if (state.leaving?.commandId !== commandId) return;
  const { by } = state.leaving;
  if (by === 'retire' && pushUntil !== undefined && pushUntil > now && whyNotShown(state) === null) stayForPushes(state, out);
  else leave(state, by, true, out);
}

/** Phase `leaving`: says (again) how the last command ended. */
export function sendReport(state: DeviceState, now: number, out: DeviceOut): void {
  state.exchange = 'report';
  report(state, { id: state.leaving?.commandId as string, status: 'acknowledged' }, now, out);
}

function report(state: DeviceState, done: ExecutedCommand, now: number, out: DeviceOut): void {
  state.replyBy = now + state.replyMs;
  const { id: commandId, ...result } = done;
  out.send({ type: 'command-result', deviceId: state.deviceId as string, commandId, ...result });
}

function remember(state: DeviceState, command: Command, done: ExecutedCommand, out: DeviceOut): void {
  commandIsDone(state, done.id);
  if (state.executed.length >= executedMax) state.executed.shift();
  state.executed.push(done);
  out.note({ kind: 'executed', commandId: done.id, command: command.type, status: done.status });
}

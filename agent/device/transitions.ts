/**
 * The device's life as two tables: which fact, and which message of the server, means something in which phase.
 *
 * A device begins at its set-up assistant. Enrolling, it makes a key, asks for an identity over a link without a certificate, and comes
 * back with the one it was given. Enrolled, it keeps one link open while it has a network, checks in on its platform's cadence and
 * when it is nudged, carries out what it is told, and renews its certificate in time. A retire or a wipe puts it into `leaving`:
 * carried out, but not yet taken note of by the server; only then its identity is erased. A device that wipes in silence skips that.
 * After a retire the link may stay a while for notifications alone (CN-17): in `retired` whatever else is said on it means nothing.
 * A refusal for good ends in `refused`; from there, as from `wiped` and `retired`, it can be enrolled anew, as another record.
 *
 * Whatever its phase, a device is in somebody's hands: its user types and presses buttons (agent/screens), switches it on and off, and a
 * simulation changes what it has. After each step the screen follows from the state. A device that is off, or waits for its first unlock,
 * has no link; one that restarts comes back by itself.
 *
 * Rules of reading: `ignore` is a fact that may come late and changes nothing. A fact that is absent from its row is the driver's
 * mistake and stops the program; a message that is absent is the peer's mistake and closes the link.
 */
import type { ServerMessage } from '../../protocol/messages.ts';
import { userInput } from '../screens/index.ts';
import { renewalCsrCreated, renewed } from './certificate.ts';
import { changed } from './changes.ts';
import { checkInDone, livedQuietly, nudged, renewalFailed } from './check-in.ts';
import { configurationArrived } from './configuration.ts';
import type { DeviceInput, DeviceOut } from './effects.ts';
import { enroll, enrolled, enrollmentCsrCreated, refused } from './enrollment.ts';
import { commandArrived, reportAccepted, resultAccepted } from './execution.ts';
import { giveUpLink, linkEnded, linkLost, retryLater } from './link.ts';
import { noticeArrived, notificationArrived } from './notifications.ts';
import { powerPressed, restartDue } from './power.ts';
import { hearsPushes } from './push.ts';
import { replaced } from './replaced.ts';
import { clockSetBack, deadlineCame, linkOpened, networkChanged, started, userSynced } from './session.ts';
import { answerCame, signInsDue, signInsSkipped } from './sign-ins.ts';
import type { DeviceState, Phase } from './state.ts';

type FactRow = {
  [T in DeviceInput['type']]?: (state: DeviceState, fact: Extract<DeviceInput, { type: T }>, now: number, out: DeviceOut) => void;
};
type MessageRow = {
  [T in ServerMessage['type']]?: (state: DeviceState, message: Extract<ServerMessage, { type: T }>, now: number, out: DeviceOut) => void;
};

const ignore = () => {};

/** What any device can be told, managed or not. */
const always: FactRow = {
  started: (state, _fact, now, out) => started(state, now, out),
  network: (state, fact, now, out) => networkChanged(state, fact.available, now, out),
  'clock-set-back': (state, _fact, now) => clockSetBack(state, now),
  'csr-created': ignore,
  'link-closed': ignore,
  'link-opened': ignore,
  deadline: (state, _fact, now, out) => {
    restartDue(state, now, out);
    signInsDue(state, now, out);
  },
  'quiet-until': (state, fact) => signInsSkipped(state, fact.before),
  'user-synced': ignore,
  'user-input': (state, fact, now, out) => userInput(state, fact.input, now, out, fact.token),
  'outside-answered': (state, fact, _now, out) => answerCame(state, fact.id, fact.answer, out),
  power: (state, fact, now, out) => powerPressed(state, fact.on, now, out),
  changed: (state, fact, now, out) => changed(state, fact.change, now, out),
  replaced: (state, fact, _now, out) => replaced(state, fact.inventory, fact.has, out),
};

const withLink: FactRow = {
  ...always,
  'link-opened': (state, _fact, now, out) => linkOpened(state, now, out),
  'link-closed': (state, fact, now, out) => linkLost(state, fact.reason, now, out),
  message: (state, fact, now, out) => receive(state, fact.message, now, out),
  deadline: (state, _fact, now, out) => deadlineCame(state, now, out),
};

/** Not managed (any more): late frames of a link that was given up mean nothing. */
const unmanaged: FactRow = { ...always, message: ignore, enroll: (state, fact, _now, out) => enroll(state, fact.token, out) };

/** A link that stayed for notifications ends for good. */
const retired: FactRow = {
  ...unmanaged,
  'link-closed': linkEnded,
  message: (state, { message }, now, out) => {
    if (state.link === 'open' && message.type === 'notification') notificationArrived(state, message, now, out);
  },
};

export const facts: Record<Phase, FactRow> = {
  'set-up': unmanaged,
  enrolling: {
    ...withLink,
    'csr-created': (state, fact, now, out) => enrollmentCsrCreated(state, fact.requestId, fact.csr, now, out),
  },
  enrolled: {
    ...withLink,
    'csr-created': (state, fact, now, out) => renewalCsrCreated(state, fact.requestId, fact.csr, now, out),
    'quiet-until': (state, fact, _now, out) => {
      livedQuietly(state, fact.before, out);
      signInsSkipped(state, fact.before);
    },
    'user-synced': (state, _fact, now, out) => userSynced(state, now, out),
  },
  leaving: withLink,
  retired,
  wiped: unmanaged,
  refused: unmanaged,
};

const refusedRow: MessageRow = { refused: (state, message, now, out) => refused(state, message.code, message.message, now, out) };

export const messages: Record<Phase, MessageRow> = {
  'set-up': {},
  enrolling: { ...refusedRow, enrolled: (state, message, now, out) => enrolled(state, message, now, out) },
  enrolled: {
    ...refusedRow,
    nudge: (state, _message, now, out) => {
      if (hearsPushes(state)) nudged(state, now, out);
    },
    command: (state, message, now, out) => commandArrived(state, message.commandId, message.command, now, out),
    configuration: (state, message, now, out) => configurationArrived(state, message.configuration, now, out),
    'result-accepted': (state, message, now, out) => resultAccepted(state, message.commandId, now, out),
    notice: (state, message, now, out) => noticeArrived(state, message, now, out),
    notification: (state, message, now, out) => notificationArrived(state, message, now, out),
    'check-in-done': (state, _message, now, out) => checkInDone(state, now, out),
    renewed: (state, message, now, out) => renewed(state, message, now, out),
    'renewal-failed': (state, message, now, out) => renewalFailed(state, message.requestId, now, out),
  },
  leaving: {
    ...refusedRow,
    nudge: ignore,
    command: ignore,
    configuration: ignore,
    notice: ignore,
    // What a wipe has erased shows nothing; a retire has taken no more than what the management brought.
    notification: (state, message, now, out) => {
      if (state.leaving?.by === 'retire') notificationArrived(state, message, now, out);
    },
    'check-in-done': ignore,
    'renewal-failed': ignore,
    'result-accepted': (state, message, now, out) => reportAccepted(state, message, now, out),
  },
  retired: {},
  wiped: {},
  refused: {},
};

function receive(state: DeviceState, message: ServerMessage, now: number, out: DeviceOut): void {
  // The row's handler fits its own message; TypeScript cannot see that across a union.
  const handle = messages[state.phase][message.type] as ((s: DeviceState, m: ServerMessage, n: number, o: DeviceOut) => void) | undefined;
  if (handle !== undefined) return handle(state, message, now, out);
  giveUpLink(state, 'message-unexpected', out);
  retryLater(state, `message-unexpected: ${message.type}`, now, out);
}

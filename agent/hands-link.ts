/**
 * The agent's half of `/hands`: the person in front of the device, next to the device's own link and independent of it. It stays open
 * while the device is wiped, off, or without a network, and carries no certificate: the tenant's enrollment token lets it in.
 */
import { WebSocket } from 'ws';
import { frameBytesMax } from '../protocol/codec.ts';
import {
  type DeviceView,
  type HandsAct,
  type HandsFromAgent,
  type HandsResult,
  handsSubProtocol,
  handsToAgentSchema,
} from '../protocol/hands.ts';
import { minuteMs, secondMs } from '../runtime/duration.ts';
import type { Link } from '../runtime/link.ts';
import { webSocketLink } from '../runtime/websocket-link.ts';

const handshakeMsMax = 15 * secondMs;
/** After each failure twice as long, in real time. */
const pauseMsMin = secondMs;
const pauseMsMax = minuteMs;

/** Close reasons after which trying again helps nobody (server-stub/hands-link.ts). */
const finalReasons: Readonly<Record<string, string>> = {
  'enrollment-token-invalid': 'The stub does not take this enrollment token: nobody can reach this device from there.',
  'hands-replaced': 'Another agent holds a device of this serial number now: this one can no longer be reached from the stub.',
};

export interface HandsOptions {
  /** `wss://host:port/hands`. */
  url: string;
  /** PEM of the authority that signed the server's certificate; undefined: the system's own. */
  ca: string | undefined;
  /** The tenant's enrollment token. */
  token: string;
  runner: {
    view(): DeviceView;
    act(act: HandsAct): HandsResult | Promise<HandsResult>;
    clockMoved?(now: number, speed: number): void;
  };
  /** Hears a sentence when the stub will never let these hands in. */
  onTrouble(sentence: string): void;
}

export interface OpenHands {
  /** Tells the stub what the device looks like now. */
  viewChanged(view: DeviceView): void;
  close(): void;
}

/** Opens the link, and again whenever it breaks. A server that has no `/hands` is left alone after the first try. */
export function openHands({ url, ca, token, runner, onTrouble }: HandsOptions): OpenHands {
  let link: Link | undefined;
  let socket: WebSocket | undefined;
  let pauseMs = pauseMsMin;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const send = (message: HandsFromAgent) => link?.send(JSON.stringify(message));

  function open(): void {
    let wasOpen = false;
    let isMissing = false;
    const current = new WebSocket(url, handsSubProtocol, {
      ...(ca === undefined ? {} : { ca }),
      handshakeTimeout: handshakeMsMax,
      perMessageDeflate: false,
      maxPayload: frameBytesMax,
    });
    socket = current;
    // The link hears of the errors too, and its `closed` follows each of them.
    const opening = webSocketLink(current, null, url);
    current.once('unexpected-response', (_request, response) => {
      const { statusCode = 0 } = response;
      isMissing = statusCode >= 400 && statusCode < 500;
      response.resume();
      current.terminate();
    });
    current.once('open', () => {
      wasOpen = true;
      link = opening;
      send({ type: 'hello', token, view: runner.view() });
    });
    opening.attach({
      frame: (text) => void take(text, opening),
      fault: () => opening.close('frame-invalid'),
      closed(reason) {
        link = undefined;
        const final = finalReasons[reason];
        if (closed || isMissing) return;
        if (final !== undefined) return onTrouble(final);
        if (wasOpen) pauseMs = pauseMsMin;
        timer = setTimeout(open, pauseMs);
        // Hands alone keep no agent alive.
        timer.unref();
        pauseMs = Math.min(2 * pauseMs, pauseMsMax);
      },
    });
  }

  async function take(text: string, from: Link): Promise<void> {
    const message = read(text);
    // A newer server may say more than this agent knows.
    if (message === undefined) return;
    if (message.type === 'clock') return runner.clockMoved?.(message.now, message.speed);
    const result = await runner.act(message.act);
    from.send(JSON.stringify({ type: 'result', requestId: message.requestId, result } satisfies HandsFromAgent));
  }

  open();
  return {
    viewChanged: (view) => send({ type: 'view', view }),
    close() {
      closed = true;
      clearTimeout(timer);
      link?.close('agent-closed');
      if (link === undefined) socket?.terminate();
    },
  };
}

function read(text: string) {
  try {
    return handsToAgentSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

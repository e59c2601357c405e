/** A Link over an open WebSocket of the `ws` package, for either end. Text frames only. */
import { WebSocket } from 'ws';
import type { Link, LinkHandlers, PeerCertificate } from './link.ts';
import { TokenBucket } from './token-bucket.ts';

/** The close frame's reason has at most 123 bytes (RFC 6455 §5.5); `ws` throws for more. */
const reasonBytesMax = 123;

/** So much may wait for a peer that does not read; some dozens of the largest frames of a device. Then the peer counts as gone. */
const unreadBytesEnd = 4 * 1024 * 1024;

/** What a server takes of one link. Faults are told of, and the receiver ends the link. */
export interface LinkLimits {
  /** Twice as many may come at once. */
  framesPerSecond: number;
  /** Until the first frame, in ms; null: it may be silent. */
  idleMsMax: number | null;
  /** While more than this waits for the peer, nothing is read of it: who does not listen is not answered either. */
  unreadBytesMax: number;
  /** So long, in ms; then the connection is ended. */
  unreadMsMax: number;
}

export function webSocketLink(socket: WebSocket, peer: PeerCertificate | null, remote: string, limits?: LinkLimits): Link {
  let handlers: LinkHandlers | undefined;
  // Frames may come before someone attaches.
  const early: ((to: LinkHandlers) => void)[] = [];
  const hand = (event: (to: LinkHandlers) => void) => (handlers === undefined ? void early.push(event) : event(handlers));
  const watch = limits && watching(socket, limits, (kind) => hand((to) => to.fault(kind)));
  socket.on('message', (data, isBinary) => {
    if (watch !== undefined && !watch.mayCome()) return;
    hand((to) => (isBinary ? to.fault('binary') : to.frame(data.toString())));
  });
  socket.on('close', (_code, reason) => {
    watch?.stop();
    hand((to) => to.closed(reason.toString() || 'lost'));
  });
  // What `ws` refuses by itself (too large, not UTF-8, bad framing); its close follows.
  socket.on('error', (error: Error & { code?: string }) =>
    hand((to) => {
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') to.fault('too-large');
      else if (error.code?.startsWith('WS_ERR_')) to.fault('malformed');
    }),
  );
  return {
    peer,
    remote,
    attach(to) {
      if (handlers !== undefined) throw new Error('This link has a receiver already.');
      handlers = to;
      for (const event of early.splice(0)) event(to);
    },
    send(frame) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (watch !== undefined) watch.send(frame);
      else if (socket.bufferedAmount > unreadBytesEnd) socket.terminate();
      else socket.send(frame);
    },
    close(reason) {
      socket.close(1000, cutToBytes(reason, reasonBytesMax));
    },
  };
}

interface Watch {
  /** Whether another frame of the peer is taken. */
  mayCome(): boolean;
  send(frame: string): void;
  stop(): void;
}

function watching(socket: WebSocket, limits: LinkLimits, fault: (kind: 'too-fast' | 'idle' | 'unread') => void): Watch {
  const { framesPerSecond, idleMsMax, unreadBytesMax, unreadMsMax } = limits;
  const frames = new TokenBucket(framesPerSecond, 2 * framesPerSecond, () => performance.now());
  const silence = idleMsMax === null ? undefined : setTimeout(() => fault('idle'), idleMsMax);
  let unread: NodeJS.Timeout | undefined;
  let isTooFast = false;
  let isGivenUp = false;

  /** It would not read a farewell either. */
  function giveUp(): void {
    isGivenUp = true;
    fault('unread');
    socket.terminate();
  }

  function tooMuchWaits(): void {
    socket.pause();
    unread = setTimeout(giveUp, unreadMsMax);
  }

  /** What was written last has left: the peer reads. */
  function hasLeft(): void {
    if (unread === undefined || socket.bufferedAmount > unreadBytesMax / 2) return;
    clearTimeout(unread);
    unread = undefined;
    socket.resume();
  }

  return {
    mayCome() {
      clearTimeout(silence);
      if (isTooFast) return false;
      isTooFast = !frames.take();
      if (isTooFast) fault('too-fast');
      return !isTooFast;
    },
    send(frame) {
      if (isGivenUp) return;
      if (socket.bufferedAmount > unreadBytesEnd) return giveUp();
      if (unread === undefined && socket.bufferedAmount + frame.length > unreadBytesMax) tooMuchWaits();
      if (unread === undefined) socket.send(frame);
      else socket.send(frame, hasLeft);
    },
    stop() {
      clearTimeout(silence);
      clearTimeout(unread);
    },
  };
}

/** As many whole characters as fit. */
function cutToBytes(text: string, bytesMax: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}

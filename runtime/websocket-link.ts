/** A Link over an open WebSocket of the `ws` package, for either end. Text frames only. */
import { WebSocket } from 'ws';
import type { Link, LinkHandlers, PeerCertificate } from './link.ts';

/** The close frame's reason has at most 123 bytes (RFC 6455 §5.5); `ws` throws for more. */
const reasonBytesMax = 123;

/** So much may wait for a peer that does not read; a few hundred of the largest frames of a device. Then the peer counts as gone. */
const unreadBytesMax = 32 * 1024 * 1024;

export function webSocketLink(socket: WebSocket, peer: PeerCertificate | null, remote: string): Link {
  let handlers: LinkHandlers | undefined;
  // Frames may come before someone attaches.
  const early: ((to: LinkHandlers) => void)[] = [];
  const hand = (event: (to: LinkHandlers) => void) => (handlers === undefined ? void early.push(event) : event(handlers));
  socket.on('message', (data, isBinary) => hand((to) => (isBinary ? to.fault('binary') : to.frame(data.toString()))));
  socket.on('close', (_code, reason) => hand((to) => to.closed(reason.toString() || 'lost')));
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
      if (socket.bufferedAmount > unreadBytesMax) socket.terminate();
      else socket.send(frame);
    },
    close(reason) {
      socket.close(1000, cutToBytes(reason, reasonBytesMax));
    },
  };
}

/** As many whole characters as fit. */
function cutToBytes(text: string, bytesMax: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}

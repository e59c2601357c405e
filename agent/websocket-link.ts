/** Opens a device's link: a WebSocket with mutual TLS to the server's `/devices`. */
import { WebSocket } from 'ws';
import { frameBytesMax } from '../protocol/codec.ts';
import { subProtocol } from '../protocol/messages.ts';
import type { Link } from '../runtime/link.ts';
import { webSocketLink } from '../runtime/websocket-link.ts';
import type { StoredIdentity } from './agent-file.ts';

const handshakeMsMax = 15_000;

export interface WebSocketTarget {
  /** `wss://host:port/devices`. */
  url: string;
  /** PEM of the authority that signed the server's certificate; undefined: the system's own. */
  ca: string | undefined;
}

/** @throws Error (rejects) with a sentence that says what could not be reached, and why */
export function openWebSocketLink({ url, ca }: WebSocketTarget, identity: StoredIdentity | undefined): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, subProtocol, {
      ...(ca === undefined ? {} : { ca }),
      ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey }),
      handshakeTimeout: handshakeMsMax,
      perMessageDeflate: false,
      maxPayload: frameBytesMax,
    });
    const link = webSocketLink(socket, null, url);
    socket.once('open', () => resolve(link));
    socket.once('error', (error: Error & { code?: string }) =>
      reject(new Error(`${url} cannot be reached: ${error.message || error.code || 'no connection'}`, { cause: error })),
    );
  });
}

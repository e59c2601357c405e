/** Opens a device's links: WebSockets with mutual TLS to the server's `/devices`. */
import type { Link } from '../runtime/link.ts';
import type { StoredIdentity } from './agent-file.ts';
import { DeviceContexts } from './device-contexts.ts';
import { openDeviceSocket } from './device-socket.ts';
import { Heartbeat } from './heartbeat.ts';
import { TlsSessions } from './tls-sessions.ts';

export interface WebSocketTarget {
  /** `wss://host:port/devices`. */
  url: string;
  /** PEM of the authority that signed the server's certificate; undefined: the system's own. */
  ca: string | undefined;
}

/**
 * For a device; several may share it, at the price of full handshakes. A link that cannot be opened rejects with a ConnectError.
 */
export function webSocketLinks({ url, ca }: WebSocketTarget): (identity: StoredIdentity | undefined) => Promise<Link> {
  const contexts = new DeviceContexts(ca);
  const heartbeat = new Heartbeat();
  const sessions = new TlsSessions();
  return async (identity) => {
    const { link, webSocket, tls } = await openDeviceSocket({ url, contexts, identity, sessions });
    heartbeat.watch(webSocket, tls);
    return link;
  };
}

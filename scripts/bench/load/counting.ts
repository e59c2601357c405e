/**
 * Loaded into a server before its own program (`node --import`): counts on the server's side, in the same way for the bare server and for
 * the stub, whoever drives them. It tells its figures over IPC when it is asked.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocket, WebSocketServer } from 'ws';
import type { ServerCounts, ToServer } from './messages.ts';

/** What both servers end a check-in with. */
const checkInDone = '{"type":"check-in-done"';

const counts = { links: 0, resumed: 0, open: 0, roundTrips: 0 };
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

type Upgraded = (client: WebSocket, request: IncomingMessage) => void;
const { handleUpgrade } = WebSocketServer.prototype;
WebSocketServer.prototype.handleUpgrade = function (request: IncomingMessage, socket: Duplex, head: Buffer, upgraded: Upgraded) {
  handleUpgrade.call(this, request, socket, head, (client, upgradedRequest) => {
    counts.links += 1;
    counts.open += 1;
    if (request.socket instanceof TLSSocket && request.socket.isSessionReused()) counts.resumed += 1;
    client.once('close', () => {
      counts.open -= 1;
    });
    upgraded(client, upgradedRequest);
  });
};

const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (this: WebSocket, ...words: Parameters<typeof send>) {
  const [data] = words;
  if (typeof data === 'string' && data.startsWith(checkInDone)) counts.roundTrips += 1;
  send.apply(this, words);
} as typeof send;

process.on('message', ({ collects }: ToServer) => {
  if (collects) collect();
  const { user, system } = process.cpuUsage();
  const now = { ...counts, cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage().rss };
  process.send?.(now satisfies ServerCounts);
});
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Being asked is no reason to stay.
process.channel?.unref();

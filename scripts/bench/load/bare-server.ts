/** The least that a server can be: `ws` behind mutual TLS, an answer to each check-in, and nothing known of anybody. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { argv } from 'node:process';
import { WebSocketServer } from 'ws';
import { subProtocol } from '../../../protocol/messages.ts';

const [caFile = '', certFile = '', keyFile = ''] = argv.slice(2);
const [ca, cert, key] = [caFile, certFile, keyFile].map((file) => readFileSync(file, 'utf8'));
const server = createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' });
const sockets = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => subProtocol });
sockets.on('connection', (socket) => {
  socket.send(JSON.stringify({ type: 'clock', step: 0, now: Date.now(), speed: 1, lived: true }));
  socket.on('message', () => socket.send('{"type":"check-in-done"}'));
  socket.on('error', () => socket.terminate());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, devices: `wss://127.0.0.1:${port}/devices` })}\n`);
});
process.once('SIGTERM', () => {
  for (const socket of sockets.clients) socket.terminate();
  server.close();
});

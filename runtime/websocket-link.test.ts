import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type LinkPair, linkContract } from './link.contract.ts';
import type { Link, PeerCertificate } from './link.ts';
import { webSocketLink } from './websocket-link.ts';

const frameBytesMax = 128 * 1024;

interface Ends extends LinkPair {
  deviceSocket: WebSocket;
  serverSocket: WebSocket;
}

/** Two ends of a real WebSocket. */
async function open(peer: PeerCertificate | null = null): Promise<Ends> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, maxPayload: frameBytesMax, perMessageDeflate: false });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const accepted = new Promise<{ link: Link; socket: WebSocket }>((resolve) =>
    sockets.once('connection', (socket, request) =>
      resolve({ socket, link: webSocketLink(socket, peer, `${request.socket.remoteAddress}:${request.socket.remotePort}`) }),
    ),
  );
  const deviceSocket = new WebSocket(url, { perMessageDeflate: false });
  const device = webSocketLink(deviceSocket, null, url);
  await new Promise((resolve) => deviceSocket.once('open', resolve));
  const server = await accepted;
  return {
    device,
    server: server.link,
    deviceSocket,
    serverSocket: server.socket,
    async close() {
      deviceSocket.terminate();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

linkContract('webSocketLink', open);

/** Everything that the server's end hears, in order, until it is closed. */
function heardUntilClosed(server: Link): Promise<string[]> {
  const heard: string[] = [];
  return new Promise((resolve) =>
    server.attach({
      frame: (text) => heard.push(`frame ${text}`),
      fault: (kind) => heard.push(`fault ${kind}`),
      closed: (reason) => resolve([...heard, `closed ${reason}`]),
    }),
  );
}

describe('webSocketLink', () => {
  it.each<[string, string, (socket: WebSocket) => void]>([
    ['a binary frame', 'binary', (socket) => socket.send(Buffer.from('{}'), () => socket.close())],
    ['a frame above the limit of ws', 'too-large', (socket) => socket.send('x'.repeat(frameBytesMax + 1))],
    ['text that is not UTF-8', 'malformed', (socket) => socket.send(Buffer.from([0xc3, 0x28]), { binary: false })],
  ])('says that %s came, as a fault of kind %s', async (_what, kind, send) => {
    const { server, deviceSocket, close } = await open();
    const heard = heardUntilClosed(server);
    send(deviceSocket);
    expect((await heard)[0]).toBe(`fault ${kind}`);
    expect((await heard).at(-1)).toMatch(/^closed /);
    await close();
  });

  it('calls a link lost whose connection broke', async () => {
    const { server, deviceSocket, close } = await open();
    const heard = heardUntilClosed(server);
    deviceSocket.terminate();
    expect(await heard).toEqual(['closed lost']);
    await close();
  });

  it('M-10 loses a peer that does not read: what waits for it has an end', async () => {
    const { server, deviceSocket, serverSocket, close } = await open();
    const heard = heardUntilClosed(server);
    deviceSocket.pause();
    const frame = 'x'.repeat(64 * 1024);
    for (let count = 0; count < 1_000; count++) server.send(frame);
    expect(serverSocket.bufferedAmount).toBeLessThan(40 * 1024 * 1024);
    expect(await heard).toEqual(['closed lost']);
    await close();
  });

  it('knows who the peer is', async () => {
    const peer: PeerCertificate = { subject: 'd', serialNumber: '4A', notBefore: 0, notAfter: 1, trusted: true };
    const { server, device, close } = await open(peer);
    expect([server.peer, device.peer]).toEqual([peer, null]);
    await close();
  });

  it('cuts a reason between characters', async () => {
    const { server, device, close } = await open();
    const heard = heardUntilClosed(server);
    device.close('😀'.repeat(60));
    expect(await heard).toEqual([`closed ${'😀'.repeat(30)}`]);
    await close();
  });
});

/**
 * The least that a client can be: `ws`, a certificate per connection, and check-ins in a closed loop with so many on their way at once.
 * It tells its parent after each step, and waits; started by nobody in particular, it takes all steps in turn.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { subProtocol } from '../../../protocol/messages.ts';
import { Histogram } from '../../../simulator/load/histogram.ts';
import { checkInOf } from './check-in.ts';
import type { ClientStep, ClientWishes, Identity } from './messages.ts';

const wishes = JSON.parse(argv[2] ?? '') as ClientWishes;
const identities = JSON.parse(readFileSync(wishes.identities, 'utf8')) as Identity[];
const sessions = new Map<number, Buffer>();
let sockets: WebSocket[] = [];

process.once('disconnect', () => process.exit());
await told({ step: 'loaded' });
await connectAll(false);
await told({ step: 'connected' });
await told({ step: 'talked', ...(await talk()) });
await drop();
await told({ step: 'dropped' });
await connectAll(false);
await told({ step: 'reconnected' });
await drop();
await told({ step: 'dropped' });
await connectAll(true);
await told({ step: 'resumed' });
await drop();
process.disconnect?.();

async function told(step: ClientStep): Promise<void> {
  if (process.send === undefined) return;
  process.send(step);
  await once(process, 'message');
}

async function connectAll(resumes: boolean): Promise<void> {
  sockets = [];
  let next = 0;
  const one = async () => {
    for (let index = next++; index < identities.length; index = next++) sockets[index] = await connect(index, resumes);
  };
  await Promise.all(Array.from({ length: wishes.concurrency }, one));
}

function connect(index: number, resumes: boolean): Promise<WebSocket> {
  const { certificate, key } = identities[index] as Identity;
  const session = resumes ? sessions.get(index) : undefined;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(wishes.url, subProtocol, {
      ca: wishes.ca,
      cert: certificate,
      key,
      perMessageDeflate: false,
      // A session comes with the first bytes of the server: whoever listens later misses it.
      createConnection: (options: object) => {
        const tls = connectTls({ ...(options as ConnectionOptions), path: undefined, ...(session === undefined ? {} : { session }) });
        tls.on('session', (kept) => sessions.set(index, kept));
        return tls;
      },
    });
    socket.once('error', reject);
    const gone = (code: number, reason: Buffer) => reject(new Error(`The server closed it before it spoke: ${code} ${reason.toString()}`));
    socket.once('close', gone);
    // The server's clock comes first.
    socket.once('message', () => {
      socket.off('close', gone);
      resolve(socket);
    });
  });
}

/** Each of those in flight goes round connections of its own. */
async function talk(): Promise<{ p50Ms: number; p99Ms: number }> {
  const times = new Histogram();
  const until = performance.now() + wishes.seconds * 1000;
  const frames = identities.map(checkInOf);
  const inFlight = Math.min(wishes.inFlight, sockets.length);
  const one = async (place: number) => {
    for (let index = place; performance.now() < until; index = index + inFlight < sockets.length ? index + inFlight : place) {
      const begun = performance.now();
      await answered(sockets[index] as WebSocket, frames[index] as string);
      times.record((performance.now() - begun) * 1000);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, place) => one(place)));
  return { p50Ms: times.quantile(0.5) / 1000, p99Ms: times.quantile(0.99) / 1000 };
}

function answered(socket: WebSocket, frame: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (code: number, reason: Buffer) => reject(new Error(`The server closed it: ${code} ${reason.toString()}`));
    socket.once('close', gone);
    socket.once('message', () => {
      socket.off('close', gone);
      resolve();
    });
    socket.send(frame);
  });
}

async function drop(): Promise<void> {
  await Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, 'close');
      socket.close();
      return closed;
    }),
  );
}

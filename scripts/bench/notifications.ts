/**
 * A notification to 25 groups that cover 100,000 devices, on a live stub:
 * `node --import tsx scripts/bench/notifications.ts [--devices 100000] [--links 200] [--check-ins 50] [--rounds 3] [--only "25 groups"]`.
 *
 * The stub is a process of its own, with its store in a SQLite file and its doors on a port. Some hundreds of its devices are connected
 * with mutual TLS and check in all the time, from this process; all others are away. Printed are the medians of the rounds: how long until
 * it was accepted and until everybody had it, the longest stall of the stub's event loop, beside that of a quiet time of the same length,
 * and how long check-ins take meanwhile. Milliseconds are this machine's; the ratio to a bare loop over the same rows travels.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { argv, execArgv, stdout, version } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { type DeviceMessage, type ServerMessage, subProtocol } from '../../protocol/messages.ts';
import { atOnce, type Distribution } from '../../runtime/distribution.ts';
import type { FromStub, LinkedDevice, StubWishes, ToStub } from './notifications-messages.ts';

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    devices: { type: 'string', default: '100000' },
    links: { type: 'string', default: '200' },
    'check-ins': { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const devices = Number(values.devices);
const links = Number(values.links);
const rounds = Number(values.rounds);
const everyMs = 1000 / Number(values['check-ins']);
const quietMsMin = 5_000;

const fewSeconds: Distribution = { kind: 'uniform', fromMs: 1_000, untilMs: 10_000 };
const cases: Record<string, Pick<StubWishes, 'groups' | 'nestedPerGroup' | 'latency'>> = {
  '25 groups': { groups: 25, nestedPerGroup: 0, latency: atOnce },
  '25 groups, 1 to 10 s on the way': { groups: 25, nestedPerGroup: 0, latency: fewSeconds },
  'one group': { groups: 1, nestedPerGroup: 0, latency: atOnce },
  '25 groups with 40 groups in each': { groups: 25, nestedPerGroup: 40, latency: atOnce },
};

const print = (line: string) => stdout.write(`${line}\n`);

/** The stub's process, and what it says. */
class StubProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  constructor(wishes: StubWishes) {
    this.#child = fork(join(import.meta.dirname, 'notifications-stub.ts'), [JSON.stringify(wishes)], { execArgv });
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`The stub ended with ${code}.`);
    });
    this.#ended.catch(() => {});
  }

  async next<T extends FromStub['type']>(type: T): Promise<Extract<FromStub, { type: T }>> {
    for (;;) {
      const [message] = (await Promise.race([once(this.#child, 'message'), this.#ended])) as [FromStub];
      if (message.type === type) return message as Extract<FromStub, { type: T }>;
    }
  }

  tell(type: ToStub['type']): void {
    this.#child.send({ type } satisfies ToStub);
  }
}

/** A device that is there: it says what it must to check in, and counts what it is sent. */
class Linked {
  readonly id: string;
  notifications = 0;
  #configuration: string | undefined;
  readonly #socket: WebSocket;
  #done = () => {};

  constructor({ devicesUrl, ca }: Extract<FromStub, { type: 'open' }>, { id, certificate, key }: LinkedDevice) {
    this.id = id;
    this.#socket = new WebSocket(devicesUrl, subProtocol, { ca, cert: certificate, key, perMessageDeflate: false });
    this.#socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      if (message.type === 'notification') this.notifications += 1;
      else if (message.type === 'configuration') this.#configuration = message.configuration.version;
      else if (message.type === 'check-in-done') this.#done();
      else if (message.type === 'refused') throw new Error(`${message.code}: ${message.message}`);
    });
  }

  async opened(): Promise<void> {
    await once(this.#socket, 'open');
  }

  /** The round trip in milliseconds. */
  async checkIn(): Promise<number> {
    const begun = performance.now();
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    const configuration = this.#configuration === undefined ? {} : { configuration: this.#configuration };
    const message: DeviceMessage = { type: 'check-in', deviceId: this.id, trigger: 'schedule', osVersion: '17.5', ...configuration };
    this.#socket.send(JSON.stringify(message));
    await done;
    return performance.now() - begun;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Check-ins of one device after the other, all the time. */
class CheckIns {
  laps: number[] = [];
  #isOver = false;

  async go(linked: readonly Linked[]): Promise<void> {
    const waiting = new Set<Promise<unknown>>();
    for (let index = 0; !this.#isOver; index = (index + 1) % linked.length) {
      const one = (linked[index] as Linked).checkIn().then((ms) => this.laps.push(ms));
      waiting.add(one);
      void one.finally(() => waiting.delete(one));
      await sleep(everyMs);
    }
    await Promise.all(waiting);
  }

  take(): number[] {
    return this.laps.splice(0);
  }

  stop(): void {
    this.#isOver = true;
  }
}

interface Round {
  acceptedMs: number;
  arrivedMs: number;
  /** Of the stub's processor, beyond what it uses in a quiet time of the same length. */
  cpuMs: number;
  stallMs: number;
  quietStallMs: number;
  checkIns: number[];
  quietCheckIns: number[];
}

async function measure(name: string, wishes: StubWishes): Promise<void> {
  const stub = new StubProcess(wishes);
  const open = await stub.next('open');
  const linked = open.linked.map((device) => new Linked(open, device));
  await Promise.all(linked.map((one) => one.opened()));
  // With their configuration, and with everything compiled.
  for (const one of linked) await one.checkIn();
  for (const one of linked) await one.checkIn();
  const checkIns = new CheckIns();
  const going = checkIns.go(linked);
  const agent = new Agent({ keepAlive: true, ca: open.ca });
  await post(open, agent, { notificationTitle: '', notificationBody: '', groupsToNotify: [] });

  stub.tell('memory');
  const before = await stub.next('memory');
  let after = before;
  const all: Round[] = [];
  let quietMs = quietMsMin;
  for (let round = 0; round < rounds; round++) {
    checkIns.take();
    const quiet = await watched(stub, () => sleep(quietMs));
    const quietCheckIns = checkIns.take();
    const busy = await watched(stub, async () => {
      const arrived = stub.next('arrived');
      const begun = performance.now();
      const text = { notificationTitle: 'Maintenance', notificationBody: 'The mail server is off tonight. '.repeat(10) };
      const status = await post(open, agent, { ...text, groupsToNotify: open.groupIds });
      if (status !== 204) throw new Error(`It was answered with ${status}.`);
      return { acceptedMs: performance.now() - begun, arrivedMs: (await arrived).ms };
    });
    const { acceptedMs, arrivedMs } = busy.found;
    const cpuMs = busy.cpuMs - (quiet.cpuMs * arrivedMs) / quietMs;
    all.push({
      acceptedMs,
      arrivedMs,
      cpuMs,
      stallMs: busy.stallMs,
      quietStallMs: quiet.stallMs,
      checkIns: checkIns.take(),
      quietCheckIns,
    });
    quietMs = Math.max(quietMsMin, arrivedMs);
    if (round > 0) continue;
    stub.tell('memory');
    after = await stub.next('memory');
  }
  checkIns.stop();
  await going;
  const wrong = linked.filter(({ notifications }) => notifications !== rounds);
  if (wrong.length > 0) throw new Error(`${wrong.length} connected devices have ${wrong[0]?.notifications} notifications of ${rounds}.`);
  for (const one of linked) one.close();
  agent.destroy();
  stub.tell('close');
  report(name, open.bareMs, all, after.heapMb - before.heapMb, after.rssMb);
}

/** Does something and says how long the stub's event loop stood still at most while it was done, and how long it used its processor. */
async function watched<T>(stub: StubProcess, work: () => Promise<T>): Promise<{ cpuMs: number; stallMs: number; found: T }> {
  stub.tell('begin');
  await stub.next('begun');
  const found = await work();
  stub.tell('end');
  const { cpuMs, stallMs } = await stub.next('ended');
  return { cpuMs, stallMs, found };
}

function post({ url, adminToken }: Extract<FromStub, { type: 'open' }>, agent: Agent, body: object): Promise<number> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers };
    request(`${url}/beta/deviceManagement/sendCustomNotificationToCompanyPortal`, options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    })
      .on('error', reject)
      .end(JSON.stringify(body));
  });
}

function report(name: string, bareMs: number, all: readonly Round[], heapMb: number, rssMb: number): void {
  const of = (read: (round: Round) => number) => median(all.map(read)).toFixed(1).padStart(9);
  const arrived = median(all.map(({ arrivedMs }) => arrivedMs));
  print('');
  print(`${name}: ${devices} devices, ${links} of them connected`);
  print(`  accepted after              ${of(({ acceptedMs }) => acceptedMs)} ms`);
  print(
    `  everybody had it after      ${of(({ arrivedMs }) => arrivedMs)} ms   (bare loop ${bareMs.toFixed(0)} ms: × ${(arrived / bareMs).toFixed(1)})`,
  );
  print(`  of the stub's processor     ${of(({ cpuMs }) => cpuMs)} ms`);
  print(`  longest stall               ${of(({ stallMs }) => stallMs)} ms   quiet ${of(({ quietStallMs }) => quietStallMs).trim()} ms`);
  for (const [what, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['max', 1],
  ] as const) {
    const busy = of(({ checkIns }) => quantile(checkIns, share));
    const quiet = of(({ quietCheckIns }) => quantile(quietCheckIns, share));
    print(`  check-in, round trip ${what}    ${busy} ms   quiet ${quiet.trim()} ms`);
  }
  print(`  kept for those away         ${heapMb.toFixed(1).padStart(9)} MB of heap (whole process: ${rssMb.toFixed(0)} MB)`);
}

function quantile(laps: readonly number[], share: number): number {
  const sorted = [...laps].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function median(all: readonly number[]): number {
  return quantile(all, 0.5);
}

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${version}; medians of ${rounds} rounds`);
for (const [name, shape] of Object.entries(cases)) {
  if (values.only === undefined || values.only === name) await measure(name, { ...shape, devices, links });
}

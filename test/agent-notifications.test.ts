/** An agent and what it writes: notifications stand in its state and on its screen, and nowhere else (CN-19). */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openAgentFile } from '../agent/agent-file.ts';
import { newDevice } from '../agent/device/state.ts';
import { AgentRunner } from '../agent/runner.ts';
import { screenWithoutNotifications } from '../agent/screens/index.ts';
import { jsonLine, noteLine, wordsLine } from '../cli/agent-events.ts';
import { encode } from '../protocol/codec.ts';
import type { HandsAct } from '../protocol/hands.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import { dayMs, hourMs, secondMs } from '../runtime/duration.ts';
import type { Link } from '../runtime/link.ts';
import { memoryLink } from '../runtime/memory-link.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { scratch } from './support/scratch.ts';

const start = Date.UTC(2030, 0, 1);
const inventory = {
  platform: 'android',
  enrollment: 'device-administrator',
  serialNumber: 'SN1',
  deviceName: 'phone',
  manufacturer: 'Contoso',
  model: 'One',
  osVersion: '14',
  userPrincipalName: 'adele@contoso.example',
} as const;

/** Lets everything that waits in line in this process happen. */
const quiet = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A server made of frames, and all that the agent writes about what comes from it. */
class Bench {
  readonly file = join(scratch(), 'agent.db');
  readonly written: string[] = [];
  readonly real = new VirtualClock(start);
  #end: Link | undefined;

  runner(): AgentRunner {
    const runner: AgentRunner = new AgentRunner({
      fresh: newDevice(inventory, 7),
      file: openAgentFile(this.file),
      openLink: async () => {
        const { device, server } = memoryLink(null);
        this.#end = server;
        server.attach({ frame: (text) => void this.written.push(text), fault: () => {}, closed: () => {} });
        return device;
      },
      identities: { createRequest: async (requestId) => ({ csr: `csr of ${requestId}`, privateKey: 'key' }) },
      ask: async () => ({ allowed: true, token: 'opaque' }),
      enrollmentToken: 'letmein',
      onNote: (note, at) => {
        const line = noteLine(note, () => screenWithoutNotifications(runner.state));
        this.written.push(jsonLine(line, at), wordsLine(line, at));
      },
      onTrouble: (sentence) => void this.written.push(sentence),
      real: this.real,
    });
    runner.start();
    return runner;
  }

  async says(...messages: (ServerMessage | string)[]): Promise<void> {
    for (const message of messages) this.#end?.send(typeof message === 'string' ? message : encode(message));
    await quiet();
  }

  async hangsUp(): Promise<void> {
    this.#end?.close('left');
    await quiet();
  }

  /** The first frame of a link, and what ends the check-in that it sets off. */
  async greets(): Promise<void> {
    await quiet();
    await this.says(clock(0), { type: 'check-in-done' });
  }

  /** After a pause, over a new link. */
  async comesBack(): Promise<void> {
    await quiet();
    this.real.advanceTo(this.real.now() + 2 * secondMs);
    await this.greets();
  }

  async enrolled(): Promise<AgentRunner> {
    const runner = this.runner();
    runner.tell({ type: 'enroll', token: 'letmein' });
    await quiet();
    const notAfter = start + 365 * dayMs;
    const identity = {
      deviceId: 'd',
      certificate: 'PEM',
      serialNumber: '4A',
      notBefore: start,
      notAfter,
      renewFrom: notAfter - 30 * dayMs,
    };
    await this.says(clock(0));
    await this.says({ type: 'enrolled', requestId: runner.state.requestId ?? '', ...identity });
    await this.greets();
    expect(runner.state).toMatchObject({ phase: 'enrolled', exchange: 'none' });
    return runner;
  }
}

const clock = (step: number, now = start): ServerMessage => ({ type: 'clock', step, now, speed: 0, lived: false });
const notification = (notificationId: string): ServerMessage => ({
  type: 'notification',
  notificationId,
  sentAt: start,
  title: `Marked title ${notificationId}`,
  body: `Marked body ${notificationId}`,
});
const press = (button: string): HandsAct => ({ input: { press: button } });

it('CN-19 the text of a notification is in no note, line, error or event of an agent, and stays over a restart until it is dismissed', async () => {
  const bench = new Bench();
  let runner = await bench.enrolled();
  runner.act({ change: { notificationReader: 'Digest' } });
  await bench.says(notification('n1'), notification('n2'), notification('n2'));
  expect(runner.view().screen.banner).toMatchObject({ title: 'Marked title n2' });
  expect(JSON.stringify(screenWithoutNotifications(runner.state))).not.toContain('Marked');
  for (const button of ['lock', 'unlock', 'notifications', 'dismiss-2', 'no-such-button', 'home', 'company-portal', 'home', 'lock']) {
    runner.act(press(button));
  }
  await bench.says(notification('n3'));
  expect(runner.view().screen.lines, 'its user sees it').toContain('Company Portal: Marked title n3');
  // What is cut off, too long or unknown is refused without a word of it.
  const tooLong = { ...notification('n5'), title: 'Marked '.repeat(1_000) };
  const unknown = { ...notification('n6'), type: 'notification-of-tomorrow' };
  for (const frame of [encode(notification('n4')).slice(0, -1), JSON.stringify(tooLong), JSON.stringify(unknown)]) {
    const { length } = bench.written;
    await bench.says(frame);
    expect(bench.written.slice(length).join()).toContain('The server sent a frame that cannot be read');
    await bench.comesBack();
    expect(runner.state).toMatchObject({ link: 'open', exchange: 'none' });
  }
  runner.close();

  runner = bench.runner();
  await bench.greets();
  expect(runner.view().notifications.map(({ title }) => title)).toEqual(['Marked title n1', 'Marked title n3']);
  await bench.says(notification('n2'));
  expect(runner.view().notifications, 'dismissed is dismissed').toHaveLength(2);
  runner.act({ change: { notificationsAllowed: 'denied' } });
  await bench.says(notification('n7'));
  runner.act(press('unlock'));
  runner.act(press('notifications'));
  runner.act(press('dismiss-all'));
  runner.close();

  expect(bench.written.length).toBeGreaterThan(20);
  expect(bench.written.some((line) => line.includes('"event":"notification"'))).toBe(true);
  expect(bench.written.filter((line) => line.includes('Marked'))).toEqual([]);
  const database = new Database(bench.file, { readonly: true });
  const events = database.prepare<[], { kind: string; detail: string }>('SELECT kind, detail FROM event').all();
  database.close();
  expect(events.filter(({ kind }) => kind === 'notification').map(({ detail }) => (JSON.parse(detail) as { shown: string }).shown)).toEqual(
    [...['banner', 'banner', 'lock-screen', 'not-allowed']],
  );
  expect(JSON.stringify(events)).not.toContain('Marked');
});

it('CN-17 an agent that was retired follows the tenant\u2019s clock over the link that it kept, and comes back to nobody', async () => {
  const bench = new Bench();
  const runner = await bench.enrolled();
  runner.tell({ type: 'user-synced' });
  await bench.says({ type: 'command', commandId: 'c', command: { type: 'retire', parameters: {} } });
  await bench.says({ type: 'result-accepted', commandId: 'c', pushUntil: start + hourMs });
  expect(runner.state).toMatchObject({ phase: 'retired', link: 'open' });
  expect(bench.written).toContain('{"type":"left","deviceId":"d"}');
  await bench.says(clock(1, start + 10 * 60_000));
  expect(bench.written.at(-1), 'nobody waits for it').toContain('"type":"clock-done","step":1');
  await bench.says(notification('n1'));
  expect(runner.view().notifications).toMatchObject([{ title: 'Marked title n1', at: start + 10 * 60_000 }]);
  await bench.hangsUp();
  expect(runner.state.link).toBe('closed');
  const { length } = bench.written;
  bench.real.advanceTo(start + dayMs);
  await quiet();
  expect(bench.written, 'no attempt to come back').toHaveLength(length);
  runner.close();
});

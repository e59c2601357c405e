import { describe, expect, it } from 'vitest';
import type { Link } from './link.ts';

/** Two joined ends, open and not attached to yet. */
export interface LinkPair {
  device: Link;
  server: Link;
  close(): Promise<void>;
}

/** Writes down what arrives, and lets a test wait until so much has. */
function listener() {
  const heard: string[] = [];
  let wake = () => {};
  const hear = (what: string) => {
    heard.push(what);
    wake();
  };
  return {
    heard,
    handlers: {
      frame: (text: string) => hear(`frame ${text}`),
      fault: (kind: string) => hear(`fault ${kind}`),
      closed: (reason: string) => hear(`closed ${reason}`),
    },
    async until(count: number): Promise<string[]> {
      while (heard.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return heard;
    },
  };
}

/** What every Link keeps: it behaves like TCP, whatever carries it. */
export function linkContract(name: string, open: () => Promise<LinkPair>): void {
  const withPair = (work: (pair: LinkPair) => Promise<void>) => async () => {
    const pair = await open();
    try {
      await work(pair);
    } finally {
      await pair.close();
    }
  };

  describe(`${name} keeps the link's contract`, () => {
    it(
      'hands frames over in order, in both directions',
      withPair(async ({ device, server }) => {
        const atDevice = listener();
        const atServer = listener();
        device.attach(atDevice.handlers);
        server.attach(atServer.handlers);
        for (let n = 0; n < 100; n++) {
          device.send(`up ${n}`);
          server.send(`down ${n}`);
        }
        expect(await atServer.until(100)).toEqual(Array.from({ length: 100 }, (_, n) => `frame up ${n}`));
        expect(await atDevice.until(100)).toEqual(Array.from({ length: 100 }, (_, n) => `frame down ${n}`));
      }),
    );

    it(
      'keeps what came before anyone was attached',
      withPair(async ({ device, server }) => {
        const first = listener();
        device.attach(first.handlers);
        server.send('early');
        device.send('early 1');
        device.send('early 2');
        // Once this answer is here, the two have arrived as well: a link keeps its order.
        await first.until(1);
        const atServer = listener();
        server.attach(atServer.handlers);
        device.send('late');
        expect(await atServer.until(3)).toEqual(['frame early 1', 'frame early 2', 'frame late']);
      }),
    );

    it(
      'carries any text whole',
      withPair(async ({ device, server }) => {
        const atServer = listener();
        server.attach(atServer.handlers);
        const texts = ['', '{}', 'Müller 😀 \u0000 \u2028', 'x'.repeat(64 * 1024)];
        for (const text of texts) device.send(text);
        expect(await atServer.until(texts.length)).toEqual(texts.map((text) => `frame ${text}`));
      }),
    );

    it(
      'never calls back into its sender',
      withPair(async ({ device, server }) => {
        const atServer = listener();
        server.attach(atServer.handlers);
        device.send('one');
        device.close('done');
        expect(atServer.heard).toEqual([]);
        await atServer.until(2);
      }),
    );

    it(
      'delivers what was sent before it closed, and tells both ends once',
      withPair(async ({ device, server }) => {
        const atDevice = listener();
        const atServer = listener();
        device.attach(atDevice.handlers);
        server.attach(atServer.handlers);
        server.send('last words');
        server.close('certificate-expired');
        server.close('again');
        server.send('too late');
        expect(await atDevice.until(2)).toEqual(['frame last words', 'closed certificate-expired']);
        expect(await atServer.until(1)).toHaveLength(1);
        expect(atServer.heard[0]).toMatch(/^closed /);
        device.send('to nobody');
        device.close('me too');
        await new Promise((resolve) => setImmediate(resolve));
        expect([atDevice.heard.length, atServer.heard.length]).toEqual([2, 1]);
      }),
    );

    it(
      'closes when both do so at the same time',
      withPair(async ({ device, server }) => {
        const atDevice = listener();
        const atServer = listener();
        device.attach(atDevice.handlers);
        server.attach(atServer.handlers);
        device.close('mine');
        server.close('yours');
        expect(await atDevice.until(1)).toHaveLength(1);
        expect(await atServer.until(1)).toHaveLength(1);
      }),
    );

    it(
      'takes the longest reason, of whatever characters',
      withPair(async ({ device, server }) => {
        const atDevice = listener();
        device.attach(atDevice.handlers);
        server.attach(listener().handlers);
        server.close('é'.repeat(120));
        expect((await atDevice.until(1))[0]).toMatch(/^closed é{40,120}$/);
      }),
    );

    it(
      'has one receiver',
      withPair(async ({ device }) => {
        device.attach(listener().handlers);
        expect(() => device.attach(listener().handlers)).toThrow(/receiver/);
      }),
    );

    it(
      'says where the peer is, and shows no certificate to the device',
      withPair(async ({ device, server }) => {
        expect(device.remote).not.toBe('');
        expect(server.remote).not.toBe('');
        expect(device.peer).toBeNull();
      }),
    );
  });
}

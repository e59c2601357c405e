import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkContract } from '../runtime/link.contract.ts';
import type { Link, PeerCertificate } from '../runtime/link.ts';
import { memoryLink } from '../runtime/memory-link.ts';
import { until } from '../test/support/until.ts';
import { FaultyLinks, type LinkFaultChange } from './faulty-links.ts';

const peerOf = (subject: string): PeerCertificate => ({ subject, serialNumber: '01', notBefore: 0, notAfter: 1, trusted: true });

function pairWith(change: LinkFaultChange) {
  const links = new FaultyLinks('test');
  links.set(change);
  return async () => {
    const { device, server } = memoryLink(null);
    return { device, server: links.enter(server) as Link, close: async () => links.close() };
  };
}

linkContract('a link without faults', pairWith({ off: true }));
linkContract('a slow link', pairWith({ latencyMs: 1, jitterMs: 2 }));

interface End {
  frames: string[];
  closed?: string;
}

function open(links: FaultyLinks, device = 'a') {
  const ends = memoryLink(peerOf(device));
  const server = links.enter(ends.server);
  const listen = (link: Link): End => {
    const end: End = { frames: [] };
    link.attach({
      frame: (text) => end.frames.push(text),
      fault: () => {},
      closed(reason) {
        end.closed = reason;
      },
    });
    return end;
  };
  const atDevice = listen(ends.device);
  return { ...ends, server, atDevice, atServer: server === null ? null : listen(server) };
}

const message = (n: number) => `{"type":"check-in","n":${n}}`;
const clock = '{"type":"clock","step":1}';
const done = '{ "type" : "clock-done", "step": 1 }';

describe('the faults of links', () => {
  it('hold frames up, but not the clock where nothing is before it', async () => {
    const links = new FaultyLinks('test');
    links.set({ latencyMs: 10_000 });
    const { server, device, atDevice, atServer } = open(links);
    server?.send(clock);
    device.send(done);
    await until('the clock was told and answered', () => atDevice.frames.length > 0 && atServer?.frames.length !== 0);
    device.send(message(1));
    device.send(done);
    await until('both are held, the second one in its place', () => links.show().held === 2);
    expect(atServer?.frames).toEqual([done]);
    // What is on its way arrives when the faults are off, in order.
    links.set({ off: true });
    expect(atServer?.frames).toEqual([done, message(1), done]);
    expect(links.show()).toMatchObject({ held: 0, latencyMs: 0, links: 1 });
  });

  it('keep the order whatever each frame takes, and a farewell comes last', async () => {
    const links = new FaultyLinks('test');
    links.set({ latencyMs: 1, jitterMs: 20 });
    const { server, device, atDevice, atServer } = open(links);
    const all = Array.from({ length: 50 }, (_, n) => message(n));
    for (const text of all) {
      server?.send(text);
      device.send(text);
    }
    await until('the device was heard', () => atServer?.frames.length === all.length);
    server?.close('enough');
    await until('it is over', () => atDevice.closed !== undefined);
    expect([atDevice.frames, atServer?.frames, atDevice.closed]).toEqual([all, all, 'enough']);
    await until('the stub heard it too', () => links.show().links === 0);
  });

  it('break the link with a frame that is lost: both ends hear of it, and nothing comes after', async () => {
    const links = new FaultyLinks('test');
    links.set({ loss: 1 });
    const { server, device, atDevice, atServer } = open(links);
    server?.send(clock);
    server?.send(message(1));
    // Whoever sends is not called back from within.
    expect(atServer?.closed).toBeUndefined();
    server?.send(message(2));
    device.send(message(3));
    await until('both ends know', () => atDevice.closed !== undefined && atServer?.closed !== undefined);
    expect([atDevice, atServer]).toEqual([
      { frames: [clock], closed: 'lost' },
      { frames: [], closed: 'lost' },
    ]);
    expect(links.show()).toMatchObject({ links: 0, broken: 1 });
  });

  it('cut those that are to be unreachable, let no new one in, and all the others alone', async () => {
    const links = new FaultyLinks('test');
    const devices = Array.from({ length: 40 }, (_, n) => `device-${n}`);
    const opened = devices.map((device) => open(links, device));
    links.set({ unreachable: true, share: 0.5 });
    const { touched, links: left, broken } = links.show();
    expect([touched, left + broken]).toEqual([0, 40]);
    expect(broken).toBeGreaterThan(8);
    expect(left).toBeGreaterThan(8);
    const isCut = await until('they hear of it', () => {
      const heard = opened.map(({ atDevice }) => atDevice.closed === 'lost');
      return heard.filter((one) => one).length === broken && heard;
    });
    // The same ones again, and a smaller share is a part of them.
    expect(devices.map((device) => open(links, device).server === null)).toEqual(isCut);
    links.set({ share: 0.2 });
    const few = devices.map((device) => open(links, device).server === null);
    expect(few.every((one, n) => !one || isCut[n])).toBe(true);
    expect(few.filter((one) => one).length).toBeLessThan(broken);
    links.set({ off: true });
    expect(devices.every((device) => open(links, device).server !== null)).toBe(true);
  });

  it('end with the stub: nothing that was held arrives, but for its farewell', async () => {
    const links = new FaultyLinks('test');
    links.set({ latencyMs: 10_000 });
    const { server, device, atDevice, atServer } = open(links);
    server?.send(message(1));
    server?.close('stub-closed');
    device.send(message(2));
    links.close();
    await until('the device hears it', () => atDevice.closed);
    expect([atDevice.frames, atDevice.closed, atServer?.frames]).toEqual([[], 'stub-closed', []]);
    expect(links.show()).toMatchObject({ links: 0, held: 0 });
  });

  it('depend on the seed, the device and how often it came, and on nobody else', () => {
    /** Which of its frames was the first to be lost on each of three links. */
    const fates = (seed: string, others: readonly string[]) => {
      const links = new FaultyLinks(seed);
      links.set({ loss: 0.2 });
      const send = (device: string) => {
        const { server } = open(links, device);
        let sent = 0;
        for (const { broken } = links.show(); links.show().broken === broken; sent++) server?.send(message(sent));
        return sent;
      };
      return Array.from({ length: 3 }, () => {
        for (const other of others) send(other);
        return send('a');
      });
    };
    fc.assert(
      fc.property(fc.string(), fc.array(fc.constantFrom('b', 'c', 'd')), (seed, others) => {
        expect(fates(seed, others)).toEqual(fates(seed, []));
      }),
      { numRuns: 30 },
    );
    expect(fates('one', [])).not.toEqual(fates('two', []));
  });
});

/** Frames that cannot be read: each ends its own link with a code, and no other one. */
import { encode, frameBytesMax } from '../../../protocol/codec.ts';
import type { RefusalCode } from '../../../protocol/messages.ts';
import type { ConformanceCase } from '../conformance-case.ts';

const aboveAllLimitsBytes = 1024 * 1024 + 65_536;

/** A frame that the server refuses on the link of an enrolled device. */
function refused(name: string, title: string, frame: string | Buffer, code: RefusalCode): ConformanceCase {
  return {
    name,
    section: 'Frames',
    title,
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send(frame);
      await link.refusal(code);
      // It may come back at once.
      const again = await bench.open(device.identity);
      await bench.idleCheckIn(device, again);
    },
  };
}

export const frameCases: readonly ConformanceCase[] = [
  refused('frame-malformed', 'refuses half of a message', '{"type":"check-in","deviceId":"', 'frame-malformed'),
  refused('frame-not-an-object', 'refuses JSON that is no object', '[{"type":"check-in"}]', 'frame-malformed'),
  refused('frame-binary', 'refuses a binary frame', Buffer.from('{"type":"check-in"}'), 'frame-binary'),
  refused('frame-too-large', 'refuses a frame of more than 64 KiB with a code', padded('', frameBytesMax + 1), 'frame-too-large'),
  refused('message-unknown', 'refuses a type that is none', '{"type":"format-disk"}', 'message-unknown'),
  refused('message-without-type', 'refuses an object without a type', '{}', 'message-unknown'),
  refused('message-invalid', 'refuses a message without its fields', '{"type":"check-in"}', 'message-invalid'),
  {
    name: 'frame-huge',
    section: 'Frames',
    title: 'ends a link on which more than 1 MiB comes in one frame',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send(padded('', aboveAllLimitsBytes));
      await link.ended('the end of the link (close code 1009)');
      const again = await bench.open(device.identity);
      await bench.idleCheckIn(device, again);
    },
  },
  {
    name: 'frame-largest',
    section: 'Frames',
    title: 'reads a frame of 64 KiB, with properties that it does not know',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send(padded(encode(bench.checkIn(device)), frameBytesMax));
      await link.next('check-in-done', ['configuration', 'notice']);
    },
  },
  {
    name: 'message-in-fragments',
    section: 'Frames',
    title: 'reads a message that comes in several fragments',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.sendInParts(encode(bench.checkIn(device)), 5);
      await link.next('check-in-done', ['configuration', 'notice']);
    },
  },
  {
    name: 'refusal-of-one-link',
    section: 'Flows: Refusal',
    title: 'ends the link of the device that breaks the protocol, and leaves others alone',
    needs: ['check-in-answered', 'frame-malformed'],
    async run(bench) {
      const { device: witness, link: other } = await bench.connected();
      await bench.idleCheckIn(witness, other);
      const { link } = await bench.connected();
      link.send('{');
      await link.refusal('frame-malformed');
      await bench.idleCheckIn(witness, other);
    },
  },
];

/** A JSON object of so many bytes: the given one with a property that nobody knows. */
function padded(object: string, bytes: number): string {
  const begin = `${object === '' ? '{"type":"check-in"' : object.slice(0, -1)},"padding":"`;
  return `${begin}${'x'.repeat(bytes - begin.length - 2)}"}`;
}

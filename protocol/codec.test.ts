import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDeviceMessage, decodeServerMessage, encode, frameBytesMax, ProtocolError } from './codec.ts';
import { anyDeviceMessage, anyServerMessage, messageTypes } from './messages.fixture.ts';
import { refusalCodes } from './messages.ts';
import { bodyUnitsMax, titleUnitsMax } from './notification-text.ts';

const folder = new URL('./examples/', import.meta.url);
interface Example {
  file: string;
  from: 'device' | 'server';
  frame: string;
  refusedAs?: string;
}
const examples = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file): Example => ({ file, ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<Example, 'file'>) }));
const good = examples.filter(({ refusedAs }) => refusedAs === undefined);
const bad = examples.filter(({ refusedAs }) => refusedAs !== undefined);

const decoders = { device: decodeDeviceMessage, server: decodeServerMessage };

/** What comes of a frame, as far as a peer sees it; anything but a ProtocolError is our own fault and fails the test. */
function answerTo(frame: string, from: 'device' | 'server' = 'device') {
  try {
    return { message: decoders[from](frame) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(refusalCodes).toContain(error.code);
    expect(error.message.length).toBeLessThanOrEqual(300);
    return { code: error.code, words: error.message };
  }
}

describe('recorded frames', () => {
  it.each(good)('$file is read, and written as it was', ({ frame, from }) => {
    const { message } = answerTo(frame, from);
    expect(message).toEqual(JSON.parse(frame));
    expect(JSON.parse(encode(message as NonNullable<typeof message>))).toEqual(JSON.parse(frame));
    const other = from === 'device' ? 'server' : 'device';
    expect(answerTo(frame, other)).toMatchObject({ code: 'message-unknown' });
  });

  it.each(bad)('$file is refused', ({ frame, from, refusedAs }) => {
    expect(answerTo(frame, from)).toMatchObject({ code: refusedAs });
  });

  it('show every message of both directions', () => {
    for (const side of ['device', 'server'] as const) {
      const shown = new Set(good.filter(({ from }) => from === side).map(({ frame }) => (JSON.parse(frame) as { type: string }).type));
      expect([...shown].sort()).toEqual([...messageTypes[side]].sort());
    }
    expect(examples.map(({ file }) => Number.parseInt(file, 10))).toEqual(examples.map((_, n) => n + 1));
  });
});

describe('the codec', () => {
  it('gives back what was written', () => {
    fc.assert(fc.property(anyDeviceMessage, (message) => void expect(decodeDeviceMessage(encode(message))).toEqual(message)));
    fc.assert(fc.property(anyServerMessage, (message) => void expect(decodeServerMessage(encode(message))).toEqual(message)));
  });

  it('leaves out properties that it does not know, so that fields can be added', () => {
    expect(answerTo('{"type":"unenroll","deviceId":"d","since":"v2"}')).toEqual({ message: { type: 'unenroll', deviceId: 'd' } });
  });

  it('answers whatever else arrives with a coded refusal', () => {
    const frames = fc.oneof(anyDeviceMessage, anyServerMessage).map(encode);
    const mutation = fc.record({ at: fc.nat(), length: fc.nat(12), put: fc.oneof(fc.string(), fc.json(), fc.constant('')) });
    fc.assert(
      fc.property(frames, fc.array(mutation, { minLength: 1, maxLength: 4 }), (frame, mutations) => {
        let mutated = frame;
        for (const { at, length, put } of mutations) {
          const from = at % (mutated.length + 1);
          mutated = mutated.slice(0, from) + put + mutated.slice(from + length);
        }
        answerTo(mutated, 'device');
        answerTo(mutated, 'server');
      }),
      { numRuns: 2_000 },
    );
    fc.assert(fc.property(fc.json(), (frame) => void answerTo(frame)));
  });

  const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
  it.each([
    ['nothing', '', 'frame-malformed'],
    ['null', 'null', 'frame-malformed'],
    ['a list', '[{"type":"nudge"}]', 'frame-malformed'],
    ['a number', '1', 'frame-malformed'],
    ['two objects', '{}{}', 'frame-malformed'],
    ['no type', '{}', 'message-unknown'],
    ['a type of Object.prototype', '{"type":"constructor"}', 'message-unknown'],
    ['a type that is __proto__', '{"type":"__proto__"}', 'message-unknown'],
    ['a message hidden in __proto__', '{"__proto__":{"type":"unenroll","deviceId":"d"}}', 'message-unknown'],
    ['a deep type', `{"type":${nested('[', ']', 32_000)}}`, 'message-unknown'],
    ['a deep type of objects', `{"type":${nested('{"a":', '}', 10_000)}}`, 'message-unknown'],
    ['a deep value', `{"type":"unenroll","deviceId":${nested('[', ']', 32_000)}}`, 'message-invalid'],
    ['an id that is too long', `{"type":"unenroll","deviceId":"${'d'.repeat(65)}"}`, 'message-invalid'],
    ['an empty id', '{"type":"unenroll","deviceId":""}', 'message-invalid'],
    ['one unit more than the limit', `{"type":"unenroll","deviceId":"d"}`.padEnd(frameBytesMax + 1), 'frame-too-large'],
    ['far too much', 'x'.repeat(10 * frameBytesMax), 'frame-too-large'],
  ])('refuses %s', (_what, frame, code) => {
    expect(answerTo(frame)).toMatchObject({ code });
  });

  it.each([
    ['three bytes for each unit', '\u6f22'],
    ['four bytes for each pair', '\u{1f600}'],
    ['an escape for each', '"'],
  ])('CN-02 reads a notification as long as one can be: %s', (_what, unit) => {
    const fill = (units: number) => unit.repeat(units / unit.length);
    const message = {
      type: 'notification',
      notificationId: 'n'.repeat(200),
      sentAt: 0,
      title: fill(titleUnitsMax),
      body: fill(bodyUnitsMax),
    } as const;
    expect(answerTo(encode(message), 'server')).toEqual({ message });
  });

  it('reads a frame of exactly the limit', () => {
    expect(answerTo(`{"type":"unenroll","deviceId":"d"}`.padEnd(frameBytesMax))).toEqual({ message: { type: 'unenroll', deviceId: 'd' } });
  });

  it('lets no frame change what objects are', () => {
    const { message } = answerTo(
      '{"type":"unenroll","deviceId":"d","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    expect(message).toEqual({ type: 'unenroll', deviceId: 'd' });
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('says where a message is wrong', () => {
    const enroll = JSON.parse(good.find(({ file }) => file.includes('device-enroll'))?.frame ?? '{}') as {
      inventory: { platform: string };
    };
    enroll.inventory.platform = 'symbian';
    expect(answerTo(JSON.stringify(enroll)).words).toMatch(/^enroll\.inventory\.platform: /);
  });
});

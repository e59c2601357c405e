/** What strangers send to the devices' door: each breach of the protocol ends that link, with a code, and nothing else happens. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoredIdentity } from '../agent/agent-file.ts';
import { frameBytesMax } from '../protocol/codec.ts';
import type { refusalCodes } from '../protocol/messages.ts';
import { enrollMessage, openTenant, type Tenant } from './support/tenant.ts';
import type { TestAgent } from './support/test-agent.ts';
import { until } from './support/until.ts';
import type { Wire } from './support/wire.ts';

let tenant: Tenant;
/** A device that behaves; whatever strangers do, it is served and keeps its link. */
let witness: TestAgent;
/** A copy of the certificate of a device that is switched off. */
let identity: StoredIdentity;
let id: string;

beforeAll(async () => {
  tenant = await openTenant();
  witness = await tenant.enrolledAgent({ name: 'witness' });
  const copied = await tenant.enrolledAgent({ name: 'copied' });
  id = copied.id;
  identity = { ...copied.identity };
  copied.close();
});
afterAll(() => tenant.close());

let enrolledBefore = 2;
afterEach(async () => {
  const before = witness.runner.state.checkIns;
  witness.runner.tell({ type: 'user-synced' });
  await until('the witness is served', () => witness.runner.state.checkIns > before && witness.runner.state.exchange === 'none');
  expect(witness.kinds('link-lost')).toEqual([]);
  expect(tenant.notes.filter(({ kind }) => kind === 'enrolled')).toHaveLength(enrolledBefore);
  expect(tenant.log.filter(({ level }) => level === 'error')).toEqual([]);
});

const checkIn = () => ({ type: 'check-in', deviceId: id, trigger: 'user', osVersion: '17' });
const ofLength = (bytes: number) =>
  JSON.stringify({ ...checkIn(), padding: '' }).replace(
    '""',
    `"${'x'.repeat(bytes - JSON.stringify({ ...checkIn(), padding: '' }).length)}"`,
  );

describe('a frame that cannot be read', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const rows: [what: string, frame: string | Buffer, code: (typeof refusalCodes)[number]][] = [
    ['65 KiB', 'x'.repeat(65 * 1024), 'frame-too-large'],
    ['one byte more than allowed, otherwise well-formed', '', 'frame-too-large'],
    ['a megabyte', 'x'.repeat(1024 * 1024), 'frame-too-large'],
    ['no JSON', 'hello', 'frame-malformed'],
    ['an empty frame', '', 'frame-malformed'],
    ['half of a message', '{"type":"check-in","deviceId":"', 'frame-malformed'],
    ['an array', '[{"type":"check-in"}]', 'frame-malformed'],
    ['a number', '42', 'frame-malformed'],
    ['null', 'null', 'frame-malformed'],
    ['a string', '"check-in"', 'frame-malformed'],
    ['a byte order mark', '\u{feff}{}', 'frame-malformed'],
    ['arrays in arrays without an end', '['.repeat(60_000), 'frame-malformed'],
    ['binary', Buffer.from('{"type":"check-in"}'), 'frame-binary'],
    ['an object without a type', '{}', 'message-unknown'],
    ['a type that is none', '{"type":"format-disk"}', 'message-unknown'],
    ['a type that is a number', '{"type":1}', 'message-unknown'],
    ['a type of the other direction', '{"type":"refused","code":"server-error","message":""}', 'message-unknown'],
    ['a type with a name of every object', '{"type":"constructor"}', 'message-unknown'],
    ['objects in objects, 10,000 deep', nested(10_000), 'message-unknown'],
    ['a type that is 9,000 objects deep', `{"type":${nested(9_000)}}`, 'message-unknown'],
    ['a message without its fields', '{"type":"check-in"}', 'message-invalid'],
    ['a field of another type', '{"type":"check-in","deviceId":7,"trigger":"user","osVersion":"17"}', 'message-invalid'],
    ['an id without an end', `{"type":"unenroll","deviceId":"${'a'.repeat(50_000)}"}`, 'message-invalid'],
  ];

  it.each(rows)('M-10 (%s) ends its link with a code', async (what, frame, code) => {
    const logged = tenant.refusals(code).length;
    const wire = await tenant.wire().opened();
    wire.send(what.startsWith('one byte more') ? ofLength(frameBytesMax + 1) : frame);
    // It is not read on: the refusal comes first.
    wire.send(await enrollMessage());
    const refusal = await wire.refused();
    expect(refusal).toMatchObject({ code, closed: { code: 1000, reason: code } });
    expect(refusal.message).toMatch(/^.{10,300}$/);
    expect(wire.frames.map(({ type }) => type)).toEqual(['clock', 'refused']);
    expect(tenant.refusals(code)).toHaveLength(logged + 1);
    expect(tenant.refusals(code).at(-1)?.sentence).toContain(refusal.message);
  });

  it.each(rows.slice(2, 6))('M-10 (%s) of an enrolled device ends its link too, and it may come back', async (_what, frame, code) => {
    const wire = await tenant.wire(identity).opened();
    wire.send(frame);
    expect(await wire.refused()).toMatchObject({ code, closed: { reason: code } });
    expect(tenant.refusals(code).at(-1)?.data.deviceId).toBe(id);
    const again = await tenant.wire(identity).opened();
    again.send(checkIn());
    await again.next('check-in-done');
    again.socket.close();
    await again.end();
  });

  it('M-10 the largest frame allowed is read', async () => {
    const wire = await tenant.wire(identity).opened();
    wire.send(ofLength(frameBytesMax));
    await wire.next('check-in-done');
    wire.socket.close();
    await wire.end();
  });

  it('M-10 a frame that is not of its moment is refused', async () => {
    const wire = await tenant.wire(identity).opened();
    wire.send(await enrollMessage());
    expect(await wire.refused()).toMatchObject({ code: 'message-unexpected' });

    const other = await tenant.wire(identity).opened();
    other.send({ type: 'command-result', deviceId: id, commandId: 'never-sent', status: 'acknowledged' });
    expect(await other.refused()).toMatchObject({ code: 'message-unexpected' });
  });

  it.each([
    ['a CSR that is none', { csr: 'please' }, 'csr-invalid'],
    ['the wrong token', { token: 'guessed' }, 'enrollment-token-invalid'],
  ] as const)('M-01 an enrollment with %s is refused', async (_what, change, code) => {
    const wire = await tenant.wire().opened();
    wire.send(await enrollMessage(change));
    const refusal = await wire.refused();
    expect(refusal.code).toBe(code);
    expect(JSON.stringify(tenant.log)).not.toContain('guessed');
  });
});

describe('a frame that the WebSocket layer itself refuses', () => {
  const raw = (wire: Wire): TLSSocket => (wire.socket as unknown as { _socket: TLSSocket })._socket;

  it.each<[string, number, (wire: Wire) => void]>([
    ['2 MiB', 1009, (wire) => wire.send('x'.repeat(2 * 1024 * 1024))],
    [
      'fragments of 2 MiB together',
      1009,
      (wire) => {
        for (let part = 0; part < 32; part++) wire.socket.send('x'.repeat(64 * 1024), { fin: part === 31 });
      },
    ],
    ['text that is not UTF-8', 1007, (wire) => wire.socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false })],
    ['a frame without a mask', 1002, (wire) => raw(wire).write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]))],
    ['a compressed frame that nobody agreed on', 1002, (wire) => raw(wire).write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]))],
    ['an opcode that is none', 1002, (wire) => raw(wire).write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]))],
    ['a continuation of nothing', 1002, (wire) => raw(wire).write(Buffer.from([0x80, 0x80, 0, 0, 0, 0]))],
  ])('M-10 (%s) ends its link', async (_what, code, send) => {
    const logged = tenant.log.length;
    const wire = await tenant.wire(identity).opened();
    send(wire);
    expect(await wire.end()).toMatchObject({ code });
    await until('the log says so', () => tenant.log.slice(logged).some(({ data, level }) => level === 'warn' && data.event === 'refused'));
    expect(wire.frames.map(({ type }) => type)).toEqual(['clock']);
  });

  it('M-10 a message in fragments is one message', async () => {
    const wire = await tenant.wire(identity).opened();
    const text = JSON.stringify(checkIn());
    for (const [index, character] of [...text].entries()) wire.socket.send(character, { fin: index === text.length - 1 });
    await wire.next('check-in-done');
    wire.socket.close();
    await wire.end();
  });
});

describe('an upgrade', () => {
  it.each([
    ['to another path', { path: '/device' }, 404, /Devices connect to \/devices/],
    ['to a path below', { path: '/devices/1' }, 404, /Devices connect to \/devices/],
    ['to another spelling', { path: '/Devices' }, 404, /Devices connect to \/devices/],
    ['with another sub-protocol', { protocol: 'mqtt' }, 400, /mockfleet\.v1/],
    ['with a later version of ours', { protocol: 'mockfleet.v2' }, 400, /mockfleet\.v1/],
    ['with no sub-protocol', { protocol: null }, 400, /mockfleet\.v1/],
  ])('M-10 %s is refused with a sentence', async (_what, options, status, sentence) => {
    const wire = tenant.wire(undefined, options);
    const answer = await until('the answer', () => wire.refusedUpgrade);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(sentence);
  });

  it('M-10 a plain request to the devices’ address is answered, not upgraded', async () => {
    const { status, body } = await tenant.call('GET', '/devices');
    expect(status).toBe(404);
    expect(body.error.code).toBe('not-found');
  });

  it.each([
    ['with an old version', 'Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', /^HTTP\/1\.1 (400|426)/],
    ['without a key', 'Sec-WebSocket-Version: 13', /^HTTP\/1\.1 400/],
  ])('M-10 %s is refused', async (_what, headers, answer) => {
    const socket = await tls();
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    socket.write(
      `GET /devices HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: mockfleet.v1\r\n${headers}\r\n\r\n`,
    );
    await until('the answer', () => /\r\n\r\n/.test(heard));
    expect(heard).toMatch(answer);
    socket.destroy();
  });

  it('M-10 callers who hang up in the middle harm nobody', async () => {
    const head = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mockfleet.v1\r\n\r\n`;
    for (let round = 0; round < 8; round++) {
      for (const text of [head('/devices'), head('/elsewhere'), 'GET / HTTP/1.1\r\n', '\u0000\u0000', `${head('/devices')}\u0081\u00ff`]) {
        const tcp = connect(portOf(tenant), '127.0.0.1');
        tcp.on('error', () => {});
        const socket = await tls(tcp);
        socket.on('error', () => {});
        socket.write(text, 'latin1', () => (round % 2 === 0 ? tcp.resetAndDestroy() : socket.destroy()));
        await until('the end', () => tcp.destroyed || socket.destroyed);
      }
    }
  });

  it('M-10 who does not speak TLS is logged and hung up on', async () => {
    const socket = connect(portOf(tenant), '127.0.0.1');
    socket.on('error', () => {});
    let ended = false;
    socket.on('close', () => {
      ended = true;
    });
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    await until('the end', () => ended);
    expect(tenant.log.some(({ data }) => data.event === 'handshake-failed')).toBe(true);
  });
});

describe('afterwards', () => {
  it('M-10 a new device is enrolled as ever', async () => {
    enrolledBefore = 3;
    const agent = await tenant.enrolledAgent({ name: 'latecomer' });
    expect((await tenant.device(agent.id))?.managementState).toBe('managed');
  });
});

function portOf({ server }: Tenant): number {
  return Number(new URL(server.url).port);
}

function tls(tcp: Socket = connect(portOf(tenant), '127.0.0.1')): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ socket: tcp, host: '127.0.0.1', ca: tenant.authority.certificatePem }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** What a stub tells by itself, as whoever looks at it hears it. */
import { afterEach, describe, expect, it } from 'vitest';
import { type EventStream, streamIn, streamOver } from '../test/support/event-stream.ts';
import { adminToken, openTenant, type Tenant } from '../test/support/tenant.ts';
import { until } from '../test/support/until.ts';

let tenant: Tenant;
afterEach(() => tenant.close());
const open = async () => {
  tenant = await openTenant();
  return tenant;
};
const listen = (): Promise<EventStream> => streamIn(tenant.stub.fetch, adminToken);
const told = (stream: EventStream, topic: string) =>
  stream.until(`a change of ${topic}`, ({ event, data }) => event === 'changed' && data.topics.includes(topic));

describe('/mockfleet/events', () => {
  it('begins with who it is, the clock, and what happened last; over HTTPS as in the process', async () => {
    const { enrolledAgent, server, authority, stub } = await open();
    const { id } = await enrolledAgent();
    for (const stream of [await listen(), await streamOver(server.url, authority.certificatePem, adminToken)]) {
      await stream.until('the notes', ({ event }) => event === 'notes');
      expect(stream.heard.slice(0, 4).map(({ event }) => event)).toEqual(['hello', 'clock', 'scenario', 'notes']);
      expect(stream.of('hello')[0].boot).toMatch(/^[\da-f-]{36}$/);
      expect(stream.of('clock')[0]).toEqual(stub.clock.show());
      expect(stream.notes).toContainEqual({
        at: '2030-01-01T09:30:00Z',
        kind: 'enrolled',
        deviceId: id,
        deviceName: 'device-0',
        text: 'is enrolled',
      });
      stream.close();
      await until('it is over', () => stream.isOver);
    }
  });

  it('is for administrators, with the token in its header', async () => {
    const { call } = await open();
    expect((await call('GET', '/mockfleet/events', undefined, 'wrong')).status).toBe(401);
    expect((await call('GET', '/mockfleet/events?token=wrong')).status).toBe(400);
  });

  it.each<[string, string, (id: string) => Promise<unknown>]>([
    ['an action', 'devices', (id) => tenant.act(id, 'syncDevice')],
    ['its audit entry', 'audits', (id) => tenant.act(id, 'syncDevice')],
    [
      'a group',
      'tenant',
      () => tenant.call('POST', '/v1.0/groups', { displayName: 'G', mailEnabled: false, mailNickname: 'g', securityEnabled: true }),
    ],
    ['the configuration', 'tenant', () => tenant.call('PATCH', '/mockfleet/configuration', { passcodeRequired: true })],
    ['faults of Graph', 'faults', () => tenant.call('POST', '/mockfleet/throttle', { next: 1, status: 503 })],
    ['faults of links', 'faults', () => tenant.call('POST', '/mockfleet/faults', { latencyMs: 1 })],
    ['a device that is typed into', 'hands', (id) => tenant.call('POST', `/mockfleet/devices/${id}/act`, { network: false })],
    [
      'a mail',
      'mails',
      () =>
        tenant.call('POST', '/v1.0/users/admin@contoso.example/sendMail', {
          message: { subject: 'S', body: { content: 'B' }, toRecipients: [{ emailAddress: { address: 'a@contoso.example' } }] },
        }),
    ],
  ])('tells of %s', async (_what, topic, act) => {
    const { enrolledAgent } = await open();
    const { id } = await enrolledAgent();
    const stream = await listen();
    await act(id);
    const { data } = await told(stream, topic);
    if (topic === 'devices') expect(data.devices).toEqual([id]);
  });

  it('tells where the clock is while it is advanced, and of the device that renewed on the way', async () => {
    const { enrolledAgent, advance } = await open();
    const { id } = await enrolledAgent();
    const stream = await listen();
    await advance('350d');
    await stream.until('the end of it', ({ event, data }) => event === 'clock' && data.now === '2030-12-17T09:30:00Z' && !data.advancing);
    await stream.until(
      'the certificate',
      ({ event, data }) => event === 'notes' && data.some(({ kind }: { kind: string }) => kind === 'certificate-replaced'),
    );
    expect(stream.notes.every(({ deviceId }) => deviceId === id)).toBe(true);
    await told(stream, 'devices');
  });

  it('names a device whose record is gone', async () => {
    const { enrolledAgent, act } = await open();
    const agent = await enrolledAgent();
    const stream = await listen();
    expect(await act(agent.id, 'wipe')).toBe(204);
    await stream.until(
      'the end of the record',
      ({ event, data }) => event === 'notes' && data.some(({ kind }: { kind: string }) => kind === 'record-removed'),
    );
    expect(stream.notes.find(({ kind }) => kind === 'record-removed')?.deviceName).toBe('device-0');
  });

  it('CN-06 tells no secret, and no text of a notification', async () => {
    const { enrolledAgent, actOn, call } = await open();
    const agent = await enrolledAgent();
    const stream = await listen();
    const secrets = { message: 'call 555-0100 secretly', phoneNumber: '5550100', footer: 'footer-of-the-test' };
    await actOn(agent.id, 'enableLostMode', secrets);
    await actOn(agent.id, 'sendCustomNotificationToCompanyPortal', { notificationTitle: 'Title-of-it', notificationBody: 'Body-of-it' });
    await actOn(agent.id, 'resetPasscode');
    await call('POST', `/mockfleet/devices/${agent.id}/act`, { change: { passcode: '314159' } });
    await stream.until(
      'the notification',
      ({ event, data }) => event === 'notes' && data.some(({ kind }: { kind: string }) => kind === 'notification-sent'),
    );
    await told(stream, 'hands');
    for (const secret of [...Object.values(secrets), 'Title-of-it', 'Body-of-it', '314159', adminToken, 'letmein']) {
      expect(stream.text).not.toContain(secret);
    }
  });

  it('tells a hundred who listen the same, and is over for all of them with the stub', async () => {
    const { enrolledAgent, act, stub } = await open();
    const agent = await enrolledAgent();
    const streams = await Promise.all(Array.from({ length: 100 }, () => listen()));
    await act(agent.id, 'syncDevice');
    for (const stream of streams) await told(stream, 'devices');
    stub.close();
    await until('all are over', () => streams.every(({ isOver }) => isOver));
    expect((await tenant.call('GET', '/mockfleet/events')).status).toBe(503);
  });

  it('lets 200 listen, and whoever comes after one has left', async () => {
    await open();
    const streams = await Promise.all(Array.from({ length: 200 }, () => listen()));
    expect(await tenant.call('GET', '/mockfleet/events')).toMatchObject({ status: 503, body: { error: { code: 'events-full' } } });
    streams[7]?.close();
    await until('there is room', () => streams[7]?.isOver);
    (await listen()).close();
  });

  it('a device name that looks like an event is text', async () => {
    const { agent } = await open();
    const one = agent({ name: '<script>alert(1)</script>\n\nevent: clock\ndata: {}\n\n' });
    await one.checkedIn();
    const stream = await listen();
    await stream.until('the notes', ({ event }) => event === 'notes');
    expect(stream.of('clock')).toHaveLength(1);
    expect(stream.notes.find(({ kind }) => kind === 'enrolled')?.deviceName).toContain('<script>');
  });
});

/** `/mockfleet/push`: the weather of pushes, in the words of scenario files. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newUser } from './core/people.ts';
import { secretHash } from './core/secret.ts';
import { DoorBench } from './door.fixture.ts';

let door: DoorBench;
beforeEach(() => {
  door = new DoorBench();
});

const path = '/mockfleet/push';
const started = {
  lost: 0,
  // Of the core's bench.
  latency: '5s',
  late: { share: 0, by: '0ms' },
  keptFor: '1d',
  notificationsKeptFor: '28d',
  membershipLag: '0ms',
  notifications: { underWay: 0, kept: 0 },
};

describe('/mockfleet/push', () => {
  it('shows how pushes come through, and changes what is named', async () => {
    expect((await door.call('GET', path)).body).toEqual(started);
    const change = {
      lost: '5%',
      latency: { uniform: ['1s', '10s'] },
      late: { share: 0.05, by: { exponential: '2h' } },
      keptFor: '2d',
      notificationsKeptFor: '1w',
      membershipLag: '15m',
    };
    const shown = { ...started, ...change, lost: 0.05, notificationsKeptFor: '7d' };
    expect(await door.call('POST', path, change)).toMatchObject({ status: 200, body: shown });
    await door.call('POST', path, { membershipLag: '1h' });
    expect((await door.call('GET', path)).body).toEqual({ ...shown, membershipLag: '1h' });
  });

  it('what it shows of the settings can be sent again', async () => {
    await door.call('POST', path, { latency: { uniform: ['1.5s', '90m'] }, late: { share: 1, by: '1h' } });
    const { notifications: _, ...settings } = (await door.call('GET', path)).body;
    expect((await door.call('POST', path, settings)).body).toMatchObject(settings);
  });

  it('goes back to how the stub was started', async () => {
    await door.call('POST', path, { lost: 1, membershipLag: '1h' });
    expect((await door.call('POST', path, { reset: true })).body).toEqual(started);
  });

  it('CN-06 counts what is on its way and what is kept, and shows nothing of it', async () => {
    const [here, away] = [door.bench.enroll('request-1'), door.bench.enroll('request-2', { serialNumber: 'MF0000002' })];
    door.bench.checkIn(door.bench.open(here.peer), here);
    await door.call('POST', path, { latency: '1h' });
    for (const { id } of [here, away]) {
      const text = { notificationTitle: 'Marked title', notificationBody: 'Marked body' };
      const action = `/beta/deviceManagement/managedDevices/${id}/sendCustomNotificationToCompanyPortal`;
      expect((await door.call('POST', action, text)).status).toBe(204);
    }
    expect((await door.call('GET', path)).body.notifications).toEqual({ underWay: 2, kept: 0 });
    door.bench.pass(3_600_000);
    const { body, text } = await door.call('GET', path);
    expect([body.notifications, text]).toEqual([{ underWay: 0, kept: 1 }, expect.not.stringContaining('Marked')]);
  });

  const wrong: [body: unknown, sentence: RegExp][] = [
    [{ lost: 1.1 }, /lost: write a share from 0 to 1, or 0% to 100%/],
    [{ lost: -0.01 }, /lost: write a share/],
    [{ lost: '101%' }, /lost: write a share/],
    [{ latency: { uniform: ['1s', '2s', '3s'] } }, /latency: write a duration/],
    [{ latency: { uniform: ['1s'] } }, /latency: write a duration/],
    [{ lost: '-5%' }, /lost: write a share/],
    [{ lost: null }, /lost: write a share/],
    [{ latency: '5 seconds' }, /latency: write a duration such as 5s, .*uniform/],
    [{ latency: 5 }, /latency: write a duration/],
    [{ late: '5%' }, /late: write \{"share":"5%","by":"2h"\}\./],
    [{ late: { share: 1, by: '2h', x: 1 } }, /late: Unrecognized key: "x"/],
    [{ latency: '99999d' }, /latency: write a duration/],
    [{ latency: { uniform: ['10s', '1s'] } }, /latency: .*the shorter one first/],
    [{ latency: { uniform: ['1s'] } }, /latency: write/],
    [{ latency: { uniform: ['1s', '2s'], exponential: '1s' } }, /latency: write/],
    [{ latency: { normal: '1s' } }, /latency: write/],
    [{ latency: {} }, /latency: write/],
    [{ latency: [] }, /latency: write/],
    [{ late: '5%' }, /late: /],
    [{ late: { share: '5%' } }, /late\.by: write a duration/],
    [{ late: { share: 2, by: '1h' } }, /late\.share: write a share/],
    [{ keptFor: { uniform: ['1s', '2s'] } }, /keptFor: write a duration such as 90s/],
    [{ membershiplag: '1h' }, /membershiplag/],
    [{ notifications: { underWay: 5 } }, /notifications/],
    [{ reset: false }, /reset: write true/],
    [{ reset: true, lost: 0 }, /reset: it stands alone/],
    [{}, /It changes nothing/],
    [[], /not a JSON object/],
    ['lost', /not a JSON object/],
    [null, /not a JSON object/],
  ];
  it.each(wrong)('refuses %j', async (body, sentence) => {
    const answer = await door.call('POST', path, body as object);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'push-invalid']);
    expect(answer.body.error.message).toMatch(
      /^Send the members to change, of lost, latency, late, keptFor, notificationsKeptFor, membershipLag/,
    );
    expect(answer.body.error.message).toMatch(sentence);
    expect((await door.call('GET', path)).body).toEqual(started);
  });

  it('is for administrators alone', async () => {
    const { directory } = door.bench.tenant;
    const lee = newUser('lee@contoso.example', 0);
    directory.save('user', lee);
    directory.save('namedToken', { id: secretHash('lee'), principalId: lee.id, principalType: 'user', permissions: null });
    for (const method of ['GET', 'POST']) {
      expect((await door.call(method, path, method === 'POST' ? { lost: 1 } : undefined, { token: 'lee' })).status).toBe(403);
      expect((await door.call(method, path, undefined, { token: null })).status).toBe(401);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { newUser } from './core/people.ts';
import { secretHash } from './core/secret.ts';
import { DoorBench, doorToken } from './door.fixture.ts';
import { createThrottle } from './throttle.ts';

const devices = '/v1.0/deviceManagement/managedDevices';

/** A door, and what comes of requests to it: the status, with `Retry-After` where there is one. */
function door() {
  const bench = new DoorBench();
  const { directory } = bench.bench.tenant;
  const lee = newUser('lee@contoso.example', 0, { directoryRoles: ['Intune Administrator'] });
  directory.save('user', lee);
  directory.save('namedToken', { id: secretHash('lee'), principalId: lee.id, principalType: 'user', permissions: null });
  const device = bench.bench.enroll();
  const outcome = ({ status, headers }: { status: number; headers: Headers }) => {
    const after = headers.get('retry-after');
    return after === null ? status : `${status} after ${after}`;
  };
  const get = async (token = doorToken) => outcome(await bench.call('GET', devices, undefined, { token }));
  const post = async (token = doorToken) => outcome(await bench.call('POST', `${devices}/${device.id}/syncDevice`, undefined, { token }));
  const set = async (change: object) => (await bench.call('POST', '/mockfleet/throttle', change)).status;
  return { bench, get, post, set };
}

describe('on demand', () => {
  it('the next requests are refused with 429, and then none; what carries the demand is not', async () => {
    const { bench, get, post, set } = door();
    expect(await set({ next: 2, retryAfterSeconds: 7 })).toBe(200);
    expect([await get(), await post(), await get()]).toEqual(['429 after 7', '429 after 7', 200]);
    const { body } = await bench.call('GET', '/mockfleet/throttle');
    expect(body).toMatchObject({ next: 0, refused: 2, limits: { requests: null, writes: null } });
  });

  it('the answer is Graph’s', async () => {
    const { bench, set } = door();
    await set({ next: 1 });
    const { headers, body } = await bench.call('GET', devices, undefined, { headers: { 'client-request-id': 'mine' } });
    expect([headers.get('retry-after'), headers.get('client-request-id')]).toEqual(['1', 'mine']);
    expect(body.error).toMatchObject({
      code: 'TooManyRequests',
      message: 'Please retry again later.',
      innerError: { code: '429', status: '429', 'client-request-id': 'mine', date: '2030-01-01T00:00:00' },
    });
  });

  it('only writes, or a service that is down', async () => {
    const { bench, get, post, set } = door();
    await set({ next: 1, of: 'writes', status: 503, retryAfterSeconds: 0 });
    expect([await get(), await post(), await post()]).toEqual([200, '503 after 0', 204]);
    await set({ next: 1, status: 504 });
    expect((await bench.call('GET', devices)).body.error.code).toBe('gatewayTimeout');
    await set({ next: 5 });
    await set({ off: true });
    expect(await get()).toBe(200);
  });

  it('who is not signed in is told that, and uses nothing up', async () => {
    const { get, set } = door();
    await set({ next: 1 });
    expect([await get('nobody'), await get()]).toEqual([401, '429 after 1']);
  });
});

describe('at limits', () => {
  it('one caller has so many requests in a window of real time, and the tenant twice as many', async () => {
    const { bench, get, set } = door();
    await set({ requests: 3, perSeconds: 20 });
    expect([await get(), await get(), await get(), await get()]).toEqual([200, 200, 200, '429 after 20']);
    bench.realNow += 15_500;
    expect([await get(), await get('lee')]).toEqual(['429 after 5', 200]);
    // The sixth and the refused ones are counted for the tenant.
    expect(await get('lee')).toBe('429 after 5');
    bench.realNow += 4_500;
    expect([await get(), await get('lee')]).toEqual([200, 200]);
  });

  it('writes have a limit of their own', async () => {
    const { get, post, set } = door();
    await set({ writes: 1 });
    expect([await post(), await post(), await get(), await post('lee')]).toEqual([204, '429 after 20', 200, '429 after 20']);
  });

  it('a tenant’s clock that stands still, or leaps, changes nothing', async () => {
    const { bench, get, set } = door();
    await set({ requests: 1, perSeconds: 10 });
    expect([await get(), await get()]).toEqual([200, '429 after 10']);
    bench.bench.now += 24 * 3_600_000;
    expect(await get()).toBe('429 after 10');
    bench.realNow += 10_000;
    expect(await get()).toBe(200);
  });

  it('the preset has the real service’s numbers, and null takes a limit away', async () => {
    const { bench, set } = door();
    await set({ preset: 'intune' });
    const limits = async () => (await bench.call('GET', '/mockfleet/throttle')).body.limits;
    expect(await limits()).toEqual({ requests: 2000, writes: 200, perSeconds: 20 });
    await set({ writes: null });
    expect(await limits()).toEqual({ requests: 2000, writes: null, perSeconds: 20 });
  });

  it('forgets windows that are over', () => {
    let now = 0;
    const throttle = createThrottle(() => now);
    throttle.set({ requests: 1, perSeconds: 1 });
    for (let app = 0; app < 1000; app++) {
      expect(throttle.admit({ app: `app ${app}`, isWrite: false })).toBeNull();
      now += 1000;
    }
    expect(throttle.show().refused).toBe(0);
  });
});

it.each([
  [{}, 'Send one of'],
  [{ next: -1 }, ' next: '],
  [{ next: 1.5 }, ' next: '],
  [{ next: 1, status: 500 }, ' status: '],
  [{ requests: 0 }, ' requests: '],
  [{ perSeconds: 0 }, ' perSeconds: '],
  [{ preset: 'graph' }, ' preset: '],
  [{ more: 1 }, 'Send one of'],
  ['no JSON', 'not a JSON object'],
])('a change that is none is refused with what is allowed: %j', async (change, words) => {
  const { bench } = door();
  const { status, body } = await bench.call('POST', '/mockfleet/throttle', change);
  expect([status, body.error.code, body.error.message]).toEqual([400, 'throttle-invalid', expect.stringContaining(words)]);
});

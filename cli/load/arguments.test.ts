import { describe, expect, it } from 'vitest';
import { type LoadArguments, readLoad } from './arguments.ts';

const plain: LoadArguments = {
  ...{
    server: ['wss://mdm.example:8443/devices'],
    token: 't0ken',
    ca: undefined,
    state: '.nothing-here',
    graph: undefined,
    'graph-token': undefined,
  },
  ...{
    devices: undefined,
    duration: '60s',
    shape: 'steady',
    scenario: undefined,
    seed: undefined,
    rate: undefined,
    concurrency: undefined,
  },
  ...{ jitter: undefined, 'check-ins': undefined, processes: undefined, queue: undefined, keep: undefined, resumption: true },
  ...{ threshold: undefined, 'threshold-file': undefined, 'abort-on-fail': false, metrics: undefined, json: false, junit: undefined },
  ...{ out: undefined, report: true },
};
const asked = (change: Partial<LoadArguments>) => readLoad({ ...plain, ...change });

describe('what `mockfleet load` is asked for', () => {
  it.each<[Partial<LoadArguments>, string]>([
    [{ devices: 0 }, '--devices takes a whole number from 1'],
    [{ devices: Number.NaN }, '--devices takes a whole number from 1'],
    [{ duration: '5' }, '--duration takes a duration'],
    [{ duration: '10ms' }, '--duration takes a duration'],
    [{ rate: '0/s' }, '--rate takes a rate'],
    [{ rate: '5/d' }, '--rate takes a rate'],
    [{ 'check-ins': '-1' }, '--check-ins takes a rate'],
    [{ 'check-ins': '9999999/s' }, '--check-ins takes a rate'],
    [{ jitter: '2' }, '--jitter takes a duration'],
    [{ concurrency: 0 }, '--concurrency takes'],
    [{ processes: 1.5 }, '--processes takes'],
    [{ metrics: 70_000 }, '--metrics takes'],
    [{ seed: '' }, '--seed takes'],
    [{ threshold: ['errors<1', 'p99<3ms'] }, '--threshold p99<3ms is about "p99"'],
    [{ threshold: [''] }, '--threshold is empty'],
    [{ 'abort-on-fail': true }, '--abort-on-fail is about thresholds'],
    [{ keep: 'a', queue: 'redis://x' }, '--keep is for processes of this machine'],
    [{ server: ['ws://mdm.example'] }, 'so ws:// will not do'],
    [{ server: ['mdm.example'] }, '--server takes an address'],
    [{ server: ['wss://a/devices?x=1'] }, 'without a query'],
    [{ graph: 'mdm.example' }, '--graph takes an address'],
  ])('%o is refused, with the name of the option', (change, message) => {
    expect(() => asked(change)).toThrowError(expect.objectContaining({ code: 'wrong-use', message: expect.stringContaining(message) }));
  });

  it('a rate may be of seconds, minutes and hours', () => {
    const { options } = asked({ rate: '3000/m', 'check-ins': '7200/h', jitter: '1.5s', concurrency: 7 });
    expect(options).toMatchObject({ pace: { perSecond: 50, jitterMs: 1500, concurrency: 7 }, checkInsPerSecond: 2 });
    expect(asked({ 'check-ins': '0' }).options.checkInsPerSecond).toBe(0);
    expect(asked({}).options).toMatchObject({ devices: 100, durationMs: 60_000, pace: {}, resume: true });
  });

  it("devices go to each address in turn; somebody else's server is asked for actions only where its Graph is named", () => {
    const { options } = asked({ server: ['wss://127.9.9.9:1/devices,wss://127.9.9.8:1', 'https://127.9.9.7:1/v1.0'], 'graph-token': 'g' });
    expect(options.target.urls).toEqual(['wss://127.9.9.9:1/devices', 'wss://127.9.9.8:1/devices', 'wss://127.9.9.7:1/devices']);
    expect(asked({}).options).toMatchObject({ graph: null, target: { ca: null, enrollmentToken: 't0ken' } });
    expect(asked({ 'graph-token': 'g' }).options.graph).toEqual({ url: 'https://mdm.example:8443', token: 'g', ca: null });
    expect(asked({ graph: 'https://graph.example/v1.0/', 'graph-token': 'g' }).options.graph?.url).toBe('https://graph.example');
    expect(asked({ server: ['https://mdm.example'] }).options.graph).toEqual({ url: 'https://mdm.example', token: 't0ken', ca: null });
    expect(asked({ server: ['wss://mdm.example/my/path/'] }).options.target.urls).toEqual(['wss://mdm.example/my/path/']);
  });

  it('is said again by the replay command, but for secrets', () => {
    const { replay } = asked({
      seed: '-7',
      'graph-token': 'g-secret',
      threshold: ['errors<1% connected=100%'],
      resumption: false,
      rate: '5/s',
      queue: 'redis://:pw@x',
    });
    expect(replay).toBe(
      "mockfleet load --server wss://mdm.example:8443/devices --state .nothing-here --devices 100 --shape steady --duration 60s --seed=-7 --rate 5/s --no-resumption --threshold 'errors<1%' --threshold connected=100%",
    );
  });

  it('of a fleet that nobody named only the devices are lived, not its months', () => {
    expect(asked({}).options.scenario).toMatchObject({ name: 'fleet-lifecycle', timeline: [], faults: [] });
    const named = asked({ scenario: 'fleet-lifecycle', devices: 50 }).options;
    expect(named.scenario.timeline.length).toBeGreaterThan(0);
    expect(named.devices).toBe(50);
    expect(asked({ scenario: 'fleet-lifecycle' }).options.devices).toBe(named.scenario.devices);
  });
});

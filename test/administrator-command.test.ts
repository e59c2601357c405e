/** The command line as an administrator, of a stub and of any other Graph: many devices at once, columns, sign-in, throttling, mail. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ConnectionArguments, findPlace, findStub, signInOf } from '../cli/connection.ts';
import { type Asking, mustAgree } from '../cli/devices/targets.ts';
import { announce, makeStateFolder, openToken } from '../cli/state-folder.ts';
import { changeOf } from '../cli/throttle.ts';
import { listen } from '../server-stub/node-server.ts';
import { startLiveFleet } from '../simulator/live-fleet.ts';
import { plant } from '../simulator/tenant/plant.ts';
import { readSeed } from '../simulator/tenant/read-seed.ts';
import { type Ended, root, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { adminToken, enrollmentToken, openTenant, tenantStart } from './support/tenant.ts';
import { until } from './support/until.ts';

const clientId = '00000000-0000-4000-8000-00000000a0a0';

/** Words that name a service, and what `mockfleet` says of it. */
interface Service {
  url: string;
  ca: string;
  run(...words: string[]): Promise<Ended>;
}

/** A tenant in this process with a fleet that is enrolled, and the same behind another address that has Graph and nothing else. */
async function openFleet(count: number): Promise<{ stub: Service; graphOnly: Service; asked: string[] }> {
  const tenant = await openTenant();
  const { stub, authority, log: _, store } = tenant;
  const asked: string[] = [];
  const prefixed = {
    ...stub,
    async fetch(request: Request): Promise<Response> {
      const url = new URL(request.url);
      asked.push(`${request.method} ${url.pathname}`);
      const path = /^\/some\/prefix(\/(v1\.0|beta)\/.*)/.exec(url.pathname)?.[1];
      if (path === undefined) return new Response('<h1>Not Found</h1>', { status: 404, headers: { 'content-type': 'text/html' } });
      return stub.fetch(new Request(`${url.origin}${path}${url.search}`, request));
    },
  };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const elsewhere = await listen({ stub: prefixed, authority, log: quiet, port: 0, host: '127.0.0.1' });
  const keys = join(root, 'node_modules/.cache/mockfleet');
  const fleet = await startLiveFleet({ stub, authority, count, token: enrollmentToken, keys });
  onTestFinished(async () => {
    fleet.close();
    await elsewhere.close();
    await tenant.close();
  });
  await until('all are enrolled', () => {
    const records = [...store.devicesAfter(null)];
    return records.length === count && records.every(({ complianceState }) => complianceState === 'compliant');
  });
  const ca = join(scratch(), 'ca.pem');
  writeFileSync(ca, authority.certificatePem);
  const service = (url: string): Service => ({
    url,
    ca,
    run: (...words) => runMockfleet([...words, '--server', url, '--ca', ca, '--token', adminToken]),
  });
  const seed = readSeed(
    {
      applications: [
        { displayName: 'Reader', clientId, secret: 'reader-secret', permissions: ['DeviceManagementManagedDevices.Read.All'] },
      ],
    },
    'test',
  );
  plant(stub.inside.tenant(), seed, tenantStart);
  return { stub: service(tenant.server.url), graphOnly: service(`${elsewhere.url}/some/prefix/v1.0/`), asked };
}

describe('many devices', () => {
  it('are listed with the columns that were asked for, and acted on all at once, through any address that has Graph', async () => {
    const { graphOnly, asked } = await openFleet(12);
    const [table, json, wrong] = await Promise.all([
      graphOnly.run('devices', 'list', '--select', 'deviceName,serialNumber', '--orderby', 'deviceName desc', '--top', '3'),
      graphOnly.run('devices', 'list', '--json', '--select', 'id,deviceName,operatingSystem'),
      graphOnly.run('devices', 'list', '--filter', "deviceName is 'x'"),
    ]);
    const all = JSON.parse(json.stdout) as { id: string; deviceName: string; operatingSystem: string }[];
    expect(all).toHaveLength(12);
    const names = all
      .map(({ deviceName }) => deviceName)
      .sort()
      .reverse();
    expect(table.stdout).toMatch(/│ deviceName +│ serialNumber +│/);
    expect([...table.stdout.matchAll(/^│ (\S+) +│ MF/gm)].map(([, name]) => name)).toEqual(names.slice(0, 3));
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[BadRequest\]/) });

    const filter = ['--filter', "operatingSystem ne 'Windows'"];
    const others = all.filter(({ operatingSystem }) => operatingSystem !== 'Windows');
    const refused = await graphOnly.run('devices', 'sync', ...filter);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(new RegExp(`^sync for ${others.length} devices:\\n(  .*\\n)+That is more than one.*--yes`));
    // The filter in the place of the device is the same; what only resembles one is a name.
    expect(await graphOnly.run('devices', 'sync', filter[1] ?? '')).toEqual(refused);
    const named = await graphOnly.run('devices', 'wipe', 'phone in car');
    expect(named).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[device-not-found\]\n$/) });
    const synced = await graphOnly.run('devices', 'sync', ...filter, '--yes');
    expect(synced).toMatchObject({ code: 0, stdout: `Accepted: sync for ${others.length} of ${others.length} devices.\n` });
    const none = await graphOnly.run('devices', 'wipe', '--filter', "deviceName eq 'nobody'");
    expect(none).toMatchObject({ code: 0, stdout: 'No device fits the filter; nothing was asked for.\n' });

    const audit = await graphOnly.run('audit', '--json', '--top', '1000', '--filter', "activityType eq 'syncDevice ManagedDevice'");
    expect(JSON.parse(audit.stdout)).toHaveLength(others.length);
    const shown = await graphOnly.run('devices', 'show', names[0] ?? '');
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^deviceName +/m) });
    expect(asked.filter((path) => !/^\w+ \/some\/prefix\/(v1\.0|beta)\//.test(path))).toEqual([]);
    const screen = await graphOnly.run('devices', 'screen', names[0] ?? '');
    expect(screen).toMatchObject({ code: 1, stderr: expect.stringMatching(/is no stub of mockfleet.*\[stub-needed\]\n$/) });
  });

  it('each have their own outcome, and one refusal fails the command', async () => {
    const { stub } = await openFleet(12);
    const asked = await stub.run('devices', 'fresh-start', '--no-keep-user-data', '--filter', "deviceName ne ''", '--yes', '--json');
    const outcomes = asked.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { accepted: boolean; code?: string; message?: string });
    expect(asked.code).toBe(1);
    expect(outcomes).toHaveLength(12);
    const refused = outcomes.filter(({ accepted }) => !accepted);
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) expect(one).toMatchObject({ code: 'action-unavailable', message: 'Fresh start exists on Windows only.' });
    const table = await stub.run('devices', 'fresh-start', '--no-keep-user-data', '--filter', "operatingSystem eq 'iOS'", '--yes');
    expect(table).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^Refused: fresh-start .* Windows only\. \[action-unavailable\]\n(.*\n)*Accepted: fresh-start for 0 of /,
      ),
    });
    const [both, neither] = await Promise.all([stub.run('devices', 'sync', 'x', '--filter', 'true'), stub.run('devices', 'sync')]);
    expect([both.code, neither.code]).toEqual([2, 2]);
  });

  it('are asked about at a terminal: the first ten, how many, and only yes goes on', async () => {
    const devices = Array.from({ length: 12 }, (_, index) => ({ id: `${index}`, deviceName: `phone-${index}\u001b[2J` }));
    const ask = async (answer: string) => {
      const input: Asking['input'] = Object.assign(new PassThrough(), { isTTY: true });
      const output = Object.assign(new PassThrough(), { isTTY: true });
      (input as PassThrough).end(answer);
      await mustAgree(devices, 'wipe', { input, output });
      return String(output.read());
    };
    const text = await ask('yes\n');
    expect(text).toMatch(/^wipe for 12 devices:\n {2}phone-0/);
    expect(text).toContain('phone-9');
    expect(text).not.toContain('phone-10');
    expect(text).toContain('… and 2 more');
    expect(text.slice(0, text.indexOf('… and'))).not.toContain('\u001b');
    await expect(ask('y\n')).rejects.toMatchObject({ code: 'not-confirmed' });
    // Ctrl-D.
    await expect(ask('')).rejects.toMatchObject({ code: 'not-confirmed' });
  });
});

describe('who asks', () => {
  it('is a program that signs in, or a person, with the least that they may', async () => {
    const { stub } = await openFleet(1);
    const place = ['--server', stub.url, '--ca', stub.ca];
    const client = ['--client-id', clientId, '--client-secret', 'reader-secret'];
    const [token, list, wipe, wrong, person, both] = await Promise.all([
      runMockfleet(['token', ...place, ...client, '--json']),
      runMockfleet(['devices', 'list', ...place, ...client, '--json']),
      runMockfleet(['devices', 'wipe', '--filter', "deviceName ne ''", ...place, ...client]),
      runMockfleet(['token', ...place, '--client-id', clientId, '--client-secret', 'nonsense']),
      runMockfleet(['token', ...place, '--user', 'admin@contoso.example', '--password', adminToken]),
      runMockfleet(['devices', 'list', ...place, ...client, '--token', 'x']),
    ]);
    expect(JSON.parse(token.stdout)).toMatchObject({ token_type: 'Bearer', access_token: expect.stringMatching(/^ey/) });
    expect(JSON.parse(list.stdout)).toHaveLength(1);
    expect(wipe).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Refused: wipe .*\[Forbidden\]\nAccepted: wipe for 0 of 1 devices\.\n$/),
    });
    expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^AADSTS7000215: .*\[invalid_client\]\n$/) });
    expect(person, person.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ey\S+\n$/) });
    expect(both).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--token and --client-id are two ways/) });
    expect(wrong.stderr + wipe.stdout).not.toMatch(/nonsense|reader-secret/);
    const asPerson = await runMockfleet(['devices', 'list', ...place, '--token', person.stdout.trim(), '--json']);
    expect(JSON.parse(asPerson.stdout)).toHaveLength(1);
  });

  it('shows the token of the stub of this machine to no other server', () => {
    const state = join(scratch(), 'state');
    const files = makeStateFolder(state);
    const { token } = openToken(files);
    const ca = join(scratch(), 'ca.pem');
    writeFileSync(ca, 'PEM');
    announce(files, { url: 'https://127.0.0.1:1', devices: 'wss://127.0.0.1:1/devices', ca, pid: 1 });
    const at = (server: string | undefined) => findPlace({ server, ca: undefined, state });
    expect(at(undefined)).toEqual({ url: 'https://127.0.0.1:1', ca: 'PEM', token });
    expect(at('https://localhost:2/')).toMatchObject({ url: 'https://localhost:2', token });
    expect(at('https://graph.microsoft.com/v1.0')).toEqual({ url: 'https://graph.microsoft.com', ca: undefined, token: undefined });
    expect(() => findStub({ server: 'https://graph.microsoft.com', ca: undefined, state, token: undefined })).toThrow(/^A token is needed/);
    for (const server of ['http://127.0.0.1:1', 'graph.microsoft.com', 'https://', 'https://x?y=z'])
      expect(() => at(server)).toThrow(/--server takes/);
  });

  it('signs in where the service belongs to', () => {
    const args = { 'tenant-id': 'contoso.example' } as ConnectionArguments;
    const at = (url: string, more: Partial<ConnectionArguments> = {}) => signInOf({ ...args, ...more }, { url, ca: undefined });
    expect(at('https://127.0.0.1:1/x')).toMatchObject({
      url: 'https://127.0.0.1:1/x/contoso.example/oauth2/v2.0',
      scope: 'https://graph.microsoft.com/.default',
    });
    expect(at('https://graph.microsoft.com').url).toBe('https://login.microsoftonline.com/contoso.example/oauth2/v2.0');
    expect(at('https://graph.microsoft.us')).toMatchObject({
      url: 'https://login.microsoftonline.us/contoso.example/oauth2/v2.0',
      scope: 'https://graph.microsoft.us/.default',
    });
    expect(at('https://graph.microsoft.com', { authority: 'https://127.0.0.1:9' }).url).toBe(
      'https://127.0.0.1:9/contoso.example/oauth2/v2.0',
    );
    expect(() => signInOf({} as ConnectionArguments, { url: 'https://graph.microsoft.com', ca: undefined })).toThrow(
      /--tenant-id is needed/,
    );
    // Whoever is called almost so is not Microsoft.
    expect(at('https://graph.microsoft.com.evil.example').url).toMatch(/^https:\/\/graph\.microsoft\.com\.evil\.example\//);
  });
});

describe('throttling and mail', () => {
  it('is set, is waited out, and is shown', async () => {
    const { stub } = await openFleet(1);
    const set = await stub.run('throttle', '--next', '2', '--retry-after', '0', '--json');
    expect(JSON.parse(set.stdout)).toMatchObject({ next: 2, retryAfterSeconds: 0, status: 429 });
    const list = await stub.run('devices', 'list', '--json');
    expect(list).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^(The service asks for patience \(429\); again in \d s\.\n){2}$/),
    });
    expect(JSON.parse(list.stdout)).toHaveLength(1);
    const shown = await stub.run('throttle');
    expect(shown.stdout).toBe('next refusals  none\nlimits         none\nrefused        2 since the stub was started\n');
    expect((await stub.run('mail')).stdout).toBe('No mail.\n');
  });

  it.each([
    [{ what: 'off' }, { off: true }],
    [{ intune: true }, { preset: 'intune' }],
    [
      { next: 3, 'retry-after': 2, of: 'writes', status: 503 },
      { next: 3, retryAfterSeconds: 2, of: 'writes', status: 503 },
    ],
    [
      { requests: 100, per: 10 },
      { requests: 100, perSeconds: 10 },
    ],
    [{ what: 'show' }, undefined],
    [{}, undefined],
  ])('%j', (args, change) => {
    expect(changeOf(args as Parameters<typeof changeOf>[0])).toEqual(change);
  });

  it.each([
    [{ what: 'show', next: 1 }, /one thing at a time/],
    [{ next: 1, requests: 5 }, /one thing at a time/],
    [{ 'retry-after': 5 }, /go with --next/],
    [{ next: 1.5 }, /--next takes a whole number/],
  ])('%j is refused', (args, message) => {
    expect(() => changeOf(args as Parameters<typeof changeOf>[0])).toThrow(message);
  });
});

/** `mockfleet tenant` and `mockfleet serve --tenant` as processes: files that are planted, devices that outlast their stub, exports. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startingTenant } from '../simulator/tenant/starting-file.ts';
import { type Ended, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { untilAnswered } from './support/until.ts';

const file = `
organization: { displayName: Fabrikam }
users:
  - { userPrincipalName: adele@contoso.example, displayName: Adele Vance, roles: [Help Desk Operator], token: adele-token }
groups:
  - { displayName: Field, members: [adele@contoso.example, "device: phone-2"] }
applications:
  - { displayName: Reader, clientId: 00000000-0000-4000-8000-00000000a0a0, secret: reader-secret, permissions: [DeviceManagementManagedDevices.Read.All] }
devices:
  - { platform: ios, name: phone, count: 2, has: { passcode: "246810" } }
  - { platform: windows, name: pc, user: adele@contoso.example }
tenant: { policy: { passcodeLengthMin: 6 } }
`;

function written(text: string): string {
  const path = join(scratch(), 'tenant.yaml');
  writeFileSync(path, text);
  return path;
}

/** Name and id of each device that has checked in. */
async function settled(stub: StubProgram, count: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await untilAnswered(`${count} devices`, async () => {
    const { body } = await stub.call('GET', "/v1.0/deviceManagement/managedDevices?$filter=complianceState eq 'compliant'");
    for (const { deviceName, id } of (body as { value: { deviceName: string; id: string }[] }).value) found[deviceName] = id;
    return Object.keys(found).length === count;
  });
  return found;
}

async function exported(stub: StubProgram): Promise<string> {
  return String((await stub.call('GET', '/mockfleet/tenant')).body);
}

describe('serve --tenant', () => {
  it('M-11 brings a tenant to life whose devices are the same ones after a kill', async () => {
    const path = written(file);
    const stub = await startStub(['--tenant', path]);
    const ids = await settled(stub, 3);
    expect(Object.keys(ids).sort()).toEqual(['pc', 'phone-1', 'phone-2']);
    await untilAnswered('the phone is in its group', async () => (await exported(stub)).includes('device: phone-2'));
    const first = await exported(stub);
    expect(first).not.toMatch(/reader-secret|adele-token|246810/);
    const mine = await runMockfleet([
      'devices',
      'list',
      ...stub.named.map((word) => (word === stub.token ? 'adele-token' : word)),
      '--json',
    ]);
    expect(JSON.parse(mine.stdout)).toHaveLength(3);

    await stub.program.killed();
    const again = await startAgain(stub, ['--tenant', path]);
    expect(await settled(again, 3)).toEqual(ids);
    expect(await exported(again)).toBe(first);
    expect(await again.act(ids['phone-1'] ?? '', 'syncDevice')).toBe(204);
    await untilAnswered('it obeys', async () => again.commands(ids['phone-1'] ?? '').some(({ status }) => status === 'acknowledged'));
  });

  it('exports a tenant as a file that brings the same one to life elsewhere', async () => {
    const stub = await startStub(['--tenant', written(file)]);
    await settled(stub, 3);
    await untilAnswered('the phone is in its group', async () => (await exported(stub)).includes('device: phone-2'));
    const { stdout, code } = await runMockfleet(['tenant', 'export', ...stub.named]);
    expect(code).toBe(0);
    const elsewhere = await startStub(['--tenant', written(stdout)]);
    await settled(elsewhere, 3);
    await untilAnswered('the phone is in its group there too', async () => (await exported(elsewhere)).includes('device: phone-2'));
    expect(await exported(elsewhere)).toBe(stdout);
  });

  it('keeps a device wiped that was wiped, over a restart', async () => {
    const path = written('devices: [{ platform: windows, name: pc }]');
    const stub = await startStub(['--tenant', path]);
    const { pc = '' } = await settled(stub, 1);
    expect(await stub.act(pc, 'wipe')).toBe(204);
    await untilAnswered('its record is gone', async () => (await stub.devices()).length === 0);
    stub.program.kill('SIGTERM');
    const again = await startAgain(stub, ['--tenant', path]);
    const { stdout } = await runMockfleet(['devices', 'screen', 'pc', ...again.named, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'set-up-assistant' });
    expect(await again.devices()).toEqual([]);
  });

  it('says what is wrong before it makes anything', async () => {
    const state = join(scratch(), 'never');
    const serve = (...words: string[]) => runMockfleet(['serve', '--port', '0', '--state', state, '--json', ...words]);
    const bad = written('users:\n  - userPrincipalName: adele@contoso.example\n    rolls: [Global Reader]\n');
    const [wrong, missing, both, tooMany] = await Promise.all([
      serve('--tenant', bad),
      serve('--tenant', join(scratch(), 'nothing.yaml')),
      serve('--tenant', bad, '--scenario', 'wipe-pending-for-ever'),
      serve('--tenant', written('devices: [{ platform: ios, count: 19999 }]'), '--devices', '2'),
    ]);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(
      /tenant\.yaml:3:5 users\[0\]\.rolls: unknown key "rolls"; did you mean "roles"\? .*\(scenario-unknown-key\)\n$/,
    );
    expect(missing.stderr).toMatch(/there is no such file; `mockfleet tenant new` writes one/);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--tenant and --scenario each bring a tenant of their own/) });
    expect(tooMany).toMatchObject({ code: 2, stderr: expect.stringMatching(/has 19999 devices.*2 more; together at most 20000/) });
    expect(existsSync(state)).toBe(false);
  });
});

describe('tenant files', () => {
  it('are begun, checked, and applied to a stub that runs, all but their devices', async () => {
    const folder = scratch();
    const tenant = (...words: string[]): Promise<Ended> => runMockfleet(['tenant', ...words], { cwd: folder });
    expect(await tenant('new')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^tenant\.yaml is written\. Try: mockfleet serve --tenant/),
    });
    const [again, check, bad, stub] = await Promise.all([
      tenant('new'),
      tenant('check', 'tenant.yaml'),
      tenant('check', written('devices: [{ platform: symbian }]')),
      startStub(),
    ]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/it is there already\. .*\[file-unwritable\]/) });
    expect(readFileSync(join(folder, 'tenant.yaml'), 'utf8')).toBe(startingTenant);
    expect(check).toMatchObject({ code: 0, stdout: expect.stringMatching(/is a tenant: 2 users, 1 group, .*5 devices\.\n$/) });
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringMatching(/:1:23 devices\[0\]\.platform: "symbian"/) });

    const applied = await tenant('apply', 'tenant.yaml', ...stub.named);
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Planted: 2 users, 1 group, 1 application, 1 role, 1 role assignment, 1 compliance policy, 1 notification template, 1 Cond/,
      ),
    });
    expect(applied.stderr).toMatch(/Its devices were left out \(5\)/);
    const yaml = parse(await exported(stub)) as { users: { userPrincipalName: string }[]; devices: object[] };
    expect(yaml.users.map(({ userPrincipalName }) => userPrincipalName)).toContain('helpdesk@contoso.example');
    expect(yaml.devices).toEqual([]);
  });
});

describe('/mockfleet/tenant', () => {
  it('speaks YAML and JSON, and refuses what is no tenant file', async () => {
    const stub = await startStub();
    const [yaml, json, unknown, wrong, empty] = await Promise.all([
      stub.call('GET', '/mockfleet/tenant'),
      stub.call('GET', '/mockfleet/tenant?format=json'),
      stub.call('GET', '/mockfleet/tenant?format=xml'),
      stub.call('POST', '/mockfleet/tenant', { users: [{ userPrincipalName: 'adele' }] }),
      stub.call('POST', '/mockfleet/tenant', ''),
    ]);
    expect(parse(String(yaml.body))).toEqual(json.body);
    expect(unknown).toMatchObject({ status: 400, body: { error: { code: 'format-unknown' } } });
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'tenant-file-invalid',
          message: expect.stringMatching(/users\[0\]\.userPrincipalName: "adele" is not allowed here/),
        },
      },
    });
    expect(empty.status).toBe(400);
    const huge = await stub.call('POST', '/mockfleet/tenant', `# ${'x'.repeat(1_100_000)}`);
    expect(huge).toMatchObject({ status: 413, body: { error: { code: 'tenant-file-too-large' } } });
    const planted = await stub.call('POST', '/mockfleet/tenant', { users: [{ userPrincipalName: 'adele@contoso.example' }] });
    expect(planted).toMatchObject({ status: 200, body: { planted: { users: 1, devices: 0 } } });
  });
});

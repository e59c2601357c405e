/** The command line for policies, compliance, templates and the sign-in log, against a running stub and any address that has Graph. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLiveFleet } from '../simulator/live-fleet.ts';
import { plant } from '../simulator/tenant/plant.ts';
import { readSeed } from '../simulator/tenant/read-seed.ts';
import { type Ended, root, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { adminToken, enrollmentToken, openTenant, tenantStart } from './support/tenant.ts';
import { until } from './support/until.ts';

/** A tenant with phones of which none keeps the policy. */
async function openPhones(count: number) {
  const tenant = await openTenant();
  const { stub, authority, store } = tenant;
  const seed = readSeed(
    {
      groups: [{ displayName: 'Helpdesk' }, { displayName: 'Managers' }],
      notificationTemplates: [
        { displayName: 'Warning', messages: [{ locale: 'en-us', subject: 'Please update', message: 'Hello {{UserName}}\nUpdate it.' }] },
      ],
      compliancePolicies: [
        {
          displayName: 'New systems',
          type: 'iosCompliancePolicy',
          settings: { osMinimumVersion: '99.0' },
          assignTo: ['all users'],
          exclude: ['Managers'],
          actions: [
            { do: 'block', after: '3d' },
            { do: 'notification', after: '2d', template: 'Warning', to: ['Helpdesk'] },
            { do: 'retire' },
          ],
        },
      ],
    },
    'test',
  );
  plant(stub.inside.tenant(), seed, tenantStart);
  const keys = join(root, 'node_modules/.cache/mockfleet');
  const fleet = await startLiveFleet({ stub, authority, count, token: enrollmentToken, keys });
  onTestFinished(async () => {
    fleet.close();
    await tenant.close();
  });
  await until('all were judged', () => {
    const records = [...store.devicesAfter(null)];
    return records.length === count && records.every(({ complianceState }) => complianceState !== 'unknown');
  });
  const ca = join(scratch(), 'ca.pem');
  writeFileSync(ca, authority.certificatePem);
  const place = ['--server', tenant.server.url, '--ca', ca, '--token', adminToken];
  const phone = [...store.devicesAfter(null)].find(({ complianceState }) => complianceState === 'inGracePeriod');
  if (phone === undefined) throw new Error('No phone breaks the policy.');
  const signIns = () => [...stub.inside.tenant().signIns()].length;
  const policyNamed = (name: string) =>
    [...stub.inside.tenant().directory.entriesAfter('compliancePolicy', null)].find(({ displayName }) => displayName === name);
  return { phone, store, signIns, policyNamed, run: (...words: string[]): Promise<Ended> => runMockfleet([...words, ...place]) };
}

describe('mockfleet policies', () => {
  it('NC-03 lists, shows, makes, assigns and deletes, with the mark made by itself', async () => {
    const { run, policyNamed } = await openPhones(4);
    const [list, show, json] = await Promise.all([
      run('policies'),
      run('policies', 'show', 'new systems'),
      run('policies', 'show', 'New systems', '--json'),
    ]);
    expect(list, list.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\S+ {2}New systems {2}iosCompliancePolicy {2}2 assignments {2}marks on day 3\n$/),
    });
    expect(show.stdout).toMatch(/Asks:\n {2}osMinimumVersion {2}99\.0\n\nIs for:\n {2}all users\n {2}not Managers\n/);
    expect(show.stdout).toMatch(
      /at once {2}is put on the retire list\n {2}day 2 +its user gets a mail \(Warning; also Helpdesk\)\n {2}day 3 +counts as noncompliant\n$/,
    );

    // What is shown can be made again, and a file without a block gets one, with other actions too.
    const folder = scratch();
    const again = join(folder, 'again.json');
    writeFileSync(again, JSON.stringify({ ...JSON.parse(json.stdout), displayName: 'The same again' }));
    const plain = join(folder, 'plain.yaml');
    writeFileSync(plain, '"@odata.type": "#microsoft.graph.macOSCompliancePolicy"\ndisplayName: Plain\nstorageRequireEncryption: true\n');
    const retires = join(folder, 'retires.json');
    const retire = { actionType: 'retire', gracePeriodHours: 48 };
    const rules = [{ ruleName: 'PasswordRequired', scheduledActionConfigurations: [retire] }];
    writeFileSync(
      retires,
      JSON.stringify({ '@odata.type': '#microsoft.graph.iosCompliancePolicy', displayName: 'Retires', scheduledActionsForRule: rules }),
    );
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, readFileSync(plain, 'utf8').replace('storageRequireEncryption', 'bitLockerEnabled'));
    const made = await Promise.all([
      run('policies', 'create', again),
      run('policies', 'create', plain),
      run('policies', 'create', retires),
      run('policies', 'create', wrong),
    ]);
    expect(made.map(({ code }) => code)).toEqual([0, 0, 0, 1]);
    expect(made[3]?.stderr).toMatch(/bitLockerEnabled/);
    const [first, same] = [policyNamed('New systems'), policyNamed('The same again')];
    expect(same?.assignments.map(({ target }) => target)).toEqual(first?.assignments.map(({ target }) => target));
    const actions = (name: string) => policyNamed(name)?.rules.flatMap((rule) => rule.actions.map(({ id: _, ...action }) => action));
    expect(actions('The same again')).toEqual(actions('New systems'));
    expect(actions('Plain')).toEqual([{ type: 'block', hours: 0, templateId: '', ccGroups: [] }]);

    expect(actions('Retires')?.map(({ type, hours }) => [type, hours])).toEqual([
      ['retire', 48],
      ['block', 0],
    ]);

    const [assigned, nobody, unknown, unsaid] = await Promise.all([
      run('policies', 'assign', 'Plain', '--to', 'Managers', '--to', 'all devices', '--exclude', 'Helpdesk'),
      run('policies', 'assign', 'The same again', '--nobody'),
      run('policies', 'assign', 'New systems', '--to', 'Nowhere'),
      run('policies', 'assign', 'New systems'),
    ]);
    expect(assigned, assigned.stderr).toMatchObject({ code: 0, stdout: 'Plain is for Managers, all devices now.\n' });
    expect(policyNamed('Plain')?.assignments.map(({ target }) => target.kind)).toEqual(['group', 'allDevices', 'exclusion']);
    expect(nobody.stdout).toBe('The same again is for nobody now.\n');
    expect(policyNamed('The same again')?.assignments).toEqual([]);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[group-not-found\]\n$/) });
    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Say whom it is for/) });
    const [deleted, none, nowhere] = await Promise.all([
      run('policies', 'delete', 'Plain'),
      run('policies', 'show', 'Nothing'),
      run('policies', 'create', '/nowhere.json'),
    ]);
    expect(deleted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Deleted: Plain/) });
    expect(policyNamed('Plain')).toBeUndefined();
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No policy has the name or id Nothing\..*\[policy-not-found\]\n$/),
    });
    expect(nowhere.code).toBe(2);
  });
});

describe('mockfleet compliance', () => {
  it('NC-13 tells the tenant in numbers, one device in full, and decides on the retire list', async () => {
    const { run, phone, store } = await openPhones(4);
    const all = [...store.devicesAfter(null)];
    const inGrace = all.filter(({ complianceState }) => complianceState === 'inGracePeriod').length;
    const numbers = await run('compliance');
    expect(numbers, numbers.stderr).toMatchObject({ code: 0 });
    expect(numbers.stdout).toMatch(new RegExp(`in grace period +${inGrace}\\n`));
    expect(numbers.stdout).toMatch(new RegExp(`compliant +${all.length - inGrace}\\n`));
    expect(numbers.stdout).toMatch(new RegExp(`\\npolicy +in grace period\\nNew systems +${inGrace}\\n$`));
    const { devices, policies } = JSON.parse((await run('compliance', '--json')).stdout);
    expect(devices.inGracePeriodCount).toBe(inGrace);
    expect(policies).toMatchObject([{ displayName: 'New systems', failedCount: inGrace, inGracePeriodCount: inGrace }]);

    const name = phone.inventory.deviceName;
    const [text, json, gone] = await Promise.all([
      run('compliance', name),
      run('compliance', 'show', name, '--json'),
      run('compliance', 'nobody'),
    ]);
    expect(text, text.stderr).toMatchObject({ code: 0 });
    expect(text.stdout).toMatch(new RegExp(`^${name} is inGracePeriod\\.\n`));
    expect(text.stdout).toMatch(
      /\nNew systems: \w+\n(.*\n)* {2}What was due:\n {4}\S+Z {2}is put on the retire list\n {2}As long as it stays so:\n {4}\S+Z {2}its user gets a mail/,
    );
    const { actions } = JSON.parse(json.stdout).policies.find(({ displayName }: { displayName: string }) => displayName === 'New systems');
    const [first, mail, block] = actions.map(({ at }: { at: string }) => Date.parse(at));
    expect([mail - first, block - first]).toEqual([2 * 86_400_000, 3 * 86_400_000]);
    expect(first).toBe(phone.compliance.results.find(({ since }) => since !== null)?.since);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[device-not-found\]\n$/) });

    const listed = await run('compliance', 'retire-list');
    expect(listed.stdout.trim().split('\n')).toHaveLength(inGrace);
    expect(listed.stdout).toContain('New systems');
    expect(await run('compliance', 'cancel-retire', name)).toMatchObject({ code: 0, stdout: `Off the list: ${name}.\n` });
    expect(JSON.parse((await run('compliance', 'retire-list', '--json')).stdout)).toHaveLength(inGrace - 1);
    expect(await run('compliance', 'confirm-retire', name)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is not on the retire list.*\[device-not-listed\]\n$/),
    });
  });
});

describe('mockfleet templates and access', () => {
  it('NC-09 NC-12 shows templates, mails one to oneself, and tells who was let in', async () => {
    const { run, phone, signIns } = await openPhones(4);
    const [list, show, test, none] = await Promise.all([
      run('templates'),
      run('templates', 'show', 'warning'),
      run('templates', 'test', 'Warning'),
      run('access'),
    ]);
    expect(list.stdout).toMatch(/^\S+ {2}Warning {2}en-us {2}Please update\n$/);
    expect(show.stdout).toMatch(
      /^Warning\nbranding: .*\n\nen-us \(default\): Please update\n {2}Hello \{\{UserName\}\}\n {2}Update it\.\n$/,
    );
    expect(test, test.stderr).toMatchObject({ code: 0, stdout: 'Warning is mailed to you.\n' });
    expect(none).toMatchObject({ code: 0, stdout: 'No sign-ins.\n' });
    const name = phone.inventory.deviceName;
    const pressed = await run('devices', 'press', name, 'open-outlook');
    expect(pressed, pressed.stderr).toMatchObject({ code: 0 });
    const user = phone.inventory.userPrincipalName;
    await until('it has signed in', () => signIns() === 1);
    const [log, his, json, others, both] = await Promise.all([
      run('access'),
      run('access', '--user', user),
      run('access', '--filter', 'status/errorCode eq 0', '--json'),
      run('access', '--filter', 'status/errorCode ne 0'),
      run('access', '--user', user, '--filter', 'x'),
    ]);
    expect(log.stdout).toMatch(new RegExp(`Z {2}${user} {2}Outlook Mobile {2}${name} {2}let in`));
    expect(his.stdout).toBe(log.stdout);
    expect(JSON.parse(json.stdout)).toMatchObject([{ userPrincipalName: user }]);
    expect(others.stdout).toBe('No sign-ins.\n');
    expect(both.code).toBe(2);
  });
});

/** Devices that are added to a running stub: they live in its process, and outlast it. */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runMockfleet } from './support/program.ts';
import { readRows, type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { untilAnswered } from './support/until.ts';

interface Added {
  serialNumber: string;
  deviceName: string;
}

const add = async (stub: StubProgram, wish: object) => {
  const { status, body } = await stub.call('POST', '/mockfleet/devices', wish);
  return { status, devices: (body as { devices?: Added[] }).devices ?? [], error: (body as { error?: object }).error };
};

const untilEnrolled = (stub: StubProgram, count: number) =>
  untilAnswered(`${count} devices`, async () => (await stub.devices()).length === count);

it('M-11 come back after a kill, whether they were enrolled or not, and are removed for good', { timeout: 120_000 }, async () => {
  const stub = await startStub();
  const first = await add(stub, {
    platform: 'android',
    enrollment: 'fully-managed',
    name: 'kiosk',
    user: 'adele@contoso.example',
    count: 2,
  });
  expect(first).toMatchObject({ status: 201, devices: [{ deviceName: 'kiosk-1' }, { deviceName: 'kiosk-2' }] });
  await untilEnrolled(stub, 2);
  const ids = (await stub.devices()).map(({ id }) => id).sort();
  expect(await stub.device('kiosk-1')).toMatchObject({ userPrincipalName: 'adele@contoso.example', operatingSystem: 'Android' });
  // Names are counted on, and these are not waited for.
  const second = await add(stub, { platform: 'android', name: 'kiosk', count: 30 });
  expect(second.devices.at(-1)).toMatchObject({ deviceName: 'kiosk-32' });
  await stub.program.killed();

  const again = await startAgain(stub);
  await untilEnrolled(again, 32);
  const all = await again.devices();
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  const serials = (all as unknown as Added[]).map(({ serialNumber }) => serialNumber).sort();
  expect(serials).toEqual([...first.devices, ...second.devices].map(({ serialNumber }) => serialNumber).sort());

  const removed = await runMockfleet(['devices', 'remove', 'kiosk-7', '--json', ...again.named]);
  expect(removed).toMatchObject({ code: 0, stdout: expect.stringMatching(/"removed":"MF/) });
  expect(await again.call('GET', '/mockfleet/devices/kiosk-7')).toMatchObject({ status: 404, body: { error: { code: 'hands-missing' } } });
  // The administrator still has the record, as of any device that is lost.
  expect(await again.device('kiosk-7')).toMatchObject({ managementState: 'managed' });
  const { removed: serial } = JSON.parse(removed.stdout) as { removed: string };
  for (const table of ['added', 'device', 'identity']) {
    expect(readRows(join(again.state, 'devices.db'), `SELECT 1 FROM ${table} WHERE serial_number = ?`, serial), table).toEqual([]);
  }
  await again.program.killed();
  const third = await startAgain(again);
  await untilAnswered('the others', async () => ((await third.call('GET', '/mockfleet/devices')).body as unknown[]).length === 31);
  // Its name is free again, and another device.
  const anew = await add(third, { platform: 'ios', name: 'kiosk-7' });
  expect(anew).toMatchObject({ status: 201, devices: [{ deviceName: 'kiosk-7' }] });
  expect(anew.devices[0]?.serialNumber).not.toBe(serial);
});

it('are added on the command line, and refused with the field, what was wrong and what is allowed', { timeout: 120_000 }, async () => {
  const stub = await startStub();
  const words = ['devices', 'add', ...stub.named];
  const text = await runMockfleet([...words, '--platform', 'ios', '--name', 'sales', '--count', '2']);
  expect(text).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^2 devices live in the stub, and enrol:\n {2}sales-1 {2}MF\w{10}\n/),
  });
  const json = await runMockfleet([...words, '--platform', 'macos', '--user', '', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject([{ deviceName: 'macos-1', serialNumber: expect.stringMatching(/^MF/) }]);
  await untilEnrolled(stub, 3);

  const [unknown, tooMany] = await Promise.all([
    runMockfleet([...words, '--platform', 'ios', '--enrollment', 'fully-managed']),
    runMockfleet([...words, '--platform', 'ios', '--count', '1001']),
  ]);
  expect(unknown).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/enrollment: .*allowed: device, automated, user.*\[devices-invalid\]/),
  });
  expect(tooMany).toMatchObject({ code: 2, stderr: expect.stringMatching(/--count takes a whole number from 1 to 1000/) });

  for (const [wish, status, error] of [
    [{ platform: 'beos' }, 400, { code: 'devices-invalid', message: expect.stringMatching(/platform: .*"ios"/) }],
    [{ platform: 'ios', count: 1001 }, 400, { code: 'devices-invalid', message: expect.stringMatching(/count: /) }],
    [
      { platform: 'ios', user: 'nobody' },
      400,
      { code: 'devices-invalid', message: expect.stringMatching(/user: .*adele@contoso.example/) },
    ],
    [{ platform: 'ios', name: ' x' }, 400, { code: 'devices-invalid', message: expect.stringMatching(/name: .*spaces/) }],
    [{ platform: 'ios', name: 'x'.repeat(256), count: 2 }, 400, { code: 'devices-invalid', message: expect.stringMatching(/name: .*250/) }],
    [{ platform: 'ios', colour: 'red' }, 400, { code: 'devices-invalid', message: expect.stringMatching(/colour/) }],
    [{ platform: 'ios', name: 'SALES-1' }, 409, { code: 'device-name-taken', message: expect.stringMatching(/another name/) }],
  ] as const) {
    expect(await add(stub, wish)).toMatchObject({ status, error });
  }
  expect(await stub.call('DELETE', '/mockfleet/devices/nobody')).toMatchObject({
    status: 404,
    body: { error: { code: 'device-unknown' } },
  });
  // The same name and count as before, again: nothing of the refused ones was kept.
  expect((await add(stub, { platform: 'ios', name: 'sales', count: 2 })).devices.map(({ deviceName }) => deviceName)).toEqual([
    'sales-3',
    'sales-4',
  ]);
  expect(await stub.call('DELETE', '/mockfleet/devices/sales-3')).toMatchObject({ status: 200 });
});

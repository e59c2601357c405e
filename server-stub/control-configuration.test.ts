import { beforeEach, describe, expect, it } from 'vitest';
import { tenantConfigurationDefault } from './core/settings.ts';
import { DoorBench } from './door.fixture.ts';

let door: DoorBench;
beforeEach(() => {
  door = new DoorBench();
});

const path = '/mockfleet/configuration';
const apps = [
  { id: 'mail', name: 'Contoso Mail', intent: 'required', platforms: ['ios'] },
  { id: 'expenses', name: 'Expenses', intent: 'available' },
];

describe('/mockfleet/configuration', () => {
  it('begins with the defaults, and changes what is named', async () => {
    expect((await door.call('GET', path)).body).toEqual(tenantConfigurationDefault);
    const first = await door.call('PATCH', path, { passcodeRequired: true, passcodeLengthMin: 6 });
    expect([first.status, first.body]).toEqual([200, { ...tenantConfigurationDefault, passcodeRequired: true, passcodeLengthMin: 6 }]);
    await door.call('PATCH', path, { apps, requireManagedDevice: true });
    expect((await door.call('GET', path)).body).toMatchObject({ passcodeRequired: true, apps, requireManagedDevice: true });
  });

  it('TD-18 TD-19 reaches the devices at their next check-in, and stands in the audit log', async () => {
    const device = door.bench.enroll();
    await door.call('PATCH', path, { passcodeRequired: true, apps });
    expect(door.live(device)).toMatchObject([
      {
        type: 'configuration',
        configuration: {
          passcodeRequired: true,
          apps: [
            { id: 'mail', intent: 'required' },
            { id: 'expenses', intent: 'available' },
          ],
        },
      },
      { type: 'check-in-done' },
    ]);
    const { body } = await door.call('GET', "/v1.0/deviceManagement/auditEvents?$filter=category eq 'DeviceConfiguration'");
    expect(body.value).toMatchObject([
      { activityType: 'patch TenantConfiguration', actor: { userPrincipalName: 'admin@contoso.example' } },
    ]);
  });

  it.each<[unknown, RegExp]>([
    [undefined, /not a JSON object/],
    [[], /not a JSON object/],
    [{ passcodesRequired: true }, /Unrecognized key: "passcodesRequired"/],
    [{ passcodeRequired: 'yes' }, /passcodeRequired: .*expected boolean/],
    [{ passcodeLengthMin: 3 }, /passcodeLengthMin: /],
    [{ apps: {} }, /apps: .*expected array/],
    [{ apps: [{ id: 'x', name: 'X', intent: 'required', colour: 'red' }] }, /apps\.0: Unrecognized key: "colour"/],
    [{ apps: [{ id: 'x y', name: 'X', intent: 'required' }] }, /apps\.0\.id: write 1 to 64 letters/],
    [{ apps: [{ id: 'x', name: 'X', intent: 'requested' }] }, /apps\.0\.intent: .*"required"\|"available"/],
    [{ apps: [{ id: 'x', name: 'X', intent: 'required', platforms: ['beos'] }] }, /apps\.0\.platforms\.0: .*"ios"/],
    [{ apps: [apps[0], apps[0]] }, /apps: each id may be there once/],
    [{ apps: Array.from({ length: 51 }, (_, index) => ({ id: `a${index}`, name: 'A', intent: 'required' })) }, /apps: /],
  ])('refuses %o by the name of the field', async (body, sentence) => {
    const answer = await door.call('PATCH', path, body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'configuration-invalid']);
    expect(answer.body.error.message).toMatch(/^Send the members to change, of passcodeRequired, /);
    expect(answer.body.error.message).toMatch(sentence);
    expect((await door.call('GET', path)).body).toEqual(tenantConfigurationDefault);
  });

  it('is for the administrator alone', async () => {
    for (const method of ['GET', 'PATCH']) expect((await door.call(method, path, undefined, { token: 'wrong' })).status).toBe(401);
  });
});

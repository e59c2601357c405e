import { describe, expect, it } from 'vitest';
import { type AssignedApp, appsMax, type InstalledApp } from '../../protocol/device-information.ts';
import { appsAfterRetire, configuredApps, userApp, withApp } from './apps.ts';
import { Bench } from './machine.fixture.ts';

const chess = userApp('Chess');
const mail = { id: 'mail', name: 'Mail', source: 'required' } as const;
const expenses = { id: 'expenses', name: 'Expenses', source: 'available' } as const;
const assigned = (id: string, name: string, intent: AssignedApp['intent']): AssignedApp => ({ id, name, intent });

describe('the apps after a configuration', () => {
  it.each<[string, InstalledApp[], AssignedApp[], InstalledApp[]]>([
    ['a required one is installed', [chess], [assigned('mail', 'Mail', 'required')], [chess, mail]],
    ['a requested one is installed, as available', [], [assigned('expenses', 'Expenses', 'requested')], [expenses]],
    ['an available one waits for its user', [], [assigned('expenses', 'Expenses', 'available')], []],
    ['an available one that was installed stays', [expenses], [assigned('expenses', 'Expenses', 'available')], [expenses]],
    [
      'one that is no longer required but available stays',
      [mail],
      [assigned('mail', 'Mail', 'available')],
      [{ ...mail, source: 'available' }],
    ],
    ['managed ones that are no longer assigned go', [chess, mail, expenses], [], [chess]],
    ['the user’s own of that name stays the user’s', [chess], [assigned('chess', 'Chess', 'required')], [chess]],
    ['one that has another name now is renamed', [mail], [assigned('mail', 'Post', 'required')], [{ ...mail, name: 'Post' }]],
  ])('TD-08 %s', (_what, before, wanted, after) => {
    expect(configuredApps(before, wanted)).toEqual(after);
    expect(configuredApps(after, wanted)).toBe(after);
  });

  it('are never more than a device can tell of', () => {
    const full = Array.from({ length: appsMax }, (_, n) => userApp(`App ${n}`));
    expect(withApp(full, chess)).toBe(full);
    expect(configuredApps(full, [assigned('mail', 'Mail', 'required')])).toBe(full);
  });
});

it('TD-08 after a retire the user’s stay, and on some kinds the managed ones as the user’s', () => {
  expect(appsAfterRetire([chess, mail, expenses], false)).toEqual([chess]);
  expect(appsAfterRetire([chess, mail], true)).toEqual([chess, { ...mail, source: 'user' }]);
  const users = [chess];
  expect(appsAfterRetire(users, false)).toBe(users);
});

describe('a configuration', () => {
  const apps = [assigned('mail', 'Mail', 'required')];

  it('is applied at once, told of in the same session, and named at the next check-in', () => {
    const bench = new Bench().enrolled().checkIn();
    const policy = { passcodeRequired: true, workProfilePasscodeRequired: false, passcodeLengthMin: 6, allowActivationLock: false };
    bench.hear({ type: 'configuration', configuration: { ...policy, version: 'v7', apps } });
    expect(bench.sent).toMatchObject([{ type: 'device-information', information: { apps: [mail] } }]);
    expect(bench.notes).toMatchObject([
      { kind: 'check-in' },
      { kind: 'configured', version: 'v7' },
      { kind: 'apps', installed: ['Mail'], removed: [] },
      { kind: 'screen', screen: 'new-passcode' },
    ]);
    expect(bench.state.has.companyData).toBe(true);
    expect(bench.done().checkIn().sent).toMatchObject([{ type: 'check-in', configuration: 'v7' }]);
  });

  it('that changes nothing that can be told is not told of', () => {
    const bench = new Bench().enrolled().configured();
    expect(bench.sent).toEqual([]);
    expect(new Bench().enrolled().checkIn().sent.at(-1)).not.toHaveProperty('configuration');
  });

  it('M-04 is told of again when the link broke before the check-in was done', () => {
    const bench = new Bench().enrolled().checkIn();
    bench.hear({
      type: 'configuration',
      configuration: {
        passcodeRequired: false,
        workProfilePasscodeRequired: false,
        passcodeLengthMin: 4,
        allowActivationLock: false,
        version: 'v',
        apps,
      },
    });
    bench.tell({ type: 'link-closed', reason: 'lost' }).wait();
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([
      { type: 'device-information', information: { apps: [mail] } },
      { type: 'check-in', trigger: 'retry', configuration: 'v' },
    ]);
  });

  it('M-01 a new record is told everything, though nothing has changed', () => {
    const bench = new Bench().enrolled();
    bench.hear({ type: 'refused', code: 'certificate-expired', message: 'It ended.' });
    bench.tell({ type: 'enroll', token: 'letmein' });
    const requestId = bench.state.requestId ?? '';
    bench.tell({ type: 'csr-created', requestId, csr: 'csr' }).tell({ type: 'link-opened' }).issued('enrolled', requestId);
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([{ type: 'device-information' }, { type: 'check-in' }]);
  });

  it('of a management that refused the device is not that of the next one', () => {
    const bench = new Bench().enrolled().configured({ passcodeRequired: true });
    bench.hear({ type: 'refused', code: 'certificate-expired', message: 'It ended.' });
    expect(bench.state).toMatchObject({ phase: 'refused', screen: 'new-passcode' });
    bench.enrolled();
    expect(bench.state).toMatchObject({ configuration: null, screen: 'home' });
  });
});

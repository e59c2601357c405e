import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OfficeApp } from '../../protocol/outside.ts';
import { administrator as by, CoreBench, type Enrolled } from './core.fixture.ts';
import { newUser, userIdOf } from './people.ts';
import type { AccessPolicyRecord } from './policy-records.ts';

const adele = 'adele@contoso.example';
const apps = ['outlook', 'teams', 'sharepoint'] as const;
const resources = {
  outlook: '00000002-0000-0ff1-ce00-000000000000',
  teams: 'cc15fd57-2c6c-4117-a88c-83b1d56b4bbe',
  sharepoint: '00000003-0000-0ff1-ce00-000000000000',
};
const administrators = '62e90394-69f5-4237-9190-012177145e10';
const readers = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451';

/** Field has Leads, Leads has Adele; nobody is in Others. */
const groups = {
  field: 'a1000000-0000-4000-8000-000000000001',
  leads: 'a1000000-0000-4000-8000-000000000002',
  others: 'a1000000-0000-4000-8000-000000000003',
};

function tenant(bench = new CoreBench()) {
  const device = bench.enroll();
  const link = bench.open(device.peer);
  bench.tell(link, device);
  bench.checkIn(link, device);
  const { directory } = bench.tenant;
  for (const [displayName, id] of Object.entries(groups)) {
    const rest = { description: null, mailNickname: displayName, mailEnabled: false, securityEnabled: true, createdAt: 0 };
    directory.save('group', { id, displayName, ...rest });
  }
  directory.addMember(groups.field, { id: groups.leads, kind: 'group' });
  directory.addMember(groups.leads, { id: userIdOf(adele), kind: 'user' });
  return { bench, device, link };
}

function policyOf(change: Partial<AccessPolicyRecord> = {}): AccessPolicyRecord {
  return {
    id: 'b0000000-0000-4000-8000-000000000001',
    displayName: 'Policy',
    state: 'enabled',
    createdAt: 0,
    modifiedAt: null,
    users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [], includeRoles: [], excludeRoles: [] },
    applications: { includeApplications: ['All'], excludeApplications: [], includeUserActions: [] },
    platforms: null,
    clientAppTypes: ['all'],
    grant: { operator: 'OR', builtInControls: ['compliantDevice'] },
    signInFrequencyHours: null,
    ...change,
  };
}

const some = <T>(...items: T[]) => fc.subarray(items);
const policies = fc.array(
  fc.record({
    state: fc.constantFrom('enabled' as const, 'disabled' as const, 'enabledForReportingButNotEnforced' as const),
    users: fc.record({
      includeUsers: fc.constantFrom(['All'], ['None'], [userIdOf(adele)], [], ['GuestsOrExternalUsers']),
      excludeUsers: fc.constantFrom([], [], [userIdOf(adele)], ['GuestsOrExternalUsers']),
      includeGroups: some(...Object.values(groups)),
      excludeGroups: fc.constantFrom([], [], [groups.others], [groups.leads], [groups.field]),
      includeRoles: fc.constantFrom([], [administrators], [readers]),
      excludeRoles: fc.constantFrom([], [], [administrators], [readers]),
    }),
    applications: fc.record({
      includeApplications: fc.constantFrom(['All'], ['Office365'], ['None'], [resources.outlook], [resources.teams, resources.sharepoint]),
      excludeApplications: fc.constantFrom([], [], ['Office365'], [resources.teams]),
      includeUserActions: fc.constant([]),
    }),
    platforms: fc.constantFrom(
      null,
      null,
      { includePlatforms: ['all'], excludePlatforms: [] },
      { includePlatforms: ['iOS', 'android'], excludePlatforms: [] },
      { includePlatforms: ['all'], excludePlatforms: ['iOS'] },
      { includePlatforms: ['windows'], excludePlatforms: [] },
    ),
    clientAppTypes: fc.constantFrom(['all'], ['mobileAppsAndDesktopClients', 'browser'], ['browser']),
    grant: fc.constantFrom(
      null,
      { operator: 'OR' as const, builtInControls: ['compliantDevice'] },
      { operator: 'OR' as const, builtInControls: ['block'] },
      { operator: 'OR' as const, builtInControls: ['compliantDevice', 'mfa'] },
      { operator: 'AND' as const, builtInControls: ['compliantDevice', 'mfa'] },
      { operator: 'OR' as const, builtInControls: ['compliantDevice', 'domainJoinedDevice'] },
      { operator: 'AND' as const, builtInControls: ['compliantDevice', 'domainJoinedDevice'] },
      { operator: 'AND' as const, builtInControls: ['domainJoinedDevice', 'approvedApplication'] },
    ),
    signInFrequencyHours: fc.constantFrom(null, null, 4, 72),
  }),
  { maxLength: 4 },
);
type Drawn = Omit<AccessPolicyRecord, 'id' | 'displayName' | 'createdAt' | 'modifiedAt'>;

interface Circumstances {
  isGuest: boolean;
  role: string | null;
  app: OfficeApp;
  device: 'compliant' | 'noncompliant' | 'gone';
}

/** What the tables of Microsoft's pages say, policy by policy; the device is an iPhone of Adele's. */
function expected(drawn: readonly Drawn[], { isGuest, role, app, device }: Circumstances) {
  const results: string[] = [];
  const reasons = new Set<string>();
  let hours = Number.POSITIVE_INFINITY;
  for (const { state, users, applications, platforms, clientAppTypes, grant, signInFrequencyHours } of drawn) {
    const isAdele = (ids: readonly string[]) =>
      ids.includes('All') || ids.includes(userIdOf(adele)) || (isGuest && ids.includes('GuestsOrExternalUsers'));
    const inGroup = (ids: readonly string[]) => ids.includes(groups.field) || ids.includes(groups.leads);
    const hasRole = (ids: readonly string[]) => role !== null && ids.includes(role);
    const isApp = (ids: readonly string[]) => ids.includes('All') || ids.includes('Office365') || ids.includes(resources[app]);
    const isHere = (names: readonly string[]) => names.includes('all') || names.includes('iOS');
    const applies =
      (isAdele(users.includeUsers) || inGroup(users.includeGroups) || hasRole(users.includeRoles)) &&
      !(isAdele(users.excludeUsers) || inGroup(users.excludeGroups) || hasRole(users.excludeRoles)) &&
      isApp(applications.includeApplications) &&
      !isApp(applications.excludeApplications) &&
      (platforms === null || (isHere(platforms.includePlatforms) && !isHere(platforms.excludePlatforms))) &&
      !clientAppTypes.every((type) => type === 'browser');
    const passes = (control: string) =>
      ['mfa', 'approvedApplication'].includes(control) || (control === 'compliantDevice' && device === 'compliant');
    const controls = grant?.builtInControls ?? [];
    const failed = controls.filter((control) => !passes(control));
    const isGranted = controls.length === 0 || (grant?.operator === 'OR' ? failed.length < controls.length : failed.length === 0);
    if (state === 'disabled') results.push('notEnabled');
    else if (state === 'enabled') results.push(applies ? (isGranted ? 'success' : 'failure') : 'notApplied');
    else results.push(applies ? (isGranted ? 'reportOnlySuccess' : 'reportOnlyFailure') : 'reportOnlyNotApplied');
    if (!applies || state !== 'enabled') continue;
    if (signInFrequencyHours !== null) hours = Math.min(hours, signInFrequencyHours);
    if (!isGranted) for (const control of failed) reasons.add(control);
  }
  const compliance = device === 'gone' ? 'device-not-managed' : 'device-not-compliant';
  const outcome = reasons.has('block')
    ? 'access-blocked'
    : reasons.has('compliantDevice')
      ? compliance
      : reasons.has('domainJoinedDevice')
        ? 'device-not-joined'
        : 'allowed';
  return { outcome, results, hours: Number.isFinite(hours) ? hours : 1 };
}

describe('Conditional Access', () => {
  it('decides as its tables say, and the log tells what each policy said', () => {
    const circumstances = fc.record({
      isGuest: fc.boolean(),
      role: fc.constantFrom(null, administrators),
      app: fc.constantFrom(...apps),
      device: fc.constantFrom('compliant' as const, 'noncompliant' as const, 'gone' as const),
    });
    fc.assert(
      fc.property(policies, circumstances, (drawn, given) => {
        const { bench, device } = tenant();
        const ask = (token: string | null) =>
          bench.ask({ service: 'sign-in', app: given.app, userPrincipalName: adele, deviceId: device.id, token });
        const first = ask(null);
        if (!first.allowed || first.token === undefined) throw new Error('no token');
        const user = bench.tenant.directory.user(adele);
        if (user === undefined) throw new Error('no Adele');
        bench.tenant.directory.save('user', {
          ...user,
          directoryRoles: given.role === null ? [] : ['Global Administrator'],
          profile: { userType: given.isGuest ? 'Guest' : 'Member' },
        });
        if (given.device === 'noncompliant') bench.tenant.setComplianceSettings({ secureByDefault: true }, by);
        if (given.device === 'gone') bench.delete(device);
        for (const [index, one] of drawn.entries()) {
          const id = `b0000000-0000-4000-8000-00000000000${index}`;
          bench.tenant.saveAccessPolicy({ ...one, id, displayName: `Policy ${index}`, createdAt: 0, modifiedAt: null }, 'create', by);
        }
        const { outcome, results, hours } = expected(drawn, given);
        const answer = ask(first.token);
        expect(answer).toEqual(
          outcome === 'allowed'
            ? { allowed: true, token: first.token, expiresAt: bench.now + hours * 3_600_000 }
            : { allowed: false, reason: outcome },
        );
        const [entry] = bench.tenant.signIns();
        expect(entry?.outcome).toBe(outcome);
        expect(entry?.policies.map(({ result }) => result)).toEqual(results);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [4, 72],
    [72, 4],
  ])('what is opened by policies with %i and with %i hours stays open for the fewer', (...frequencies) => {
    const { bench, device } = tenant();
    for (const [index, signInFrequencyHours] of frequencies.entries()) {
      bench.tenant.saveAccessPolicy(policyOf({ id: `b0000000-0000-4000-8000-00000000000${index}`, signInFrequencyHours }), 'create', by);
    }
    const answer = bench.ask({ service: 'sign-in', app: 'outlook', userPrincipalName: adele, deviceId: device.id, token: null });
    expect(answer).toMatchObject({ allowed: true, expiresAt: bench.now + 4 * 3_600_000 });
  });

  it('NC-12 without a policy marks and blocks nobody; with one it decides on the state at each moment', () => {
    const { bench, device } = tenant();
    const attempt = (app: OfficeApp = 'outlook') => {
      const answer = bench.ask({ service: 'sign-in', app, userPrincipalName: adele, deviceId: device.id, token: null });
      return answer.allowed ? 'allowed' : answer.reason;
    };
    bench.tenant.setComplianceSettings({ secureByDefault: true }, by);
    expect(bench.record(device)?.complianceState).toBe('noncompliant');
    expect(apps.map(attempt)).toEqual(['allowed', 'allowed', 'allowed']);
    const onlyMail = { ...policyOf().applications, includeApplications: [resources.outlook] };
    bench.tenant.saveAccessPolicy(policyOf({ applications: onlyMail }), 'create', by);
    expect(apps.map(attempt)).toEqual(['device-not-compliant', 'allowed', 'allowed']);
    bench.tenant.saveAccessPolicy(policyOf(), 'patch', by);
    expect(apps.map(attempt)).toEqual(['device-not-compliant', 'device-not-compliant', 'device-not-compliant']);
    bench.tenant.setComplianceSettings({ secureByDefault: false }, by);
    expect(apps.map(attempt)).toEqual(['allowed', 'allowed', 'allowed']);
    bench.tenant.setComplianceSettings({ secureByDefault: true }, by);
    expect(attempt()).toBe('device-not-compliant');
    bench.tenant.saveAccessPolicy(policyOf({ state: 'enabledForReportingButNotEnforced' }), 'patch', by);
    expect(attempt()).toBe('allowed');
    bench.tenant.saveAccessPolicy(policyOf(), 'patch', by);
    bench.tenant.removeAccessPolicy(policyOf(), by);
    expect(attempt()).toBe('allowed');
  });

  it('keeps out whose account is disabled, or gone, before anything else', () => {
    const { bench, device } = tenant();
    const attempt = () => bench.ask({ service: 'sign-in', app: 'teams', userPrincipalName: adele, deviceId: device.id, token: null });
    const user = bench.tenant.directory.user(adele);
    if (user === undefined) throw new Error('no Adele');
    bench.tenant.directory.save('user', { ...user, accountEnabled: false });
    bench.tenant.saveAccessPolicy(policyOf({ grant: { operator: 'OR', builtInControls: ['block'] } }), 'create', by);
    expect(attempt()).toEqual({ allowed: false, reason: 'account-disabled' });
    expect([...bench.tenant.signIns()][0]).toMatchObject({ outcome: 'account-disabled', policies: [], deviceId: device.id });
    bench.tenant.directory.remove('user', user.id);
    expect(attempt()).toEqual({ allowed: false, reason: 'account-unknown' });
  });

  it('goes by the platform on which a token was made when the record is gone', () => {
    const { bench, device } = tenant();
    const attempt = (token: string | null) =>
      bench.ask({ service: 'sign-in', app: 'teams', userPrincipalName: adele, deviceId: device.id, token });
    const answer = attempt(null);
    const token = answer.allowed ? (answer.token ?? null) : null;
    bench.delete(device);
    bench.tenant.saveAccessPolicy(policyOf({ platforms: { includePlatforms: ['windows'], excludePlatforms: [] } }), 'create', by);
    expect(attempt(token)).toMatchObject({ allowed: true });
    bench.tenant.saveAccessPolicy(policyOf({ platforms: { includePlatforms: ['iOS'], excludePlatforms: [] } }), 'patch', by);
    expect(attempt(token)).toEqual({ allowed: false, reason: 'device-not-managed' });
    expect([...bench.tenant.signIns()][0]).toMatchObject({ deviceId: null, deviceName: '', operatingSystem: 'iOS' });
  });

  it('lets a token live on when its person is called otherwise', () => {
    const { bench, device } = tenant();
    const attempt = (token: string | null) =>
      bench.ask({ service: 'sign-in', app: 'teams', userPrincipalName: adele, deviceId: device.id, token });
    const answer = attempt(null);
    const token = answer.allowed ? (answer.token ?? null) : null;
    const user = bench.tenant.directory.user(adele);
    if (user === undefined) throw new Error('no Adele');
    bench.tenant.directory.save('user', { ...user, userPrincipalName: 'adele.vance@contoso.example' });
    expect(attempt(token)).toMatchObject({ allowed: true, token });
    expect([...bench.tenant.signIns()][0]).toMatchObject({ userPrincipalName: 'adele.vance@contoso.example', deviceId: device.id });
    expect(attempt(null)).toEqual({ allowed: false, reason: 'account-unknown' });
  });
});

/** What can change whom Adele's apps are let in for. */
const changes = {
  'a policy comes': ({ tenant }: CoreBench) => tenant.saveAccessPolicy(policyOf(), 'create', by),
  'it blocks all': ({ tenant }) =>
    tenant.saveAccessPolicy(policyOf({ grant: { operator: 'OR', builtInControls: ['block'] } }), 'patch', by),
  'it is for a group': ({ tenant }) =>
    tenant.saveAccessPolicy(policyOf({ users: { ...policyOf().users, includeUsers: [], includeGroups: [groups.others] } }), 'patch', by),
  'it is for administrators': ({ tenant }) =>
    tenant.saveAccessPolicy(policyOf({ users: { ...policyOf().users, includeUsers: [], includeRoles: [administrators] } }), 'patch', by),
  'it is for guests': ({ tenant }) =>
    tenant.saveAccessPolicy(policyOf({ users: { ...policyOf().users, includeUsers: ['GuestsOrExternalUsers'] } }), 'patch', by),
  'it goes': ({ tenant }) => tenant.removeAccessPolicy(policyOf(), by),
  'the switch is on': (bench) => bench.configure({ requireManagedDevice: true }),
  'the switch is off': (bench) => bench.configure({ requireManagedDevice: false }),
  'it breaks the rules': ({ tenant }) => tenant.setComplianceSettings({ secureByDefault: true }, by),
  'it keeps the rules': ({ tenant }) => tenant.setComplianceSettings({ secureByDefault: false }, by),
  'she is in the group': ({ tenant }) => tenant.directory.addMember(groups.others, { id: groups.leads, kind: 'group' }),
  'she is out of it': ({ tenant }) => void tenant.directory.removeMember(groups.others, groups.leads),
  'her account is disabled': (bench) => change(bench, { accountEnabled: false }),
  'her account is enabled': (bench) => change(bench, { accountEnabled: true }),
  'she is an administrator': (bench) => change(bench, { directoryRoles: ['Global Administrator'] }),
  'she is none': (bench) => change(bench, { directoryRoles: [] }),
  'she is a guest': (bench) => change(bench, { profile: { userType: 'Guest' } }),
  'she is a member': (bench) => change(bench, { profile: { userType: 'Member' } }),
  'she is gone': ({ tenant }) => void tenant.directory.remove('user', userIdOf(adele)),
  'she is back': ({ tenant }) => void (tenant.directory.user(adele) ?? tenant.directory.save('user', newUser(adele, 0))),
  'the record is deleted': ({ tenant }, device) => tenant.deleteDevice(device.id, by),
} satisfies Record<string, (bench: CoreBench, device: Enrolled) => void>;

function change({ tenant: { directory } }: CoreBench, to: object): void {
  const user = directory.user(adele);
  if (user !== undefined) directory.save('user', { ...user, ...to });
}

describe('an app that signs in by itself', () => {
  const names = Object.keys(changes) as (keyof typeof changes)[];
  it('is waited for exactly when it would be told something else, and is in the log only then', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 12 }), (story) => {
        const { bench, device } = tenant();
        const { core } = bench;
        const answers = new Map<string, string | null>();
        const attempt = (app: OfficeApp) => {
          const token = answers.get(app) ?? null;
          const answer = bench.ask({ service: 'sign-in', app, userPrincipalName: adele, deviceId: device.id, token, background: true });
          if (answer.allowed) answers.set(app, answer.token ?? null);
          return answer.allowed ? 'allowed' : answer.reason;
        };
        const last = new Map(apps.slice(0, 2).map((app) => [app, attempt(app)]));
        expect([...bench.tenant.signIns()]).toHaveLength(2);
        for (const name of story) {
          const said = bench.notes.length;
          changes[name](bench, device);
          const notes = bench.notes.slice(said).filter((note) => note.kind === 'access-waits');
          const waits = core.accessWaits(device.id);
          const logged = [...bench.tenant.signIns()].length;
          let news = 0;
          for (const [app, before] of last) {
            const outcome = attempt(app);
            if (outcome !== before) news += 1;
            last.set(app, outcome);
          }
          expect([...bench.tenant.signIns()].length - logged).toBe(news);
          // Whoever only listens hears of it in time.
          if (news > 0) expect([name, notes.some((note) => note.waits)]).toEqual([name, true]);
          if (bench.record(device)?.deleted === false) expect([name, waits]).toEqual([name, news > 0]);
          else if (news > 0) expect([name, waits]).toEqual([name, true]);
          const quiet = bench.notes.length;
          for (const app of last.keys()) attempt(app);
          expect(bench.notes.slice(quiet).filter(({ kind }) => kind !== 'outside-answered')).toEqual([]);
        }
      }),
      { numRuns: 400, examples: names.map((name) => [['a policy comes', name, 'it is for a group', name]]) },
    );
  });

  it('that nobody knows leaves no entry', () => {
    const { bench } = tenant();
    const answer = bench.ask({
      service: 'sign-in',
      app: 'teams',
      userPrincipalName: adele,
      deviceId: null,
      token: 'made up',
      background: true,
    });
    expect(answer).toEqual({ allowed: false, reason: 'token-unknown' });
    expect([...bench.tenant.signIns()]).toEqual([]);
  });

  it('TD-10 of a retired device is in the log when it is told something else, and not again', () => {
    const { bench, device, link } = tenant();
    const ask = (deviceId: string | null, token: string | null) =>
      bench.ask({ service: 'sign-in', app: 'outlook', userPrincipalName: adele, deviceId, token, background: true });
    const answer = ask(device.id, null);
    const token = answer.allowed ? (answer.token ?? null) : null;
    bench.say(link, { type: 'unenroll', deviceId: device.id });
    expect(bench.record(device)).toBeUndefined();
    const outcomes = () => [...bench.tenant.signIns()].map(({ outcome, isBackground }) => [outcome, isBackground]);
    for (let again = 0; again < 3; again++) expect(ask(null, token)).toMatchObject({ allowed: true, token });
    expect(outcomes()).toEqual([['allowed', true]]);
    bench.configure({ requireManagedDevice: true });
    expect(bench.notes).toContainEqual({ kind: 'access-waits', deviceId: null, waits: true });
    for (let again = 0; again < 3; again++) expect(ask(null, token)).toEqual({ allowed: false, reason: 'device-not-managed' });
    expect(outcomes()).toEqual([
      ['device-not-managed', true],
      ['allowed', true],
    ]);
  });
});

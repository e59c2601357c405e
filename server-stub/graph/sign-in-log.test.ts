import { beforeEach, expect, it } from 'vitest';
import type { OfficeApp } from '../../protocol/outside.ts';
import { administrator, type Enrolled } from '../core/core.fixture.ts';
import { azureDeviceId } from './derived-guid.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';

const signIns = '/v1.0/auditLogs/signIns';
const policies = '/v1.0/identity/conditionalAccess/policies';
const adele = 'adele@contoso.example';

let bench: DirectoryBench;
let phone: Enrolled;
beforeEach(() => {
  bench = new DirectoryBench();
  phone = bench.enroll();
  const link = bench.open(phone.peer);
  bench.tell(link, phone, { deviceName: "Adele's phone" });
  bench.checkIn(link, phone);
});

function signIn(app: OfficeApp = 'outlook', background?: true, userPrincipalName = adele): void {
  bench.pass(60_000);
  bench.ask({ service: 'sign-in', app, userPrincipalName, deviceId: phone.id, token: null, ...(background && { background }) });
}

it('NC-12 every attempt is in the log, with its reason and what each policy said', () => {
  signIn();
  const { id: compliant } = bench.post(policies, {
    displayName: 'Compliant devices only',
    state: 'enabled',
    conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['Office365'] } },
    grantControls: { operator: 'AND', builtInControls: ['compliantDevice', 'mfa'] },
  });
  const { id: off } = bench.post(policies, {
    displayName: 'Nobody on Windows',
    state: 'disabled',
    conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
    grantControls: { builtInControls: ['block'] },
  });
  bench.tenant.setComplianceSettings({ secureByDefault: true }, administrator);
  signIn('teams');
  const [refused, allowed] = bench.get(signIns).value;
  expect(refused).toMatchObject({
    createdDateTime: '2030-01-01T00:02:00Z',
    userDisplayName: 'Adele',
    userPrincipalName: adele,
    userId: bench.tenant.directory.user(adele)?.id,
    appId: '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
    appDisplayName: 'Microsoft Teams',
    resourceId: 'cc15fd57-2c6c-4117-a88c-83b1d56b4bbe',
    resourceDisplayName: 'Microsoft Teams Services',
    clientAppUsed: 'Mobile Apps and Desktop clients',
    conditionalAccessStatus: 'failure',
    isInteractive: true,
    status: { errorCode: 53000, failureReason: 'Device is not in required device state: compliant.', additionalDetails: null },
    deviceDetail: {
      deviceId: azureDeviceId(phone.id),
      displayName: "Adele's phone",
      operatingSystem: 'iOS 17.5',
      isCompliant: false,
      isManaged: true,
      trustType: 'Azure AD registered',
    },
  });
  const applied = refused?.appliedConditionalAccessPolicies as { id: string }[];
  expect([...applied].sort((a, b) => (a.id === compliant ? -1 : b.id === compliant ? 1 : 0))).toEqual([
    {
      id: compliant,
      displayName: 'Compliant devices only',
      enforcedGrantControls: ['RequireCompliantDevice', 'Mfa'],
      enforcedSessionControls: [],
      result: 'failure',
    },
    { id: off, displayName: 'Nobody on Windows', enforcedGrantControls: [], enforcedSessionControls: [], result: 'notEnabled' },
  ]);
  expect(allowed).toMatchObject({
    appDisplayName: 'Outlook Mobile',
    conditionalAccessStatus: 'notApplied',
    status: { errorCode: 0, failureReason: null },
    deviceDetail: { isCompliant: true },
    appliedConditionalAccessPolicies: [],
  });
  expect(bench.get(`${signIns}/${String(refused?.id).toUpperCase()}`)).toMatchObject({ id: refused?.id, userPrincipalName: adele });
});

it('is listed newest first, by pages, and asked by user, app, status and time', () => {
  signIn('outlook');
  signIn('sharepoint', true);
  signIn('sharepoint', true);
  signIn('teams', undefined, 'eve@contoso.example');
  const apps = (query: string) => bench.get(`${signIns}?$select=appDisplayName&${query}`).value.map(({ appDisplayName }) => appDisplayName);
  expect(apps('')).toEqual(['Microsoft Teams', 'SharePoint', 'Outlook Mobile']);
  expect(apps('$orderby=createdDateTime')).toEqual(['Outlook Mobile', 'SharePoint', 'Microsoft Teams']);
  expect(apps("$filter=userPrincipalName eq 'eve@contoso.example'")).toEqual(['Microsoft Teams']);
  expect(apps("$filter=appDisplayName eq 'SharePoint' and status/errorCode eq 0")).toEqual(['SharePoint']);
  expect(apps('$filter=status/errorCode eq 50034')).toEqual(['Microsoft Teams']);
  expect(apps("$filter=startswith(appDisplayName,'Micro')")).toEqual(['Microsoft Teams']);
  expect(apps('$filter=isInteractive eq false')).toEqual(['SharePoint']);
  expect(apps("$filter=conditionalAccessStatus eq 'notApplied' and createdDateTime le 2030-01-01T00:01:00Z")).toEqual(['Outlook Mobile']);
  expect(apps(`$filter=deviceDetail/deviceId eq '${azureDeviceId(phone.id)}'`)).toHaveLength(2);
  expect(bench.get('/beta/auditLogs/signIns?$select=signInEventTypes').value.map((one) => one.signInEventTypes)).toEqual([
    ['interactiveUser'],
    ['nonInteractiveUser'],
    ['interactiveUser'],
  ]);
  const first = bench.get(`${signIns}?$top=2`);
  expect(first.value).toHaveLength(2);
  const rest = bench.get(String(first['@odata.nextLink']).replace('https://graph.microsoft.com', ''));
  expect(rest.value.map(({ appDisplayName }) => appDisplayName)).toEqual(['Outlook Mobile']);
  expect(bench.call('GET', `${signIns}/$count`).body).toBe('3');
  expect(bench.outcome('GET', `${signIns}/nowhere`)).toMatch(/^404 ResourceNotFound/);
});

it('needs its permission, and of people a role', () => {
  const { caller } = bench;
  for (const [who, status] of [
    [caller, '200'],
    [bench.person('reader', 'Global Reader'), '200'],
    [bench.person('intune', 'Intune Administrator'), '403'],
    [limited(caller, 'Directory.Read.All'), '403'],
    [program('AuditLog.Read.All'), '200'],
  ] as const) {
    bench.caller = who;
    expect(bench.outcome('GET', signIns).slice(0, 3)).toBe(status);
  }
});

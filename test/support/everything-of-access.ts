/** What a tenant that has had everything has beside its devices: templates of mails, its branding, Conditional Access, sign-ins of every outcome. */
import { officeApps } from '../../protocol/outside.ts';
import { administrator as by, type CoreBench } from '../../server-stub/core/core.fixture.ts';
import { type AccessPolicyRecord, accessPolicyStates, brandDefault } from '../../server-stub/core/policy-records.ts';

const logo = { type: 'image/png', value: 'iVBORw0KGgo=' };
const people = ['person.1@contoso.example', 'person.2@contoso.example'];

export function mailsAndAccess(bench: CoreBench): void {
  const { tenant, now } = bench;
  const { directory } = tenant;
  const message = { subject: 'Your device', messageTemplate: 'Please look at it.', modifiedAt: now };
  for (const [index, branding] of [[], ['includeCompanyLogo'], ['includeCompanyName', 'includeDeviceDetails']].entries()) {
    directory.save('notificationTemplate', {
      id: directory.newId(`template ${index}`),
      displayName: `Template ${index}`,
      description: null,
      defaultLocale: index === 0 ? null : 'en-us',
      branding: branding as [],
      roleScopeTagIds: ['0'],
      modifiedAt: now,
      messages: index === 0 ? [] : [{ ...message, locale: 'en-us', isDefault: true }],
    });
  }
  tenant.setBrand({ ...brandDefault, displayName: 'Contoso', themeColor: { r: 0, g: 1, b: 2 }, lightBackgroundLogo: logo }, by);
  signIns(bench);
  for (const [index, state] of accessPolicyStates.entries()) tenant.saveAccessPolicy(policy(bench, index, state), 'create', by);
  signIns(bench);
}

function policy({ tenant, now }: CoreBench, index: number, state: AccessPolicyRecord['state']): AccessPolicyRecord {
  const everybody = { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [], includeRoles: [], excludeRoles: [] };
  return {
    id: tenant.directory.newId(`access ${index}`),
    displayName: `Access ${index}`,
    state,
    createdAt: now,
    modifiedAt: index === 0 ? null : now,
    users: everybody,
    applications: { includeApplications: ['Office365'], excludeApplications: [], includeUserActions: [] },
    platforms: index === 1 ? { includePlatforms: ['all'], excludePlatforms: ['iOS'] } : null,
    clientAppTypes: ['all'],
    grant: index === 2 ? null : { operator: 'AND', builtInControls: ['compliantDevice', 'domainJoinedDevice'] },
    signInFrequencyHours: index === 0 ? null : 24 * index,
  };
}

function signIns(bench: CoreBench): void {
  const records = [...bench.tenant.devicesAfter(null)];
  for (const userPrincipalName of [...people, 'nobody@contoso.example']) {
    const deviceId = records.find(({ inventory }) => inventory.userPrincipalName === userPrincipalName)?.id ?? null;
    for (const app of officeApps) {
      bench.ask({ service: 'sign-in', app, userPrincipalName, deviceId, token: null });
      bench.ask({ service: 'sign-in', app, userPrincipalName, deviceId: null, token: 'made up' });
    }
  }
}

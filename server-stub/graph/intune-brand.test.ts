import { beforeEach, expect, it } from 'vitest';
import { DirectoryBench, limited } from './directory.fixture.ts';

const singleton = '/v1.0/deviceManagement';
/** One pixel. */
const logo = {
  type: 'image/png',
  value: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
};

let bench: DirectoryBench;
beforeEach(() => {
  bench = new DirectoryBench();
});

const change = (intuneBrand: unknown, version = 'v1.0') => bench.outcome('PATCH', `/${version}/deviceManagement`, { intuneBrand });

it('NC-10 logo, company name and contact information are the branding of the tenant', () => {
  const nothing = { displayName: null, contactITName: null, lightBackgroundLogo: null, showLogo: false, themeColor: null };
  expect(bench.get(`${singleton}/intuneBrand`)).toMatchObject({
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/intuneBrand',
    ...nothing,
  });
  const brand = {
    displayName: 'Contoso',
    contactITName: 'Help desk',
    contactITPhoneNumber: '+1 555 0100',
    contactITEmailAddress: 'help@contoso.example',
    contactITNotes: 'Weekdays,\nnine to five',
    privacyUrl: 'https://contoso.example/privacy',
    onlineSupportSiteUrl: 'https://contoso.example/help',
    onlineSupportSiteName: 'Help',
    themeColor: { r: 0, g: 114, b: 198 },
    showLogo: true,
    lightBackgroundLogo: logo,
    darkBackgroundLogo: null,
    showNameNextToLogo: true,
    showDisplayNameNextToLogo: true,
  };
  expect(change({ '@odata.type': '#microsoft.graph.intuneBrand', ...brand })).toBe('200');
  expect(bench.get(`${singleton}?$select=intuneBrand`).intuneBrand).toEqual(brand);
  expect(bench.tenant.brand()).toEqual(brand);
  expect(change({ displayName: 'Fabrikam', themeColor: null })).toBe('200');
  expect(bench.get(singleton).intuneBrand).toEqual({ ...brand, displayName: 'Fabrikam', themeColor: null });
  expect(bench.audits().filter((entry) => entry.startsWith('patch IntuneBrand'))).toHaveLength(2);
});

it('what beta has beside it is shown, and only that can be sent back', () => {
  expect(change({ displayName: 'Contoso' })).toBe('200');
  const shown = bench.get('/beta/deviceManagement/intuneBrand');
  expect(shown).toMatchObject({ displayName: 'Contoso', enrollmentAvailability: 'availableWithPrompts', companyPortalBlockedActions: [] });
  expect(change(shown, 'beta')).toBe('200');
  expect(change({ isRemoveDeviceDisabled: true }, 'beta')).toContain(
    "'intuneBrand.isRemoveDeviceDisabled' has no effect here and is false",
  );
  expect(change({ isRemoveDeviceDisabled: false })).toContain("Could not find a property named 'isRemoveDeviceDisabled'");
});

it.each([
  ['a text', "'intuneBrand': it takes a microsoft.graph.intuneBrand"],
  [null, "'intuneBrand'"],
  [{ name: 'Contoso' }, "Could not find a property named 'name' on type 'microsoft.graph.intuneBrand'"],
  [{ displayName: 5 }, "'intuneBrand.displayName': it takes a text of at most 40 characters in one line, or null"],
  [{ displayName: 'Contoso\r\nBcc: eve@contoso.example' }, "'intuneBrand.displayName'"],
  [{ contactITEmailAddress: 'nobody' }, "'intuneBrand.contactITEmailAddress': it takes an e-mail address"],
  [{ privacyUrl: 'javascript:alert(1)' }, "'intuneBrand.privacyUrl': it takes an address that begins with https://"],
  [{ showLogo: 'yes' }, "'intuneBrand.showLogo': it takes true or false"],
  [{ themeColor: { r: 1, g: 2 } }, "'intuneBrand.themeColor': it takes {r, g, b}"],
  [{ themeColor: { r: 1, g: 2, b: 256 } }, "'intuneBrand.themeColor'"],
  [{ lightBackgroundLogo: { type: 'text/html', value: logo.value } }, "'intuneBrand.lightBackgroundLogo': it takes {type, value}"],
  [{ lightBackgroundLogo: { type: 'image/svg+xml', value: logo.value } }, 'one of image/png'],
  [{ lightBackgroundLogo: { type: 'image/png', value: '<svg>' } }, "'intuneBrand.lightBackgroundLogo'"],
  [{ darkBackgroundLogo: { type: 'image/png', value: 'A'.repeat(1_024_004) } }, 'at most 750 KB'],
])('refuses %j', (brand, sentence) => {
  const outcome = change(brand);
  expect(outcome).toMatch(/^400 BadRequest: /);
  expect(outcome).toContain(sentence);
  expect(bench.tenant.brand().displayName).toBeNull();
});

it('takes a logo of 750 KB', () => {
  expect(change({ darkBackgroundLogo: { type: 'image/png', value: 'A'.repeat(1_024_000) } })).toBe('200');
});

it('needs a permission of its own', () => {
  const { caller } = bench;
  bench.caller = limited(caller, 'DeviceManagementConfiguration.ReadWrite.All');
  expect(change({ displayName: 'x' })).toMatch(/^403 /);
  bench.caller = limited(caller, 'DeviceManagementServiceConfig.ReadWrite.All');
  expect(change({ displayName: 'x' })).toBe('200');
});

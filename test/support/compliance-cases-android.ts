/** Of Android, whose passcodes policies only judge (compliance-case.ts). */
import type { DeviceChange } from '../../protocol/hands.ts';
import type { PolicyType } from '../../server-stub/core/policy-records.ts';
import {
  beside,
  breaks,
  defenderThreat,
  keeps,
  nowhere,
  onOff,
  passcode,
  profile,
  type Row,
  restricted,
  rooted,
  row,
  security,
  threat,
  versions,
} from './compliance-case.ts';

/** Android only judges. */
const judged = (previous: string): Row[] => [
  row('passwordRequired', true, keeps(), breaks(passcode(null)), keeps(passcode('1234'))),
  row('passwordMinimumLength', 8, keeps(), breaks(passcode(null)), breaks(passcode('Abcde12')), keeps(passcode('Abcde123'))),
  row('passwordExpirationDays', 365, keeps(), keeps(passcode(null))),
  row(previous, 10, keeps(), keeps(security({ rememberedPasscodes: 10 })), breaks(security({ rememberedPasscodes: 9 }))),
  row(
    'passwordMinutesOfInactivityBeforeLock',
    5,
    keeps(),
    keeps(security({ lockAfterMinutes: 5 })),
    breaks(security({ lockAfterMinutes: 6 })),
    breaks(passcode(null)),
  ),
];

const typed = (setting: string, of: (text: string | null) => DeviceChange, names: Readonly<Record<string, string>>): Row[] => {
  const weakest: Readonly<Record<string, readonly [enough: string, tooLittle: string | null]>> = {
    any: ['1111', null],
    numeric: ['1111', null],
    numericComplex: ['1357', '1234'],
    alphabetic: ['abxy', '1357'],
    alphanumeric: ['abx1', 'abxy'],
    alphanumericWithSymbols: ['ab-1', 'abx1'],
  };
  return Object.entries(names).map(([value, as]) => {
    const [enough, tooLittle = null] = weakest[as] ?? ['1111'];
    return row(setting, value, keeps(), breaks(of(null)), keeps(of(enough)), ...(tooLittle === null ? [] : [breaks(of(tooLittle))]));
  });
};

const complexity = (setting: string, of: (text: string | null) => DeviceChange, tooOld: string): Row[] => [
  row(setting, 'low', keeps(), keeps(of('1111')), breaks(of(null)), [{ osVersion: tooOld }, 'notApplicable']),
  row(setting, 'medium', keeps(), breaks(of('1111')), keeps(of('1357')), keeps(of('abcx'))),
  row(setting, 'high', keeps(), breaks(of('1357246')), keeps(of('13572468')), breaks(of('abcx1')), keeps(of('abcxyz'))),
];

const android = [
  ...versions('13', '14', '15'),
  row(
    'minAndroidSecurityPatchLevel',
    '2026-08-05',
    keeps(),
    breaks(security({ securityPatch: '2026-08-04' })),
    keeps(security({ securityPatch: '2026-08-05' })),
  ),
  row(
    'minAndroidSecurityPatchLevel',
    'August 5, 2026',
    breaks(security({ securityPatch: '2025-12-31' })),
    keeps(security({ securityPatch: '2026-08-05' })),
  ),
  row('storageRequireEncryption', true, keeps(), breaks({ encrypted: false })),
];
const integrity = [
  row(
    'securityRequireSafetyNetAttestationBasicIntegrity',
    true,
    keeps(),
    breaks(security({ playIntegrity: 'none' })),
    keeps(security({ playIntegrity: 'basic' })),
    breaks({ jailBroken: true }),
  ),
  row(
    'securityRequireSafetyNetAttestationCertifiedDevice',
    true,
    keeps(),
    breaks(security({ playIntegrity: 'basic' })),
    keeps(security({ playIntegrity: 'device' })),
    breaks({ jailBroken: true }),
  ),
];
const evaluationTypes = [
  { securityRequireSafetyNetAttestationBasicIntegrity: true },
  { securityRequireSafetyNetAttestationCertifiedDevice: true },
].map((required) =>
  beside(
    required,
    row(
      'securityRequiredAndroidSafetyNetEvaluationType',
      'hardwareBacked',
      keeps(),
      breaks(security({ playIntegrity: 'device' })),
      keeps(security({ playIntegrity: 'strong' })),
    ),
  ),
);

const notJudged = row('securityBlockJailbrokenDevices', true, [{ jailBroken: true }, 'notApplicable']);

const androidTypes = {
  any: 'any',
  lowSecurityBiometric: 'any',
  numeric: 'numeric',
  numericComplex: 'numericComplex',
  alphabetic: 'alphabetic',
  alphanumeric: 'alphanumeric',
  alphanumericWithSymbols: 'alphanumericWithSymbols',
};
const androidShared = [
  ...judged('passwordPreviousPasswordBlockCount'),
  ...android,
  ...integrity,
  ...threat,
  ...defenderThreat,
  rooted,
  ...typed('passwordRequiredType', passcode, androidTypes),
  nowhere('passwordSignInFailureCountBeforeFactoryReset', 16),
  onOff('securityPreventInstallAppsFromUnknownSources', 'unknownSources', false),
  onOff('securityDisableUsbDebugging', 'usbDebugging', false),
  onOff('securityRequireVerifyApps', 'verifyApps', true),
  onOff('securityRequireGooglePlayServices', 'googlePlayServices', true),
  onOff('securityRequireUpToDateSecurityProviders', 'securityProvidersUpToDate', true),
  row('securityRequireUpToDateSecurityProviders', true, breaks(security({ googlePlayServices: false }))),
  onOff('securityRequireCompanyPortalAppIntegrity', 'managementAppIntact', true),
];

const counts = (setting: string, enough: string, tooLittle: string): Row =>
  row(setting, 2, keeps(), keeps(passcode(enough)), breaks(passcode(tooLittle)), breaks(passcode(null)));

export const androidCases: Partial<Readonly<Record<PolicyType, readonly Row[]>>> = {
  androidCompliancePolicy: [
    ...androidShared,
    ...complexity('requiredPasswordComplexity', passcode, '10'),
    row('securityBlockDeviceAdministratorManagedDevices', true, breaks()),
    restricted,
    nowhere('conditionStatementId', 'f3a1'),
  ],
  androidWorkProfileCompliancePolicy: [
    ...androidShared,
    ...complexity('requiredPasswordComplexity', passcode, '11'),
    ...evaluationTypes,
    row('workProfileRequirePassword', true, keeps(), breaks(profile(null))),
    row('workProfilePasswordMinimumLength', 8, keeps(), breaks(profile(null)), breaks(profile('Abcde12')), keeps(profile('Abcde123'))),
    row('workProfilePasswordExpirationInDays', 365, keeps(), keeps(profile(null))),
    ...typed('workProfilePasswordRequiredType', profile, {
      lowSecurityBiometric: 'any',
      required: 'any',
      atLeastNumeric: 'numeric',
      numericComplex: 'numericComplex',
      atLeastAlphabetic: 'alphabetic',
      atLeastAlphanumeric: 'alphanumeric',
      alphanumericWithSymbols: 'alphanumericWithSymbols',
    }),
    row('workProfilePreviousPasswordBlockCount', 10, keeps(), breaks(security({ rememberedPasscodes: 9 }))),
    row('workProfilePreviousPasswordBlockCount', 0, keeps(security({ rememberedPasscodes: 0 }))),
    row('workProfileInactiveBeforeScreenLockInMinutes', 5, keeps(), breaks(security({ lockAfterMinutes: 6 })), breaks(profile(null))),
    ...complexity('workProfileRequiredPasswordComplexity', profile, '11'),
  ],
  androidDeviceOwnerCompliancePolicy: [
    ...judged('passwordPreviousPasswordCountToBlock'),
    ...android,
    ...integrity,
    ...threat,
    ...defenderThreat,
    ...evaluationTypes,
    notJudged,
    ...typed('passwordRequiredType', passcode, {
      required: 'any',
      lowSecurityBiometric: 'any',
      customPassword: 'any',
      numeric: 'numeric',
      numericComplex: 'numericComplex',
      alphabetic: 'alphabetic',
      alphanumeric: 'alphanumeric',
      alphanumericWithSymbols: 'alphanumericWithSymbols',
    }),
    counts('passwordMinimumLetterCharacters', '11aB', '111a'),
    counts('passwordMinimumLowerCaseCharacters', '11ab', '1aBC'),
    counts('passwordMinimumUpperCaseCharacters', '11AB', 'abC1'),
    counts('passwordMinimumNonLetterCharacters', 'ab1-', 'abc1'),
    counts('passwordMinimumNumericCharacters', 'ab12', 'ab1-'),
    counts('passwordMinimumSymbolCharacters', 'ab--', 'ab1-'),
    onOff('securityRequireIntuneAppIntegrity', 'managementAppIntact', true),
    onOff('requireNoPendingSystemUpdates', 'updatesPending', false),
  ],
};

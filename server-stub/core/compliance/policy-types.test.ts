/** The tables against Microsoft's own declarations, and what each setting may be set to. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json, PolicyType } from '../policy-records.ts';
import { policyTypeTable } from './policy-types.ts';

const declarations = (name: string) =>
  readFileSync(new URL(`../../../node_modules/@microsoft/${name}/microsoft-graph.d.ts`, import.meta.url), 'utf8');
const v1 = declarations('microsoft-graph-types');
const beta = declarations('microsoft-graph-types-beta');

function declared(text: string, type: string): string[] {
  const name = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  const body = new RegExp(`export interface ${name} extends DeviceCompliancePolicy \\{([\\s\\S]*?)\\n\\s*\\}`).exec(text)?.[1] ?? '';
  return [...body.matchAll(/^\s+(\w+)\?:/gm)].map(([, property = '']) => property).sort();
}

it('the settings that are never applicable are those that README names', () => {
  const never = Object.values(policyTypeTable).flatMap(({ settings }) =>
    Object.keys(settings).filter((name) => settings[name]?.judge === null),
  );
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const named = /Always `notApplicable`: ([^.]+)\./.exec(readme)?.[1]?.match(/\w+/g) ?? [];
  expect(named.sort()).toEqual([...new Set(never)].sort());
});

describe.each(Object.entries(policyTypeTable))('%s', (type, { settings, isBeta }) => {
  it('has the settings that Microsoft declares, in each version', () => {
    const names = Object.keys(settings);
    expect(names.sort()).toEqual(declared(beta, type));
    const ofV1 = isBeta ? [] : names.filter((name) => settings[name]?.isBeta === false);
    expect(ofV1).toEqual(declared(v1, type));
    expect(names.length).toBeGreaterThan(7);
  });

  it('takes what it shows where nothing was set, and asks for nothing by it', () => {
    for (const [name, { unset, whyNot, asks }] of Object.entries(settings)) {
      if (unset === null) continue;
      expect(whyNot(unset), name).toBeUndefined();
      expect(asks(unset, settings as never), name).toBe(false);
    }
  });

  it('takes no value of another type', () => {
    for (const [name, { whyNot }] of Object.entries(settings)) {
      expect(whyNot({ a: 1 }), name).toMatch(/^(true or false|a whole number|one of|text that is|a list of|a script)/);
      expect([true, 1.5, '\u0000', [null]].filter((value) => whyNot(value) === undefined).length, name).toBeLessThan(2);
    }
  });
});

describe('what a setting may be set to', () => {
  const range = [{ description: null, lowestVersion: '10.0', highestVersion: '10.0.22631.3737' }];
  it.each<[PolicyType, string, Json, string | undefined]>([
    ['iosCompliancePolicy', 'passcodeMinimumLength', 4, undefined],
    ['iosCompliancePolicy', 'passcodeMinimumLength', 14, undefined],
    ['iosCompliancePolicy', 'passcodeMinimumLength', 3, 'a whole number from 4 to 14'],
    ['iosCompliancePolicy', 'passcodeMinimumLength', 15, 'a whole number from 4 to 14'],
    ['iosCompliancePolicy', 'passcodeMinimumLength', '6', 'a whole number from 4 to 14'],
    ['iosCompliancePolicy', 'passcodeRequired', 'true', 'true or false'],
    ['iosCompliancePolicy', 'passcodeRequiredType', 'complex', 'one of deviceDefault, alphanumeric, numeric'],
    ['iosCompliancePolicy', 'osMinimumVersion', '17.5.1', undefined],
    ['iosCompliancePolicy', 'osMinimumVersion', '', undefined],
    ['iosCompliancePolicy', 'osMinimumVersion', 'iOS 17', 'text that is one to four numbers with dots, each at most 65535: "17.5.1"'],
    ['iosCompliancePolicy', 'osMinimumBuildVersion', '21f90', 'text that is a build as Apple writes it: "21F90"'],
    ['iosCompliancePolicy', 'restrictedApps', [{ name: 'Chess' }], undefined],
    [
      'iosCompliancePolicy',
      'restrictedApps',
      [{ appId: 'chess' }],
      'a list of up to 100, each of them an app {name, publisher, appStoreUrl, appId}',
    ],
    ['iosCompliancePolicy', 'restrictedApps', 'Chess', 'a list of up to 100, each of them an app {name, publisher, appStoreUrl, appId}'],
    ['androidCompliancePolicy', 'passwordExpirationDays', 365, undefined],
    ['androidCompliancePolicy', 'passwordExpirationDays', 366, 'a whole number from 1 to 365'],
    ['androidCompliancePolicy', 'minAndroidSecurityPatchLevel', '2024-02-29', undefined],
    ['androidCompliancePolicy', 'minAndroidSecurityPatchLevel', 'February 1, 2025', undefined],
    ['androidCompliancePolicy', 'minAndroidSecurityPatchLevel', '2025-02-29', 'text that is a day: "2026-08-05", or "August 5, 2026"'],
    ['androidCompliancePolicy', 'minAndroidSecurityPatchLevel', 'Smarch 1, 2025', 'text that is a day: "2026-08-05", or "August 5, 2026"'],
    ['windows10CompliancePolicy', 'passwordExpirationDays', 731, 'a whole number from 1 to 730'],
    [
      'windows10CompliancePolicy',
      'osMinimumVersion',
      '10.0.22631.65536',
      'text that is one to four numbers with dots, each at most 65535: "17.5.1"',
    ],
    ['windows10CompliancePolicy', 'validOperatingSystemBuildRanges', range, undefined],
    [
      'windows10CompliancePolicy',
      'validOperatingSystemBuildRanges',
      [{ lowestVersion: '10.0.22631', highestVersion: '10.0.22621' }],
      'a list of up to 10000, each of them a range {description, lowestVersion, highestVersion} of versions such as "10.0.22631.3737", the lowest first',
    ],
  ])('%s %s %j: %s', (type, setting, value, why) => {
    expect(policyTypeTable[type].settings[setting]?.whyNot(value)).toBe(why);
  });
});

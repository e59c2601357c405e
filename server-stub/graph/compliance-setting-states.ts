/** Settings of compliance policies in Graph's words: what they are called, for which platform, and in which state they are on a device. */
import type { PolicyPlatformType as PlatformV1 } from '@microsoft/microsoft-graph-types';
import type { PolicyPlatformType as PlatformBeta } from '@microsoft/microsoft-graph-types-beta';
import type { DevicePolicy } from '../core/compliance/device-policies.ts';
import type { PolicyType } from '../core/policy-records.ts';
import type { GraphVersion } from './endpoint.ts';

/** What Graph calls the platform of a type; v1.0 lacks some words (reference §4.2). */
const platforms: Readonly<Record<PolicyType, readonly [v1: PlatformV1, beta: PlatformBeta]>> = {
  androidCompliancePolicy: ['android', 'android'],
  androidWorkProfileCompliancePolicy: ['androidForWork', 'androidWorkProfile'],
  androidDeviceOwnerCompliancePolicy: ['androidForWork', 'androidForWork'],
  androidForWorkCompliancePolicy: ['androidForWork', 'androidForWork'],
  aospDeviceOwnerCompliancePolicy: ['android', 'androidAOSP'],
  iosCompliancePolicy: ['iOS', 'iOS'],
  macOSCompliancePolicy: ['macOS', 'macOS'],
  windows10CompliancePolicy: ['windows10AndLater', 'windows10AndLater'],
  windows10MobileCompliancePolicy: ['windows10AndLater', 'windows10AndLater'],
  windows81CompliancePolicy: ['windows81AndLater', 'windows81AndLater'],
  windowsPhone81CompliancePolicy: ['windowsPhone81', 'windowsPhone81'],
};

/** That of the service itself is for all. */
export function platformOf(version: GraphVersion, { policy }: Pick<DevicePolicy, 'policy'>): PlatformBeta {
  if (policy === null) return 'all';
  const [v1, beta] = platforms[policy.type];
  return version === 'beta' ? beta : v1;
}

/** Class and property: `IosCompliancePolicy.PasscodeRequired`. Settings of the service's own policy are called so already. */
export function settingPath({ policy }: Pick<DevicePolicy, 'policy'>, setting: string): string {
  return policy === null ? setting : `${capital(policy.type)}.${capital(setting)}`;
}

/** The property alone. */
export function settingName(setting: string): string {
  return setting.slice(setting.lastIndexOf('.') + 1);
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

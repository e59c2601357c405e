/**
 * Graph's types of compliance policies: which devices each is for, and what each of its settings asks (reference §4.2). Graph checks what is
 * written by this table, and devices are judged by it.
 */
import type { Kind } from '../../../protocol/platforms.ts';
import type { PolicyType } from '../policy-records.ts';
import { androidForWorkSettings, androidSettings, aospSettings, deviceOwnerSettings, workProfileSettings } from './android-settings.ts';
import { iosSettings } from './ios-settings.ts';
import { macosSettings } from './macos-settings.ts';
import type { SettingRules } from './setting.ts';
import { windows81Settings, windowsMobileSettings, windowsSettings } from './windows-settings.ts';

export interface PolicyTypeFacts {
  /** Whether devices of this kind are judged by such policies; by none other (NC-02). */
  isFor(kind: Pick<Kind, 'platform' | 'enrollment'>): boolean;
  /** Only beta knows it. */
  isBeta: boolean;
  settings: SettingRules;
}

/** Of systems that no device here has: such a policy is kept, and reaches nobody. */
const nobody = () => false;

export const policyTypeTable: Readonly<Record<PolicyType, PolicyTypeFacts>> = {
  androidCompliancePolicy: {
    isFor: ({ enrollment }) => enrollment === 'device-administrator',
    isBeta: false,
    settings: androidSettings,
  },
  androidWorkProfileCompliancePolicy: {
    isFor: ({ enrollment }) => enrollment === 'personal-work-profile',
    isBeta: false,
    settings: workProfileSettings,
  },
  androidDeviceOwnerCompliancePolicy: {
    isFor: ({ enrollment }) => enrollment === 'corporate-work-profile' || enrollment === 'fully-managed' || enrollment === 'dedicated',
    isBeta: true,
    settings: deviceOwnerSettings,
  },
  iosCompliancePolicy: { isFor: ({ platform }) => platform === 'ios', isBeta: false, settings: iosSettings },
  macOSCompliancePolicy: { isFor: ({ platform }) => platform === 'macos', isBeta: false, settings: macosSettings },
  windows10CompliancePolicy: { isFor: ({ platform }) => platform === 'windows', isBeta: false, settings: windowsSettings },
  windows10MobileCompliancePolicy: { isFor: nobody, isBeta: false, settings: windowsMobileSettings },
  windows81CompliancePolicy: { isFor: nobody, isBeta: false, settings: windows81Settings },
  windowsPhone81CompliancePolicy: { isFor: nobody, isBeta: false, settings: windows81Settings },
  androidForWorkCompliancePolicy: { isFor: nobody, isBeta: true, settings: androidForWorkSettings },
  aospDeviceOwnerCompliancePolicy: { isFor: nobody, isBeta: true, settings: aospSettings },
};

/** What a tenant sets for all its policies, and how its portal looks: kept as texts beside the records. */
import { type Brand, brandDefault, type ComplianceSettings, complianceSettingsDefault } from '../policy-records.ts';
import type { Core } from '../sessions.ts';

const complianceSetting = 'compliance-settings';
const brandSetting = 'brand';

/** Asked for at each look at a device, changed hardly ever: the same text has the same meaning. */
let latest = { text: '', settings: complianceSettingsDefault };

export function complianceSettings(core: Core): ComplianceSettings {
  const text = core.store.setting(complianceSetting);
  if (text === undefined) return complianceSettingsDefault;
  if (text !== latest.text)
    latest = { text, settings: { ...complianceSettingsDefault, ...(JSON.parse(text) as Partial<ComplianceSettings>) } };
  return latest.settings;
}

export function saveComplianceSettings(core: Core, settings: ComplianceSettings): void {
  core.store.saveSetting(complianceSetting, JSON.stringify(settings));
}

/** With its logo it is long, and each mail asks for it. */
let latestBrand = { text: '', brand: brandDefault };

export function brand(core: Core): Brand {
  const text = core.store.setting(brandSetting);
  if (text === undefined) return brandDefault;
  if (text !== latestBrand.text) latestBrand = { text, brand: { ...brandDefault, ...(JSON.parse(text) as Partial<Brand>) } };
  return latestBrand.brand;
}

export function saveBrand(core: Core, change: Brand): void {
  core.store.saveSetting(brandSetting, JSON.stringify(change));
}

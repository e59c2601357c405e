/**
 * What the tenant wants of its devices, and who has it. A configuration is known by its version, a hash of all that it says; a device
 * tells at each check-in which one it has, and gets the wanted one if that is another. What an administrator has never changed is
 * worth no frame: its version is `none`, and a device without any configuration has it already.
 */
import { type AssignedApp, type Configuration, type Policy, policyDefault } from '../../protocol/device-information.ts';
import { isManagedByPartner, type Platform, platforms } from '../../protocol/platforms.ts';
import { hashString } from '../../runtime/random.ts';
import type { Initiator } from '../graph/tenant.ts';
import { audit } from './audit.ts';
import type { ServerOut } from './effects.ts';
import type { PasscodeDemands } from './policy-records.ts';
import { push } from './push.ts';
import { canBeReached, type DeviceRecord } from './records.ts';
import type { Core, Session } from './sessions.ts';
import { isFor, type TenantConfiguration, tenantConfigurationDefault } from './settings.ts';

/** The version that says nothing: the default policy and no apps. */
const noConfiguration = 'none';

/** Where a store keeps it (JSON of a TenantConfiguration), and how often it was changed. */
export const tenantConfigurationSetting = 'tenant-configuration';
const changesSetting = 'tenant-changes';

export interface WantedConfigurations {
  /** What the store held when this was worked out. */
  text: string | undefined;
  tenant: TenantConfiguration;
  /** For devices whose users asked for nothing. */
  byPlatform: Readonly<Record<Platform, Configuration>>;
  /** The same with what policies demand of a passcode, as far as it was asked for: by platform and the demands' text. */
  byDemands: Map<string, Configuration>;
  /** False: no device was ever asked for anything, none has to be looked at. */
  isUsed: boolean;
}

export function tenantConfiguration(core: Core): TenantConfiguration {
  return wantedNow(core).tenant;
}

/** What this device should have. Treat it as constant: devices share it. */
function wantedConfiguration(core: Core, record: DeviceRecord): Configuration {
  return wantedIn(wantedNow(core), record);
}

/** Whether the device has another configuration than it should. A deleted record's device is only waited for. */
export function configurationWaits(core: Core, record: DeviceRecord): boolean {
  return waitsIn(wantedNow(core), record);
}

/** The same by id, without a look at the record where no tenant ever asked for anything. */
export function configurationWaitsFor(core: Core, deviceId: string): boolean {
  const record = core.store.device(deviceId);
  if (record?.compliance.demands === null && !wantedNow(core).isUsed) return false;
  return record !== undefined && configurationWaits(core, record);
}

/**
 * Within a check-in: brings the device what it should have. That counts as applied at once, because frames of a link arrive in order;
 * should the link break before, the device's next check-in names the version that it really has. Returns whether anything was sent.
 */
export function sendConfiguration(core: Core, session: Session, record: DeviceRecord, out: ServerOut): boolean {
  if (!configurationWaits(core, record)) return false;
  const configuration = wantedConfiguration(core, record);
  record.configuration = configuration.version;
  core.store.saveDevice(record);
  out.send(session.link, { type: 'configuration', configuration });
  out.note({ kind: 'configuration-sent', deviceId: record.id, version: configuration.version });
  return true;
}

/** What policies demand of the device may be another thing now. @param waited what `configurationWaits` said before */
export function demandsMayHaveChanged(core: Core, record: DeviceRecord, waited: boolean, out: ServerOut): void {
  const waits = configurationWaits(core, record);
  if (waits !== waited) out.note({ kind: 'configuration-waits', deviceId: record.id, waits });
}

/** The device has none any more: it was wiped, and stayed enrolled. */
export function forgetConfiguration(core: Core, record: DeviceRecord, out: ServerOut): void {
  record.configuration = null;
  core.store.saveDevice(record);
  if (configurationWaits(core, record)) out.note({ kind: 'configuration-waits', deviceId: record.id, waits: true });
}

/** An administrator changes what the tenant wants. Devices that have something else get a push. What is undefined stays. */
export function configure(core: Core, change: Partial<TenantConfiguration>, by: Initiator, now: number, out: ServerOut): void {
  const before = wantedNow(core);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const text = JSON.stringify({ ...before.tenant, ...given });
  // A count, and not the instant: on a frozen clock two changes are of one, and a live run may be a millisecond early.
  const changes = Number(core.store.setting(changesSetting) ?? 0) + 1;
  audit(core, null, 'patch TenantConfiguration', by, changes, now);
  core.store.saveSetting(tenantConfigurationSetting, text);
  core.store.saveSetting(changesSetting, String(changes));
  for (const record of core.store.devicesAfter(null)) {
    if (canBeReached(record, now)) tellOfChange(core, record, waitsIn(before, record), `tenant/${changes}`, now, out);
  }
}

/** The device's user wants an app that is assigned to it as available. Returns false where none such is. */
export function requestApp(core: Core, record: DeviceRecord, appId: string, now: number, out: ServerOut): boolean {
  const { platform } = record.inventory;
  const isAvailable = tenantConfiguration(core).apps.some((app) => app.id === appId && app.intent === 'available' && isFor(app, platform));
  if (!isAvailable || isManagedByPartner(record.inventory)) return false;
  if (record.requestedApps.includes(appId)) return true;
  const waited = configurationWaits(core, record);
  record.requestedApps = [...record.requestedApps, appId];
  core.store.saveDevice(record);
  if (canBeReached(record, now)) tellOfChange(core, record, waited, `app/${record.requestedApps.length}`, now, out);
  return true;
}

/** @param occasion counts; an instant would draw another fate for a push that a live run sends a millisecond earlier */
function tellOfChange(core: Core, record: DeviceRecord, waited: boolean, occasion: string, now: number, out: ServerOut): void {
  const waits = configurationWaits(core, record);
  if (waits !== waited) out.note({ kind: 'configuration-waits', deviceId: record.id, waits });
  if (waits) push(core, record, `configuration/${occasion}`, now, out);
}

function wantedIn(wanted: WantedConfigurations, { inventory, requestedApps, compliance }: DeviceRecord): Configuration {
  const { tenant, byPlatform } = wanted;
  const { platform } = inventory;
  const { demands } = compliance;
  // Whatever a partner manages, it configures.
  if (isManagedByPartner(inventory)) return unconfigured;
  if (requestedApps.length > 0) return configurationFor(tenant, platform, requestedApps, demands);
  return demands === null ? byPlatform[platform] : demandedIn(wanted, platform, demands);
}

/** Devices are many, and what is demanded of them is mostly the same. */
/** Asked for at each look at a device. */
const textsOfDemands = new WeakMap<PasscodeDemands, string>();

function textOf(demands: PasscodeDemands): string {
  let text = textsOfDemands.get(demands);
  if (text === undefined) {
    text = JSON.stringify(demands);
    textsOfDemands.set(demands, text);
  }
  return text;
}

function demandedIn({ tenant, byDemands }: WantedConfigurations, platform: Platform, demands: PasscodeDemands): Configuration {
  const key = `${platform} ${textOf(demands)}`;
  const known = byDemands.get(key);
  if (known !== undefined) return known;
  const configuration = configurationFor(tenant, platform, [], demands);
  byDemands.set(key, configuration);
  return configuration;
}

function waitsIn(wanted: WantedConfigurations, record: DeviceRecord): boolean {
  return !record.deleted && (record.configuration ?? noConfiguration) !== wantedIn(wanted, record).version;
}

/** Policies enforce what they ask of a passcode, where that is stricter (core/compliance/demands.ts). */
function strictest(tenant: TenantConfiguration, demands: PasscodeDemands | null): Policy {
  const { passcodeRequired, workProfilePasscodeRequired, passcodeLengthMin, allowActivationLock } = tenant;
  if (demands === null) return { passcodeRequired, workProfilePasscodeRequired, passcodeLengthMin, allowActivationLock };
  return {
    passcodeRequired: passcodeRequired || demands.passcodeRequired,
    workProfilePasscodeRequired: workProfilePasscodeRequired || demands.workProfilePasscodeRequired === true,
    passcodeLengthMin: Math.max(passcodeLengthMin, demands.passcodeLengthMin),
    allowActivationLock,
  };
}

/** From the store each time, so that a transaction that was taken back leaves nothing here; worked out only when the text is another. */
function wantedNow(core: Core): WantedConfigurations {
  const text = core.store.setting(tenantConfigurationSetting);
  if (core.wanted !== null && core.wanted.text === text) return core.wanted;
  const changed = text === undefined ? core.settings.tenant : (JSON.parse(text) as Partial<TenantConfiguration>);
  const tenant: TenantConfiguration = { ...tenantConfigurationDefault, ...changed };
  const byPlatform = Object.fromEntries(platforms.map((one) => [one, configurationFor(tenant, one, [], null)])) as Record<
    Platform,
    Configuration
  >;
  core.wanted = { text, tenant, byPlatform, byDemands: new Map(), isUsed: text !== undefined || Object.keys(changed ?? {}).length > 0 };
  return core.wanted;
}

function configurationFor(
  tenant: TenantConfiguration,
  platform: Platform,
  requestedApps: readonly string[],
  demands: PasscodeDemands | null,
): Configuration {
  const policy = strictest(tenant, demands);
  const apps = tenant.apps
    .filter((app) => isFor(app, platform))
    .map(({ id, name, intent }): AssignedApp => {
      return { id, name, intent: intent === 'available' && requestedApps.includes(id) ? 'requested' : intent };
    });
  const rules = demands?.rules === undefined ? {} : { passcodeRules: demands.rules };
  const content = JSON.stringify({ policy, apps, ...rules });
  const version = content === nothingAsked ? noConfiguration : `${hex(hashString(content, 1))}${hex(hashString(content, 2))}`;
  return { version, ...policy, apps, ...rules };
}

const nothingAsked = JSON.stringify({
  policy: {
    passcodeRequired: policyDefault.passcodeRequired,
    workProfilePasscodeRequired: policyDefault.workProfilePasscodeRequired,
    passcodeLengthMin: policyDefault.passcodeLengthMin,
    allowActivationLock: policyDefault.allowActivationLock,
  },
  apps: [],
});

/** Asks for nothing, and brings nothing. */
const unconfigured: Configuration = { version: noConfiguration, ...policyDefault, apps: [] };

const hex = (word: number) => word.toString(16).padStart(8, '0');

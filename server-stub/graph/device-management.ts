/**
 * deviceManagement itself, the singleton (Graph: intune-deviceconfig-devicemanagement-get; reference §4.6, §7.4), as far as devices of
 * ours depend on it: what is set for all compliance policies, and on beta after how many days without contact a device is hidden.
 */
import type { IntuneBrand as BrandV1, DeviceManagementSettings as SettingsV1 } from '@microsoft/microsoft-graph-types';
import type {
  IntuneBrand as BrandBeta,
  ManagedDeviceCleanupSettings,
  DeviceManagementSettings as SettingsBeta,
} from '@microsoft/microsoft-graph-types-beta';
import type { Need } from './caller.ts';
import { settingsChange, shownSettings, shownSettingsBeta, writeSettings } from './compliance-settings.ts';
import { derivedGuid } from './derived-guid.ts';
import { type Call, type Endpoint, type GraphVersion, intuneRead } from './endpoint.ts';
import { badRequest, refusedByIntune } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { brandChange, intuneBrandBeta, intuneBrandV1, readBranding, writeBranding } from './intune-brand.ts';
import { mustBeAllowed } from './permission.ts';
import { type Column, type PropertyType, type Resource, resource } from './property.ts';
import { queryOptions } from './query-options.ts';
import { readBody } from './request-json.ts';
import { jsonResponse, noContent } from './response.ts';
import { answerSingleton } from './singleton.ts';
import type { GraphResponse, GraphTenant } from './tenant.ts';

const path = 'deviceManagement';
const daysMin = 30;
const daysMax = 270;

/** Whoever may read one of the parts of Intune may read what they are parts of. */
const read: Need = {
  permissions: ['ServiceConfig', 'Configuration', 'ManagedDevices'].flatMap((part) => [
    `DeviceManagement${part}.Read.All`,
    `DeviceManagement${part}.ReadWrite.All`,
  ]),
  resourceAction: 'Microsoft.Intune_Organization_Read',
  of: 'intune',
};
const readCleanup = intuneRead('DeviceManagementManagedDevices', 'Microsoft.Intune_ManagedDevices_Read');
const writeCleanup: Need = {
  permissions: ['DeviceManagementManagedDevices.ReadWrite.All', 'DeviceManagementServiceConfig.ReadWrite.All'],
  resourceAction: 'Microsoft.Intune_ManagedDeviceCleanupSettings_Update',
  of: 'intune',
};

function column<Value>(type: PropertyType, value: (tenant: GraphTenant) => Value): Column<Value, GraphTenant> {
  return { type, read: value, visibility: 'always', hidden: null };
}

const v1Table = {
  id: column('Edm.String', ({ directory }) => derivedGuid(`device management ${directory.organization().id}`)),
  intuneAccountId: column('Edm.String', ({ directory }) => derivedGuid(`intune account ${directory.organization().id}`)),
  subscriptionState: column('enum', () => 'active'),
  settings: column<SettingsV1>('complex', shownSettings),
  intuneBrand: column<BrandV1>('complex', (tenant) => intuneBrandV1(tenant.brand())),
};

const betaTable = {
  ...v1Table,
  settings: column<SettingsBeta>('complex', shownSettingsBeta),
  intuneBrand: column<BrandBeta>('complex', (tenant) => intuneBrandBeta(tenant.brand())),
  managedDeviceCleanupSettings: column<ManagedDeviceCleanupSettings>('complex', cleanupSettings),
};

const deviceManagementOf: Readonly<Record<GraphVersion, Resource<GraphTenant>>> = {
  'v1.0': resource('microsoft.graph.deviceManagement', v1Table),
  beta: resource('microsoft.graph.deviceManagement', betaTable),
};

/** Days as a text, as the schema has it; '0': no rule. */
function cleanupSettings(tenant: GraphTenant): ManagedDeviceCleanupSettings {
  return { deviceInactivityBeforeRetirementInDays: String(tenant.cleanupDays() ?? 0) };
}

/** What may be changed on the entity, and what that needs. */
interface Writer {
  needs: Need;
  /** Reads the value; what it returns does it. @throws GraphFault 400 */
  change(call: Call, value: unknown): () => void;
}

const writers: Readonly<Record<string, Writer>> = {
  settings: { needs: writeSettings, change: settingsChange },
  intuneBrand: { needs: writeBranding, change: brandChange },
  managedDeviceCleanupSettings: { needs: writeCleanup, change: cleanupChange },
};

/** Which of them a caller needs depends on what is changed. */
const write: Need = { permissions: [...new Set(Object.values(writers).flatMap(({ needs }) => needs.permissions))], of: 'intune' };

export const deviceManagementEndpoints: readonly Endpoint[] = [
  {
    path,
    methods: {
      GET: { needs: read, answer: (call) => answerSingleton(call, path, deviceManagementOf[call.version], call.tenant) },
      PATCH: { needs: write, answer: patch },
    },
  },
  {
    path: `${path}/settings`,
    methods: { GET: { needs: read, answer: (call) => answerPart(call, 'settings') } },
  },
  {
    path: `${path}/intuneBrand`,
    methods: { GET: { needs: readBranding, answer: (call) => answerPart(call, 'intuneBrand') } },
  },
  {
    path: `${path}/managedDeviceCleanupSettings`,
    only: 'beta',
    methods: {
      GET: { needs: readCleanup, answer: (call) => answerPart(call, 'managedDeviceCleanupSettings') },
      PATCH: {
        needs: writeCleanup,
        answer(call) {
          cleanupChange(call, readBody(call.request))();
          return noContent(call.request);
        },
      },
    },
  },
];

/** A structure of the singleton, by itself and whole. @throws GraphFault 400: an option */
function answerPart({ request, version, tenant }: Call, name: string): GraphResponse {
  queryOptions(request.query, version, []);
  const context = `${request.origin}/${version}/$metadata#${path}/${name}`;
  return jsonResponse(request, { '@odata.context': context, ...(deviceManagementOf[version].property(name)?.read(tenant) as object) });
}

/** Nothing is changed unless all of it can be. @throws GraphFault 400 for what cannot be changed, 403 */
function patch(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  const changes: (() => void)[] = [];
  for (const [name, value] of Object.entries(readBody(request))) {
    if (name.includes('@')) continue;
    const property = deviceManagementOf[version].property(name);
    if (property === undefined) {
      throw badRequest(`Could not find a property named '${name.slice(0, 64)}' on type 'microsoft.graph.deviceManagement'.`);
    }
    const writer = Object.hasOwn(writers, property.name) ? writers[property.name] : undefined;
    if (writer === undefined) {
      const others = Object.keys(writers).filter((one) => deviceManagementOf[version].property(one) !== undefined);
      throw badRequest(`The property '${property.name}' of deviceManagement cannot be changed here; ${others.join(', ')} can.`);
    }
    mustBeAllowed(call, writer.needs);
    changes.push(writer.change(call, value));
  }
  for (const change of changes) change();
  return answerSingleton(call, path, deviceManagementOf[version], tenant);
}

/** `{deviceInactivityBeforeRetirementInDays: '90'}`; null, '' and '0' turn the rule off. @throws GraphFault 400 */
function cleanupChange({ request, tenant }: Call, settings: unknown): () => void {
  const name = 'deviceInactivityBeforeRetirementInDays';
  if (settings === null) return () => tenant.setCleanupDays(null, initiatorOf(request));
  if (typeof settings !== 'object' || Array.isArray(settings))
    throw badRequest("The property 'managedDeviceCleanupSettings' is an object.");
  const fields = Object.entries(settings).filter(([key]) => !key.includes('@'));
  const foreign = fields.find(([key]) => key !== name);
  if (foreign !== undefined) {
    throw badRequest(
      `Could not find a property named '${foreign[0].slice(0, 64)}' on type 'microsoft.graph.managedDeviceCleanupSettings'.`,
    );
  }
  if (fields.length === 0) throw badRequest(`The property '${name}' is missing.`);
  const days = daysOf(fields[0]?.[1]);
  return () => tenant.setCleanupDays(days, initiatorOf(request));
}

function daysOf(value: unknown): number | null {
  if (value === null || value === '' || value === '0') return null;
  const days = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN;
  if (days >= daysMin && days <= daysMax) return days;
  throw refusedByIntune(
    `The property 'deviceInactivityBeforeRetirementInDays' is a text, '${daysMin}' to '${daysMax}', or '0' for no rule; not ${(JSON.stringify(value) ?? 'nothing').slice(0, 64)}.`,
  );
}

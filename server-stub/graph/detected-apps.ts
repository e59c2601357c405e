/**
 * detectedApp: the apps that devices have told of, managed or not (Graph: intune-devices-detectedapp), of one device (beta) or of all.
 * An administrator sees by it what a retire removed and what it left (TD-08). No device of ours tells sizes, versions or publishers.
 */
import type { DetectedApp } from '@microsoft/microsoft-graph-types-beta';
import { factsOfPlatform, type Platform } from '../../protocol/platforms.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { Collection } from './collection.ts';
import { GraphFault } from './errors.ts';
import { type Column, resource } from './property.ts';
import type { GraphTenant } from './tenant.ts';

export interface FoundApp {
  id: string;
  name: string;
  platform: Platform;
  /** On different platforms at once. */
  isMixed: boolean;
  devices: number;
}

const always = { visibility: 'always', hidden: null } as const;

const table: { [Name in Exclude<keyof DetectedApp, 'managedDevices'>]-?: Column<Required<DetectedApp>[Name], FoundApp> } = {
  id: { type: 'Edm.String', read: ({ id }) => id, ...always },
  displayName: { type: 'Edm.String', read: ({ name }) => name, ...always },
  version: { type: 'Edm.String', read: () => '', ...always },
  sizeInByte: { type: 'Edm.Int64', read: () => 0, ...always },
  deviceCount: { type: 'Edm.Int64', read: ({ devices }) => devices, ...always },
  publisher: { type: 'Edm.String', read: () => '', ...always },
  platform: {
    type: 'enum',
    read: ({ platform, isMixed }) => (isMixed ? 'unknown' : factsOfPlatform(platform).appPlatform),
    ...always,
  },
};

export const detectedApp = resource('microsoft.graph.detectedApp', table);

/** In the order of their ids; a device that has told nothing yet has none. */
export function appsOf({ information, inventory: { platform } }: DeviceRecord): FoundApp[] {
  const apps = (information?.apps ?? []).map(({ id, name }) => ({ id, name, platform, isMixed: false, devices: 1 }));
  return apps.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Of one device. */
export function appsOfDevice(device: DeviceRecord): Collection<FoundApp, FoundApp> {
  return listed(`deviceManagement/managedDevices('${device.id}')/detectedApps`, () => appsOf(device));
}

/** Of all devices, each app once. */
export function appsOfTenant(tenant: GraphTenant): Collection<FoundApp, FoundApp> {
  return listed('deviceManagement/detectedApps', () => [...foundApps(tenant).values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** @throws GraphFault 404 ResourceNotFound */
export function appOfTenant(tenant: GraphTenant, id: string): FoundApp {
  const app = foundApps(tenant).get(id);
  if (app === undefined) throw new GraphFault(404, 'ResourceNotFound', `No detected app has the id '${id.slice(0, 64)}'`, true);
  return app;
}

function listed(path: string, apps: () => FoundApp[]): Collection<FoundApp, FoundApp> {
  return {
    path,
    resource: detectedApp,
    items: (afterId) => apps().filter(({ id }) => afterId === null || id > afterId),
    idOf: ({ id }) => id,
    sourceOf: (app) => app,
  };
}

/** By id. */
function foundApps(tenant: GraphTenant): Map<string, FoundApp> {
  const found = new Map<string, FoundApp>();
  for (const device of tenant.devicesAfter(null)) {
    for (const app of appsOf(device)) {
      const known = found.get(app.id);
      if (known === undefined) found.set(app.id, app);
      else {
        known.devices += 1;
        known.isMixed ||= known.platform !== app.platform;
      }
    }
  }
  return found;
}

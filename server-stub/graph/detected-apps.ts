/**
 * detectedApp of beta: the apps that a device has told of, managed or not (Graph: intune-devices-detectedapp). An administrator sees
 * by it what a retire removed and what it left (TD-08). No device of ours tells sizes, versions or publishers.
 */
import type { DetectedApp } from '@microsoft/microsoft-graph-types-beta';
import type { InstalledApp } from '../../protocol/device-information.ts';
import { factsOfPlatform, type Platform } from '../../protocol/platforms.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { Collection } from './collection.ts';
import { type Column, resource } from './property.ts';

interface AppSource {
  app: InstalledApp;
  platform: Platform;
}

const always = { visibility: 'always', hidden: null } as const;

const table: { [Name in Exclude<keyof DetectedApp, 'managedDevices'>]-?: Column<Required<DetectedApp>[Name], AppSource> } = {
  id: { type: 'Edm.String', read: ({ app }) => app.id, ...always },
  displayName: { type: 'Edm.String', read: ({ app }) => app.name, ...always },
  version: { type: 'Edm.String', read: () => '', ...always },
  sizeInByte: { type: 'Edm.Int64', read: () => 0, ...always },
  deviceCount: { type: 'Edm.Int64', read: () => 1, ...always },
  publisher: { type: 'Edm.String', read: () => '', ...always },
  platform: { type: 'enum', read: ({ platform }) => factsOfPlatform(platform).appPlatform, ...always },
};

const detectedApp = resource('microsoft.graph.detectedApp', table);

/** In the order of their ids; a device that has told nothing yet has none. */
export function detectedApps({ id, information, inventory }: DeviceRecord): Collection<InstalledApp, AppSource> {
  const apps = [...(information?.apps ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    path: `deviceManagement/managedDevices('${id}')/detectedApps`,
    resource: detectedApp,
    tokenName: 'LastAppId',
    items: (afterId) => apps.filter((app) => afterId === null || app.id > afterId),
    idOf: (app) => app.id,
    sourceOf: (app) => ({ app, platform: inventory.platform }),
  };
}

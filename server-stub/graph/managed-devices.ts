/** Reading managed devices: the collection, its count, one device, and the apps on it (Graph: intune-devices-manageddevice-list, -get). */
import type { DeviceRecord } from '../core/records.ts';
import { type Collection, countItems, listPage, oneItem } from './collection.ts';
import { detectedApps } from './detected-apps.ts';
import { deviceNotFound } from './errors.ts';
import { type DeviceSource, managedDeviceOf } from './managed-device.ts';
import type { GraphVersion } from './query-options.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

/** @throws GraphFault */
export function listManagedDevices(request: GraphRequest, version: GraphVersion, tenant: GraphTenant): GraphResponse {
  return listPage(request, version, managedDevices(request, version, tenant));
}

/** `/$count`: all that match, as a bare integer. @throws GraphFault */
export function countManagedDevices(request: GraphRequest, version: GraphVersion, tenant: GraphTenant): GraphResponse {
  return countItems(request, version, managedDevices(request, version, tenant));
}

/** @throws GraphFault */
export function getManagedDevice(request: GraphRequest, version: GraphVersion, tenant: GraphTenant, id: string): GraphResponse {
  return oneItem(request, version, managedDevices(request, version, tenant), () => findDevice(tenant, id));
}

/** What was found on the device when it last told about itself (Graph: intune-devices-detectedapp-list). @throws GraphFault */
export function listDetectedApps(request: GraphRequest, version: GraphVersion, tenant: GraphTenant, id: string): GraphResponse {
  return listPage(request, version, detectedApps(findDevice(tenant, id)));
}

/** GUIDs are written in either case. @throws GraphFault 404 ResourceNotFound */
export function findDevice(tenant: GraphTenant, id: string): DeviceRecord {
  const device = tenant.device(id) ?? tenant.device(id.toLowerCase());
  if (device === undefined) throw deviceNotFound(id);
  return device;
}

function managedDevices(request: GraphRequest, version: GraphVersion, tenant: GraphTenant): Collection<DeviceRecord, DeviceSource> {
  const preferences = (request.headers.prefer ?? '').toLowerCase().split(/[,;]/);
  const unknownMembers = preferences.some((preference) => preference.trim() === 'include-unknown-enum-members');
  return {
    path: 'deviceManagement/managedDevices',
    resource: managedDeviceOf[version],
    tokenName: 'LastDeviceId',
    // Any id does: the order is that of the ids, and the device that a token names may be gone by now.
    items: (afterId) => tenant.devicesAfter(afterId),
    idOf: (device) => device.id,
    sourceOf: (device) => ({
      device,
      now: request.now,
      commands: () => tenant.commandsOf(device.id),
      bypassCode: () => tenant.bypassCode(device),
      unknownMembers,
    }),
  };
}

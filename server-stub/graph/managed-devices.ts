/** Reading managed devices: the collection, its count and one device (Graph: intune-devices-manageddevice-list, -get). */
import type { DeviceRecord } from '../core/records.ts';
import { badRequest, deviceNotFound } from './errors.ts';
import { compileFilter, type Predicate } from './filter-predicate.ts';
import { type DeviceSource, managedDeviceOf } from './managed-device.ts';
import { type Property, render } from './property.ts';
import { type GraphVersion, pageSize, queryOptions, selection } from './query-options.ts';
import { jsonResponse, textResponse } from './response.ts';
import { afterToken, skipToken } from './skip-token.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

/**
 * One page. `@odata.count` counts this page, asked for or not, as Intune does (reference §3.1).
 * `@odata.nextLink` is there exactly when one more device would match now.
 * @throws GraphFault
 */
export function listManagedDevices(request: GraphRequest, version: GraphVersion, tenant: GraphTenant): GraphResponse {
  const { values, raw } = queryOptions(request.query, version, ['select', 'filter', 'top', 'skiptoken', 'count']);
  checkCount(values.get('count'));
  const selected = selection(values.get('select'), managedDeviceOf[version]);
  const size = pageSize(values.get('top'));
  const source = sources(request, tenant);
  const matches = deviceFilter(values.get('filter'), version, source);
  const page: DeviceRecord[] = [];
  let more = false;
  for (const device of tenant.devicesAfter(afterToken(values.get('skiptoken')))) {
    if (!matches(device)) continue;
    more = page.length === size;
    if (more) break;
    page.push(device);
  }
  const last = page.at(-1);
  return jsonResponse(request, {
    '@odata.context': contextOf(request, version, selected),
    '@odata.count': page.length,
    ...(more && last !== undefined && { '@odata.nextLink': nextLink(request, version, raw, last.id) }),
    value: page.map((device) => render(managedDeviceOf[version], selected, 'list', source(device))),
  });
}

/** `/$count`: all that match, as a bare integer. @throws GraphFault */
export function countManagedDevices(request: GraphRequest, version: GraphVersion, tenant: GraphTenant): GraphResponse {
  const { values } = queryOptions(request.query, version, ['filter']);
  const matches = deviceFilter(values.get('filter'), version, sources(request, tenant));
  let count = 0;
  for (const device of tenant.devicesAfter(null)) if (matches(device)) count++;
  return textResponse(request, String(count));
}

/** @throws GraphFault */
export function getManagedDevice(request: GraphRequest, version: GraphVersion, tenant: GraphTenant, id: string): GraphResponse {
  const { values } = queryOptions(request.query, version, ['select']);
  const selected = selection(values.get('select'), managedDeviceOf[version]);
  const device = findDevice(tenant, id);
  return jsonResponse(request, {
    '@odata.context': `${contextOf(request, version, selected)}/$entity`,
    ...render(managedDeviceOf[version], selected, 'entity', sources(request, tenant)(device)),
  });
}

/** GUIDs are written in either case. @throws GraphFault 404 ResourceNotFound */
export function findDevice(tenant: GraphTenant, id: string): DeviceRecord {
  const device = tenant.device(id) ?? tenant.device(id.toLowerCase());
  if (device === undefined) throw deviceNotFound(id);
  return device;
}

function sources(request: GraphRequest, tenant: GraphTenant): (device: DeviceRecord) => DeviceSource {
  const preferences = (request.headers.prefer ?? '').toLowerCase().split(/[,;]/);
  const unknownMembers = preferences.some((preference) => preference.trim() === 'include-unknown-enum-members');
  return (device) => ({ device, commands: () => tenant.commandsOf(device.id), unknownMembers });
}

/** A filter sees the real values, also those that a list does not show: a filter that can never match helps nobody. */
function deviceFilter(
  option: string | undefined,
  version: GraphVersion,
  source: (device: DeviceRecord) => DeviceSource,
): (device: DeviceRecord) => boolean {
  if (option === undefined) return () => true;
  const resource = managedDeviceOf[version];
  const predicate: Predicate = compileFilter(option, resource.typeName, (name) => {
    const property = resource.property(name);
    return property && { name: property.name, type: property.type };
  });
  return (device) => {
    const from = source(device);
    return predicate((name) => resource.property(name)?.read(from));
  };
}

function checkCount(option: string | undefined): void {
  if (option === undefined || /^(true|false)$/i.test(option)) return;
  throw badRequest(`Invalid value '${option}' for $count query option found. Valid values are 'true' and 'false'.`);
}

function contextOf(request: GraphRequest, version: GraphVersion, selected: readonly Property<DeviceSource>[] | null): string {
  const names = selected === null ? '' : `(${selected.map((property) => property.name).join(',')})`;
  return `${request.origin}/${version}/$metadata#deviceManagement/managedDevices${names}`;
}

function nextLink(request: GraphRequest, version: GraphVersion, raw: readonly string[], lastId: string): string {
  const query = [...raw, `$skiptoken=${skipToken(lastId)}`].join('&');
  return `${request.origin}/${version}/deviceManagement/managedDevices?${query}`;
}

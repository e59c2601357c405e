/** How a device is named on the command line, and how it is found: through Graph, and as a thing that somebody holds. */
import type { Argv } from 'yargs';
import { type DeviceView, deviceViewSchema, type HandsAct, type HandsResult, handsResultSchema } from '../../protocol/hands.ts';
import { type ConnectionArguments, connectionOptions } from '../connection.ts';
import { CommandError } from '../errors.ts';
import { allOf, type Connection, callOrFail } from '../http.ts';

export type Device = Record<string, unknown> & { id: string; deviceName: string };
export type DeviceArguments = ConnectionArguments & { device: string };

const collection = '/deviceManagement/managedDevices';

export function devicePath(id: string, version: 'v1.0' | 'beta' = 'beta'): string {
  return `/${version}${collection}/${id}`;
}

/** A command about one device. */
export function oneDevice<T>(yargs: Argv<T>): Argv<T & DeviceArguments> {
  return connectionOptions(
    yargs.positional('device', { type: 'string', demandOption: true, describe: 'Id, name or serial number' }),
  ) as unknown as Argv<T & DeviceArguments>;
}

export interface DeviceQuery {
  filter?: string | undefined;
  select?: readonly string[] | undefined;
  orderby?: string | undefined;
  /** At most so many. */
  top?: number | undefined;
  beta?: boolean | undefined;
}

/** A page of Graph has at most so many. */
const pageMax = 1000;

/** All pages, or as many of them as are needed. */
export function allDevices(stub: Connection, { filter, select, orderby, top, beta }: DeviceQuery): Promise<Device[]> {
  const options = Object.entries({
    $filter: filter,
    $select: select?.join(','),
    $orderby: orderby,
    $top: top === undefined ? undefined : Math.min(top, pageMax),
  }).filter(([, value]) => value !== undefined);
  const query = options.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return allOf<Device>(stub, `/${beta === true ? 'beta' : 'v1.0'}${collection}${query === '' ? '' : `?${query}`}`, top);
}

/** A device's record by its id, name or serial number. @throws CommandError when none or several have it */
export async function findDevice(stub: Connection, wanted: string): Promise<Device> {
  const quoted = `'${wanted.replaceAll("'", "''")}'`;
  const found = await allDevices(stub, { filter: `id eq ${quoted} or deviceName eq ${quoted} or serialNumber eq ${quoted}` });
  const [first] = found;
  if (first === undefined)
    throw new CommandError(
      'device-not-found',
      `No record has the id, name or serial number ${wanted}. \`mockfleet devices list\` shows all; a device without a record has a screen still.`,
    );
  if (found.length > 1)
    throw new CommandError(
      'device-ambiguous',
      `${found.length} devices are called ${wanted}; use the id: ${found.map((one) => one.id).join(', ')}.`,
    );
  return first;
}

/** The path of a device in somebody's hands; it may have no record any more. */
export function handsPath(device: string, more = ''): string {
  return `/mockfleet/devices/${encodeURIComponent(device)}${more}`;
}

export async function deviceView(stub: Connection, device: string): Promise<DeviceView> {
  return deviceViewSchema.parse(await callOrFail(stub, 'GET', handsPath(device)));
}

/** Does something to a device, and says what came of it. @throws CommandError where nobody holds it, or it does not answer */
export async function act(stub: Connection, device: string, what: HandsAct): Promise<HandsResult> {
  return handsResultSchema.parse(await callOrFail(stub, 'POST', handsPath(device, '/act'), what));
}

/** Which device of a run is meant: by its number, serial number, name, or the id of any of its records; the beginning of one will do. */
import type Database from 'better-sqlite3';
import { nearest } from '../scenarios/nearest.ts';

/** A device of a run's file. */
export interface FoundDevice {
  index: number;
  name: string;
  serialNumber: string;
  platform: string;
  enrollment: string;
  group: string;
  model: string | null;
  state: string;
  /** null: a live run has none. */
  life: string | null;
}

/** No device, or too many. */
class DeviceUnknown extends Error {
  readonly code = 'device-unknown';
  constructor(message: string) {
    super(message);
    this.name = 'DeviceUnknown';
  }
}

/** Compared with all of them one by one, where nothing else fits. */
const comparedMax = 5000;
const shownMax = 5;

/** Where a device can be found by a text. */
const places = [
  { table: 'devices', column: 'serial_number' },
  { table: 'devices', column: 'name' },
  { table: 'devices', column: 'device_name' },
  { table: 'records', column: 'device_id' },
  { table: 'records', column: 'serial_number' },
] as const;

/** @throws DeviceUnknown */
export function findDevice(database: Database.Database, asked: string): FoundDevice {
  const text = asked.trim();
  const count = database.prepare('SELECT count(*) FROM devices').pluck().get() as number;
  if (/^\d{1,9}$/.test(text)) {
    const device = deviceAt(database, Number(text));
    if (device !== undefined) return device;
  }
  for (const condition of ['= $text COLLATE NOCASE', "LIKE $text || '%' ESCAPE '\\'"]) {
    const found = indicesOf(database, condition, condition.startsWith('LIKE') ? escaped(text) : text);
    const [only] = found;
    if (only !== undefined && found.length === 1) return deviceAt(database, only) as FoundDevice;
    if (found.length > 1) throw tooMany(database, asked, found);
  }
  throw new DeviceUnknown(`The run has no device ${JSON.stringify(asked)}.${hint(database, text, count)}`);
}

function indicesOf(database: Database.Database, condition: string, text: string): number[] {
  if (text === '') return [];
  const each = places.map(({ table, column }) => `SELECT device_index FROM ${table} WHERE ${column} ${condition}`);
  return database
    .prepare(`${each.join(' UNION ')} LIMIT ${shownMax + 1}`)
    .pluck()
    .all({ text }) as number[];
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function deviceAt(database: Database.Database, index: number): FoundDevice | undefined {
  return database
    .prepare(
      `SELECT device_index AS "index", name, serial_number AS serialNumber, platform, enrollment, group_name AS "group", model, state, life
       FROM devices WHERE device_index = ?`,
    )
    .get(index) as FoundDevice | undefined;
}

function tooMany(database: Database.Database, asked: string, indices: readonly number[]): DeviceUnknown {
  const names = indices.slice(0, shownMax).map((index) => nameOf(deviceAt(database, index) as FoundDevice));
  const more = indices.length > shownMax ? ', …' : '';
  return new DeviceUnknown(
    `${JSON.stringify(asked)} is more than one device: ${names.join(', ')}${more}. Write more of it, or the number.`,
  );
}

function hint(database: Database.Database, text: string, count: number): string {
  const [first, last] = database.prepare('SELECT min(device_index), max(device_index) FROM devices').raw().get() as [number, number];
  const names = database
    .prepare(
      `SELECT name FROM devices WHERE substr(name, 1, 2) = substr($text, 1, 2) COLLATE NOCASE OR $count <= ${comparedMax}
       UNION SELECT serial_number FROM devices WHERE $count <= ${comparedMax} LIMIT ${2 * comparedMax}`,
    )
    .pluck()
    .all({ text, count }) as string[];
  const near = nearest(text, names);
  const example = deviceAt(database, first);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  const allowed =
    example === undefined ? '' : `, a serial number (${example.serialNumber}), a name (${example.name}), or the id of a record`;
  return `${meant} Allowed: a number from ${first} to ${last}${allowed}; the beginning of one will do.`;
}

/** In one line, for people. */
export function nameOf({ index, name, serialNumber }: FoundDevice): string {
  return `${name} (${serialNumber}, device ${index})`;
}

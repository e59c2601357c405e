import type Database from 'better-sqlite3';
import type { LifeEntry } from './life-listener.ts';

/** A device's events as the run's file has them; null: it has none of any device. */
export function keptLife(database: Database.Database, index: number): LifeEntry[] | null {
  if (database.prepare("SELECT value FROM run WHERE key = 'events'").pluck().get() !== '1') return null;
  const rows = database
    .prepare('SELECT at, day, who, name, what, detail, about, value FROM events WHERE device_index = ? ORDER BY number')
    .all(index) as (Omit<LifeEntry, 'at'> & { at: string })[];
  return rows.map((row) => ({ ...row, at: Date.parse(row.at) }));
}

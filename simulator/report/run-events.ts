/** Events in the run's file: what happened to each device, both sides, in its order. One row of JSON per device, which is written five times
 * faster than a row per event, and a view that makes rows of it. */
import type Database from 'better-sqlite3';
import { eventKinds } from '../world/event-kinds.ts';
import type { Recorded } from '../world/recorded.ts';

/** A device has some 30 events in the usual scenario, of 40 bytes each: 120 MB for so many. */
const devicesWithEventsMax = 100_000;

/** Whether a run that was asked nothing about it has events in its file. */
export function hasEventsByDefault(devices: number): boolean {
  return devices <= devicesWithEventsMax;
}

export const eventTables = `
  -- What happened to each device, both sides, in order: read it through the view events. Quiet check-ins are no events.
  CREATE TABLE lives (
    device_index INTEGER PRIMARY KEY,
    events TEXT NOT NULL            -- JSON: [[milliseconds since the begin of the run, kind, detail, about, value], ...]
  );
`;

/** Milliseconds since 1970 as text. */
const instant = (ms: string) => `strftime('%Y-%m-%dT%H:%M:%S', (${ms}) / 1000, 'unixepoch') || printf('.%03dZ', (${ms}) % 1000)`;

export const eventViews = `
  -- The vocabulary of events.
  CREATE TABLE event_kinds (
    kind INTEGER PRIMARY KEY,
    who TEXT NOT NULL,              -- whose event it is: administrator, user, device, service, network
    name TEXT NOT NULL,
    says TEXT NOT NULL,             -- the sentence; {detail} and {value} stand in it
    value TEXT,                     -- what its value is: instant (milliseconds since 1970), milliseconds, minutes, deliveries
    about TEXT                      -- what its "about" is the id of: command, mail, notification, certificate, policy, record
  );

  -- One row per event.
  CREATE VIEW events AS
    WITH begun AS MATERIALIZED (SELECT CAST(round(unixepoch(value, 'subsec') * 1000) AS INTEGER) AS ms FROM run WHERE key = 'from')
    SELECT e.device_index, e.number, ${instant('begun.ms + e.since')} AS at, e.since / 86400000 AS day,
      k.who, k.name, e.detail, e.about, e.value,
      replace(replace(k.says, '{value}', CASE
        WHEN e.value IS NULL THEN ''
        WHEN k.value = 'instant' THEN ${instant('e.value')}
        WHEN k.value = 'milliseconds' THEN printf('%.1f s', e.value / 1000.0)
        WHEN k.value = 'minutes' THEN e.value || ' min'
        ELSE e.value END), '{detail}', coalesce(e.detail, '')) AS what
    FROM (
      SELECT l.device_index, j.key AS number, j.value ->> 0 AS since, j.value ->> 1 AS kind, j.value ->> 2 AS detail,
        j.value ->> 3 AS about, j.value ->> 4 AS value
      -- CROSS JOIN: in this order, life by life.
      FROM lives l CROSS JOIN json_each(l.events) j
    ) e CROSS JOIN event_kinds k ON k.kind = e.kind CROSS JOIN begun;
`;

export function writeEventKinds(database: Database.Database): void {
  const insert = database.prepare('INSERT INTO event_kinds VALUES (?, ?, ?, ?, ?, ?)');
  for (const [place, kind] of eventKinds.entries()) {
    const { who, name, says } = kind;
    insert.run(place, who, name, says, 'value' in kind ? kind.value : null, 'about' in kind ? kind.about : null);
  }
}

/** @param devices their numbers */
export function writeEvents(database: Database.Database, recorded: Recorded, devices: Iterable<number>): void {
  const insert = database.prepare('INSERT INTO lives VALUES (?, ?)');
  for (const index of devices) {
    const events = recorded.events(index);
    if (events === null) return;
    insert.run(index, events);
  }
}

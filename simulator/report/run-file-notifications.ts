/** Custom notifications in the run file: each message that was sent, and what became of its pushes. No text is in it: nothing keeps one (CN-06). */
import type Database from 'better-sqlite3';
import { messageOutcomes, type NotificationMessage, type RunData } from '../result.ts';
import { iso } from './run-file-instant.ts';

const column = (outcome: string) => outcome.replaceAll('-', '_');
const columns = messageOutcomes.map(column);

export const notificationTables = `
  -- One row per custom notification that was sent; those that were refused are in the run's result. A push is a message on its way to one
  -- device: pushes = waiting + the columns after it, which say how pushes ended.
  CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    sent_at TEXT NOT NULL,
    device_id TEXT,                 -- the one that it was sent to; NULL: to groups
    groups INTEGER NOT NULL,        -- how many were named; 0: to a device
    pushes INTEGER NOT NULL,
    waiting INTEGER NOT NULL,       -- at the end of the run: on the way, or kept for a device that is away
    ${columns.map((name) => `${name} INTEGER NOT NULL`).join(',\n    ')},
    device_index INTEGER
  ) WITHOUT ROWID;
`;

export const notificationDelaysTable = `
  -- How long it took from sending to being shown, of all messages: each push counts in the first row that holds it.
  CREATE TABLE notification_delays (
    up_to_ms INTEGER,               -- NULL: longer than all others
    count INTEGER NOT NULL
  );
`;

export const notificationIndices = `
  CREATE INDEX notifications_by_time ON notifications (sent_at);
  CREATE INDEX notifications_by_device ON notifications (device_index);
`;

/** @param indexOf the device of a record */
export function writeNotifications(
  database: Database.Database,
  messages: Iterable<NotificationMessage>,
  indexOf: ReadonlyMap<string, number>,
): void {
  const message = database.prepare(
    `INSERT INTO notifications VALUES (${Array(7 + columns.length)
      .fill('?')
      .join(', ')})`,
  );
  for (const { id, sentAt, deviceId, groups, pushes, outcomes } of messages) {
    const counts = messageOutcomes.map((outcome) => outcomes[outcome]);
    const waiting = counts.reduce((left, count) => left - count, pushes);
    const index = deviceId === null ? null : (indexOf.get(deviceId) ?? null);
    message.run(id, iso(sentAt), deviceId, groups, pushes, waiting, ...counts, index);
  }
}

export function writeNotificationDelays(database: Database.Database, { result }: Pick<RunData, 'result'>): void {
  const delay = database.prepare('INSERT INTO notification_delays VALUES (?, ?)');
  for (const { upToMs, count } of result.notifications.delays) delay.run(upToMs, count);
}

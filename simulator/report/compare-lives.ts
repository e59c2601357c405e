import type { LivesCompared } from './compare.ts';
import { openRunFile, unreadable } from './run-data.ts';

/** Device by device, by number: whether it lived the same life in both runs. null: there is nothing to compare. @throws RunReadError */
export function compareLives(one: string, other: string): LivesCompared | null {
  openRunFile(other).close();
  const database = openRunFile(one);
  try {
    // Opened as the first one is: for reading alone.
    database.prepare('ATTACH ? AS other').run(other);
    const both = 'FROM main.devices AS a JOIN other.devices AS b USING (device_index) WHERE a.life IS NOT NULL AND b.life IS NOT NULL';
    const inBoth = database.prepare(`SELECT count(*) ${both}`).pluck().get() as number;
    if (inBoth === 0) return null;
    const different = database.prepare(`SELECT count(*) ${both} AND a.life <> b.life`).pluck().get() as number;
    const first = database
      .prepare(`SELECT device_index AS "index", a.name AS one, b.name AS other ${both} AND a.life <> b.life ORDER BY device_index LIMIT 1`)
      .get() as LivesCompared['first'] | undefined;
    return { inBoth, different, first: first ?? null };
  } catch (error) {
    throw unreadable(`${one} or ${other}`, error);
  } finally {
    database.close();
  }
}

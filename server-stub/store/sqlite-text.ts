/** Statements that are made of a table's name and its columns. */

export function insertion(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`;
}

/** Adds a row, or changes the one with the same key. */
export function upsert(table: string, key: string, columns: readonly string[]): string {
  const assignments = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  return `${insertion(table, columns)} ON CONFLICT (${key}) DO UPDATE SET ${assignments}`;
}

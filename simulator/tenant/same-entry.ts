/** Whether an entry is as a seed wants it, and the id that a new one gets. */
import type { EntryKind } from '../../server-stub/core/directory-records.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';

/** The id that follows from the name, or another one where that belongs to an entry that was called so once. */
export function freeId({ directory }: GraphTenant, kind: EntryKind, wanted: string, name: string): string {
  return directory.entry(kind, wanted) === undefined ? wanted : directory.newId(name);
}

/** Whatever the order of members is, at any depth. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

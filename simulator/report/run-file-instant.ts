/** An instant as the run file has it: text that sorts by time. NULL for none. */
export function iso(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : new Date(at).toISOString();
}

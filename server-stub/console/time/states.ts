/** The fleet's states, in the order in which they are stacked, in words and in colours (time-page.css). */

const words: Record<string, string> = {
  managed: 'Managed',
  unhealthy: 'Unhealthy',
  retirePending: 'Retire pending',
  retireIssued: 'Retire issued',
  retireFailed: 'Retire failed',
  retireCanceled: 'Retire canceled',
  wipePending: 'Wipe pending',
  wipeIssued: 'Wipe issued',
  wipeFailed: 'Wipe failed',
  wipeCanceled: 'Wipe canceled',
  deletePending: 'Delete pending',
  compliant: 'Compliant',
  inGracePeriod: 'In grace period',
  noncompliant: 'Not compliant',
  conflict: 'Conflict',
  error: 'Error',
  unknown: 'Not evaluated',
};

const order = Object.keys(words);

export const stateWord = (state: string): string => words[state] ?? state;
export const stateColor = (state: string): string => (state in words ? `var(--state-${state})` : 'var(--state-other)');

/** Those that ever were, in their order; what came after this list stands at its end. */
export function statesOf(points: readonly Record<string, number>[]): string[] {
  const had = new Set(points.flatMap((counts) => Object.keys(counts).filter((state) => (counts[state] ?? 0) > 0)));
  const place = (state: string) => (order.indexOf(state) + order.length + 1) % (order.length + 1);
  return [...had].sort((a, b) => place(a) - place(b));
}

/** Values of the wire as values that compare with `===` and `<`: what a filter compares and an order sorts by. */
import type { PropertyType } from './property.ts';

/** Texts folded, date-times in milliseconds since 1970; a structure that is there is `true`. */
export type Comparable = string | number | boolean | null;

/** Texts are compared without regard to case. */
export function folded(text: string): string {
  return text.toLowerCase();
}

export function comparableOf(type: PropertyType, value: unknown): Comparable {
  if (typeof value === 'string') return type === 'Edm.DateTimeOffset' ? instantOf(value) : folded(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'object' && value !== null ? true : null;
}

function instantOf(text: string): number | null {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}

/** What was there stays while something else is loaded, so that a list does not vanish with each letter of a search. */
import { useRef } from 'preact/hooks';

/** @returns `value`, or while it is undefined the one before */
export function useKept<T>(value: T | undefined): T | undefined {
  const kept = useRef(value);
  if (value !== undefined) kept.current = value;
  return kept.current;
}

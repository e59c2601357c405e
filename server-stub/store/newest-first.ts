/** Of what was only ever added to. */
export function* newestFirst<T>(oldestFirst: readonly T[]): Iterable<T> {
  for (let index = oldestFirst.length - 1; index >= 0; index--) yield oldestFirst[index] as T;
}

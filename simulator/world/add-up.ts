/** Figures as shards hand them over: numbers, in records and rows of any depth. */
export type Figures = number | readonly Figures[] | { readonly [name: string]: Figures };

/** What two shards found, together: each number is the sum of both, and what only one of them has is taken as it is. */
export function addUp<T>(one: T, other: T): T {
  return sum(one as Figures, other as Figures) as T;
}

function sum(one: Figures | undefined, other: Figures | undefined): Figures {
  if (one === undefined) return other ?? 0;
  if (other === undefined) return one;
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  if (Array.isArray(one) && Array.isArray(other)) {
    if (areNumbers(one) && areNumbers(other) && one.length === other.length) return addRows(one, other);
    return Array.from({ length: Math.max(one.length, other.length) }, (_, index) => sum(one[index], other[index]));
  }
  const both: Record<string, Figures> = {};
  const [first, second] = [one as Record<string, Figures>, other as Record<string, Figures>];
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) both[name] = sum(first[name], second[name]);
  return both;
}

/** Rows hold numbers alone, or none. */
function areNumbers(row: readonly unknown[]): row is number[] {
  return typeof row[0] === 'number';
}

/** Days by the hundred, in shards by the thousand: without a call for each number. */
function addRows(one: readonly number[], other: readonly number[]): number[] {
  const both = one.slice();
  for (let place = 0; place < both.length; place++) both[place] = (both[place] as number) + (other[place] as number);
  return both;
}

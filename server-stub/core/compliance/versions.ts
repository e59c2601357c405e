/** Versions, builds and days as policies compare them (reference §4.2: numbers between dots). */

/** Each number of a Windows version (reference §4.2). */
const numberMax = 65_535;

export const versionPhrase = `one to four numbers with dots, each at most ${numberMax}: "17.5.1"`;

/** What Graph takes as a version: one to four numbers. */
export function isVersion(text: string): boolean {
  return /^\d{1,5}(\.\d{1,5}){0,3}$/.test(text) && text.split('.').every((part) => Number(part) <= numberMax);
}

/** A fleet has few versions, and is asked about them often. */
const known = new Map<string, readonly number[] | null>();
const knownMax = 1000;

/** The numbers that a version begins with: `14.1 beta 2` → 14, 1; null: it begins with none. */
function numbersOf(version: string): readonly number[] | null {
  const remembered = known.get(version);
  if (remembered !== undefined) return remembered;
  const leading = /^\d+(\.\d+)*/.exec(version.trim())?.[0];
  const numbers = leading === undefined ? null : leading.split('.').map(Number);
  if (known.size >= knownMax) known.clear();
  known.set(version, numbers);
  return numbers;
}

/** Below 0: `a` is the older one. A part that is not there counts as 0. null: one of them is no version. */
export function compareVersions(a: string, b: string): number | null {
  const left = numbersOf(a);
  const right = numbersOf(b);
  if (left === null || right === null) return null;
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const buildPattern = /^(\d{1,3})([A-Z])(\d{1,6})([a-z]?)$/;

export const buildPhrase = 'a build as Apple writes it: "21F90"';

export function isBuild(text: string): boolean {
  return buildPattern.test(text);
}

/** Apple counts the system, then a letter for its minor version, then the builds of that; a small letter is a variant. */
export function compareBuilds(a: string, b: string): number | null {
  const [left, right] = [buildPattern.exec(a), buildPattern.exec(b)];
  if (left === null || right === null) return null;
  const order = (text = '') => (text === '' ? 0 : text.charCodeAt(0));
  return (
    Number(left[1]) - Number(right[1]) ||
    order(left[2]) - order(right[2]) ||
    Number(left[3]) - Number(right[3]) ||
    order(left[4]) - order(right[4])
  );
}

const months = 'january february march april may june july august september october november december'.split(' ');

export const dayPhrase = 'a day: "2026-08-05", or "August 5, 2026"';

/** Both ways in which Graph's pages write a security patch level, as `2026-08-05`; null: it is none. */
export function dayOf(text: string): string | null {
  const words = /^([A-Za-z]+) (\d{1,2}), (\d{4})$/.exec(text);
  const month = months.indexOf(words?.[1]?.toLowerCase() ?? '');
  const day = words === null ? text : `${words[3]}-${String(month + 1).padStart(2, '0')}-${words[2]?.padStart(2, '0')}`;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) ? day : null;
}

/** What files may name: that it is there, that it is there once, and what was probably meant instead. */
import { show } from '../scenarios/errors.ts';
import { nearest } from '../scenarios/nearest.ts';
import { refuse } from '../scenarios/values.ts';
import type { SeedGroup, SeedMember } from './seed.ts';

export type Context = Parameters<typeof refuse>[0];
export type Path = readonly (string | number)[];

/** Folded name or id → the name as it is written. */
type Names = ReadonlyMap<string, string>;

/** By kind, in the words of messages. */
export interface KnownNames {
  user: Names;
  group: Names;
  device: Names;
  template: Names;
  [kind: string]: Names;
}

/** Reports at its place that nothing of this kind is called so. */
export type MustBe = (kind: string, name: string, path: Path) => void;

/** More names than these are not compared with all that are known: nobody reads so many issues. */
const comparedMax = 20;

export function namesChecker(known: KnownNames, context: Context): MustBe {
  let unknown = 0;
  return (kind, name, path) => {
    const names = known[kind] ?? new Map<string, string>();
    if (names.has(name.toLowerCase())) return;
    unknown += 1;
    const near = unknown > comparedMax ? undefined : nearest(name, [...names.values()]);
    // Whoever names a device has forgotten to say that it is one.
    const isDevice = kind === 'group' && known.device.has(name.toLowerCase());
    const meant = isDevice ? ` did you mean ${show(`device: ${name}`)}?` : near === undefined ? '' : ` did you mean ${show(near)}?`;
    wrong(context, path, `the file has no ${kind} ${show(name)};${meant} allowed: ${allowedOf(kind, [...names.values()])}`);
  };
}

const memberKinds: Readonly<Record<SeedMember['kind'], string>> = {
  user: 'user',
  group: 'group',
  device: 'device',
  usersOf: 'group of the fleet',
  devicesOf: 'group of the fleet',
};

export function checkMembers(groups: readonly SeedGroup[], path: Path, mustBe: MustBe): void {
  groups.forEach(({ members, leave = [] }, index) => {
    members.forEach(({ kind, name }, position) => {
      mustBe(memberKinds[kind], name, [...path, index, 'members', position]);
    });
    leave.forEach(({ kind, name }, position) => {
      mustBe(memberKinds[kind], name, [...path, index, 'leave', position]);
    });
  });
}

/** Reports each entry whose name another one before it has. */
export function once<T>(context: Context, list: Path, key: string, all: readonly T[], nameOf: (entry: T) => string | undefined): void {
  const seen = new Map<string, number>();
  all.forEach((entry, index) => {
    const name = nameOf(entry);
    if (name === undefined) return;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, index);
    else wrong(context, [...list, index, key], taken(name, `${list.at(-1)}[${first}]`));
  });
}

export function nameUnlessId({ id, displayName }: { id: string | undefined; displayName: string }): string {
  return id ?? displayName.toLowerCase();
}

export function taken(name: string, holder: string): string {
  return `${show(name)} is already that of ${holder}; allowed: one that no other has`;
}

export function folded(names: Iterable<string | undefined>): Map<string, string> {
  return new Map([...names].flatMap((name): [string, string][] => (name === undefined ? [] : [[name.toLowerCase(), name]])));
}

const namesShown = 10;

/** The first few: a list of thousands helps nobody. */
function allowedOf(kind: string, names: readonly string[]): string {
  if (names.length === 0) return `a ${kind} that the file names`;
  const readable = names.filter((name) => !/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name));
  return `${readable.slice(0, namesShown).join(', ')}${readable.length > namesShown ? ' …' : ''}`;
}

export function wrong(context: Context, path: Path, message: string): void {
  refuse(context, { code: 'scenario-value', message, input: undefined, path: [...path] });
}

/** From the names that a filter or an order writes with slashes between them to the value that they stand for. */
import type { PrimitiveType, PropertyType, Resource, Shape } from './property.ts';

/** What a path stands for; `shape` is that of a structure or a collection, as far as it is known. */
export interface PathEnd {
  type: PropertyType;
  shape?: Shape;
}

interface FoundPath extends PathEnd {
  /** In the schema's case. */
  name: string;
}

/** The property that a path begins with. `undefined`: there is none of that name that a question may be about. */
export function propertyOf(of: Resource<never>, name: string): FoundPath | undefined {
  const property = of.property(name);
  if (property === undefined || property.secret === true) return undefined;
  return { name: property.name, type: property.type, ...(property.shape !== undefined && { shape: property.shape }) };
}

/** `undefined`: it is a structure without such a member. Structures alone have any. */
export function memberOf(shape: Shape & { kind: 'structure' }, name: string): FoundPath | undefined {
  const lower = name.toLowerCase();
  const found = Object.entries(shape.members).find(([member]) => member.toLowerCase() === lower);
  return found?.[1] && { name: found[0], ...pathEnd(found[1]) };
}

export function pathEnd(of: PrimitiveType | Shape): PathEnd {
  return typeof of === 'string' ? { type: of } : { type: 'complex', shape: of };
}

/** The value of a member of a member of … of a structure; null where one of them is missing. */
export function memberAt(value: unknown, members: readonly string[]): unknown {
  let found = value;
  for (const member of members) {
    if (typeof found !== 'object' || found === null) return null;
    found = (found as Record<string, unknown>)[member];
  }
  return found ?? null;
}

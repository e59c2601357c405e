/**
 * A resource as a table of its properties: each knows its type and how to read itself, so that $select reads only what was
 * asked for and $filter only what it compares.
 */

/** The primitive types of the schema that we serve, and enums, which are strings on the wire. */
export type PrimitiveType = 'Edm.String' | 'Edm.Boolean' | 'Edm.Int64' | 'Edm.DateTimeOffset' | 'enum';
/** `complex`: a structure or a collection. */
export type PropertyType = PrimitiveType | 'complex';

/** What a filter may look at inside a structure or a collection. Members are in the schema's case. */
export type Shape = { kind: 'structure'; members: Members } | { kind: 'collection'; of: PrimitiveType | Shape };

/** Members of a type of Microsoft's, so that a misspelt one does not compile. */
export type Members<Of = Record<string, unknown>> = { readonly [Name in keyof Of & string]?: PrimitiveType | Shape };

export function structureOf<Of>(members: Members<Of>): Shape {
  return { kind: 'structure', members };
}

export function collectionOf(of: PrimitiveType | Shape): Shape {
  return { kind: 'collection', of };
}

/**
 * Where a property has its real value: everywhere, not in lists, or only on GET by id when $select names it (reference §1.2).
 * `named`: it is there only when $select names it, in lists too; elsewhere it is left out (most properties of a user).
 */
export type Visibility = 'always' | 'by-id' | 'selected' | 'named';

export interface Column<Value, Source> {
  type: PropertyType;
  read(source: Source): Value;
  visibility: Visibility;
  /** What is served where the real value is not. */
  hidden: Value | null;
  /** Of a complex one; without it a filter can only be refused. */
  shape?: Shape;
  /** Neither $filter nor $orderby may name it: who may not read it shall not find it out by questions. */
  secret?: true;
}

export interface Property<Source> extends Column<unknown, Source> {
  /** In the schema's case. */
  name: string;
}

export interface Resource<Source> {
  /** For example `microsoft.graph.managedDevice`. */
  typeName: string;
  /** Of a type with subtypes: those of all of them. */
  properties: readonly Property<Source>[];
  /** Names are matched without regard to case (decisions: path segments). */
  property(name: string): Property<Source> | undefined;
  /** Of a type with subtypes: which one this is. Its name is served as `@odata.type`, and its properties alone are. */
  subtypeOf?(source: Source): Resource<Source>;
  /** Names of all of them. */
  subtypes?: readonly string[];
}

export function resource<Source>(typeName: string, table: Readonly<Record<string, Column<unknown, Source>>>): Resource<Source> {
  return resourceOf(
    typeName,
    Object.entries(table).map(([name, column]) => ({ name, ...column })),
  );
}

function resourceOf<Source>(typeName: string, properties: readonly Property<Source>[]): Resource<Source> {
  // A Map, because the caller names the property and an object would find `constructor` too.
  const byName = new Map(properties.map((property) => [property.name.toLowerCase(), property]));
  return { typeName, properties, property: (name) => byName.get(name.toLowerCase()) };
}

/** One of the types that a collection of several holds. */
export interface Subtype<Source> {
  resource: Resource<Source>;
  has(source: Source): boolean;
}

/** @param inner what the type reads of the source; `undefined`: it is of another type */
export function subtype<Source, Inner>(of: Resource<Inner>, inner: (source: Source) => Inner | undefined): Subtype<Source> {
  const properties = of.properties.map((property) => ({
    ...property,
    read(source: Source) {
      const own = inner(source);
      return own === undefined ? null : property.read(own);
    },
  }));
  return { resource: resourceOf(of.typeName, properties), has: (source) => inner(source) !== undefined };
}

/** A collection of several types (`microsoft.graph.directoryObject`): one property of each name, null where a type has none such. */
export function baseResource<Source>(typeName: string, subtypes: readonly Subtype<Source>[]): Resource<Source> {
  const subtypeOf = (source: Source): Resource<Source> => {
    const found = subtypes.find((one) => one.has(source));
    if (found === undefined) throw new Error(`A ${typeName} is of none of its types.`);
    return found.resource;
  };
  const byName = new Map<string, Property<Source>>();
  for (const property of subtypes.flatMap((one) => one.resource.properties)) {
    const read = (source: Source) => subtypeOf(source).property(property.name)?.read(source) ?? null;
    if (!byName.has(property.name)) byName.set(property.name, { ...property, read });
  }
  return { ...resourceOf(typeName, [...byName.values()]), subtypeOf, subtypes: subtypes.map((one) => one.resource.typeName) };
}

/** Where an answer shows a resource. */
export type Place = 'list' | 'entity';

/** The wire form: the selected properties (all without a selection) as this place shows them. */
export function render<Source>(
  of: Resource<Source>,
  selected: readonly Property<Source>[] | null,
  place: Place,
  source: Source,
): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  const own = of.subtypeOf?.(source);
  if (own !== undefined) answer['@odata.type'] = `#${own.typeName}`;
  for (const property of selected ?? (own ?? of).properties) {
    if (own !== undefined && own.property(property.name) === undefined) continue;
    if (property.visibility === 'named' && selected === null) continue;
    const shown = isShown(property.visibility, place, selected !== null);
    answer[property.name] = shown ? property.read(source) : property.hidden;
  }
  return answer;
}

function isShown(visibility: Visibility, place: Place, isSelected: boolean): boolean {
  switch (visibility) {
    case 'always':
    case 'named':
      return true;
    case 'by-id':
      return place === 'entity';
    case 'selected':
      return place === 'entity' && isSelected;
  }
}

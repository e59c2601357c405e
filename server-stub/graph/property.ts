/**
 * A resource as a table of its properties: each knows its type and how to read itself, so that $select reads only what was
 * asked for and $filter only what it compares.
 */

/** The primitive types of the schema that we serve, and the two kinds that are not: enums (strings on the wire) and structures. */
export type PropertyType = 'Edm.String' | 'Edm.Boolean' | 'Edm.Int64' | 'Edm.DateTimeOffset' | 'enum' | 'complex';

/** Where a property has its real value: everywhere, not in lists, or only on GET by id when $select names it (reference §1.2). */
export type Visibility = 'always' | 'by-id' | 'selected';

export interface Column<Value, Source> {
  type: PropertyType;
  read(source: Source): Value;
  visibility: Visibility;
  /** What is served where the real value is not. */
  hidden: Value | null;
}

export interface Property<Source> extends Column<unknown, Source> {
  /** In the schema's case. */
  name: string;
}

export interface Resource<Source> {
  /** For example `microsoft.graph.managedDevice`. */
  typeName: string;
  properties: readonly Property<Source>[];
  /** Names are matched without regard to case (decisions: path segments). */
  property(name: string): Property<Source> | undefined;
}

export function resource<Source>(typeName: string, table: Readonly<Record<string, Column<unknown, Source>>>): Resource<Source> {
  const properties = Object.entries(table).map(([name, column]) => ({ name, ...column }));
  // A Map, because the caller names the property and an object would find `constructor` too.
  const byName = new Map(properties.map((property) => [property.name.toLowerCase(), property]));
  return { typeName, properties, property: (name) => byName.get(name.toLowerCase()) };
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
  for (const property of selected ?? of.properties) {
    const shown = property.visibility === 'always' || (place === 'entity' && (property.visibility === 'by-id' || selected !== null));
    answer[property.name] = shown ? property.read(source) : property.hidden;
  }
  return answer;
}

/** Columns of the directory's resources: most are always there, the rest only when $select names them. */
import { type Column, collectionOf, type PropertyType, type Shape } from './property.ts';

/** The properties of an entity that are served; a misspelt one, or one of the wrong type, does not compile. */
export type Properties<Entity, Source> = { [Name in keyof Entity]?: Column<Required<Entity>[Name], Source> };

export function column<Value, Source>(type: PropertyType, read: (source: Source) => Value, shape?: Shape): Column<Value, Source> {
  return { type, read, visibility: 'always', hidden: null, ...(shape !== undefined && { shape }) };
}

export const text = <Value extends string | null, Source>(read: (source: Source) => Value) => column('Edm.String', read);
export const flag = <Value extends boolean | null, Source>(read: (source: Source) => Value) => column('Edm.Boolean', read);
export const date = <Value extends string | null, Source>(read: (source: Source) => Value) => column('Edm.DateTimeOffset', read);
export const texts = <Source>(read: (source: Source) => readonly string[]) =>
  column('complex', (source: Source) => [...read(source)], collectionOf('Edm.String'));
export const structure = <Value, Source>(read: (source: Source) => Value, shape?: Shape) => column('complex', read, shape);

/** There only when $select names it. */
export function named<Value, Source>(of: Column<Value, Source>): Column<Value, Source> {
  return { ...of, visibility: 'named' };
}

/** What a filter on the directory leaves to look up, so that not everybody has to be read to find one. */
import type { Expression, Operand } from './filter.ts';

/**
 * The texts one of which the property has in everything that the filter lets through, as they were written; `undefined`: it may be any.
 * A filter compares them without regard to case: so must whoever looks them up.
 */
export function equalTexts(filter: Expression | null, property: string): string[] | undefined {
  switch (filter?.kind) {
    case 'and': {
      const known = filter.terms.map((term) => equalTexts(term, property));
      return known.find((texts) => texts !== undefined);
    }
    case 'or': {
      const known = filter.terms.map((term) => equalTexts(term, property));
      return known.includes(undefined) ? undefined : known.flatMap((texts) => texts ?? []);
    }
    case 'in':
      return textsOf(filter.item, filter.values, property);
    case 'compare':
      if (filter.operator !== 'eq') return undefined;
      return textsOf(filter.left, [filter.right], property) ?? textsOf(filter.right, [filter.left], property);
    default:
      return undefined;
  }
}

function textsOf(item: Operand, values: readonly Operand[], property: string): string[] | undefined {
  if (item.kind !== 'path' || item.variable !== null || item.names.length !== 1 || item.names[0] !== property) return undefined;
  const texts = values.flatMap((value) => (value.kind === 'literal' && typeof value.value === 'string' ? [value.value] : []));
  return texts.length === values.length ? texts : undefined;
}

/** Those that there are, each once, in the order of their ids, after the one with the id `afterId`. */
export function foundAfter<Item extends { id: string }>(found: readonly (Item | undefined)[], afterId: string | null): Item[] {
  const byId = new Map(found.flatMap((item) => (item === undefined ? [] : [[item.id, item]])));
  return [...byId.values()].filter(({ id }) => afterId === null || id > afterId).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * A map whose entries belong to owners and can be forgotten owner by owner. The entries of one owner are chained (each knows the
 * key of the one before it), which costs a fleet one map slot per owner instead of an array or a set.
 */
interface Entry<V> {
  owner: string;
  value: V;
  earlier: string | undefined;
}

export interface OwnedIndex<V> {
  get(key: string): { owner: string; value: V } | undefined;
  /** Adds it, changes its value, or gives it to another owner. */
  set(key: string, owner: string, value: V): void;
  removeOwner(owner: string): void;
}

export function createOwnedIndex<V>(): OwnedIndex<V> {
  const entries = new Map<string, Entry<V>>();
  const latestOf = new Map<string, string>();

  /** Takes a key out of its owner's chain. */
  function unlink(key: string, { owner, earlier }: Entry<V>): void {
    if (latestOf.get(owner) === key) {
      if (earlier === undefined) latestOf.delete(owner);
      else latestOf.set(owner, earlier);
      return;
    }
    for (let later = latestOf.get(owner); later !== undefined; later = entries.get(later)?.earlier) {
      const entry = entries.get(later);
      if (entry?.earlier === key) entry.earlier = earlier;
    }
  }

  return {
    get: (key) => entries.get(key),
    set(key, owner, value) {
      const known = entries.get(key);
      if (known?.owner === owner) {
        known.value = value;
        return;
      }
      if (known !== undefined) unlink(key, known);
      entries.set(key, { owner, value, earlier: latestOf.get(owner) });
      latestOf.set(owner, key);
    },
    removeOwner(owner) {
      let key = latestOf.get(owner);
      latestOf.delete(owner);
      while (key !== undefined) {
        const earlier: string | undefined = entries.get(key)?.earlier;
        entries.delete(key);
        key = earlier;
      }
    },
  };
}

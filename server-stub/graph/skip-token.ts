/**
 * Where the next page begins. The token names the last item of this page, and what it was sorted by, not a count of items, so that
 * nothing is missed or doubled while items come and go. Callers must not read it.
 */
import type { Comparable } from './comparable.ts';
import { badRequest } from './errors.ts';
import type { Position } from './order-by.ts';

/** URL-safe. @param of what the pages are pages of: the type, and the order that they are in */
export function skipToken(of: string, { keys, id }: Position): string {
  // ASCII alone, as btoa wants it.
  const json = JSON.stringify([of, id, ...keys]).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return btoa(json).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The last item that the caller has seen; `null`: the first page. @throws GraphFault 400 BadRequest */
export function afterToken(of: string, keyCount: number, option: string | undefined): Position | null {
  if (option === undefined) return null;
  const [known, id, ...keys] = contentOf(option);
  if (known !== of || typeof id !== 'string' || keys.length !== keyCount || !keys.every(isComparable)) throw foreignToken();
  return { id, keys };
}

/** @throws GraphFault 400 BadRequest */
function contentOf(token: string): unknown[] {
  try {
    const content: unknown = JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/')));
    return Array.isArray(content) ? content : [];
  } catch {
    throw foreignToken();
  }
}

function isComparable(value: unknown): value is Comparable {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

export function foreignToken() {
  return badRequest('The $skiptoken is not one of this service: follow @odata.nextLink as it is.');
}

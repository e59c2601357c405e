/** For tests of collections: shelves of books with authors, which no service of Microsoft's has. */

import { personCaller } from './caller.ts';
import type { Collection } from './collection.ts';
import type { Call, GraphVersion } from './endpoint.ts';
import { faultResponse, GraphFault } from './errors.ts';
import { bodyOf, fakeTenant, requestId, testNow } from './fake-tenant.contract.ts';
import { type Column, type PropertyType, type Resource, resource } from './property.ts';
import type { GraphResponse } from './tenant.ts';

export interface Book {
  id: string;
  title: string;
  pages: number | null;
  lent: boolean | null;
  bought: string | null;
}

function column(type: PropertyType, read: (book: Book) => unknown, rest: Partial<Column<unknown, Book>> = {}): Column<unknown, Book> {
  return { type, read, visibility: 'always', hidden: null, ...rest };
}

export const bookResource: Resource<Book> = resource('library.book', {
  id: column('Edm.String', ({ id }) => id),
  displayName: column('Edm.String', ({ title }) => title),
  pages: column('Edm.Int64', ({ pages }) => pages),
  lent: column('Edm.Boolean', ({ lent }) => lent),
  bought: column('Edm.DateTimeOffset', ({ bought }) => bought),
  shelves: column('complex', () => []),
  password: column('Edm.String', () => 'secret', { secret: true }),
  remark: column('Edm.String', ({ title }) => `about ${title}`, { visibility: 'named' }),
});

/** In the order of their ids. */
export function booksOf(books: Iterable<Book>, rest: Partial<Collection<Book, Book>> = {}): Collection<Book, Book> {
  return {
    path: 'library/books',
    resource: bookResource,
    items: (afterId) => [...books].sort((a, b) => (a.id < b.id ? -1 : 1)).filter(({ id }) => afterId === null || id > afterId),
    idOf: ({ id }) => id,
    sourceOf: (book) => book,
    ...rest,
  };
}

/** @param url path and query, or a whole link as an answer gives it */
export function callOf(url: string, headers: Readonly<Record<string, string>> = {}, version: GraphVersion = 'v1.0'): Call {
  const { origin, pathname, search } = new URL(url, 'https://graph.microsoft.com');
  const request = {
    method: 'GET',
    origin,
    path: pathname,
    query: search.slice(1),
    headers,
    body: '',
    requestId,
    now: testNow,
    caller: personCaller('somebody', 'somebody@contoso.example'),
  };
  return { request, version, tenant: fakeTenant(), params: {} };
}

/** What Graph would answer, refusals too. */
export function answerTo(call: Call, answer: (call: Call) => GraphResponse) {
  try {
    const response = answer(call);
    return { ...response, json: bodyOf(response) };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    const response = faultResponse(error, call.request);
    return { ...response, json: bodyOf(response) };
  }
}

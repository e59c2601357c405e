import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, type Book, booksOf, callOf } from './collection.fixture.ts';
import { type Collection, countItems, listPage, oneItem } from './collection.ts';

const shelf: Book[] = [
  { id: 'a', title: 'Dune', pages: 412, lent: true, bought: '2025-03-01T00:00:00Z' },
  { id: 'b', title: 'emma', pages: null, lent: false, bought: '2025-01-01T00:00:00Z' },
  { id: 'c', title: 'Emma', pages: 96, lent: null, bought: null },
  { id: 'd', title: 'It’s', pages: 412, lent: true, bought: '2025-02-01T00:00:00Z' },
];

type Books = Collection<Book, Book>;

function list(query: string, books: Books = booksOf(shelf), headers: Record<string, string> = {}) {
  return answerTo(callOf(`/v1.0/library/books?${query}`, headers), (call) => listPage(call, books));
}

const idsIn = (answer: { json: { value: Record<string, unknown>[] } }) => answer.json.value.map(({ id }) => id).join('');

/** Every id, in the order served, page after page. @param between what happens after each page */
function walk(query: string, books: Books, between: () => void = () => {}, headers: Record<string, string> = {}): string[] {
  const ids: string[] = [];
  let link: string | undefined = `/v1.0/library/books?${query}`;
  for (let page = 0; link !== undefined; page++) {
    expect(page).toBeLessThan(500);
    const answer = answerTo(callOf(link, headers), (call) => listPage(call, books));
    expect(answer.status, answer.body).toBe(200);
    ids.push(...answer.json.value.map(({ id }) => String(id)));
    link = answer.json['@odata.nextLink'];
    between();
  }
  return ids;
}

describe('$orderby', () => {
  it.each([
    ['$orderby=pages', 'bcad'],
    ['$orderby=pages asc', 'bcad'],
    ['$orderby=pages desc', 'adcb'],
    ['$orderby=PAGES DESC , id desc', 'dacb'],
    ['$orderby=displayName', 'abcd'],
    ['$orderby=displayName desc,id desc', 'dcba'],
    ['$orderby=bought', 'cbda'],
    ['$orderby=lent', 'cbad'],
    ['$orderby=lent desc,bought desc', 'adbc'],
    ['$orderby=', 'abcd'],
    ['$orderby=pages&$filter=pages ne null', 'cad'],
  ])('%s → %s', (query, expected) => {
    expect(idsIn(list(query))).toBe(expected);
  });

  it.each([
    ['$orderby=colour', "Could not find a property named 'colour' on type 'library.book'"],
    ['$orderby=shelves', "'shelves' is a collection or a structure, and has no order"],
    ['$orderby=pages/x', "Could not find a property named 'x' on 'pages'"],
    ['$orderby=password', "'password' is a secret"],
    ['$orderby=pages upwards', 'Syntax error'],
    ['$orderby=pages,', 'Syntax error'],
    ["$orderby=startswith(displayName,'a')", 'Syntax error'],
    [`$orderby=${Array.from({ length: 11 }, () => 'pages').join(',')}`, 'at most 10 properties, not 11'],
  ])('%s is refused: %s', (query, message) => {
    const { status, json } = list(query);
    expect([status, json.error.code]).toEqual([400, 'BadRequest']);
    expect(json.error.message).toContain(message);
  });

  it('finds the first few of a hundred thousand items', () => {
    const many: Books = booksOf([], {
      *items() {
        for (let number = 0; number < 100_000; number++) {
          yield { id: String(number), title: '', pages: (number * 7919) % 100_003, lent: null, bought: null };
        }
      },
    });
    const { json } = list('$orderby=pages&$top=5', many);
    const sorted = Array.from({ length: 100_000 }, (_, number) => (number * 7919) % 100_003).sort((a, b) => a - b);
    expect(json.value.map(({ pages }) => pages)).toEqual(sorted.slice(0, 5));
  });
});

describe('pages', () => {
  it('begin behind $skip, once', () => {
    expect(idsIn(list('$skip=1&$top=2'))).toBe('bc');
    expect(walk('$skip=1&$top=2', booksOf(shelf)).join('')).toBe('bcd');
    expect(walk('$top=1&$skip=1&$orderby=pages desc', booksOf(shelf)).join('')).toBe('dcb');
    expect(idsIn(list('$skip=9'))).toBe('');
    const link = list('$skip=1&$top=1&$filter=pages ne 5&$select=id').json['@odata.nextLink'] ?? '';
    expect(link).toMatch(
      /^https:\/\/graph\.microsoft\.com\/v1\.0\/library\/books\?\$top=1&\$filter=pages%20ne%205&\$select=id&\$skiptoken=[\w-]+$/,
    );
  });

  it.each(['-1', 'x', '1.5', ''])('$skip=%s is refused', (value) => {
    expect(list(`$skip=${value}`).json.error.message).toContain(`Invalid value '${value}' for $skip`);
  });

  it.each(['odata.maxpagesize=2', 'maxpagesize=2', 'return=minimal, odata.maxpagesize="2"', 'respond-async; odata.maxpagesize = 2 ; x'])(
    'are as small as Prefer: %s',
    (prefer) => {
      const answer = list('', booksOf(shelf), { prefer });
      expect(idsIn(answer)).toBe('ab');
      expect(answer.headers['preference-applied']).toBe('odata.maxpagesize=2');
      expect(walk('', booksOf(shelf), undefined, { prefer }).join('')).toBe('abcd');
      expect(idsIn(list('$top=1', booksOf(shelf), { prefer }))).toBe('a');
    },
  );

  it.each(['odata.maxpagesize=0', 'odata.maxpagesize=x', 'xmaxpagesize=1', ''])('do not mind Prefer: %s', (prefer) => {
    const answer = list('', booksOf(shelf), { prefer });
    expect(idsIn(answer)).toBe('abcd');
    expect(answer.headers).not.toHaveProperty('preference-applied');
  });

  it('do not begin where a token of something else says', () => {
    const token = (query: string, books?: Books) => /skiptoken=(.*)$/.exec(list(query, books).json['@odata.nextLink'] ?? '')?.[1] ?? '';
    const own = token('$top=1');
    expect(idsIn(list(`$skiptoken=${own}`))).toBe('bcd');
    const foreign = [
      'x',
      '!!',
      '',
      btoa('null'),
      btoa('{}'),
      btoa('[]'),
      btoa('["library.book ",5]'),
      btoa('["library.book ","a",1]'),
      token('$top=1&$orderby=pages'),
      token('$top=1', booksOf(shelf, { resource: { ...booksOf([]).resource, typeName: 'library.film' } })),
    ];
    for (const one of foreign) expect(list(`$skiptoken=${one}`).json.error.message, one).toContain('follow @odata.nextLink');
    expect(list(`$orderby=pages&$skiptoken=${own}`).status).toBe(400);
    expect(list(`$orderby=pages desc&$skiptoken=${token('$top=1&$orderby=pages')}`).status).toBe(400);
    expect(list(`$skip=1&$skiptoken=${own}`).json.error.message).toContain('exclude each other');
  });

  it('go through texts that no URL can hold as they are', () => {
    const odd = ['ß', '\ud800', '🙂', '\u0000', "'", '&', '\u2028', 'x'.repeat(3000), ''].map(
      (title, index): Book => ({ id: `${title.slice(0, 3)}${index}`, title, pages: null, lent: null, bought: null }),
    );
    for (const query of ['$top=1', '$top=1&$orderby=displayName', '$top=1&$orderby=displayName desc']) {
      expect(walk(query, booksOf(odd)).toSorted()).toEqual(odd.map(({ id }) => id).toSorted());
    }
    expect(list('$top=9&$orderby=displayName&$skip=7', booksOf([...odd, ...odd])).body.length).toBeLessThan(10_000);
  });

  it('count every one in /$count, by reading none where the total is known', () => {
    const count = (query: string, books: Books) =>
      answerTo(callOf(`/v1.0/library/books/$count?${query}`), (call) => countItems(call, books)).body;
    expect(count('', booksOf(shelf))).toBe('4');
    const counted = booksOf(shelf, { total: () => 77 });
    expect(count('', counted)).toBe('77');
    expect(count('$filter=pages ne null', counted)).toBe('3');
  });
});

describe('options', () => {
  it.each(['$format=json', '$format=application/json', '$format=application/json;odata.metadata=minimal', '$FORMAT=JSON'])(
    '%s is taken',
    (query) => {
      expect(idsIn(list(query))).toBe('abcd');
    },
  );

  it.each([
    ['$format=xml', 406, 'NotAcceptable', "'$format' takes 'json' here, not 'xml'"],
    ['$search="x"', 400, 'BadRequest', "'$search' is not supported here: use $filter with contains"],
    ['$expand=x', 400, 'BadRequest', "'$expand' is not supported here"],
    ['$apply=x', 400, 'BadRequest', "'$apply' is not supported here"],
    ['$orderby=id&$orderby=id', 400, 'BadRequest', "'$orderby' was specified more than once"],
    ['$select=id&$SELECT=id', 400, 'BadRequest', "'$select' was specified more than once"],
    ['$select=id,colour', 400, 'BadRequest', "named 'colour' on type 'library.book'"],
    ['$filter=', 400, 'BadRequest', 'Expression expected at position 0'],
    ['$filter=password eq %27x%27', 400, 'BadRequest', "'password' is a secret and takes no filter at position 0"],
  ])('%s is refused with %i %s: %s', (query, status, code, message) => {
    const { json, ...answer } = list(query);
    expect([answer.status, json.error.code]).toEqual([status, code]);
    expect(json.error.message).toContain(message);
  });

  it.each(['$filter=id eq %27a%27', '$top=1', '$skip=1', '$orderby=id', '$count=true', '$skiptoken=x', '$search=%22x%22', '$expand=x'])(
    '%s is refused on one item',
    (query) => {
      const answer = answerTo(callOf(`/v1.0/library/books/a?${query}`), (call) =>
        oneItem(call, booksOf(shelf), () => {
          throw new Error('It must not be looked for.');
        }),
      );
      expect(answer.status).toBe(400);
    },
  );

  it('show what is shown by name only where it is named', () => {
    expect(list('').json.value[0]).not.toHaveProperty('remark');
    expect(list('$select=remark,id,remark&$top=1').json).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#library/books(remark,id)',
      value: [{ remark: 'about Dune', id: 'a' }],
    });
  });
});

const someBook: fc.Arbitrary<Omit<Book, 'id'>> = fc.record({
  title: fc.constantFrom('', 'a', 'A', 'b', 'é', 'ab'),
  pages: fc.option(fc.integer({ min: 0, max: 3 })),
  lent: fc.option(fc.boolean()),
  bought: fc.option(fc.integer({ min: 0, max: 3 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString())),
});
const someShelf = fc.array(someBook, { maxLength: 40 }).map((books) => books.map((book, index) => ({ ...book, id: idOf(index) })));
const idOf = (index: number) => `book-${String((index * 37) % 101).padStart(3, '0')}`;
const someOrder = fc.array(fc.record({ name: fc.constantFrom('title', 'pages', 'lent', 'bought', 'id'), descending: fc.boolean() }), {
  maxLength: 3,
});
type Order = { name: string; descending: boolean }[];

/** An order in plain JavaScript: what there is none of first, then numbers, texts in one case, false before true. */
function sorted(books: readonly Book[], order: Order): Book[] {
  const rank = (value: unknown) =>
    value === null ? '' : `1${typeof value === 'number' ? String(value).padStart(5, '0') : String(value).toLowerCase()}`;
  return books.toSorted((a, b) => {
    for (const { name, descending } of [...order, { name: 'id', descending: false }]) {
      const [x, y] = [rank(a[name as keyof Book]), rank(b[name as keyof Book])];
      if (x !== y) return x < y === descending ? 1 : -1;
    }
    return 0;
  });
}

function queryOf(order: Order, top: number): string {
  const terms = order.map(({ name, descending }) => `${name === 'title' ? 'displayName' : name}${descending ? ' desc' : ''}`);
  return `$top=${top}${terms.length === 0 ? '' : `&$orderby=${terms.join(',')}`}`;
}

describe('any order and any size of pages', () => {
  it('serve exactly the sorted list', () => {
    fc.assert(
      fc.property(someShelf, someOrder, fc.integer({ min: 1, max: 12 }), (books, order, top) => {
        expect(walk(queryOf(order, top), booksOf(books))).toEqual(sorted(books, order).map(({ id }) => id));
      }),
      { numRuns: 300 },
    );
  });

  it('miss and double none that stays as it is, while others come, go and change', () => {
    const someChange = fc.record({ index: fc.nat({ max: 60 }), book: fc.option(someBook) });
    fc.assert(
      fc.property(
        someShelf,
        someOrder,
        fc.integer({ min: 1, max: 5 }),
        fc.array(someChange, { maxLength: 60 }),
        (books, order, top, changes) => {
          const now = new Map(books.map((book) => [book.id, book]));
          const touched = new Set<string>();
          const waiting = [...changes];
          const change = () => {
            for (const { index, book } of waiting.splice(0, 4)) {
              const id = idOf(index);
              touched.add(id);
              if (book === null) now.delete(id);
              else now.set(id, { ...book, id });
            }
          };
          const live = booksOf({ [Symbol.iterator]: () => now.values() });
          const seen = walk(queryOf(order, top), live, change);
          const stayed = sorted(books, order)
            .map(({ id }) => id)
            .filter((id) => !touched.has(id));
          expect(seen.filter((id) => !touched.has(id))).toEqual(stayed);
        },
      ),
      { numRuns: 300 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, type Book, bookResource, booksOf, callOf } from './collection.fixture.ts';
import { countItems, listPage } from './collection.ts';
import { searchOf } from './search.ts';

const titled = (id: string, title: string): Book => ({ id, title, pages: 1, lent: null, bought: null });
const shelf = [
  titled('a', 'Adele Vance'),
  titled('b', 'OneDrive2 team'),
  titled('c', 'MODERN Workplace'),
  titled('d', 'oscar-ward'),
  titled('e', 'Say "hi"'),
];
const eventual = { consistencylevel: 'eventual' };

function list(query: string, headers: Record<string, string> = {}, books: readonly Book[] = shelf) {
  return answerTo(callOf(`/v1.0/library/books?${query}`, headers), (call) => listPage(call, booksOf(books, { style: 'directory' })));
}

function count(query: string, headers: Record<string, string> = {}) {
  return answerTo(callOf(`/v1.0/library/books/$count?${query}`, headers), (call) =>
    countItems(call, booksOf(shelf, { style: 'directory' })),
  );
}

const ids = (answer: ReturnType<typeof list>) => answer.json.value?.map(({ id }) => id).join('') ?? answer.json.error.message;

describe('a collection of the directory', () => {
  it('counts all, in the first page only, when it is asked to', () => {
    expect(list('').json).not.toHaveProperty(['@odata.count']);
    expect(list('').headers).toMatchObject({ 'x-ms-resource-unit': '1' });
    const first = list('$count=true&$top=2', eventual);
    expect(first.json['@odata.count']).toBe(5);
    const second = list((first.json['@odata.nextLink'] ?? '').replace(/^[^?]*\?/, ''), eventual);
    expect(ids(second)).toBe('cd');
    expect(second.json).not.toHaveProperty(['@odata.count']);
    expect(list('$count=false').json).not.toHaveProperty(['@odata.count']);
    expect(list("$count=true&$filter=startswith(displayName,'o')", { consistencylevel: 'Eventual' }).json['@odata.count']).toBe(2);
    expect(count('', eventual).body).toBe('5');
    expect(count('$filter=displayName eq %27adele vance%27&$search="displayName:a"', eventual).body).toBe('1');
  });

  it('has pages of 100, and of 999 at most', () => {
    const many = Array.from({ length: 1500 }, (_, number) => titled(String(10_000 + number), ''));
    for (const [query, size] of [
      ['', 100],
      ['$top=5', 5],
      ['$top=999', 999],
    ] as const) {
      const { json } = list(query, {}, many);
      expect(json.value).toHaveLength(size);
      expect(json).toHaveProperty(['@odata.nextLink']);
    }
    for (const size of ['0', '1000', '5000']) {
      const { status, json } = list(`$top=${size}`, {}, many);
      expect([status, json.error.code, json.error.message]).toEqual([
        400,
        'Request_UnsupportedQuery',
        `Invalid page size specified: '${size}'. Must be between 1 and 999 inclusive.`,
      ]);
    }
  });

  it('takes 15 alternatives without the header', () => {
    const either = (count: number) => Array.from({ length: count }, (_, number) => `pages eq ${number}`).join(' or ');
    const among = (count: number) => `pages in (${Array.from({ length: count }, (_, number) => number).join(',')})`;
    for (const question of [either, among]) {
      expect(list(`$filter=${question(15)}`).status).toBe(200);
      expect(list(`$filter=${question(16)}`, eventual).status).toBe(200);
      for (const filter of [question(16), `pages gt 1 and (${question(16)})`]) {
        const { status, json } = list(`$filter=${filter}`);
        expect([status, json.error.code, json.error.message]).toEqual([
          400,
          'Request_UnsupportedQuery',
          "Too many child clauses specified in search filter expression containing 'OR' operators: 16. Max allowed: 15.",
        ]);
      }
    }
  });

  it('leaves a count out that is asked for without the header', () => {
    const { status, json } = list('$count=true');
    expect(status).toBe(200);
    expect(json.value).toHaveLength(5);
    expect(json).not.toHaveProperty(['@odata.count']);
  });

  it.each([
    ['$search="displayName:a"', "'$search' needs the request header 'ConsistencyLevel: eventual'"],
    ['$count=true&$filter=displayName ne %27x%27', "'ne' in '$filter' needs the request header"],
    ['$filter=not (displayName eq %27x%27)', "'not' in '$filter' needs the request header"],
    ['$filter=pages eq 1 or (pages eq 2 and endswith(displayName,%27x%27))', "'endsWith' in '$filter' needs the request header"],
    ['$filter=pages eq 1&$orderby=displayName', "'$orderby' together with '$filter' needs the request header"],
  ])('%s without the header is refused: %s', (query, message) => {
    for (const headers of [{}, { consistencylevel: 'session' }]) {
      const { status, json } = list(query, headers as Record<string, string>);
      expect([status, json.error.code]).toEqual([400, 'Request_UnsupportedQuery']);
      expect(json.error.message).toContain(message);
    }
  });

  it('answers $count=true without the header, and leaves the count out', () => {
    const answer = list('$count=true');
    expect([answer.status, ids(answer)]).toEqual([200, 'abcde']);
    expect(answer.json).not.toHaveProperty(['@odata.count']);
    expect(list('$count=perhaps').status).toBe(400);
  });

  it('wants $count=true beside the header for questions that need the second index', () => {
    expect(ids(list('$filter=displayName ne %27adele vance%27&$count=true', eventual))).toBe('bcde');
    expect(ids(list('$filter=pages eq 1&$orderby=displayName desc&$count=true', eventual))).toBe(
      'edbca'.split('').toSorted(byTitleDown).join(''),
    );
    expect(list('$filter=displayName ne %27x%27', eventual).json.error.message).toContain("'ne' in '$filter' needs '$count=true'");
    expect(ids(list('$filter=displayName in (%27adele vance%27)'))).toBe('a');
    expect(ids(list('$orderby=displayName desc'))).toBe(['a', 'b', 'c', 'd', 'e'].toSorted(byTitleDown).join(''));
  });

  it.each([
    ['$skip=1', 'Request_BadRequest', "'$skip' is not supported by the service."],
    ['$filter=contains(displayName,%27x%27)', 'Request_UnsupportedQuery', "no 'contains'"],
    ['$filter=colour eq 1', 'BadRequest', "'colour'"],
  ])('%s is refused: %s %s', (query, code, message) => {
    const { status, json } = list(query, eventual);
    expect([status, json.error.code]).toEqual([400, code]);
    expect(json.error.message).toContain(message);
  });

  it('has no bare count without the header', () => {
    const { status, json } = count('');
    expect([status, json.error.code]).toEqual([400, 'Request_BadRequest']);
    expect(json.error.message).toContain('$count is not currently supported');
  });
});

function byTitleDown(a: string, b: string): number {
  const title = (id: string) => shelf.find((book) => book.id === id)?.title.toLowerCase() ?? '';
  return title(a) < title(b) ? 1 : -1;
}

describe('$search', () => {
  it.each([
    ['"displayName:adele"', 'a'],
    ['"DISPLAYNAME:VANCE"', 'a'],
    ['"displayName:van ad"', 'a'],
    ['"displayName:dele"', ''],
    ['"displayName:drive"', 'b'],
    ['"displayName:2"', 'b'],
    ['"displayName:onedrive"', ''],
    ['"displayName:OneDrive"', 'b'],
    ['"displayName:modern work"', 'c'],
    ['"displayName:wa"', 'd'],
    ['"displayName:--"', ''],
    ['"displayName:\\"hi\\""', 'e'],
    ['"id:A"', 'a'],
    ['"id:e" OR "displayName:adele"', 'ae'],
    ['"id:e" AND "displayName:adele"', ''],
    ['"id:a" OR "id:b" AND "id:c"', 'a'],
    ['("id:a" OR "id:b") AND "displayName:team"', 'b'],
    ['"displayName:adele ward"', ''],
    [`"id:a" OR (("id:b"))`, 'ab'],
  ])('%s finds %s', (search, expected) => {
    expect(ids(list(`$search=${encodeURIComponent(search)}`, eventual))).toBe(expected);
  });

  it.each([
    ['', 'A clause in double quotes expected'],
    ['displayName:adele', 'A clause in double quotes expected, such as "displayName:adele", at position 0'],
    ['"displayName:a" OR', 'A clause in double quotes expected, such as "displayName:adele", at position 18'],
    ['"displayName:a', 'at position 0'],
    ['"adele"', 'A clause reads "property:value", not "adele", at position 0'],
    ['"displayName:"', 'A clause reads "property:value"'],
    ['"colour:red"', "'colour' is no property of type 'library.book' that can be searched"],
    ['"pages:1"', "'pages' is no property"],
    ['"password:s"', "'password' is no property"],
    ['("id:a"', "')' expected at position 7"],
    ['"id:a")', 'Syntax error at position 6'],
    ['"id:a" "id:b"', 'Syntax error at position 7'],
    ['  "id:a"OR"id:b"', 'Syntax error at position 8'],
    ['"id:a" and "id:b"', 'Syntax error at position 7'],
    [`${'('.repeat(5000)}"id:a"`, 'More than 20 nested terms'],
  ])('%s is refused: %s', (search, message) => {
    const { status, json } = list(`$search=${encodeURIComponent(search)}`, eventual);
    expect([status, json.error.code]).toEqual([400, 'Request_BadRequest']);
    expect(json.error.message).toContain(message);
  });

  it('finds every book by each beginning of each of its words', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.integer({ min: 1, max: 8 }),
        word,
        (words, at, length, other) => {
          const book = titled('x', words.join(' '));
          const start = (words[at % words.length] ?? '').slice(0, length);
          expect(searchOf(`"displayName:${start.toUpperCase()}"`, bookResource)(book)).toBe(true);
          expect(searchOf(`"displayName:${other}"`, bookResource)(book)).toBe(words.some((one) => one.startsWith(other)));
        },
      ),
    );
  });

  it('is taken or refused, whatever it says', () => {
    const soup = fc.array(fc.constantFrom('"id:a"', '"', '(', ')', 'AND', 'OR', ' ', '\\', ':', 'x'), { maxLength: 15 });
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((parts) => parts.join('')),
          fc.string(),
        ),
        (search) => {
          try {
            searchOf(search, bookResource)(titled('x', search));
          } catch (error) {
            expect(error).toMatchObject({ status: 400, code: 'Request_BadRequest' });
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

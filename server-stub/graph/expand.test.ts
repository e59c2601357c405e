import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, type Book, bookResource, booksOf, callOf } from './collection.fixture.ts';
import { type Collection, entityBody, listPage, oneItem } from './collection.ts';
import type { Expansion } from './expand.ts';
import { relationship } from './query.ts';

const book = (id: string, pages: number, title = `title ${id}`): Book => ({ id, title, pages, lent: null, bought: null });

/** Three books; the sequels of each are those behind it, the first of them its next. */
const shelf = [book('a', 3), book('b', 1), book('c', 2)];
const behind = ({ id }: Book) => shelf.filter((other) => other.id > id);

const sequels: Expansion<Book> = relationship<Book, Book, Book>({
  resource: bookResource,
  of: behind,
  sourceOf: (other) => other,
  expansions: () => ({ sequels, next }),
});
const next = relationship<Book, Book, Book>({ resource: bookResource, of: behind, sourceOf: (other) => other, single: true });
const two = relationship<Book, Book, Book>({ resource: bookResource, of: () => shelf, sourceOf: (other) => other, limit: 2 });

const books = (style?: 'directory'): Collection<Book, Book> =>
  booksOf(shelf, { expansions: { sequels, next, two }, ...(style && { style }) });

const list = (query: string, style?: 'directory', version: 'v1.0' | 'beta' = 'v1.0') =>
  answerTo(callOf(`/v1.0/library/books?${query}`, {}, version), (call) => listPage(call, books(style)));

describe('$expand', () => {
  it('shows one relationship of each item, with where it is', () => {
    const { json } = list('$select=id&$expand=sequels($select=id)');
    const at = 'https://graph.microsoft.com/v1.0/$metadata#library/books';
    expect(json['@odata.context']).toBe(`${at}(id,sequels(id))`);
    expect(json.value).toEqual([
      { id: 'a', 'sequels@odata.context': `${at}('a')/sequels(id)`, sequels: [{ id: 'b' }, { id: 'c' }] },
      { id: 'b', 'sequels@odata.context': `${at}('b')/sequels(id)`, sequels: [{ id: 'c' }] },
      { id: 'c', 'sequels@odata.context': `${at}('c')/sequels(id)`, sequels: [] },
    ]);
  });

  it('shows the other end of a relationship to one, or null', () => {
    const { json } = list('$select=id&$expand=NEXT($select=id)', 'directory');
    expect(json.value).toEqual([
      { id: 'a', next: { id: 'b' } },
      { id: 'b', next: { id: 'c' } },
      { id: 'c', next: null },
    ]);
  });

  it.each([
    ['sequels', ['b', 'c']],
    ['sequels()', ['b', 'c']],
    ['sequels($filter=pages gt 1)', ['c']],
    ["sequels($filter=displayName eq 'x) ; y,' or (pages eq 1))", ['b']],
    ['sequels($top=1)', ['b']],
    ['sequels($orderby=pages desc;$top=1)', ['c']],
    ['sequels($orderby=pages desc)', ['c', 'b']],
    ['sequels($orderby=lent)', ['b', 'c']],
    [' sequels ( $top=1 ; $select=id,pages ) ', ['b']],
    ['next,sequels', ['b', 'c']],
  ])('%s', (expand, expected) => {
    const { json } = list(`$expand=${encodeURIComponent(expand)}&$top=1`);
    expect(json.value[0]?.sequels).toMatchObject(expected.map((id) => ({ id })));
  });

  it('goes on within what is shown', () => {
    const { json } = list(
      '$top=1&$select=id&$expand=sequels($select=id;$expand=sequels($select=id),next($select=pages)),next($select=id)',
      'directory',
    );
    expect(json['@odata.context']).toMatch(/books\(id,sequels\(id,sequels\(id\),next\(pages\)\),next\(id\)\)$/);
    expect(json.value[0]).toEqual({
      id: 'a',
      sequels: [
        { id: 'b', sequels: [{ id: 'c' }], next: { pages: 2 } },
        { id: 'c', sequels: [], next: null },
      ],
      next: { id: 'b' },
    });
  });

  it('goes with pages, with one item, and with a selection that names it too', () => {
    const link = list('$expand=two($select=id)&$top=1', 'directory').json['@odata.nextLink'] ?? '';
    const page = answerTo(callOf(link), (call) => listPage(call, books('directory')));
    expect(page.json.value[0]).toMatchObject({ id: 'b', two: [{ id: 'a' }, { id: 'b' }] });
    const one = answerTo(callOf('/v1.0/library/books/c?$expand=next&$select=id,next'), (call) =>
      oneItem(call, books(), () => book('c', 2)),
    );
    expect(one.json).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#library/books(id,next())/$entity',
      id: 'c',
      'next@odata.context': "https://graph.microsoft.com/v1.0/$metadata#library/books('c')/next",
      next: null,
    });
    expect(entityBody(callOf('/v1.0/library/books'), books(), book('c', 2))).not.toHaveProperty('next');
  });

  it('does without dollar signs on beta', () => {
    const { json } = list('expand=next(select=id)&select=id', 'directory', 'beta');
    expect(json.value[0]).toEqual({ id: 'a', next: { id: 'b' } });
  });

  it.each([
    ['owner', "Could not find a relationship named 'owner' on type 'library.book', which has: sequels, next, two"],
    ['constructor', "relationship named 'constructor'"],
    ['sequels,', 'Syntax error'],
    ['sequels/$ref', "relationship named 'sequels/$ref'"],
    ['*', "relationship named '*'"],
    ['sequels,Sequels', "'sequels' was named more than once"],
    ['sequels($top=1', 'The parentheses do not match'],
    ['sequels)', 'The parentheses do not match'],
    ["sequels($filter=id eq 'x)", 'unterminated string'],
    ['sequels($select=colour)', "named 'colour'"],
    ['sequels($filter=id eq)', 'Expression expected at position 5'],
    ['sequels($top=0)', "Invalid value '0' for $top"],
    ['sequels($skip=1)', "'$skip' is not supported on this request"],
    ['sequels($levels=2)', "'$levels' is not supported"],
    ['sequels(top=1)', "needs its dollar sign on v1.0: '$top'"],
    ['sequels(top)', 'Syntax error'],
    ['sequels(x=1)', 'Syntax error'],
    ['sequels($expand=owner)', "relationship named 'owner'"],
    ['next($expand=next)', "relationship named 'next' on type 'library.book', which has: none"],
    ['sequels($expand=sequels($expand=sequels($expand=sequels)))', "More than 3 relationships within each other, at 'sequels'"],
  ])('%s is refused: %s', (expand, message) => {
    const { status, json } = list(`$expand=${encodeURIComponent(expand)}`);
    expect([status, json.error.code]).toEqual([400, 'BadRequest']);
    expect(json.error.message).toContain(message);
  });

  it('is taken or refused, whatever it says', () => {
    const words = ['sequels', 'next', 'two', '(', ')', ';', ',', '$select=', '$expand=', '$filter=', 'id', "'", ' ', '$top=1', 'eq'];
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: 'grapheme' })), (expand) => {
        expect([200, 400]).toContain(list(`$expand=${encodeURIComponent(expand)}`).status);
      }),
      { numRuns: 2000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { answerTo, callOf } from './collection.fixture.ts';
import { type Collection, listPage, oneItem } from './collection.ts';
import { baseResource, type Column, type PropertyType, resource, subtype } from './property.ts';

interface Person {
  id: string;
  name: string;
  mail: string | null;
}
interface Team {
  id: string;
  title: string;
  size: number;
}
type Member = { person: Person } | { team: Team };

function column<Source>(
  type: PropertyType,
  read: (source: Source) => unknown,
  rest: Partial<Column<unknown, Source>> = {},
): Column<unknown, Source> {
  return { type, read, visibility: 'always', hidden: null, ...rest };
}

const person = resource<Person>('test.person', {
  id: column('Edm.String', ({ id }) => id),
  displayName: column('Edm.String', ({ name }) => name),
  mail: column('Edm.String', ({ mail }) => mail),
  city: column('Edm.String', () => 'Rome', { visibility: 'named' }),
});
const team = resource<Team>('test.team', {
  id: column('Edm.String', ({ id }) => id),
  displayName: column('Edm.String', ({ title }) => title),
  size: column('Edm.Int64', ({ size }) => size),
});
const member = baseResource<Member>('test.member', [
  subtype(person, (one) => ('person' in one ? one.person : undefined)),
  subtype(team, (one) => ('team' in one ? one.team : undefined)),
]);

const all: (Member & { id: string })[] = [
  { id: '1', person: { id: '1', name: 'Zoe', mail: null } },
  { id: '2', team: { id: '2', title: 'Admins', size: 4 } },
  { id: '3', person: { id: '3', name: 'Mia', mail: 'mia@contoso.example' } },
];

const members: Collection<Member & { id: string }, Member> = {
  path: 'teams/1/members',
  context: 'members',
  resource: member,
  items: (afterId) => all.filter(({ id }) => afterId === null || id > afterId),
  idOf: ({ id }) => id,
  sourceOf: (one) => one,
};

const list = (query: string) => answerTo(callOf(`/v1.0/teams/1/members?${query}`), (call) => listPage(call, members));

describe('a collection of several types', () => {
  it('shows each item as what it is', () => {
    const { json } = list('');
    expect(json['@odata.context']).toBe('https://graph.microsoft.com/v1.0/$metadata#members');
    expect(json.value).toEqual([
      { '@odata.type': '#test.person', id: '1', displayName: 'Zoe', mail: null },
      { '@odata.type': '#test.team', id: '2', displayName: 'Admins', size: 4 },
      { '@odata.type': '#test.person', id: '3', displayName: 'Mia', mail: 'mia@contoso.example' },
    ]);
    expect(list('$top=1').json['@odata.nextLink']).toContain('/v1.0/teams/1/members?$top=1&$skiptoken=');
    const one = answerTo(callOf('/v1.0/members/2'), (call) => oneItem(call, members, () => all[1] as Member & { id: string }));
    expect(one.json).toMatchObject({ '@odata.type': '#test.team', size: 4 });
  });

  it('selects properties where they are', () => {
    expect(list('$select=displayName,size,city').json.value).toEqual([
      { '@odata.type': '#test.person', displayName: 'Zoe', city: 'Rome' },
      { '@odata.type': '#test.team', displayName: 'Admins', size: 4 },
      { '@odata.type': '#test.person', displayName: 'Mia', city: 'Rome' },
    ]);
  });

  it.each([
    ["$filter=displayName eq 'admins'", '2'],
    ['$filter=size gt 1', '2'],
    ['$filter=mail eq null', '12'],
    ["$filter=city eq 'rome'", '13'],
    ['$orderby=displayName', '231'],
    ['$orderby=size desc', '213'],
  ])('%s → %s', (query, expected) => {
    expect(
      list(query)
        .json.value.map(({ id }) => id)
        .join(''),
    ).toBe(expected);
  });

  it('refuses what none of them has', () => {
    expect(list('$select=colour').json.error.message).toContain("named 'colour' on type 'test.member'");
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreBench } from './core.fixture.ts';

/** Groups by number, and for each the numbers of the groups in it; and who is in which. */
const drawn = fc.record({
  groups: fc.array(fc.array(fc.nat(7), { maxLength: 4 }), { minLength: 8, maxLength: 8 }),
  people: fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { maxLength: 5 }),
});

/** Every number that can be reached from one: by walking over and over until nothing is new. */
function reached(from: number, next: (one: number) => readonly number[]): Set<number> {
  let known = new Set(next(from));
  for (;;) {
    const wider = new Set([...known, ...[...known].flatMap(next)]);
    if (wider.size === known.size) return known;
    known = wider;
  }
}

describe('membership', () => {
  it('is transitive over any nesting of groups, circles too, in both directions', () => {
    fc.assert(
      fc.property(drawn, ({ groups, people }) => {
        const { directory } = new CoreBench().tenant;
        const now = 0;
        const ids = groups.map((_, number) => {
          const id = directory.newId(`group ${number}`);
          directory.save('group', {
            id,
            displayName: `G${number}`,
            description: null,
            mailNickname: `g${number}`,
            mailEnabled: false,
            securityEnabled: true,
            createdAt: now,
          });
          return id;
        });
        const idOf = (number: number) => ids[number] ?? '';
        for (const [number, inner] of groups.entries()) {
          for (const one of inner) directory.addMember(idOf(number), { id: idOf(one), kind: 'group' });
        }
        const personIds = people.map((of, number) => {
          const id = directory.newId(`person ${number}`);
          for (const group of of) directory.addMember(idOf(group), { id, kind: 'user' });
          return id;
        });
        for (const number of groups.keys()) {
          const inside = reached(number, (one) => groups[one] ?? []);
          const around = reached(number, (one) => [...groups.keys()].filter((other) => groups[other]?.includes(one)));
          const everywhere = new Set([number, ...inside]);
          const members = personIds.filter((_, person) => people[person]?.some((group) => everywhere.has(group)));
          const expected = [...[...inside].map(idOf), ...members].sort();
          expect(directory.transitiveMembers(idOf(number)).map(({ id }) => id)).toEqual(expected);
          expect(directory.transitiveMemberOf(idOf(number)).map(({ id }) => id)).toEqual([...around].map(idOf).sort());
        }
        for (const [person, id] of personIds.entries()) {
          const direct = people[person] ?? [];
          const around = new Set(
            direct.flatMap((one) => [one, ...reached(one, (inner) => [...groups.keys()].filter((g) => groups[g]?.includes(inner)))]),
          );
          expect(directory.transitiveMemberOf(id).map((group) => group.id)).toEqual([...around].map(idOf).sort());
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('ids', () => {
  it('are new at each call, also for one name at one instant', () => {
    const { directory } = new CoreBench().tenant;
    const ids = Array.from({ length: 50 }, () => directory.newId('Field'));
    expect(new Set(ids).size).toBe(50);
  });

  it('are the same in two tenants with one seed that live the same', () => {
    const ids = () => {
      const { directory } = new CoreBench().tenant;
      return [directory.newId('a'), directory.newId('b'), directory.organization().id];
    };
    expect(ids()).toEqual(ids());
  });

  it('are not those that came from another tenant with one seed', () => {
    const there = new CoreBench().tenant.directory.newId('Field');
    const { directory } = new CoreBench().tenant;
    const rest = { description: null, mailNickname: 'x', mailEnabled: false, securityEnabled: true, createdAt: 0 };
    directory.save('group', { id: there, displayName: 'Field', ...rest });
    expect(directory.newId('Field')).not.toBe(there);
  });
});

describe('mails', () => {
  it('are kept newest first, each with an id of its own', () => {
    const bench = new CoreBench();
    const mail = { from: 'a@contoso.example', to: [], cc: [], bcc: [], contentType: 'text', body: '' } as const;
    bench.tenant.sendMail({ ...mail, subject: 'one' });
    bench.tenant.sendMail({ ...mail, subject: 'two' });
    const mails = [...bench.tenant.mails()];
    expect(mails.map(({ subject }) => subject)).toEqual(['two', 'one']);
    expect(new Set(mails.map(({ id }) => id)).size).toBe(2);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureDeviceId, deviceObjectId } from './derived-guid.ts';
import { DirectoryBench } from './directory.fixture.ts';

const eventual = { consistencylevel: 'eventual' };
const bench = new DirectoryBench();
const people = ['Ada', 'bob', 'Cleo'].map((name) => bench.tenant.directory.user(bench.person(name).name));
const records = people.map((user, index) =>
  bench.enroll(`request-${index}`, { serialNumber: `SN${index}`, userPrincipalName: user?.userPrincipalName ?? '' }),
);

/** Everything, and the same filter as a plain function. */
interface Question {
  text: string;
  holds(item: Record<string, unknown>): boolean;
}

const same = (a: unknown, b: string) => String(a).toLowerCase() === b.toLowerCase();

function questions(property: string, values: readonly string[]): fc.Arbitrary<Question> {
  const value = fc.constantFrom(...values, 'nobody');
  const written = fc.tuple(value, fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text));
  const { question } = fc.letrec<{ question: Question }>((tie) => ({
    question: fc.oneof(
      { maxDepth: 3 },
      written.map((text): Question => ({ text: `${property} eq '${text}'`, holds: (item) => same(item[property], text) })),
      written.map((text): Question => ({ text: `'${text}' eq ${property}`, holds: (item) => same(item[property], text) })),
      written.map((text): Question => ({ text: `${property} ne '${text}'`, holds: (item) => !same(item[property], text) })),
      fc.array(written, { minLength: 1, maxLength: 3 }).map(
        (texts): Question => ({
          text: `${property} in (${texts.map((text) => `'${text}'`).join(',')})`,
          holds: (item) => texts.some((text) => same(item[property], text)),
        }),
      ),
      fc.constant<Question>({ text: 'accountEnabled eq true', holds: () => true }),
      fc
        .tuple(tie('question'), tie('question'))
        .map(([a, b]): Question => ({ text: `(${a.text} and ${b.text})`, holds: (item) => a.holds(item) && b.holds(item) })),
      fc
        .tuple(tie('question'), tie('question'))
        .map(([a, b]): Question => ({ text: `(${a.text} or ${b.text})`, holds: (item) => a.holds(item) || b.holds(item) })),
      tie('question').map((a): Question => ({ text: `not(${a.text})`, holds: (item) => !a.holds(item) })),
    ),
  }));
  return question;
}

describe('looking up what a filter names finds what reading everything would', () => {
  it.each([
    ['users', 'id', people.map((user) => user?.id ?? '')],
    ['users', 'userPrincipalName', people.map((user) => user?.userPrincipalName ?? '')],
    ['devices', 'id', records.map(({ id }) => deviceObjectId(id))],
    ['devices', 'deviceId', records.map(({ id }) => azureDeviceId(id))],
  ])('%s by %s', (collection, property, values) => {
    const all = bench.get(`/v1.0/${collection}`).value;
    fc.assert(
      fc.property(questions(property, values), ({ text, holds }) => {
        const url = `/v1.0/${collection}?$count=true&$select=id&$filter=${encodeURIComponent(text)}`;
        const found = bench.get(url, eventual).value.map(({ id }) => id);
        expect(found.sort()).toEqual(all.flatMap((item) => (holds(item) ? [item.id] : [])).sort());
        const paged: unknown[] = [];
        for (let next: string | undefined = `${url}&$top=1`; next !== undefined; ) {
          const page = bench.get(next, eventual);
          paged.push(...page.value.map(({ id }) => id));
          next = page['@odata.nextLink'];
        }
        expect(paged.sort()).toEqual(found);
      }),
      { numRuns: 60 },
    );
  });
});

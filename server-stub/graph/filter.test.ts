import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphFault } from './errors.ts';
import { filterDepthMax, parseFilter } from './filter.ts';
import { type Predicate, predicateOf } from './filter-predicate.ts';
import { type Column, collectionOf, type PropertyType, type Resource, resource, type Shape, structureOf } from './property.ts';

type Source = Readonly<Record<string, unknown>>;

function column(name: string, type: PropertyType, shape?: Shape): Column<unknown, Source> {
  return { type, read: (source) => source[name], visibility: 'always', hidden: null, ...(shape !== undefined && { shape }) };
}

const part = structureOf({ code: 'Edm.String', weight: 'Edm.Int64', since: 'Edm.DateTimeOffset', marks: collectionOf('Edm.String') });

const things: Resource<Source> = resource('test.thing', {
  name: column('name', 'Edm.String'),
  notes: column('notes', 'Edm.String'),
  state: column('state', 'enum'),
  supervised: column('supervised', 'Edm.Boolean'),
  size: column('size', 'Edm.Int64'),
  seen: column('seen', 'Edm.DateTimeOffset'),
  results: column('results', 'complex'),
  maker: column('maker', 'complex', structureOf({ fullName: 'Edm.String', town: structureOf({ name: 'Edm.String' }) })),
  tags: column('tags', 'complex', collectionOf('Edm.String')),
  parts: column('parts', 'complex', collectionOf(part)),
  code: { ...column('code', 'Edm.String'), secret: true },
});

const compile = (filter: string): Predicate<Source> => predicateOf(parseFilter(filter, things), filter, things);

function faultOf(filter: string): string {
  try {
    compile(filter);
  } catch (error) {
    if (error instanceof GraphFault) {
      expect([error.status, error.code]).toEqual([400, 'BadRequest']);
      return error.message;
    }
    throw error;
  }
  return 'no fault';
}

const thing = {
  name: "O'Neil",
  notes: null,
  state: 'compliant',
  supervised: true,
  size: 12,
  seen: '2026-01-15T09:00:00Z',
  results: [],
  maker: { fullName: 'Ada B', town: null },
  tags: ['red', 'Blue'],
  parts: [
    { code: 'x1', weight: 3, since: '2026-01-01T00:00:00Z', marks: [] },
    { code: 'x2', weight: 5, since: '2026-01-02T00:00:00Z', marks: ['red', 'old'] },
  ],
  code: 'hidden',
};

describe('a filter on one thing', () => {
  it.each([
    [`name eq 'O''Neil'`, true],
    [`NAME EQ 'o''neil'`, true],
    [`'O''Neil' eq name`, true],
    [`name ne 'O''Neil'`, false],
    [`startswith(name,'o''')`, true],
    [`endsWith( name , 'EIL' )`, true],
    [`contains(name,'nei')`, true],
    [`contains(notes,'a')`, false],
    [`notes eq null`, true],
    [`notes ne null`, false],
    [`notes eq 'x'`, false],
    [`notes gt 'x'`, false],
    [`state eq 'compliant'`, true],
    [`state in ('noncompliant','compliant')`, true],
    [`not (state in ('error'))`, true],
    [`supervised`, true],
    [`not supervised`, false],
    [`supervised eq true`, true],
    [`size gt 11.5`, true],
    [`size eq -12`, false],
    [`size ge 1.2e1`, true],
    [`size le 12`, true],
    [`size lt 12`, false],
    [`seen gt 2026-01-15T08:59:59Z`, true],
    [`seen eq 2026-01-15T10:00:00+01:00`, true],
    [`seen eq 2026-01-15T09:00:00.0000000Z`, true],
    [`seen lt 2026-01-15`, false],
    // `and` binds tighter than `or`, `not` tighter than both.
    [`supervised eq true or size eq 0 and size eq 1`, true],
    [`(supervised eq true or size eq 0) and size eq 1`, false],
    [`not (size eq 0) and supervised`, true],
    [`not (size eq 12 or supervised)`, false],
    [`tolower(name) eq 'o''neil'`, true],
    [`toupper(name) eq 'O''NEIL' and contains(tolower(name),'NEIL')`, true],
    [`length(name) eq 6`, true],
    [`length(notes) eq null`, true],
    [`length(toLower(name)) gt 6`, false],
    [`startswith(name,'o') eq true`, true],
    [`startswith(name,'o') eq false`, false],
    [`contains(name,'x') ne true and supervised`, true],
    [`state eq microsoft.graph.state'compliant'`, true],
    [`maker/fullName eq 'ada b'`, true],
    [`MAKER/FULLNAME eq 'ada b'`, true],
    [`startswith(maker/fullName,'ada')`, true],
    [`maker/town/name eq null`, true],
    [`maker/town/name ne 'Rome'`, true],
    [`maker/town eq null`, true],
    [`maker ne null`, true],
    [`tags/any(t: t eq 'blue')`, true],
    [`tags/any(t:t eq 'green')`, false],
    [`tags/all(t: length(t) gt 2)`, true],
    [`tags/all(t: t eq 'red')`, false],
    [`tags/any()`, true],
    [`not tags/any()`, false],
    [`tags/ANY(t: t eq name)`, false],
    [`tags/any(t: t in ('green','red')) eq true`, true],
    [`parts/any(p: p/code eq 'x2' and p/weight eq 5)`, true],
    [`parts/any(p: p/code eq 'x1' and p/weight eq 5)`, false],
    [`parts/any(p: p/code eq 'x1') and parts/any(p: p/weight eq 5)`, true],
    [`parts/all(p: p/weight lt size)`, true],
    [`parts/all(p: p/since ge 2026-01-02)`, false],
    [`parts/any(p: p/marks/any())`, true],
    [`parts/any(p: p/marks/any(m: m eq 'old' and p/weight eq 5))`, true],
    [`parts/any(p: p/marks/any(m: m eq 'old' and p/weight eq 3))`, false],
    [`tags/any(t: parts/any(p: p/marks/any(m: m eq t)))`, true],
    [`parts/any(name: name/code eq 'x1')`, true],
    [`parts/any(p: p/marks/any(m: m eq 'old') and p/weight eq 5)`, true],
    [`not parts/any(p: not (p/weight gt 2))`, true],
  ])('%s → %s', (filter, expected) => {
    expect(compile(filter)(thing)).toBe(expected);
  });

  it.each([
    ['', 'Expression expected at position 0'],
    ['name', 'A condition expected at position 0'],
    ['name eq', 'Expression expected at position 7'],
    [`name eq 'x`, 'There is an unterminated string literal at position 8'],
    [`name eq 'x' and`, 'Expression expected at position 15'],
    [`name eq 'x' 'y'`, 'Syntax error at position 12'],
    [`name like 'x'`, 'Syntax error at position 5'],
    [`(name eq 'x'`, "')' expected at position 12"],
    [`name eq 'x')`, 'Syntax error at position 11'],
    [`state in 'x'`, "'(' expected at position 9"],
    [`state in ()`, 'Syntax error at position 10'],
    [`colour eq 'red'`, "Could not find a property named 'colour' on type 'test.thing' at position 0"],
    [`constructor eq 'red'`, "Could not find a property named 'constructor' on type 'test.thing' at position 0"],
    [`trim(name) eq 'x'`, "An unknown function with name 'trim' was found at position 0"],
    [`length(size) eq 1`, "length takes a text, not 'Edm.Int64', at position 7"],
    [`'a' eq contains(name,'a')`, 'Syntax error at position 7'],
    [`contains(name,'a') eq 'a'`, "'true' or 'false' expected at position 22"],
    [`maker/age eq 1`, "Could not find a property named 'age' on 'maker' at position 6"],
    [`maker/town/constructor eq 1`, "Could not find a property named 'constructor' on 'maker/town' at position 11"],
    [`name/length eq 1`, "Could not find a property named 'length' on 'name' at position 5"],
    [`maker eq 'x'`, "'maker' is a collection or a structure and cannot be compared at position 0"],
    [`maker eq maker`, "'maker' is a collection or a structure and cannot be compared at position 0"],
    [`tags eq null`, "'tags' is a collection or a structure and cannot be compared at position 0"],
    [`parts/code eq 'x'`, "'parts' is a collection: ask by 'parts/any(x: …)' at position 6"],
    [`maker/any(m: m eq 'x')`, "'maker' is no collection: 'any' is not possible at position 6"],
    [`results/any(r: r eq 'x')`, "'results' cannot be looked into: 'any' is not possible at position 8"],
    [`tags/any(t: t/any())`, "'t' is no collection: 'any' is not possible at position 14"],
    [`parts/any(p: p/marks eq null)`, "'p/marks' is a collection or a structure and cannot be compared at position 13"],
    [`tags/any(t eq 'x')`, "':' expected at position 11"],
    [`tags/all()`, 'Syntax error at position 9'],
    [`tags/any(t: )`, 'Syntax error at position 12'],
    [`tags/any(t: t eq 'x'`, "')' expected at position 20"],
    [`tags/any(t: t/code eq 'x')`, "Could not find a property named 'code' on 't' at position 14"],
    [`tags/any(t: t eq 5)`, "Found operand types 'Edm.String' and 'number' for operator kind 'eq' at position 14"],
    [`tags/any(t: T eq 'x')`, "Could not find a property named 'T' on type 'test.thing' at position 12"],
    [`tags/any(t: t eq 'x') and t eq 'x'`, "Could not find a property named 't' on type 'test.thing' at position 26"],
    [`parts/any(p: tags/any(p: p eq 'x'))`, "The range variable 'p' has already been declared at position 22"],
    [`'x' eq tags/any()`, 'Syntax error at position 11'],
    [`maker/ eq 'x'`, "Could not find a property named 'eq' on 'maker' at position 7"],
    [`maker/`, 'Expression expected at position 6'],
    [`code eq 'hidden'`, "'code' is a secret and takes no filter at position 0"],
    [`name eq 5`, "Found operand types 'Edm.String' and 'number' for operator kind 'eq' at position 5"],
    [`seen gt '2026-01-01T00:00:00Z'`, "Found operand types 'Edm.DateTimeOffset' and 'Edm.String'"],
    [`supervised gt false`, "for operator kind 'gt' at position 11"],
    [`state gt 'a'`, "for operator kind 'gt' at position 6"],
    [`results eq null`, "'results' is a collection or a structure and cannot be compared at position 0"],
    [`contains(size,'1')`, "contains takes texts, not 'Edm.Int64', at position 9"],
    [`seen gt 2026-99-99T00:00:00Z`, "'2026-99-99T00:00:00Z' is not a date-time at position 8"],
    [`seen gt 2026-01-01T00:00:00 02:00`, 'Syntax error at position 8'],
    [`name eq ’x’`, 'Syntax error at position 8'],
  ])('%s is refused: %s', (filter, message) => {
    expect(faultOf(filter)).toContain(message);
  });

  it('refuses nesting beyond its limit, but takes chains of any length', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}supervised${')'.repeat(depth)}`;
    expect(faultOf(nested(filterDepthMax))).toBe('no fault');
    expect(faultOf(nested(filterDepthMax + 1))).toContain(`More than ${filterDepthMax} nested terms at position ${filterDepthMax}`);
    expect(faultOf('not '.repeat(100_000))).toContain('nested terms');
    expect(faultOf(`${'tolower('.repeat(100_000)}name`)).toContain('nested terms');
    expect(faultOf(Array.from({ length: 10_000 }, (_, index) => `tags/any(t${index}: `).join(''))).toContain('nested terms');
    const within = (depth: number) =>
      `${Array.from({ length: depth }, (_, index) => `tags/any(t${index}: `).join('')}name eq 'x'${')'.repeat(depth)}`;
    expect(faultOf(within(3))).toBe('no fault');
    expect(faultOf(within(4))).toContain("More than 3 nested terms of 'any' and 'all' at position 44");
    expect(faultOf(Array.from({ length: 20_000 }, (_, index) => `size eq ${index}`).join(' or '))).toBe('no fault');
  });
});

interface Thing {
  name: string;
  notes: string | null;
  state: string;
  supervised: boolean;
  size: number;
  seen: string;
  maker: { fullName: string | null; town: { name: string } | null };
  tags: string[];
  parts: { code: string; weight: number; since: string; marks: string[] }[];
  [name: string]: unknown;
}

interface Sample {
  text: string;
  holds: (thing: Thing) => boolean;
}

const quote = (value: string) => `'${value.replaceAll("'", "''")}'`;
const someText = fc.constantFrom('', 'a', 'A', 'ab', "b'a", 'x and y', '(', 'é', "'");
const someInstant = fc.integer({ min: 0, max: 4 }).map((day) => Date.UTC(2026, 0, 1 + day));
const someThing: fc.Arbitrary<Thing> = fc.record({
  name: someText,
  notes: fc.option(someText),
  state: fc.constantFrom('compliant', 'noncompliant'),
  supervised: fc.boolean(),
  size: fc.integer({ min: -2, max: 2 }),
  seen: someInstant.map((instant) => new Date(instant).toISOString()),
  maker: fc.record({ fullName: fc.option(someText), town: fc.option(fc.record({ name: someText })) }),
  tags: fc.array(someText, { maxLength: 3 }),
  parts: fc.array(
    fc.record({
      code: someText,
      weight: fc.integer({ min: -2, max: 2 }),
      since: someInstant.map((instant) => new Date(instant).toISOString()),
      marks: fc.array(someText, { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
});

const orders: Record<string, (a: number | string, b: number | string) => boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
};
const someOrder = fc.constantFrom(...Object.keys(orders));
const someCase = (name: string) => fc.constantFrom(name, name.toUpperCase());
const hold = (operator: string, a: number | string, b: number | string) => orders[operator]?.(a, b) === true;

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.tuple(someCase('name'), someOrder, someText).map(([name, operator, value]) => ({
    text: `${name} ${operator} ${quote(value)}`,
    holds: (it: Thing) => hold(operator, it.name.toLowerCase(), value.toLowerCase()),
  })),
  fc.tuple(fc.constantFrom('eq', 'ne'), fc.option(someText)).map(([operator, value]) => ({
    text: `notes ${operator} ${value === null ? 'null' : quote(value)}`,
    holds: (it: Thing) => ((it.notes?.toLowerCase() ?? null) === (value?.toLowerCase() ?? null)) === (operator === 'eq'),
  })),
  fc.tuple(fc.constantFrom('startswith', 'endswith', 'contains'), someText).map(([name, value]) => ({
    text: `${name}(name,${quote(value)})`,
    holds: (it: Thing) => {
      const test = { startswith: 'startsWith', endswith: 'endsWith', contains: 'includes' } as const;
      return it.name.toLowerCase()[test[name]](value.toLowerCase());
    },
  })),
  fc.subarray(['compliant', 'noncompliant', 'error'], { minLength: 1 }).map((states) => ({
    text: `state in (${states.map(quote).join(', ')})`,
    holds: (it: Thing) => states.includes(it.state),
  })),
  fc.boolean().map((value) => ({ text: `supervised eq ${value}`, holds: (it: Thing) => it.supervised === value })),
  fc.constant({ text: 'supervised', holds: (it: Thing) => it.supervised }),
  fc.tuple(someOrder, fc.integer({ min: -2, max: 2 })).map(([operator, value]) => ({
    text: `size ${operator} ${value}`,
    holds: (it: Thing) => hold(operator, it.size, value),
  })),
  fc.tuple(someOrder, someInstant).map(([operator, value]) => ({
    text: `seen ${operator} ${new Date(value).toISOString()}`,
    holds: (it: Thing) => hold(operator, Date.parse(it.seen), value),
  })),
);

const someQuantifier = fc.constantFrom('any' as const, 'all' as const);

/** Conditions on one part of a thing, by the variable that stands for it. */
const partLeaf: fc.Arbitrary<(variable: string) => { text: string; holds: (part: Thing['parts'][number], it: Thing) => boolean }> =
  fc.oneof(
    fc.tuple(someOrder, someText).map(([operator, value]) => (variable: string) => ({
      text: `${variable}/code ${operator} ${quote(value)}`,
      holds: (part: Thing['parts'][number]) => hold(operator, part.code.toLowerCase(), value.toLowerCase()),
    })),
    fc.tuple(someOrder, fc.boolean()).map(([operator, turned]) => (variable: string) => ({
      text: turned ? `size ${operator} ${variable}/weight` : `${variable}/weight ${operator} size`,
      holds: (part: Thing['parts'][number], it: Thing) =>
        turned ? hold(operator, it.size, part.weight) : hold(operator, part.weight, it.size),
    })),
    fc.tuple(someOrder, someInstant).map(([operator, value]) => (variable: string) => ({
      text: `${new Date(value).toISOString()} ${operator} ${variable}/since`,
      holds: (part: Thing['parts'][number]) => hold(operator, value, Date.parse(part.since)),
    })),
    fc.tuple(someQuantifier, someText).map(([quantifier, value]) => (variable: string) => ({
      text: `${variable}/marks/${quantifier}(mark: mark ne ${quote(value)})`,
      holds: (part: Thing['parts'][number]) =>
        part.marks[quantifier === 'any' ? 'some' : 'every']((mark) => mark.toLowerCase() !== value.toLowerCase()),
    })),
  );

const lambdaLeaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.constantFrom('tags', 'parts').map((name) => ({ text: `${name}/any()`, holds: (it: Thing) => (it[name] as unknown[]).length > 0 })),
  fc.tuple(someQuantifier, someOrder, someText).map(([quantifier, operator, value]) => ({
    text: `tags/${quantifier}(t: t ${operator} ${quote(value)})`,
    holds: (it: Thing) => it.tags[quantifier === 'any' ? 'some' : 'every']((tag) => hold(operator, tag.toLowerCase(), value.toLowerCase())),
  })),
  fc
    .tuple(someQuantifier, fc.constantFrom('p', '_', 'name', 'any'), partLeaf, partLeaf, fc.constantFrom('and', 'or'), fc.boolean())
    .map(([quantifier, variable, first, second, link, negated]) => {
      const [a, b] = [first(variable), second(variable)];
      const both = (part: Thing['parts'][number], it: Thing) =>
        link === 'and' ? a.holds(part, it) && b.holds(part, it) : a.holds(part, it) || b.holds(part, it);
      return {
        text: `parts/${quantifier}(${variable}:${negated ? 'not ' : ''}(${a.text} ${link} ${b.text}))`,
        holds: (it: Thing) => it.parts[quantifier === 'any' ? 'some' : 'every']((part) => both(part, it) !== negated),
      };
    }),
);

const structureLeaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.tuple(fc.constantFrom('eq', 'ne'), fc.option(someText)).map(([operator, value]) => ({
    text: `maker/fullName ${operator} ${value === null ? 'null' : quote(value)}`,
    holds: (it: Thing) => ((it.maker.fullName?.toLowerCase() ?? null) === (value?.toLowerCase() ?? null)) === (operator === 'eq'),
  })),
  fc.tuple(someOrder, someText).map(([operator, value]) => ({
    text: `maker/town/name ${operator} ${quote(value)}`,
    // Without a town every comparison is false, but that it is another.
    holds: (it: Thing) =>
      it.maker.town === null ? operator === 'ne' : hold(operator, it.maker.town.name.toLowerCase(), value.toLowerCase()),
  })),
  fc.constantFrom('eq', 'ne').map((operator) => ({
    text: `maker/town ${operator} null`,
    holds: (it: Thing) => (it.maker.town === null) === (operator === 'eq'),
  })),
  fc.tuple(someOrder, fc.integer({ min: 0, max: 4 })).map(([operator, value]) => ({
    text: `length(name) ${operator} ${value}`,
    holds: (it: Thing) => hold(operator, it.name.length, value),
  })),
  fc.tuple(fc.constantFrom('eq', 'ne'), fc.boolean(), someText).map(([operator, value, start]) => ({
    text: `startswith(tolower(name),${quote(start)}) ${operator} ${value}`,
    holds: (it: Thing) => (it.name.toLowerCase().startsWith(start.toLowerCase()) === value) === (operator === 'eq'),
  })),
);

const anyLeaf = fc.oneof({ arbitrary: leaf, weight: 3 }, { arbitrary: lambdaLeaf, weight: 2 }, { arbitrary: structureLeaf, weight: 1 });

const { expression } = fc.letrec<{ expression: Sample }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    anyLeaf,
    tie('expression').map((term) => ({ text: `not (${term.text})`, holds: (it: Thing) => !term.holds(it) })),
    fc.array(tie('expression'), { minLength: 2, maxLength: 3 }).map((terms) => ({
      text: terms.map((term) => `(${term.text})`).join(' and '),
      holds: (it: Thing) => terms.every((term) => term.holds(it)),
    })),
    fc.array(tie('expression'), { minLength: 2, maxLength: 3 }).map((terms) => ({
      text: terms.map((term) => `( ${term.text} )`).join(' or '),
      holds: (it: Thing) => terms.some((term) => term.holds(it)),
    })),
    // Without parentheses: leaves only, where `and` binds tighter.
    fc.array(fc.array(anyLeaf, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).map((groups) => ({
      text: groups.map((group) => group.map((term) => term.text).join(' and ')).join(' or '),
      holds: (it: Thing) => groups.some((group) => group.every((term) => term.holds(it))),
    })),
  ),
}));

describe('any filter', () => {
  it('selects what the same condition in JavaScript selects', () => {
    fc.assert(
      fc.property(expression, fc.array(someThing, { minLength: 1, maxLength: 10 }), ({ text, holds }, things) => {
        const predicate = compile(text);
        for (const it of things) expect(predicate(it)).toBe(holds(it));
      }),
      { numRuns: 2000 },
    );
  });

  it('is taken, or refused with a position inside it', () => {
    const words = [
      'name',
      'size',
      'seen',
      'eq',
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      ',',
      "'",
      "'a'",
      '1',
      '-',
      '.',
      'null',
      '2026-01-01',
      ' ',
      'tags/any(t:',
      'parts/all(p:',
      'p/marks',
      't',
      '/',
      ':',
      'length(',
    ];
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), soup), (filter) => {
        const message = faultOf(filter);
        if (message === 'no fault') return;
        const position = Number(/ at position (\d+) in '/.exec(message)?.[1]);
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThanOrEqual(filter.length);
      }),
      { numRuns: 5000 },
    );
  });
});

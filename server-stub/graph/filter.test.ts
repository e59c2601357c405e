import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphFault } from './errors.ts';
import { filterDepthMax, type PropertyLookup } from './filter.ts';
import { compileFilter, type Predicate } from './filter-predicate.ts';
import type { PropertyType } from './property.ts';

const types: Record<string, PropertyType> = {
  name: 'Edm.String',
  notes: 'Edm.String',
  state: 'enum',
  supervised: 'Edm.Boolean',
  size: 'Edm.Int64',
  seen: 'Edm.DateTimeOffset',
  results: 'complex',
};

const lookup: PropertyLookup = (name) => {
  const lower = name.toLowerCase();
  const type = types[lower];
  return type === undefined || !Object.hasOwn(types, lower) ? undefined : { name: lower, type };
};

const compile = (filter: string): Predicate => compileFilter(filter, 'test.thing', lookup);

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
  ])('%s → %s', (filter, expected) => {
    expect(compile(filter)((name) => (thing as Record<string, unknown>)[name])).toBe(expected);
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
    [`tolower(name) eq 'x'`, "An unknown function with name 'tolower' was found at position 0"],
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

const { expression } = fc.letrec<{ expression: Sample }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
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
    fc.array(fc.array(leaf, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).map((groups) => ({
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
        for (const it of things) expect(predicate((name) => it[name as keyof Thing])).toBe(holds(it));
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

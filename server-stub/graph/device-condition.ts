/**
 * What a store can look up of a filter on managed devices: a condition that every device of the answer satisfies, so that the others
 * need not be read. It promises no more: whoever uses it filters what it finds.
 */
import { operatingSystemOf, platforms } from '../../protocol/platforms.ts';
import { complianceStates, managementStates } from '../core/records.ts';
import type { DeviceCondition } from '../store/store.ts';
import { folded } from './comparable.ts';
import type { Comparison, Expression, Operand } from './filter.ts';

type TextCondition = Extract<DeviceCondition, { oneOf: readonly string[] }>;
type TimeCondition = Extract<DeviceCondition, { from: number }>;
type TextProperty = TextCondition['property'];

const operatingSystems = platforms.flatMap((platform) => ['', 'iPad'].map((model) => operatingSystemOf({ platform, model })));

/** The stored spellings by how a filter compares them. Ids are written in lower case, and names folded by the store itself. */
const spellings: Readonly<Record<TextProperty, ReadonlyMap<string, string> | null>> = {
  id: null,
  userPrincipalName: null,
  managementState: foldedMap(managementStates),
  complianceState: foldedMap(complianceStates),
  operatingSystem: foldedMap(operatingSystems),
};

/** The fewer devices a property is likely to leave, the earlier it is here. */
const preference: readonly DeviceCondition['property'][] = [
  'id',
  'userPrincipalName',
  'managementState',
  'complianceState',
  'operatingSystem',
  'lastSyncAt',
];

/** Milliseconds since 1970: what a Date can hold. */
const instantMax = 8.64e15;

function foldedMap(values: readonly string[]): ReadonlyMap<string, string> {
  return new Map(values.map((value) => [folded(value), value]));
}

/** `undefined`: nothing that could be looked up; every device has to be read. */
export function conditionOf(filter: Expression | null): DeviceCondition | undefined {
  switch (filter?.kind) {
    case 'and':
      return narrowest(filter.terms.flatMap((term) => conditionOf(term) ?? []));
    case 'or':
      return union(filter.terms.map(conditionOf));
    case 'in':
      return equalToOneOf(filter.item, filter.values);
    case 'compare':
      return compared(filter.operator, filter.left, filter.right) ?? compared(mirrored[filter.operator], filter.right, filter.left);
    default:
      return undefined;
  }
}

const mirrored: Record<Comparison, Comparison> = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };

function compared(operator: Comparison, left: Operand, right: Operand): DeviceCondition | undefined {
  if (operator === 'eq') return equalToOneOf(left, [right]);
  if (propertyOf(left) !== 'lastSyncDateTime' || right.type !== 'Edm.DateTimeOffset' || right.kind !== 'literal') return undefined;
  const instant = Number(right.value);
  switch (operator) {
    case 'lt':
    case 'le':
      return { property: 'lastSyncAt', from: -instantMax, until: operator === 'le' ? instant : instant - 1 };
    case 'gt':
    case 'ge':
      return { property: 'lastSyncAt', from: operator === 'ge' ? instant : instant + 1, until: instantMax };
    case 'ne':
      return undefined;
  }
}

function equalToOneOf(item: Operand, values: readonly Operand[]): DeviceCondition | undefined {
  const property = propertyOf(item);
  if (property === 'lastSyncDateTime') {
    const instants = values.map((value) => (value.kind === 'literal' && value.type === 'Edm.DateTimeOffset' ? Number(value.value) : null));
    if (instants.includes(null)) return undefined;
    return union(instants.map((instant) => ({ property: 'lastSyncAt', from: Number(instant), until: Number(instant) })));
  }
  if (property === null || !isTextProperty(property)) return undefined;
  const known = spellings[property];
  const oneOf = new Set<string>();
  for (const value of values) {
    if (value.kind !== 'literal' || typeof value.value !== 'string') return undefined;
    const text = folded(value.value);
    const stored = known === null ? text : known.get(text);
    if (stored !== undefined) oneOf.add(stored);
  }
  return { property, oneOf: [...oneOf] };
}

/** The name of the device's own property; null: it is something else. Case is no matter of a comparison, so changing it is none. */
function propertyOf(operand: Operand): string | null {
  if (operand.kind === 'function') return operand.name === 'length' ? null : propertyOf(operand.of);
  if (operand.kind !== 'path' || operand.variable !== null || operand.names.length !== 1) return null;
  return operand.names[0] ?? null;
}

function isTextProperty(name: string): name is TextProperty {
  return Object.hasOwn(spellings, name);
}

function isTextCondition(condition: DeviceCondition): condition is TextCondition {
  return condition.property !== 'lastSyncAt';
}

function isTimeCondition(condition: DeviceCondition): condition is TimeCondition {
  return condition.property === 'lastSyncAt';
}

/** The best one of several that all hold. */
function narrowest(conditions: readonly DeviceCondition[]): DeviceCondition | undefined {
  const impossible = conditions.find((condition) => isTextCondition(condition) && condition.oneOf.length === 0);
  if (impossible !== undefined) return impossible;
  const property = preference.find((candidate) => conditions.some((condition) => condition.property === candidate));
  const best = conditions.filter((condition) => condition.property === property);
  const times = best.filter(isTimeCondition);
  if (times.length === 0) return best[0];
  return {
    property: 'lastSyncAt',
    from: greatest(times.map(({ from }) => from)),
    until: least(times.map(({ until }) => until)),
  };
}

/** One that each of several implies. */
function union(conditions: readonly (DeviceCondition | undefined)[]): DeviceCondition | undefined {
  const known = conditions.filter((condition) => condition !== undefined);
  // What no device satisfies adds nothing.
  const possible = known.filter((condition) => !isTextCondition(condition) || condition.oneOf.length > 0);
  const [first] = possible;
  if (known.length < conditions.length) return undefined;
  if (first === undefined) return known[0];
  if (possible.some(({ property }) => property !== first.property)) return undefined;
  if (isTextCondition(first))
    return { property: first.property, oneOf: [...new Set(possible.filter(isTextCondition).flatMap(({ oneOf }) => oneOf))] };
  const times = possible.filter(isTimeCondition);
  return {
    property: 'lastSyncAt',
    from: least(times.map(({ from }) => from)),
    until: greatest(times.map(({ until }) => until)),
  };
}

// Not Math.min(...values): a filter may have more of them than a call takes arguments.
const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const greatest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

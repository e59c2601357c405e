/**
 * What a store's index of devices (store.ts, DeviceIndex) can say about a filter and an order on managed devices. Of a filter it takes
 * what it knows: a condition that every device of the answer satisfies, and whether it is all that the filter asks for.
 */
import { type EnrollmentType, enrollmentTypesOf, factsOf, type Platform, platforms } from '../../protocol/platforms.ts';
import type { DeviceInstant, DeviceQuestion, DeviceTerm, DeviceText } from '../store/store.ts';
import { folded } from './comparable.ts';
import { conditionOf } from './device-condition.ts';
import type { Comparison, Expression, Operand } from './filter.ts';
import type { Order } from './order-by.ts';

interface KnownFilter {
  /** null: it says nothing of any device. */
  where: DeviceTerm | null;
  /** Whether every device that satisfies it is in the answer. */
  isAll: boolean;
}

const texts: ReadonlyMap<string, DeviceText> = new Map([
  ['id', 'id'],
  ['deviceName', 'deviceName'],
  ['userPrincipalName', 'userPrincipalName'],
  ['enrolledByUserPrincipalName', 'userPrincipalName'],
  ['serialNumber', 'serialNumber'],
  ['model', 'model'],
  ['operatingSystem', 'operatingSystem'],
  ['osVersion', 'osVersion'],
  ['managementState', 'managementState'],
  ['complianceState', 'complianceState'],
]);
const instants: ReadonlyMap<string, DeviceInstant> = new Map([
  ['enrolledDateTime', 'enrolledAt'],
  ['lastSyncDateTime', 'lastSyncAt'],
  ['managementCertificateExpirationDate', 'certificateEnd'],
]);
const owners: readonly string[] = ['managedDeviceOwnerType', 'ownerType'];

/** A longer question is answered by going through the devices. */
const valuesMax = 200;
/** Milliseconds since 1970: what a Date can hold. */
const instantMax = 8.64e15;

const nothing: KnownFilter = { where: null, isAll: false };

export function knownOf(filter: Expression | null): KnownFilter {
  if (filter === null) return { where: null, isAll: true };
  const known = termOf(filter);
  return known.where !== null && valueCount(known.where) > valuesMax ? nothing : known;
}

/**
 * Whether going along another index comes to the first devices sooner: that of one value of one property, which is in the order of the
 * ids, or of the few devices of a person.
 */
export function isOneStretch(filter: Expression | null): boolean {
  const condition = conditionOf(filter);
  if (filter === null || condition?.property === 'id' || condition?.property === 'userPrincipalName') return true;
  return condition !== undefined && (filter.kind === 'compare' || filter.kind === 'in');
}

/** undefined: it sorts by something else. */
export function orderInIndex<Source>(order: Order<Source> | null): DeviceQuestion['order'] | undefined {
  const terms = (order?.terms ?? []).map(({ path, descending }) => ({ by: texts.get(path) ?? instants.get(path), descending }));
  return terms.every((term): term is DeviceQuestion['order'][number] => term.by !== undefined) ? terms : undefined;
}

function termOf(filter: Expression): KnownFilter {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.terms.map(termOf);
      const terms = parts.flatMap(({ where }) => where ?? []);
      return { where: terms.length === 0 ? null : { kind: 'and', terms }, isAll: parts.every(({ isAll }) => isAll) };
    }
    case 'or': {
      const parts = filter.terms.map(termOf);
      const terms = parts.flatMap(({ where }) => where ?? []);
      return terms.length < parts.length ? nothing : { where: { kind: 'or', terms }, isAll: parts.every(({ isAll }) => isAll) };
    }
    case 'not': {
      const { where, isAll } = termOf(filter.term);
      return where === null || !isAll ? nothing : all({ kind: 'not', term: where });
    }
    case 'compare':
      return all(compared(filter.operator, filter.left, filter.right) ?? compared(mirrored[filter.operator], filter.right, filter.left));
    case 'in':
      return all(equalToOneOf(filter.item, filter.values));
    case 'call': {
      const of = textOf(filter.text);
      const text = literal(filter.search);
      return all(of === undefined || text === undefined ? undefined : { kind: filter.name, of, text });
    }
    default:
      return nothing;
  }
}

function all(where: DeviceTerm | undefined): KnownFilter {
  return where === undefined ? nothing : { where, isAll: true };
}

const mirrored: Record<Comparison, Comparison> = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };

function compared(operator: Comparison, left: Operand, right: Operand): DeviceTerm | undefined {
  const instant = instants.get(propertyOf(left) ?? '');
  if (instant !== undefined) return comparedInTime(operator, instant, right);
  if (operator !== 'eq' && operator !== 'ne') return undefined;
  const term = equalToOneOf(left, [right]);
  return term === undefined || operator === 'eq' ? term : { kind: 'not', term };
}

function comparedInTime(operator: Comparison, of: DeviceInstant, right: Operand): DeviceTerm | undefined {
  if (right.kind !== 'literal' || right.type !== 'Edm.DateTimeOffset') return undefined;
  const at = Number(right.value);
  const between = (from: number, until: number): DeviceTerm => ({ kind: 'between', of, from, until });
  switch (operator) {
    case 'eq':
      return between(at, at);
    case 'ne':
      return { kind: 'not', term: between(at, at) };
    case 'lt':
      return between(-instantMax, at - 1);
    case 'le':
      return between(-instantMax, at);
    case 'gt':
      return between(at + 1, instantMax);
    case 'ge':
      return between(at, instantMax);
  }
}

function equalToOneOf(item: Operand, values: readonly Operand[]): DeviceTerm | undefined {
  const oneOf = values.flatMap((value) => literal(value) ?? []);
  if (oneOf.length < values.length) return undefined;
  const of = textOf(item);
  if (of !== undefined) return { kind: 'equal', of, oneOf };
  return owners.includes(propertyOf(item) ?? '') ? ownedBy(oneOf) : undefined;
}

/** An administrator's word counts; where there is none, that of the device's kind. */
function ownedBy(wanted: readonly string[]): DeviceTerm {
  const kinds = allKinds.flatMap(([platform, enrollment]) =>
    wanted.includes(factsOf({ platform, enrollment }).owner) ? [`${platform} ${enrollment}`] : [],
  );
  const byKind: DeviceTerm = {
    kind: 'and',
    terms: [
      { kind: 'equal', of: 'owner', oneOf: [''] },
      { kind: 'equal', of: 'kind', oneOf: kinds },
    ],
  };
  const byWord: DeviceTerm = { kind: 'equal', of: 'owner', oneOf: wanted.filter((word) => word !== '') };
  return { kind: 'or', terms: [byKind, byWord] };
}

const allKinds = platforms.flatMap((platform): [Platform, EnrollmentType][] =>
  enrollmentTypesOf[platform].map((enrollment) => [platform, enrollment]),
);

/** As a filter compares it; undefined: it is none, or a store may read it differently (half a character, a text with an end in it). */
function literal(operand: Operand): string | undefined {
  if (operand.kind !== 'literal' || typeof operand.value !== 'string' || operand.type !== 'Edm.String') return undefined;
  return /\0|\p{Cs}/u.test(operand.value) ? undefined : folded(operand.value);
}

function textOf(operand: Operand): DeviceText | undefined {
  return texts.get(propertyOf(operand) ?? '');
}

/** The name of the device's own property; null: it is something else. Case is no matter of a comparison, so changing it is none. */
function propertyOf(operand: Operand): string | null {
  if (operand.kind === 'function') return operand.name === 'length' ? null : propertyOf(operand.of);
  if (operand.kind !== 'path' || operand.variable !== null || operand.names.length !== 1) return null;
  return operand.names[0] ?? null;
}

function valueCount(term: DeviceTerm): number {
  switch (term.kind) {
    case 'and':
    case 'or':
      return term.terms.reduce((sum, one) => sum + valueCount(one), 1);
    case 'not':
      return 1 + valueCount(term.term);
    case 'equal':
      return 1 + term.oneOf.length;
    default:
      return 1;
  }
}

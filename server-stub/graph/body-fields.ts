/** The properties that a body sets, one by one: which of them may be written, and what each takes. */
import { directoryRefusal } from './directory-faults.ts';
import { badRequest, type GraphFault } from './errors.ts';
import type { Resource } from './property.ts';

export interface Field<Value> {
  /** `undefined`: it takes no such value. */
  read(value: unknown): Value | undefined;
  /** What it takes, in words. */
  takes: string;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type ValuesOf<Of extends Fields> = { -readonly [Name in keyof Of]?: Of[Name] extends Field<infer Value> ? Value : never };

/** Whose properties they are. */
export interface Written {
  /** All that it has; those without a field are read-only. */
  resource: Pick<Resource<never>, 'typeName' | 'property'>;
  /** As the directory calls it: `User`. */
  name: string;
  of: 'directory' | 'intune';
}

/** @param max characters @param min 0: may be empty */
export function text(max: number, min = 1): Field<string> {
  const read = (value: unknown) => (typeof value === 'string' && value.length >= min && value.length <= max ? value : undefined);
  return { read, takes: `a text of ${min} to ${max} characters` };
}

export function nullable<Value>(field: Field<Value>): Field<Value | null> {
  return { read: (value) => (value === null ? null : field.read(value)), takes: `${field.takes}, or null` };
}

export function matching(pattern: RegExp, takes: string): Field<string> {
  return { read: (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined), takes };
}

export const flag: Field<boolean> = { read: (value) => (typeof value === 'boolean' ? value : undefined), takes: 'true or false' };

/** Members are found in any case. */
export function oneOf<Member extends string>(members: readonly Member[]): Field<Member> {
  return {
    read: (value) => (typeof value === 'string' ? members.find((member) => member.toLowerCase() === value.toLowerCase()) : undefined),
    takes: `one of ${members.join(', ')}`,
  };
}

/** @param max how many */
export function listOf<Value>(item: Field<Value>, max: number): Field<Value[]> {
  return {
    read(value) {
      if (!Array.isArray(value) || value.length > max) return undefined;
      const items = value.map((one) => item.read(one));
      return items.includes(undefined) ? undefined : (items as Value[]);
    },
    takes: `a list of at most ${max}, each ${item.takes}`,
  };
}

/**
 * Reads what `fields` name. Annotations (`@odata.type`) describe the others; what they bind, the caller has taken out before.
 * @throws GraphFault 400 that names the first property that is unknown, read-only or of a wrong value
 */
export function readFields<Of extends Fields>(body: Readonly<Record<string, unknown>>, fields: Of, written: Written): ValuesOf<Of> {
  const values: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(body)) {
    if (given.endsWith('@odata.bind')) throw refusal(written, `The relationship '${given.slice(0, 64)}' cannot be set here.`);
    if (given.includes('@')) continue;
    const name = written.resource.property(given)?.name ?? Object.keys(fields).find((one) => one.toLowerCase() === given.toLowerCase());
    if (name === undefined) {
      const where = `on type '${written.resource.typeName}'`;
      throw refusal(
        written,
        `The property '${given.slice(0, 64)}' does not exist ${where}. Make sure to only use property names that are defined by the type.`,
      );
    }
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) throw refusal(written, `Property '${name}' is read-only and cannot be set.`);
    const read = field.read(value);
    if (read === undefined) {
      throw refusal(written, `Invalid value specified for property '${name}' of resource '${written.name}': it takes ${field.takes}.`);
    }
    values[name] = read;
  }
  return values as ValuesOf<Of>;
}

/** @throws GraphFault 400 that names the first one missing */
export function mustHave(values: Readonly<Record<string, unknown>>, names: readonly string[], written: Written): void {
  const missing = names.find((name) => values[name] === undefined);
  if (missing !== undefined) throw refusal(written, `A value is required for property '${missing}' of resource '${written.name}'.`);
}

function refusal({ of }: Written, message: string): GraphFault {
  return of === 'directory' ? directoryRefusal(message) : badRequest(message);
}

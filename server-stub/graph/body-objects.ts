import { badRequest } from './errors.ts';

/** A list of objects within a body. @param place what it is called: `assignments`. @throws GraphFault 400 */
export function objectsOf(place: string, value: unknown, max: number): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw badRequest(`Invalid value specified for property '${place}': it takes a list of objects.`);
  if (value.length > max) throw badRequest(`The property '${place}' takes at most ${max} objects, not ${value.length}.`);
  for (const [index, one] of value.entries()) {
    if (typeof one === 'object' && one !== null && !Array.isArray(one)) continue;
    throw badRequest(`Invalid value specified for property '${place}[${index}]': it takes an object.`);
  }
  return value as Record<string, unknown>[];
}

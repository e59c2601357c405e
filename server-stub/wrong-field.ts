/**
 * What is wrong with a body, in one sentence: the field by its path, then what it has to be. Values are never repeated, because
 * passcodes are among them.
 */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** `change.behavior.on: Invalid option: expected one of …`; of several faults the first. */
export function wrongField(body: unknown, error: z.ZodError): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'The body is not a JSON object.';
  const [issue] = error.issues;
  return issue === undefined ? 'The body is not valid.' : sentence(issue, []);
}

function sentence(issue: Issue, above: PropertyKey[]): string {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The member that was meant is the one that complains of no unknown key; its complaint is the useful one.
    const meant = issue.errors.find((issues) => !issues.some(isElsewhere)) ?? shortest(issue.errors);
    const [first] = meant;
    if (first !== undefined) return sentence(first as Issue, path);
  }
  const name = path.map(String).join('.');
  return name === '' ? `${issue.message}.` : `${name}: ${issue.message}.`;
}

/** This alternative was not meant: the body has a member that it does not know, or a discriminating one is missing. */
function isElsewhere({ code }: Issue): boolean {
  return code === 'unrecognized_keys';
}

function shortest<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return lists.reduce((best, list) => (list.length < best.length ? list : best));
}

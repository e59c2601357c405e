/** All cases, in the order in which somebody who builds a server makes them pass. */
import { checkInCases } from './cases/check-ins.ts';
import { commandCases } from './cases/commands.ts';
import { connectionCases } from './cases/connection.ts';
import { enrolmentCases } from './cases/enrolment.ts';
import { frameCases } from './cases/frames.ts';
import { identityCases } from './cases/identity.ts';
import { renewalCases } from './cases/renewal.ts';
import type { ConformanceCase } from './conformance-case.ts';

export const conformanceCases: readonly ConformanceCase[] = inOrder([
  ...connectionCases,
  ...enrolmentCases,
  ...checkInCases,
  ...identityCases,
  ...frameCases,
  ...renewalCases,
  ...commandCases,
]);

/** Each after those that it needs, otherwise as they are. */
function inOrder(cases: readonly ConformanceCase[]): ConformanceCase[] {
  const ordered = new Set<ConformanceCase>();
  const add = (one: ConformanceCase) => {
    for (const name of one.needs) add(cases.find((other) => other.name === name) as ConformanceCase);
    ordered.add(one);
  };
  for (const one of cases) add(one);
  return [...ordered];
}

/** From plain data to a seed, for tests that say their tenant in code. Needs nothing of Node. */
import { fileError, ScenarioError, type ScenarioIssue } from '../scenarios/errors.ts';
import { explainAll, pathText } from '../scenarios/explain.ts';
import type { TenantSeed } from './seed.ts';
import { tenantSeedSchema } from './seed-schema.ts';

/**
 * @param name how messages call it: `createTenant`
 * @throws ScenarioError whose lines say what is wrong and what is allowed: `createTenant: devices[0].platform "symbian" is not allowed here; …`
 */
export function readSeed(data: unknown, name: string): TenantSeed {
  const result = tenantSeedSchema.safeParse(data);
  if (result.success) return result.data;
  const issues = explainAll(result.error.issues, data).map(({ path, message, code }): ScenarioIssue => {
    const where = pathText(path);
    return { file: name, line: null, column: null, path: where, message: where === '' ? message : `${where}: ${message}`, code };
  });
  const [first, ...others] = issues;
  throw first === undefined ? fileError(name, 'scenario-value', 'it is not a tenant') : new ScenarioError([first, ...others]);
}

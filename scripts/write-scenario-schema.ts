/** Writes the JSON Schemas: what editors check scenario and tenant files by, and what programs may rely on in the result of a run and of a load run. Run it after a change of a schema; tests hold the files to them. */
import { writeFileSync } from 'node:fs';
import { loadResultJsonSchema } from '../simulator/load/report/load-schema.ts';
import { runResultJsonSchema } from '../simulator/report/result-schema.ts';
import { scenarioJsonSchema } from '../simulator/scenarios/schema.ts';
import { tenantJsonSchema } from '../simulator/tenant/seed-schema.ts';

const schemas = {
  '../simulator/scenarios/scenario.schema.json': scenarioJsonSchema(),
  '../simulator/tenant/tenant.schema.json': tenantJsonSchema(),
  '../simulator/report/run-result.schema.json': runResultJsonSchema(),
  '../simulator/load/load-result.schema.json': loadResultJsonSchema(),
};
for (const [target, schema] of Object.entries(schemas)) {
  writeFileSync(new URL(target, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}

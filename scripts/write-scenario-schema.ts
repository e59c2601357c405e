/** Writes the JSON Schema that editors check scenario files by. Run it after a change of the schema; a test holds the file to it. */
import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../simulator/scenarios/schema.ts';

const target = new URL('../simulator/scenarios/scenario.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);

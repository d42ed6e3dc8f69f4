// Writes pipeline.schema.json from the schema in shared/: npx node resources/export-schema.mjs && npm run format
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipelineJsonSchema } from '../shared/pipeline/pipeline-json-schema.ts';

const file = join(import.meta.dirname, 'pipeline.schema.json');
await writeFile(file, `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);

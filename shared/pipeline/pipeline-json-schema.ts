import { z } from 'zod';
import { pipelineSchema } from './pipeline.ts';

/** Returns the schema of a pipeline file as JSON Schema, for editors; committed as `resources/pipeline.schema.json`. */
export function pipelineJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(pipelineSchema, { io: 'input' }),
    title: 'Drover pipeline',
    description:
      'A named list of steps; each is a command and how its files are found, costed, dispatched and checked.',
  };
}

import { z } from 'zod';
import { PIPELINE_NAME_PATTERN } from './ids.ts';

const numericParameter = {
  title: z.string().optional(),
  description: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
};
const plainParameter = { title: z.string().optional(), description: z.string().optional() };

/** A parameter becomes a field of the form and a `--param`. Without a default it must be given. */
export const parameterSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('integer'), default: z.number().int().optional(), ...numericParameter }),
  z.strictObject({ type: z.literal('number'), default: z.number().optional(), ...numericParameter }),
  z.strictObject({ type: z.literal('string'), default: z.string().optional(), ...plainParameter }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean().optional(), ...plainParameter }),
  z.strictObject({
    type: z.literal('choice'),
    choices: z.array(z.string()).min(1),
    default: z.string().optional(),
    ...plainParameter,
  }),
  z.strictObject({ type: z.literal('file'), default: z.string().optional(), ...plainParameter }),
  z.strictObject({ type: z.literal('folder'), default: z.string().optional(), ...plainParameter }),
]);
export type Parameter = z.infer<typeof parameterSchema>;
export type ParameterValue = string | number | boolean;

export const costSchema = z.union([
  z.enum(['bytes', 'lines', 'fasta-sequences', 'fasta-residues', 'fasta-attention', 'jsonl-records']),
  z.strictObject({ command: z.array(z.string()).min(1) }),
]);
export type CostEstimator = z.infer<typeof costSchema>;

export const dispatchSchema = z.enum(['queue', 'list', 'each']);
export type Dispatch = z.infer<typeof dispatchSchema>;

/** Where a step's files come from: the run, the step before, a named step, or several joined by lineage. */
export const stepInputsSchema = z.union([
  z.enum(['run', 'previous']),
  z.strictObject({ step: z.string() }),
  z.strictObject({ steps: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()) }),
]);
export type StepInputs = z.infer<typeof stepInputsSchema>;

const ladderSchema = z.strictObject({
  parameter: z.string(),
  factor: z.number().gt(0).lt(1).default(0.5),
  minimum: z.number().default(1),
});

export const stepSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/),
  inputs: stepInputsSchema.default('run'),
  /** An optional filter on the step's files; everything when it is not given. */
  patterns: z.array(z.string().min(1)).min(1).optional(),
  dispatch: dispatchSchema.default('queue'),
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
  outputs: z.array(z.string().min(1)).default([]),
  cost: costSchema.default('bytes'),
  device: z.enum(['gpu', 'cpu', 'none']).default('gpu'),
  workers_per_device: z.number().int().min(1).max(64).default(1),
  min_free_memory_gib: z.number().nonnegative().default(0),
  retries: z.number().int().min(0).max(100).default(1),
  /** Seconds an item may take; null for no limit. */
  timeout_seconds: z.number().positive().nullable().default(null),
  stall_timeout_seconds: z.number().positive().default(600),
  on_stall: z.enum(['warn', 'restart']).default('warn'),
  success_exit_codes: z.array(z.number().int().min(0).max(255)).min(1).default([0]),
  line_buffered: z.boolean().default(false),
  on_out_of_memory: ladderSchema.optional(),
});
/** A step with every default filled in. */
export type Step = z.infer<typeof stepSchema>;

export const pipelineSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(PIPELINE_NAME_PATTERN),
  title: z.string().optional(),
  description: z.string().optional(),
  inputs: z.strictObject({ patterns: z.array(z.string().min(1)).min(1) }),
  parameters: z.record(z.string().regex(/^[A-Za-z_]\w*$/), parameterSchema).default({}),
  steps: z.array(stepSchema).min(1),
});
export type Pipeline = z.infer<typeof pipelineSchema>;

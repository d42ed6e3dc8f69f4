import { z } from 'zod';
import { PIPELINE_NAME_PATTERN } from '../ids.ts';

const plainParameter = {
  title: z.string().optional().describe('The label of the form.'),
  description: z.string().optional().describe('One sentence under the field.'),
};
const numericParameter = {
  ...plainParameter,
  minimum: z.number().optional().describe('The smallest value allowed.'),
  maximum: z.number().optional().describe('The largest value allowed.'),
};

/** A parameter becomes a field of the form and a `--param`. Without a default, a value is required. */
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

const costSchema = z.union([
  z.enum(['bytes', 'lines', 'fasta-sequences', 'fasta-residues', 'fasta-attention', 'jsonl-records']),
  z.strictObject({ command: z.array(z.string()).min(1).describe('Prints one number for {file}.') }),
]);
export type CostEstimator = z.infer<typeof costSchema>;

export const dispatchSchema = z.enum(['queue', 'list', 'each']);
export type Dispatch = z.infer<typeof dispatchSchema>;

/** The source of a step's files: the run, the previous step, a named step, or several steps joined by lineage. */
const stepInputsSchema = z.union([
  z.enum(['run', 'previous']),
  z.strictObject({ step: z.string().describe('The name of an earlier step.') }),
  z.strictObject({
    steps: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/), z.string())
      .describe('Earlier steps, joined by the run file they come from; {file.WORD} names each one’s file.'),
  }),
]);

/** The parameter that is lowered when a device runs out of memory. */
export const ladderSchema = z.strictObject({
  parameter: z.string().describe('A parameter of type integer or number.'),
  factor: z.number().gt(0).lt(1).default(0.5).describe('What it is multiplied by.'),
  minimum: z.number().default(1).describe('It is not lowered below this.'),
});

/** How long a worker may be silent when the pipeline sets no limit (seconds). */
export const DEFAULT_STALL_SECONDS = 600;

export const stepSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)
    .describe('The step’s name, once per pipeline.'),
  inputs: stepInputsSchema.default('run').describe('Where the step’s files come from.'),
  /** An optional filter on the step's files; without it, all files. */
  patterns: z.array(z.string().min(1)).min(1).optional().describe('A filter on the step’s files.'),
  dispatch: dispatchSchema.default('queue').describe('How a worker gets its items.'),
  command: z.array(z.string()).min(1).describe('The program and its arguments; they run without a shell.'),
  env: z
    .record(z.string(), z.string())
    .default({})
    .describe('Environment variables beside those that every worker gets.'),
  cwd: z.string().optional().describe('The working directory; the run’s directory when not given.'),
  outputs: z
    .array(z.string().min(1))
    .default([])
    .describe('Files that each item makes, relative to the step’s output folder.'),
  cost: costSchema.default('bytes').describe('How an item’s work is estimated.'),
  device: z.enum(['gpu', 'cpu', 'none']).default('gpu').describe('What a worker runs on.'),
  workers_per_device: z.number().int().min(1).max(64).default(1).describe('Workers that share one device.'),
  min_free_memory_gib: z
    .number()
    .nonnegative()
    .default(0)
    .describe('A device with less free memory (GiB) is not used.'),
  retries: z.number().int().min(0).max(100).default(1).describe('Attempts at an item after the first.'),
  /** Seconds an item may take; null for no limit. */
  timeout_seconds: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Seconds that an item may take; null for no limit.'),
  /** Left out unless somebody has set it: a value that is set is used exactly, even when it equals the default. */
  stall_timeout_seconds: z.number().positive().optional().meta({
    description: 'Seconds without a log byte or a report after which a worker counts as stalled.',
    default: DEFAULT_STALL_SECONDS,
  }),
  on_stall: z.enum(['warn', 'restart']).default('warn').describe('What happens to a stalled worker.'),
  success_exit_codes: z
    .array(z.number().int().min(0).max(255))
    .min(1)
    .default([0])
    .describe('Exit codes that mean success.'),
  line_buffered: z
    .boolean()
    .default(false)
    .describe('Wraps the command with stdbuf -oL where there is one, for C programs.'),
  on_out_of_memory: ladderSchema.optional().describe('Which parameter is lowered when a device runs out of memory.'),
});
/** A step with all defaults filled in, except the stall timeout, which is adapted to the items when it is not set. */
export type Step = z.infer<typeof stepSchema>;

export const pipelineSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(PIPELINE_NAME_PATTERN).describe('Also the folder of its runs.'),
  title: z.string().optional().describe('The name shown to people.'),
  description: z.string().optional().describe('One sentence for the form.'),
  inputs: z
    .strictObject({ patterns: z.array(z.string().min(1)).min(1) })
    .describe('Which files of a folder the pipeline takes.'),
  parameters: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/), parameterSchema)
    .default({})
    .describe('What may be chosen for a run: a field of the form and a --param each.'),
  steps: z.array(stepSchema).min(1).describe('What is run, in this order.'),
});
export type Pipeline = z.infer<typeof pipelineSchema>;

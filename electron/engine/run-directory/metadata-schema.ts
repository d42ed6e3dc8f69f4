import { z } from 'zod';
import { beginSchema } from '../../../shared/contract/launch.ts';
import { deviceKindSchema } from '../../../shared/device.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import { dispatchSchema, pipelineSchema } from '../../../shared/pipeline/pipeline.ts';
import { leftOutSchema } from '../../../shared/run/left-out.ts';

/** Raised when a reader of the old form would misread the new one. Additional optional keys do not raise it. */
export const METADATA_VERSION = 1;

/** A file that the run was launched on. */
export interface MetadataInput {
  /** Absolute. */
  path: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970, as the file system gives them. */
  mtime_ms: number;
  cost: number;
  /** The file's folder below the PATH that found it; empty at the top. */
  relative_dir: string;
}

/** Checked by hand without a copy: an object schema would copy each of 100,000 inputs. */
const metadataInputSchema = z.custom<MetadataInput>(
  isMetadataInput,
  'an input needs path, size, mtime_ms, cost and relative_dir',
);

/** Returns whether a value has the form of an input. */
export function isMetadataInput(value: unknown): value is MetadataInput {
  if (typeof value !== 'object' || value === null) return false;
  const { path, size, mtime_ms, cost, relative_dir } = value as Record<string, unknown>;
  return (
    typeof path === 'string' &&
    isAmount(size) &&
    Number.isFinite(mtime_ms) &&
    isAmount(cost) &&
    typeof relative_dir === 'string'
  );
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** The list of inputs is in a file of its own, so that metadata.json stays small whatever their number. */
const inputListSchema = z.object({
  /** The file's name beside metadata.json. */
  file: z.string(),
  /** Number of inputs, and their total bytes. */
  count: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  /** Checksum of the file. */
  sha256: z.string(),
});
export type InputList = z.infer<typeof inputListSchema>;

const metadataDeviceSchema = z.object({
  kind: deviceKindSchema,
  index: z.number().int().nonnegative(),
  uuid: z.string().nullable(),
  name: z.string(),
  driver: z.string().nullable(),
});

/** What the person requested; null where they left it to the pipeline. */
const requestSchema = z.object({
  devices: z.string().nullable(),
  output: z.string().nullable(),
  dispatch: dispatchSchema.nullable(),
  retries: z.number().int().nonnegative().nullable(),
  workers_per_device: z.number().int().positive().nullable(),
  /** Seconds. */
  stall_timeout: z.number().positive().nullable(),
  overwrite: z.boolean(),
  /** The PATHs that the inputs were found by, absolute; runs of earlier releases have none. */
  inputs: z.array(z.string()).optional(),
  skip_invalid: z.boolean().optional(),
  /** When it was to begin; missing for at once, on devices that no other run had. */
  begin: beginSchema.optional(),
});

const hostSchema = z.object({
  hostname: z.string(),
  platform: z.string(),
  release: z.string(),
  arch: z.string(),
  /** Logical processors. */
  cpus: z.number().int(),
  memory_bytes: z.number(),
});

/** The form of metadata.json: what was requested, where it ran, and at the end the status and times. Times are ISO 8601 in UTC. */
export const metadataSchema = z.object({
  version: z.literal(METADATA_VERSION),
  /** The release that wrote it. */
  drover: z.string(),
  run: z.string(),
  name: z.string().nullable(),
  /** The pipeline's name. */
  pipeline: z.string(),
  /** `bundled` or the path of the file. */
  pipeline_source: z.string(),
  pipeline_dir: z.string(),
  /** The pipeline as it ran: defaults filled in, overrides of the request applied. */
  definition: pipelineSchema,
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  request: requestSchema,
  /** Where the last step writes, absolute; null for the run's own folder. */
  output_dir: z.string().nullable(),
  devices: z.array(metadataDeviceSchema),
  host: hostSchema,
  versions: z.object({ drover: z.string(), node: z.string() }),
  /** Only the variables that metadata.ts allows. */
  environment: z.record(z.string(), z.string()),
  /** The arguments of the command that launched it; null from the window. */
  command: z.array(z.string()).nullable(),
  created: z.string(),
  /** null until the run has ended. */
  status: z.string().nullable(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  /** What the search for inputs found and did not take; runs of earlier releases have none. */
  left_out: z.array(leftOutSchema).optional(),
  /** The description of inputs.ndjson; in earlier releases the inputs themselves. */
  inputs: z.union([inputListSchema, z.array(metadataInputSchema)]),
});
/** Everything but the inputs, where these are read one by one. */
export const metadataHeadSchema = metadataSchema.omit({ inputs: true });

/** The content of metadata.json. */
export interface Metadata extends z.infer<typeof metadataHeadSchema> {
  inputs: Sequence<MetadataInput>;
}

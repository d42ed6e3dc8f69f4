import { z } from 'zod';
import { deviceRefSchema } from '../device.ts';
import { dispatchSchema } from '../pipeline/pipeline.ts';
import { failureSchema } from './failure.ts';
import { outputStampSchema } from './output-stamp.ts';
import { tokensSchema } from './tokens.ts';
import { endingSchema, processIdentitySchema, stopCauseSchema, workerOutcomeSchema } from './worker-state.ts';

/**
 * The journal of a run: one event per line, append-only, the source of truth for resume and history.
 * Steps count from 1, items and ranks from 0, offsets are bytes, times are ISO 8601 in UTC.
 */

const step = z.number().int().positive();
const rank = z.number().int().nonnegative();
const item = z.number().int().nonnegative();
const offset = z.number().int().nonnegative();

/** What a disk has run out of: `files` is the number of files that it can still hold (inodes). */
const pauseUnitSchema = z.enum(['bytes', 'files']);
export type PauseUnit = z.infer<typeof pauseUnitSchema>;

/** One input file of one step. */
const itemRecordSchema = z.object({
  item,
  file: z.string(),
  /** Bytes. */
  size: z.number().nonnegative(),
  /** Milliseconds since 1970, as the file system gives them. */
  mtime_ms: z.number(),
  cost: z.number().nonnegative(),
  /** The item's folder below the PATH that found it; empty at the top. */
  relative_dir: z.string(),
  /** The run file that this item comes from. */
  origin: z.string(),
  /** Files of a join by name, where the step joins several steps. */
  joined: z.record(z.string(), z.string()).optional(),
});
export type ItemRecord = z.infer<typeof itemRecordSchema>;

const runEndStatusSchema = z.enum(['completed', 'completed-with-failures', 'failed', 'stopped']);
export type RunEndStatus = z.infer<typeof runEndStatusSchema>;

const itemCountsSchema = z.object({
  total: z.number(),
  complete: z.number(),
  failed: z.number(),
  pending: z.number(),
  running: z.number(),
  skipped: z.number(),
});
export type ItemCounts = z.infer<typeof itemCountsSchema>;

/** A moment in milliseconds since 1970. A moved run may have a place between two milliseconds. */
const position = z.number().nonnegative();

const eventSchemas = [
  z.object({
    type: z.literal('run-created'),
    run: z.string(),
    pipeline: z.string(),
    name: z.string().nullable(),
    steps: z.array(z.object({ name: z.string(), dispatch: dispatchSchema })),
    /** A checksum of pipeline, parameters, output folder and inputs in metadata.json; not recorded by earlier versions. */
    asked: z.string().optional(),
  }),
  z.object({
    type: z.literal('owner-taken'),
    purpose: z.enum(['run', 'resume', 'retry', 'adopt']),
    pid: z.number().int(),
    host: z.string(),
    /** The checksum of the same content in the format of this release, where that is different. */
    asked: z.string().optional(),
  }),
  z.object({
    type: z.literal('step-started'),
    step,
    /** One entry per rank. */
    devices: z.array(deviceRefSchema),
  }),
  z.object({ type: z.literal('items'), step, items: z.array(itemRecordSchema) }),
  z.object({
    type: z.literal('items-reset'),
    step,
    items: z.array(item),
    reason: z.enum(['input-changed', 'output-missing', 'retry', 'source-complete']),
    detail: z.string(),
    /** The current records of the items, where they changed. */
    records: z.array(itemRecordSchema).optional(),
  }),
  z.object({ type: z.literal('items-skipped'), step, items: z.array(item), reason: z.string() }),
  z.object({
    type: z.literal('worker-starting'),
    step,
    rank,
    start: z.number().int().positive(),
    device: deviceRefSchema,
    fifo: z.string().nullable(),
    log_offset: offset,
    report_offset: offset,
    /** Why it is started again; null for a first start. */
    reason: z.string().nullable(),
  }),
  z.object({
    type: z.literal('worker-waiting'),
    step,
    rank,
    /** The number of the start that it waits for. */
    start: z.number().int().positive(),
    reason: z.string(),
    /** The latest time of the start; null when that depends on others. */
    until: z.string().nullable(),
  }),
  z.object({ type: z.literal('worker-running'), step, rank, ...processIdentitySchema.shape }),
  z.object({
    type: z.literal('worker-stalled'),
    step,
    rank,
    /** Its current item; null when it has none. */
    item: item.nullable(),
    /** How long it has been silent. */
    seconds: z.number().nonnegative(),
    action: z.enum(['warn', 'restart']),
  }),
  z.object({
    type: z.literal('parameter-lowered'),
    step,
    /** The rank that ran out of memory. */
    rank,
    parameter: z.string(),
    from: z.number(),
    to: z.number(),
    evidence: z.string(),
  }),
  z.object({ type: z.literal('worker-stopping'), step, rank, cause: stopCauseSchema }),
  z.object({
    type: z.literal('worker-ended'),
    step,
    rank,
    outcome: workerOutcomeSchema,
    ...endingSchema.shape,
    failure: failureSchema.nullable(),
    log_offset: offset,
  }),
  z.object({
    type: z.literal('tokens'),
    step,
    rank,
    /** The total that the worker has reported so far, not an increment. */
    tokens: tokensSchema,
    /** The number of requests that used them; not counted by earlier versions. */
    requests: z.number().int().nonnegative().optional(),
  }),
  z.object({ type: z.literal('worker-adopted'), step, rank, pid: z.number().int() }),
  z.object({
    type: z.literal('dispatching'),
    step,
    rank,
    items: z.array(item),
    log_offset: offset,
    report_offset: offset,
  }),
  z.object({ type: z.literal('dispatched'), step, rank, items: z.array(item) }),
  z.object({
    type: z.literal('item-complete'),
    step,
    rank,
    item,
    log_offset: offset,
    seconds: z.number().nonnegative(),
    outputs: z.array(z.string()),
    /** One per output, taken when the item was judged; not recorded by earlier versions. */
    stamps: z.array(outputStampSchema).optional(),
    metrics: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({
    type: z.literal('item-failed'),
    step,
    rank,
    item,
    log_offset: offset,
    seconds: z.number().nonnegative(),
    /** True when no attempt is left. */
    final: z.boolean(),
    failure: failureSchema,
    /** The delay before the item is tried again. */
    retry_seconds: z.number().nonnegative().optional(),
  }),
  z.object({
    type: z.literal('items-released'),
    step,
    items: z.array(item),
    /** Why the item was released without counting an attempt. */
    reason: z.string(),
  }),
  z.object({ type: z.literal('device-left'), step, rank, device: deviceRefSchema, reason: z.string() }),
  /** The device passed a probe and is in the pool again. */
  z.object({ type: z.literal('device-returned'), step, rank, device: deviceRefSchema, reason: z.string() }),
  z.object({
    type: z.literal('dispatch-paused'),
    step,
    /** The mount point of the disk that is nearly full. */
    path: z.string(),
    /** The free amount, and the amount that has to be free before the step goes on; bytes, unless `unit` is given. */
    free: z.number().nonnegative(),
    resumes_at: z.number().nonnegative(),
    unit: pauseUnitSchema.optional(),
  }),
  z.object({ type: z.literal('dispatch-resumed'), step, path: z.string(), free: z.number().nonnegative().nullable() }),
  /** The run waits for devices. Nothing of it is started until `run-dequeued`. */
  z.object({
    type: z.literal('run-queued'),
    /** The devices that it may use. */
    devices: z.array(deviceRefSchema),
    /** How many of them it waits for. */
    count: z.number().int().positive(),
    position,
    /** Bytes that have to be free on each of them; 0 where the pipeline does not say. */
    memory: z.number().nonnegative(),
    /** How long it is expected to take; null while that is unknown. */
    predicted_seconds: z.number().nonnegative().nullable(),
  }),
  z.object({ type: z.literal('queue-moved'), position, by: z.string() }),
  /** The devices were free, and the run has them. */
  z.object({ type: z.literal('run-dequeued'), devices: z.array(deviceRefSchema) }),
  z.object({ type: z.literal('stop-requested'), by: z.string(), force: z.boolean() }),
  z.object({
    type: z.literal('step-ended'),
    step,
    status: runEndStatusSchema,
    /** Why it could not go on, when its items do not show it. */
    reason: z.string().optional(),
  }),
  /** The machine's clock was set, or the machine slept: the clock moved ahead by this much more than the elapsed time. Negative: set back. */
  z.object({ type: z.literal('clock-set'), milliseconds: z.number() }),
  z.object({
    type: z.literal('run-ended'),
    status: runEndStatusSchema,
    items: itemCountsSchema,
    /** How long engines have worked on it; not recorded by earlier versions. */
    seconds: z.number().nonnegative().optional(),
  }),
] as const;

const stamp = { time: z.string() };

/** A line of the journal. */
export const runEventSchema = z.discriminatedUnion('type', eventSchemas).and(z.object(stamp));

type Body = z.infer<(typeof eventSchemas)[number]>;
/**
 * An event as recorded, with its time. `wall` is never in the journal: the fold stores the original `time` there when it replaces it
 * (`run-time.ts`).
 */
export type RunEvent = Body & { time: string; wall?: string };
/** An event before the journal adds its time. */
export type RunEventBody = Body;

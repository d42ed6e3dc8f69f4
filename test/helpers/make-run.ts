import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeMetadata } from '../../electron/engine/run-directory/metadata.ts';
import type { Metadata } from '../../electron/engine/run-directory/metadata-schema.ts';
import {
  journalFile,
  logsFolder,
  reconciliationLog,
  reportFile,
  runDirectory,
  runLog,
  stepOutputFolder,
  workerLog,
} from '../../electron/engine/run-directory/paths.ts';
import type { DeviceRef } from '../../shared/device.ts';
import { pipelineSchema } from '../../shared/pipeline/pipeline.ts';
import { failure } from '../../shared/run/failure.ts';
import type { ItemCounts, ItemRecord, RunEndStatus, RunEvent, RunEventBody } from '../../shared/run/run-events.ts';
import { emptyRunState, type RunState } from '../../shared/run/run-model.ts';
import { applyRunEvent } from '../../shared/run/run-state.ts';

/** What a made run looks like; every value has a plausible default. */
export interface MadeRunOptions {
  run: string;
  pipeline: string;
  name: string | null;
  items: number;
  workers: number;
  /** Every so many items one fails for good; 0 for none. */
  failEvery: number;
  /** Items that are finished; the others stay pending. */
  finished: number;
  /** null for a run that never ended. */
  end: RunEndStatus | null;
  /** When it was launched. */
  created: Date;
  /** Where the inputs are said to lie. */
  inputFolder: string;
  device: (rank: number) => DeviceRef;
}

const DEFAULT_RUN: MadeRunOptions = {
  run: '20261121-051500-123-k3f9',
  pipeline: 'kmer-embedding',
  name: null,
  items: 4,
  workers: 2,
  failEvery: 0,
  finished: Number.POSITIVE_INFINITY,
  end: 'completed',
  created: new Date('2026-11-21T05:15:00.123Z'),
  inputFolder: '/data/genomes',
  device: (rank) => ({ kind: 'cpu', index: rank, uuid: null, name: 'Test processor' }),
};

const TOKENS = { input_tokens: 100, output_tokens: 20, cache_read_tokens: 5, cache_creation_tokens: 0 };
/** Bytes that each item is said to print. */
const LOG_BYTES_PER_ITEM = 40;
/** `items` events are written in batches of this size, as the engine does for large runs. */
const ITEMS_PER_EVENT = 10_000;
const SECOND_MS = 1000;

/** The item records of a made run, costs uneven. */
function madeItems(options: MadeRunOptions): ItemRecord[] {
  return Array.from({ length: options.items }, (_, item) => {
    const file = join(options.inputFolder, `sample-${String(item).padStart(6, '0')}.fasta`);
    const cost = 1 + ((item * 7919) % 100);
    return { item, file, size: cost * 10, mtime_ms: 1_790_000_000_000, cost, relative_dir: '', origin: file };
  });
}

/** The journal of a made run: each item takes one second, workers take turns. */
function* madeEvents(options: MadeRunOptions, outputs: string): Generator<RunEvent> {
  const start = options.created.getTime();
  const at = (seconds: number, body: RunEventBody): RunEvent => ({
    ...body,
    time: new Date(start + seconds * SECOND_MS).toISOString(),
  });
  const devices = Array.from({ length: options.workers }, (_, rank) => options.device(rank));
  const { run, pipeline, name } = options;
  yield at(0, { type: 'run-created', run, pipeline, name, steps: [{ name: 'embed', dispatch: 'queue' }] });
  yield at(0, { type: 'owner-taken', purpose: 'run', pid: 100, host: 'box' });
  yield at(0, { type: 'step-started', step: 1, devices });
  const items = madeItems(options);
  for (let from = 0; from < items.length; from += ITEMS_PER_EVENT)
    yield at(0, { type: 'items', step: 1, items: items.slice(from, from + ITEMS_PER_EVENT) });
  for (const [rank, device] of devices.entries()) {
    const common = { step: 1, rank } as const;
    const opening = { start: 1, device, fifo: null, log_offset: 0, report_offset: 0, reason: null };
    yield at(0, { type: 'worker-starting', ...common, ...opening });
    const pid = 1000 + rank;
    yield at(0, { type: 'worker-running', ...common, pid, pgid: pid, start_time: 1, boot_id: 'boot' });
  }
  const counts = { total: items.length, complete: 0, failed: 0, pending: items.length, running: 0, skipped: 0 };
  let now = 0;
  for (const record of items.slice(0, options.finished)) {
    const rank = record.item % options.workers;
    const round = Math.floor(record.item / options.workers);
    const offset = round * LOG_BYTES_PER_ITEM;
    const common = { step: 1, rank } as const;
    const given = { ...common, items: [record.item] };
    yield at(round, { type: 'dispatching', ...given, log_offset: offset, report_offset: 0 });
    yield at(round, { type: 'dispatched', ...given });
    now = round + 1;
    yield at(now, judged(options, record, common, offset + LOG_BYTES_PER_ITEM, outputs, counts));
  }
  if (options.end === null) return;
  for (const rank of devices.keys()) {
    const ending = { outcome: 'completed', exit_code: 0, signal: null, failure: null } as const;
    const log_offset = Math.ceil(items.length / options.workers) * LOG_BYTES_PER_ITEM;
    yield at(now, { type: 'worker-ended', step: 1, rank, ...ending, log_offset });
    yield at(now, { type: 'tokens', step: 1, rank, tokens: TOKENS });
  }
  yield at(now, { type: 'step-ended', step: 1, status: options.end });
  yield at(now, { type: 'run-ended', status: options.end, items: counts });
}

function judged(
  options: MadeRunOptions,
  record: ItemRecord,
  common: { step: number; rank: number },
  log_offset: number,
  outputs: string,
  counts: ItemCounts,
): RunEventBody {
  const final = { ...common, item: record.item, log_offset, seconds: 1 };
  counts.pending -= 1;
  if (fails(options, record.item)) {
    counts.failed += 1;
    return { type: 'item-failed', ...final, final: true, failure: failure('exit-code', 'exit code 3') };
  }
  counts.complete += 1;
  return { type: 'item-complete', ...final, outputs: [outputOf(record, outputs)] };
}

function fails(options: MadeRunOptions, item: number): boolean {
  return options.failEvery > 0 && item % options.failEvery === options.failEvery - 1;
}

function outputOf(record: ItemRecord, outputs: string): string {
  return join(outputs, `${basename(record.file, '.fasta')}.out`);
}

/** The folded state of a made run, without any file. */
export function madeState(given: Partial<MadeRunOptions> = {}): RunState {
  const options = { ...DEFAULT_RUN, ...given };
  const state = emptyRunState();
  for (const event of madeEvents(options, '/outputs')) applyRunEvent(state, event);
  return state;
}

/** The metadata of a made run. */
export function madeMetadata(given: Partial<MadeRunOptions> = {}): Metadata {
  const options = { ...DEFAULT_RUN, ...given };
  const ended = options.end === null ? null : options.created.toISOString();
  return {
    version: 1,
    drover: '0.1.0',
    run: options.run,
    name: options.name,
    pipeline: options.pipeline,
    pipeline_source: 'bundled',
    pipeline_dir: '/pipelines',
    definition: pipelineSchema.parse({
      name: options.pipeline,
      title: 'K-mer embedding',
      inputs: { patterns: ['*.fasta'] },
      steps: [{ name: 'embed', command: ['embed', '{output}'], outputs: ['{stem}.out'], device: 'cpu' }],
    }),
    parameters: { k: 4 },
    request: {
      devices: `cpu:${options.workers}`,
      output: null,
      dispatch: null,
      retries: null,
      workers_per_device: null,
      stall_timeout: null,
      overwrite: false,
    },
    output_dir: null,
    devices: Array.from({ length: options.workers }, (_, rank) => ({ ...options.device(rank), driver: null })),
    host: { hostname: 'box', platform: 'linux', release: '6.1.0', arch: 'x64', cpus: 8, memory_bytes: 2 ** 35 },
    versions: { drover: '0.1.0', node: '24.21.0' },
    environment: { CUDA_VISIBLE_DEVICES: '0,1' },
    command: ['run', '--pipeline', options.pipeline],
    created: options.created.toISOString(),
    status: options.end,
    started: options.created.toISOString(),
    ended,
    inputs: madeItems(options).map(({ file, size, mtime_ms, cost, relative_dir }) => ({
      path: file,
      size,
      mtime_ms,
      cost,
      relative_dir,
    })),
  };
}

/**
 * Writes a plausible run directory: metadata, journal, worker logs and report files, and the outputs unless told otherwise.
 * @returns the run's directory
 */
export function makeRun(runs: string, given: Partial<MadeRunOptions> & { outputs?: boolean } = {}): string {
  const options = { ...DEFAULT_RUN, ...given };
  const directory = runDirectory(runs, options.pipeline, options.run);
  const outputs = stepOutputFolder(directory, 1);
  mkdirSync(outputs, { recursive: true });
  writeMetadata(directory, madeMetadata(options));
  const logs = Array.from({ length: options.workers }, (_, rank) => [`Worker ${rank} - log of a made run\n`]);
  const reports: string[][] = Array.from({ length: options.workers }, () => []);
  const items = madeItems(options);
  const journal: string[] = [];
  for (const event of madeEvents(options, outputs)) {
    journal.push(JSON.stringify(event));
    if (event.type !== 'item-complete' && event.type !== 'item-failed') continue;
    const file = items[event.item]?.file ?? '';
    const status = event.type === 'item-complete' ? 'complete' : 'failed';
    reports[event.rank]?.push(`${JSON.stringify({ gpu_id: event.rank, file, status })}\n`);
    logs[event.rank]?.push(`${status} ${basename(file)}\n`);
    if (event.type === 'item-complete' && given.outputs !== false)
      for (const output of event.outputs) writeFileSync(output, 'result\n');
  }
  writeFileSync(journalFile(directory), `${journal.join('\n')}\n`);
  mkdirSync(dirname(workerLog(directory, 1, 0)), { recursive: true });
  for (let rank = 0; rank < options.workers; rank += 1) {
    writeFileSync(workerLog(directory, 1, rank), logs[rank]?.join('') ?? '');
    writeFileSync(reportFile(directory, 1, rank), reports[rank]?.join('') ?? '');
  }
  mkdirSync(logsFolder(directory), { recursive: true });
  for (const path of [runLog(directory), reconciliationLog(directory)]) writeFileSync(path, '{"message":"begins"}\n');
  return directory;
}

import { existsSync, readFileSync } from 'node:fs';
import type { Failure } from '../../../shared/failure.ts';
import type { RunEvent } from '../../../shared/run-events.ts';
import { type RunState, type StepState, totalCounts, type WorkerRecord } from '../../../shared/run-state.ts';
import { visibleStatus } from '../../../shared/run-status.ts';
import { forEachLine, readJournal } from '../journal/read-journal.ts';
import { componentLog } from '../logs/log-paths.ts';
import { runMetrics } from '../records/metrics.ts';
import { journalFile, metadataFile, metricsFile } from '../runs/run-directory.ts';
import type { RunPlace } from '../runs/run-places.ts';
import type { Cell, IndexTableName } from './index-schema.ts';

/** Takes the rows of a run one by one, so that a run of a million items is never held twice. */
export type AddRow = (table: IndexTableName, row: readonly Cell[]) => void;

/**
 * Hands out the rows of one run, made from its journal, metadata, metrics and device samples.
 * @throws when the journal cannot be read or does not belong to the run
 */
export function addRunRows(place: RunPlace, isOwned: boolean, add: AddRow): void {
  const ends = new Map<string, string>();
  const { state } = readJournal(journalFile(place.directory), (event) => {
    noteEnd(ends, event);
    addProblem(place.run, event, add);
  });
  if (state.run !== place.run) throw new Error('The journal does not belong to the run');
  add('runs', runRow(place, state, isOwned));
  const metrics = runMetrics(state, new Date(state.ended ?? Date.now()));
  for (const step of state.steps) {
    const measured = metrics.steps.find((one) => one.step === step.step);
    add('steps', [
      ...[place.run, step.step, step.name, step.dispatch, step.status, step.started, step.ended],
      ...[secondsBetween(step.started, step.ended), step.counts.total, step.counts.complete, step.counts.failed],
      ...[
        step.counts.skipped,
        measured?.cost ?? null,
        measured?.busy_seconds ?? null,
        measured?.share_of_ideal ?? null,
      ],
    ]);
    for (const worker of step.workers) {
      const work = measured?.workers.find((one) => one.rank === worker.rank);
      add('workers', [...workerRow(place.run, step, worker), work?.cost ?? null, work?.busy_seconds ?? null]);
      add('tokens', tokenRow(place.run, step, worker));
    }
    addItems(place.run, step, ends, add);
    addSamples(place, step.step, add);
  }
  addDevices(place, add);
}

const itemKey = (step: number, item: number): string => `${step}/${item}`;

function noteEnd(ends: Map<string, string>, event: RunEvent): void {
  if (event.type === 'item-complete' || event.type === 'item-failed')
    ends.set(itemKey(event.step, event.item), event.time);
}

function addProblem(run: string, event: RunEvent, add: AddRow): void {
  const row = (item: number | null, rank: number, step: number, final: number | null, failure: Failure): Cell[] => [
    ...[run, step, rank, item, event.time, failure.reason, final, failure.evidence],
  ];
  if (event.type === 'item-failed')
    add('problems', row(event.item, event.rank, event.step, Number(event.final), event.failure));
  if (event.type === 'worker-ended' && event.failure !== null)
    add('problems', row(null, event.rank, event.step, null, event.failure));
}

function runRow(place: RunPlace, state: RunState, isOwned: boolean): Cell[] {
  const counts = totalCounts(state);
  const metadata = readMetadata(place.directory);
  return [
    ...[
      place.run,
      state.pipeline,
      state.name,
      visibleStatus(state, isOwned),
      state.created,
      state.started,
      state.ended,
    ],
    ...[secondsBetween(state.started, state.ended), metadata.host, metadata.drover, metadata.parameters],
    ...[counts.total, counts.complete, counts.failed, counts.skipped, place.directory],
  ];
}

/** What a question may ask of the metadata; a run without them is indexed all the same. */
function readMetadata(directory: string): { host: Cell; drover: Cell; parameters: Cell } {
  const metadata = jsonFile(metadataFile(directory)) as {
    host?: { hostname?: unknown };
    drover?: unknown;
    parameters?: unknown;
  } | null;
  return {
    host: textOf(metadata?.host?.hostname),
    drover: textOf(metadata?.drover),
    parameters: JSON.stringify(metadata?.parameters ?? {}),
  };
}

function workerRow(run: string, step: StepState, worker: WorkerRecord): Cell[] {
  const { device, state } = worker;
  const ending = 'exit_code' in state ? state : null;
  return [
    ...[run, step.step, worker.rank, device.kind, device.index, device.uuid, device.name, state.status, worker.starts],
    ...[
      ending?.exit_code ?? null,
      ending?.signal ?? null,
      ending?.failure?.reason ?? null,
      worker.started,
      worker.ended,
    ],
    ...[worker.complete, worker.failed],
  ];
}

function tokenRow(run: string, step: StepState, { rank, tokens }: WorkerRecord): Cell[] {
  return [
    ...[run, step.step, rank, tokens.input_tokens, tokens.output_tokens],
    ...[tokens.cache_read_tokens, tokens.cache_creation_tokens],
  ];
}

function addItems(run: string, step: StepState, ends: ReadonlyMap<string, string>, add: AddRow): void {
  for (const item of step.items) {
    const { file, size, cost, status, attempts, rank, seconds, failure } = item;
    const ended = ends.get(itemKey(step.step, item.item)) ?? null;
    add('items', [
      ...[run, step.step, item.item, file, size, cost, status, attempts, rank, seconds, ended],
      ...[failure?.reason ?? null, failure?.evidence ?? null],
    ]);
  }
}

/** Device samples stand among other lines of the step's metrics log. */
function addSamples(place: RunPlace, step: number, add: AddRow): void {
  const path = componentLog(place.directory, step, 'metrics');
  if (!existsSync(path)) return;
  forEachLine(path, (line) => {
    if (!line.includes('"device sample"')) return;
    const { time, fields } = sampleOf(line);
    if (fields === null || fields['stale'] === true) return;
    add('samples', [
      ...[place.run, step, textOf(time), textOf(fields['kind']), numberOf(fields['index']), textOf(fields['uuid'])],
      ...[numberOf(fields['utilization']), numberOf(fields['memory_used']), numberOf(fields['temperature'])],
      numberOf(fields['power']),
    ]);
  });
}

function sampleOf(line: string): { time: unknown; fields: Record<string, unknown> | null } {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return { time: entry['time'], fields: (entry['fields'] ?? null) as Record<string, unknown> | null };
  } catch {
    return { time: null, fields: null };
  }
}

function addDevices(place: RunPlace, add: AddRow): void {
  const metrics = jsonFile(metricsFile(place.directory)) as { devices?: unknown } | null;
  const devices = Array.isArray(metrics?.devices) ? (metrics.devices as Record<string, unknown>[]) : [];
  for (const entry of devices) {
    const device = (entry['device'] ?? {}) as Record<string, unknown>;
    add('devices', [
      ...[place.run, textOf(device['kind']), numberOf(device['index']), textOf(device['uuid']), textOf(device['name'])],
      ...[numberOf(entry['complete']), numberOf(entry['busy_seconds']), numberOf(entry['peak_memory'])],
      ...[numberOf(entry['mean_utilization']), numberOf(entry['energy'])],
    ]);
  }
}

function jsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function textOf(value: unknown): Cell {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): Cell {
  return typeof value === 'number' ? value : null;
}

function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1_000;
}

import { existsSync, readFileSync } from 'node:fs';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { RunState, StepState, WorkerRecord } from '../../../shared/run/run-model.ts';
import { totalCounts } from '../../../shared/run/run-state.ts';
import { visibleStatus } from '../../../shared/run/run-status.ts';
import { reportedUntil } from '../../../shared/run/run-time.ts';
import { runMetrics } from '../records/metrics/metrics.ts';
import type { StepMetrics, Work } from '../records/metrics/metrics-document.ts';
import { componentLog, journalFile, metadataFile, metricsFile } from '../run-directory/paths.ts';
import { forEachLine, readJournal } from '../run-directory/read-journal.ts';
import type { RunPlace } from '../run-directory/run-places.ts';
import type { Cell, IndexTableName, RowOf } from './index-schema.ts';

/** Receives the rows of a run one by one, so that a run of a million items is not in memory twice. */
export type AddRow = <Name extends IndexTableName>(table: Name, row: RowOf<Name>) => void;

/**
 * Passes on the rows of one run, made from its journal, metadata, metrics and device samples.
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
  const metrics = runMetrics(state, new Date(state.ended ?? reportedUntil(state, isOwned, Date.now())));
  for (const step of state.steps) {
    const work = metrics.steps.find((one) => one.step === step.step);
    add('steps', stepRow(place.run, step, work));
    for (const worker of step.workers) {
      add(
        'workers',
        workerRow(
          place.run,
          step,
          worker,
          work?.workers.find(({ rank }) => rank === worker.rank),
        ),
      );
      add('tokens', { run: place.run, step: step.step, rank: worker.rank, ...worker.tokens });
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
  if (event.type !== 'item-failed' && event.type !== 'worker-ended') return;
  if (event.failure === null) return;
  const { step, rank, time } = event;
  const { reason, evidence } = event.failure;
  const of =
    event.type === 'item-failed' ? { item: event.item, final: Number(event.final) } : { item: null, final: null };
  add('problems', { run, step, rank, time, reason, evidence, ...of });
}

function runRow(place: RunPlace, state: RunState, isOwned: boolean): RowOf<'runs'> {
  const { pipeline, name, created, started, ended } = state;
  const { total, complete, failed, skipped } = totalCounts(state);
  return {
    run: place.run,
    directory: place.directory,
    pipeline,
    name,
    status: visibleStatus(state, isOwned),
    created,
    started,
    ended,
    seconds: secondsBetween(started, ended),
    items: total,
    complete,
    failed,
    skipped,
    ...readMetadata(place.directory),
  };
}

/** Reads the metadata for the index; a run without them is indexed as well. */
function readMetadata(directory: string): Pick<RowOf<'runs'>, 'host' | 'drover' | 'parameters'> {
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

function stepRow(run: string, step: StepState, work: StepMetrics | undefined): RowOf<'steps'> {
  const { name, dispatch, status, started, ended } = step;
  const { total, complete, failed, skipped } = step.counts;
  return {
    run,
    step: step.step,
    name,
    dispatch,
    status,
    started,
    ended,
    seconds: secondsBetween(started, ended),
    items: total,
    complete,
    failed,
    skipped,
    cost: work?.cost ?? null,
    busy_seconds: work?.busy_seconds ?? null,
    share_of_ideal: work?.share_of_ideal ?? null,
  };
}

function workerRow(run: string, { step }: StepState, worker: WorkerRecord, work: Work | undefined): RowOf<'workers'> {
  const { rank, device, state, starts, started, ended, complete, failed } = worker;
  const ending = 'exit_code' in state ? state : null;
  return {
    run,
    step,
    rank,
    starts,
    started,
    ended,
    complete,
    failed,
    status: state.status,
    device_kind: device.kind,
    device_index: device.index,
    device_uuid: device.uuid,
    device_name: device.name,
    exit_code: ending?.exit_code ?? null,
    signal: ending?.signal ?? null,
    reason: ending?.failure?.reason ?? null,
    cost: work?.cost ?? null,
    busy_seconds: work?.busy_seconds ?? null,
  };
}

function addItems(run: string, { step, items }: StepState, ends: ReadonlyMap<string, string>, add: AddRow): void {
  for (const { item, file, size, cost, status, attempts, rank, seconds, failure } of items) {
    const ended = ends.get(itemKey(step, item)) ?? null;
    const why = { reason: failure?.reason ?? null, evidence: failure?.evidence ?? null };
    add('items', { run, step, item, file, size, cost, status, attempts, rank, seconds, ended, ...why });
  }
}

/** Adds the device samples, which are mixed with other lines in the step's metrics log. */
function addSamples(place: RunPlace, step: number, add: AddRow): void {
  const path = componentLog(place.directory, step, 'metrics');
  if (!existsSync(path)) return;
  forEachLine(path, (line) => {
    if (!line.includes('"device sample"')) return;
    const { time, fields } = sampleOf(line);
    if (fields === null || fields['stale'] === true) return;
    add('samples', {
      run: place.run,
      step,
      time: textOf(time),
      ...deviceColumns(fields),
      utilization: numberOf(fields['utilization']),
      memory_used: numberOf(fields['memory_used']),
      temperature: numberOf(fields['temperature']),
      power: numberOf(fields['power']),
    });
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
    add('devices', {
      run: place.run,
      ...deviceColumns(device),
      device_name: textOf(device['name']),
      complete: numberOf(entry['complete']),
      busy_seconds: numberOf(entry['busy_seconds']),
      peak_memory: numberOf(entry['peak_memory']),
      mean_utilization: numberOf(entry['mean_utilization']),
      energy: numberOf(entry['energy']),
    });
  }
}

function deviceColumns({ kind, index, uuid }: Record<string, unknown>) {
  return { device_kind: textOf(kind), device_index: numberOf(index), device_uuid: textOf(uuid) };
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

import type { Dispatch } from '../../shared/pipeline/pipeline.ts';
import type { RunEvent, RunEventBody } from '../../shared/run/run-events.ts';

/** The moment from which recorded events count. */
export const RECORDED_START = Date.parse('2026-11-21T05:15:00.000Z');

/** An event so many seconds after the start. */
export function eventAt(seconds: number, body: RunEventBody): RunEvent {
  return { ...body, time: new Date(RECORDED_START + seconds * 1000).toISOString() };
}

const FAILURE = { reason: 'exit-code', evidence: 'exit code 3', advice: 'See the log.' } as const;

/** Events of one step on CPU slots; items have the costs given. */
export function stepBegins(options: { dispatch: Dispatch; workers: number; costs: readonly number[] }): RunEvent[] {
  const devices = Array.from({ length: options.workers }, (_, index) => ({
    kind: 'cpu' as const,
    index,
    uuid: null,
    name: 'Test processor',
  }));
  const items = options.costs.map((cost, item) => ({
    item,
    file: `/data/file-${item}.fa`,
    size: cost,
    mtime_ms: 0,
    cost,
    relative_dir: '',
    origin: `/data/file-${item}.fa`,
  }));
  return [
    eventAt(0, {
      type: 'run-created',
      run: '20261121-051500-123-k3f9',
      pipeline: 'test',
      name: null,
      steps: [{ name: 'embed', dispatch: options.dispatch }],
    }),
    eventAt(0, { type: 'owner-taken', purpose: 'run', pid: 100, host: 'box' }),
    eventAt(0, { type: 'items', step: 1, items }),
    eventAt(0, { type: 'step-started', step: 1, devices }),
    ...devices.flatMap((device, rank) => [
      eventAt(0, { ...starting(rank), device }),
      eventAt(0, {
        type: 'worker-running',
        step: 1,
        rank,
        pid: 1000 + rank,
        pgid: 1000 + rank,
        start_time: 1,
        boot_id: 'boot',
      }),
    ]),
  ];
}

function starting(rank: number) {
  const offsets = { log_offset: 0, report_offset: 0 };
  return { type: 'worker-starting' as const, step: 1, rank, start: 1, fifo: null, reason: null, ...offsets };
}

/** A worker is handed items. */
export function handsOut(seconds: number, rank: number, items: number[]): RunEvent[] {
  return [
    eventAt(seconds, { type: 'dispatching', step: 1, rank, items, log_offset: 0, report_offset: 0 }),
    eventAt(seconds, { type: 'dispatched', step: 1, rank, items }),
  ];
}

/** A worker has completed an item. @param took its own seconds */
export function completes(seconds: number, rank: number, item: number, took = 2.1): RunEvent {
  return eventAt(seconds, { type: 'item-complete', step: 1, rank, item, log_offset: 0, seconds: took, outputs: [] });
}

/** A worker has failed at an item. */
export function fails(seconds: number, rank: number, item: number, final: boolean): RunEvent {
  return eventAt(seconds, {
    type: 'item-failed',
    step: 1,
    rank,
    item,
    log_offset: 0,
    seconds: 2.1,
    final,
    failure: FAILURE,
  });
}

import { deviceLabel } from '../../shared/device.ts';
import { fileNames } from '../../shared/pipeline/placeholders.ts';
import type { Failure } from '../../shared/run/failure.ts';
import type { RunState, StepState } from '../../shared/run/run-model.ts';
import { withoutOwnFile } from '../../shared/without-own-file.ts';

/** Something that failed, and where it is in its log. */
export interface Failed {
  /** A file's name, or a worker. */
  what: string;
  detail: string;
  evidence: string;
  /** How many attempts failed. */
  attempts: number;
  /** null when there is no log to show. */
  log: { step: number; source: string; offset: number } | null;
}

/** Everything that failed with the same cause and advice. */
export interface FailureGroup {
  reason: Failure['reason'];
  advice: string;
  failed: Failed[];
}

/** Groups what failed in a run by cause; the cause with the most failures first. Failed workers come before the items they failed with. */
export function failureGroups(state: RunState): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const step of state.steps) {
    for (const { failure, failed } of [...failedWorkers(step), ...failedItems(step)]) {
      const key = `${failure.reason} ${failure.advice}`;
      const group = groups.get(key) ?? { reason: failure.reason, advice: failure.advice, failed: [] };
      group.failed.push(failed);
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => b.failed.length - a.failed.length);
}

/** Counts the workers that failed for a reason of their own; failed items are counted with their step. */
export function countFailedWorkers({ steps }: RunState): number {
  return steps.reduce((sum, step) => sum + failedWorkers(step).length, 0);
}

interface Found {
  failure: Failure;
  failed: Failed;
}

/** Returns workers that failed for a reason of their own. With a process per item, or if an item failed with its worker, the item reports it. */
function failedWorkers(step: StepState): Found[] {
  if (step.dispatch === 'each' || !step.workers.some(({ state }) => 'failure' in state && state.failure !== null))
    return [];
  const reported = new Set(
    step.items
      .values()
      .flatMap(({ status, rank, failure }) =>
        status === 'failed' && failure !== null ? [`${rank} ${failure.reason}`] : [],
      ),
  );
  return step.workers.flatMap((worker) => {
    const { state } = worker;
    if (!('failure' in state) || state.failure === null || state.failure.reason === 'killed-by-us') return [];
    if (reported.has(`${worker.rank} ${state.failure.reason}`)) return [];
    const offset = worker.start_offsets.at(-1) ?? 0;
    const failed = {
      what: `Worker ${worker.rank}`,
      detail: `${deviceLabel(worker.device)}, ${step.name}`,
      evidence: state.failure.evidence,
      attempts: 1,
      log: { step: step.step, source: worker.worker, offset },
    };
    return [{ failure: state.failure, failed }];
  });
}

function failedItems(step: StepState): Found[] {
  const failed = step.items.values().flatMap((item): Found[] => {
    if (item.status !== 'failed' || item.failure === null) return [];
    const span = item.spans.at(-1);
    const itself = {
      what: fileNames(item.file).name,
      detail: `${item.attempts === 1 ? '1 attempt' : `${item.attempts} attempts`}, ${step.name}`,
      evidence: withoutOwnFile(item.failure.evidence, item.file),
      attempts: item.attempts,
      log: span === undefined ? null : { step: step.step, source: `worker_${span[0]}`, offset: span[1] },
    };
    return [{ failure: item.failure, failed: itself }];
  });
  return failed.toArray();
}
